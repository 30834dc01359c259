"""What a line of the log says beside its words: the request it was written in, and the press.

The request's id is the one nginx gave it (`X-Request-ID`), or the hub's own; over a socket, the one
of its handshake. The press is the `request_id` of an act.
"""

from contextvars import ContextVar

_request: ContextVar[str] = ContextVar("request", default="")
_press: ContextVar[str] = ContextVar("press", default="")


def in_force() -> dict[str, str]:
    """`{"request", "press"}`, those that are known here."""
    fields = {"request": _request.get(), "press": _press.get()}
    return {name: value for name, value in fields.items() if value}


class _Block:
    """A block in which a field has a value. A class, for each press goes through two of them."""

    __slots__ = ("_field", "_kept", "_value")

    def __init__(self, field: ContextVar[str], value: str) -> None:
        self._field, self._value = field, value

    def __enter__(self) -> None:
        self._kept = self._field.set(self._value)

    def __exit__(self, *_: object) -> None:
        self._field.reset(self._kept)


def of_request(request: str) -> _Block:
    """What is written in the block belongs to this request."""
    return _Block(_request, request)


def of_press(press: str) -> _Block:
    """What is written in the block belongs to this press."""
    return _Block(_press, press)
