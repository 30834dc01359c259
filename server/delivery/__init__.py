"""What goes out of the house, in a process of its own: web pushes, mail, messages by a provider's
HTTP interface, webhooks. Reads the table the acts write (server/acts/notices.py).
"""
