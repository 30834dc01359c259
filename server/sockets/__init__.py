"""The sockets: one namespace per role, and the word that goes out after each act."""
