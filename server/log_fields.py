"""What a line of the log says beside its words: the request it was written in, and the press.

The request's id is the one nginx gave it (`X-Request-ID`), or the hub's own; over a socket, the one
of its handshake. The press is the `request_id` of an act.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_request: ContextVar[str] = ContextVar("request", default="")
_press: ContextVar[str] = ContextVar("press", default="")


def in_force() -> dict[str, str]:
    """`{"request", "press"}`, those that are known here."""
    fields = {"request": _request.get(), "press": _press.get()}
    return {name: value for name, value in fields.items() if value}


@contextmanager
def of_request(request: str) -> Iterator[None]:
    """What is written in the block belongs to this request."""
    kept = _request.set(request)
    try:
        yield
    finally:
        _request.reset(kept)


@contextmanager
def of_press(press: str) -> Iterator[None]:
    """What is written in the block belongs to this press."""
    kept = _press.set(press)
    try:
        yield
    finally:
        _press.reset(kept)
