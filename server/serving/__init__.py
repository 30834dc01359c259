"""Fair shares of one hub process: who may hold a place, a turn or the loop, and for how long.

Nothing here knows Flask, Socket.IO or a kind of worker; whoever uses it says how to sleep.
"""
