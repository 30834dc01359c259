"""What every kind of worker asks about a request."""

import os
from typing import Any

#: So much of a body that nobody has read is read and dropped; more ends the connection.
DRAINED = 64 * 1024


def setting(name: str, default: int) -> int:
    """A whole number of the settings, as `luot hub` has put it into the environment."""
    return int(os.environ.get(f"LUOT_{name.upper()}") or default)


def body_left(req: Any) -> bool:
    """Whether so much of a body is left unread that reading on is not worth the next request."""
    reader: Any = getattr(req.body, "reader", None)
    if hasattr(reader, "length"):
        return int(reader.length) > DRAINED
    return getattr(reader, "parser", None) is not None
