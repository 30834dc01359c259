"""Ids nobody can guess."""

import secrets
import uuid


def new_id() -> str:
    """An id nobody can guess (122 random bits)."""
    return uuid.uuid4().hex


def new_ticket_id(at: int) -> str:
    """A ticket's id, which nobody can guess: the moment it was made (ms, 48 bits), so that new ones
    lie side by side in the database, then 80 random bits.
    """
    return f"{at:012x}{secrets.token_hex(10)}"
