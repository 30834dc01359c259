"""Everything at once: a hub, a kiosk, a sample centre with staff and tokens, and simulated people
who use only what real ones use.
"""
