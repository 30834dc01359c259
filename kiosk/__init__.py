"""The touch kiosk: a program of its own that takes presses, hands out numbers and prints slips,
with or without a hub.
"""

VERSION = "0.1.0"
