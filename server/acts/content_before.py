"""How the content of a press was written down before it came from the payload's model: every key
always there, each verb in a form of its own.

Asked only when a fingerprint does not match, so that a press first sent to the version before (kept
in a kiosk's outbox, or answered and remembered in the database) gets its answer after the upgrade.
"""

from collections.abc import Callable, Mapping
from typing import Any

Content = Mapping[str, Any]


def _keys(*names: str, **defaults: Any) -> Callable[[Content], Any]:
    """Every key there, at its default where nothing was said."""
    shape = {**dict.fromkeys(names), **defaults}
    return lambda content: {**shape, **content}


def _note(content: Content) -> Any:
    rest = {key: value for key, value in content.items() if key != "text"}
    return {"ticket": None, **rest, "letters": content.get("text", 0)}


def _with_number(content: Content) -> Content:
    """A counter as the page of devices sends it: a number, where it is one."""
    counter = content.get("counter")
    if counter is None or not counter.isdigit():
        return content
    return {**content, "counter": int(counter)}


def _change_screen(content: Content) -> Any:
    keys = ("name", "zone", "counter", "kind", "settings")
    numbered = _with_number(content)
    return [content["device"], {key: numbered.get(key) for key in keys}]


def _pair(content: Content) -> Any:
    keys = ("code", "kind", "name", "zone", "counter")
    numbered = _with_number(content)
    return [*(numbered.get(key) for key in keys), content.get("settings", {})]


_SHAPES: dict[str, Callable[[Content], Any]] = {
    "issue": _keys("field", "service", "priority", "lang"),
    "printed": _keys("reason"),
    "cancel": _keys("ticket", "reason", "counter"),
    "requeue": _keys("ticket", "place", "counter"),
    "call_next": _keys("outcome", "services"),
    "call": _keys("reason"),
    "walk_direct": _keys("field", "service", "priority", "lang"),
    "park": _keys("reason", "remind_minutes"),
    "finish": _keys("outcome", "services"),
    "transfer": _keys("field", "to_counter", "to_clerk", come_back=False),
    "note": _note,
    "open": _keys("reason"),
    "pause": _keys("reason"),
    "assign": _keys("fields", "overflow", "mode"),
    "reprint": _keys("kiosk", "counter"),
    "close_field": _keys("message"),
    "confirm_clock": _keys(move_day=False),
    "announce": _keys("zones", times=1, show_seconds=60),
    "withdraw": lambda content: {"announcement": content["id"]},
    "playlist": lambda content: content["items"],
    "emergency": lambda content: content["text"],
    "end_emergency": lambda content: None,
    "remove_media": lambda content: content["id"],
    "shut_off": lambda content: content["device"],
    "change_screen": _change_screen,
    "pair": _pair,
}


def content_before(verb: str, content: Content) -> Any:
    """The content of a press as the version before wrote it down."""
    shape = _SHAPES.get(verb)
    return content if shape is None else shape(content)
