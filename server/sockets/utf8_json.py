"""JSON as the sockets send it: letters as UTF-8, not as escapes (\\u1eaf), three times as long for
Vietnamese. The names are those of the standard library's module, which python-socketio asks for.
"""

from json import dumps as _dumps
from typing import Any

from engineio.json import loads

__all__ = ["dumps", "loads"]


def dumps(value: Any, **options: Any) -> str:
    """A value as JSON. Half a surrogate pair, which no UTF-8 can carry, stays escaped."""
    text = _dumps(value, ensure_ascii=False, **options)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _dumps(value, **options)
    return text
