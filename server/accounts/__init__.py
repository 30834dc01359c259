"""People and devices: who is speaking, log-in, sessions, the throttle on wrong passwords."""
