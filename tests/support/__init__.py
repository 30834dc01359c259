"""Rigs: real programs the tests start and end (PostgreSQL, Redis, hub, kiosk, browser) and the
people who use them.
"""
