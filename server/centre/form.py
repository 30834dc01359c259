"""The form of a centre's document, made from its models: what each key takes, in which pages of the
settings it stands. Nothing is written down twice: a new key of a model appears by itself.
"""

import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from .mistakes import NAMED
from .models import CentreDocument
from .models.screens import Wizard
from .models.types import KINDS

#: page → (its group, the keys that stand there); a key stands at the longest one it begins with.
PAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "fields": ("citizens", ("fields",)),
    "services": ("citizens", ("services",)),
    "wizard": ("citizens", ("wizard",)),
    "booking": ("citizens", ("booking",)),
    "hours": ("serving", ("hours", "holidays", "site.reset_time", "arrivals")),
    "rules": ("serving", ("call_policy", "limits", "site.sla_minutes", "priority")),
    "counters": ("serving", ("zones", "counters", "guidance_desks")),
    "codes": ("serving", ("clerk_codes", "rating")),
    "kiosks": ("hall", ("kiosks", "slip", "limits.offline_numbers", "site.ticket_format")),
    "boards": ("hall", ("displays", "site.notice", "announcements", "site.voice")),
    "alerts": ("hall", ("alerts", "delivery")),
    "site": ("centre", ("site", "texts", "reports", "privacy", "accounts", "clock")),
    "backup": ("centre", ("backup", "schema")),
}
#: What is shown and not changed in the browser: what everything else is known by, and what only a
#: file can say.
FIXED = ("schema", "site.code", "hours.holidays_file")
#: What a model says by a validator of its own.
AS_MEANT: Mapping[str, Mapping[str, Any]] = {"announcements.volume.to": {"kind": "clock"}}
#: What is drawn by an editor of its own, as one value.
WHOLE: Mapping[type[BaseModel], str] = {Wizard: "wizard"}


def page_of(key: str) -> str | None:
    """The page on which a key of the document stands."""
    places = [
        (len(start), page)
        for page, (_, starts) in PAGES.items()
        for start in starts
        if key == start or key.startswith(f"{start}.")
    ]
    return max(places)[1] if places else None


@cache
def form() -> list[dict[str, Any]]:
    """The whole document as a form: one part a section.

    A part: `{key, name, kind, required, default}` and by its kind `parts` (section, rows), `named`
    (the key rows are known by), `item` (list), `choices`, `least`, `most`, `whole`, `section` (of
    what it refers to), `longest`. `key` is its path without rows, as `fields.cap`.
    """
    return [_part(name, info, "") for name, info in CentreDocument.model_fields.items()]


def leaves(parts: list[dict[str, Any]] | None = None) -> Iterator[dict[str, Any]]:
    """Every part that holds a value, rows and sections opened."""
    for part in form() if parts is None else parts:
        if "parts" in part:
            yield from leaves(part["parts"])
        else:
            yield part


def _part(name: str, info: FieldInfo, before: str) -> dict[str, Any]:
    name = info.alias or name
    key = f"{before}{name}"
    part: dict[str, Any] = {"key": key, "name": name, "required": info.is_required()}
    part |= _of_type(info.annotation, list(info.metadata), name, key)
    if not info.is_required():
        default = info.get_default(call_default_factory=True, validated_data={})
        part["default"] = _plain(default)
    if key in FIXED:
        part["fixed"] = True
    part.update(AS_MEANT.get(key, {}))
    return part


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return value


def _of_type(annotation: Any, metadata: list[Any], name: str, key: str) -> dict[str, Any]:
    origin = get_origin(annotation)
    if hasattr(annotation, "__metadata__"):
        inner, *more = get_args(annotation)
        return _of_type(inner, [*metadata, *more], name, key)
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(annotation) if option is not type(None)]
        kind = _of_validators(metadata)
        return kind or _of_type(options[0], metadata, name, key)
    kind = _of_validators(metadata)
    if kind:
        return kind
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in WHOLE:
            return {"kind": WHOLE[annotation]}
        return {"kind": "section", "parts": _parts(annotation, key)}
    if origin is list:
        return _of_list(get_args(annotation)[0], name, key)
    if origin is dict:
        key_type, value_type = get_args(annotation)
        keys, values = (_of_type(kind_, [], name, key) for kind_ in (key_type, value_type))
        return {"kind": "map", "keys": keys, "item": values}
    if origin is Literal:
        return {"kind": "choice", "choices": list(get_args(annotation))}
    return {"kind": {bool: "yes_no", int: "number"}.get(annotation, "text")}


def _parts(model: type[BaseModel], key: str) -> list[dict[str, Any]]:
    return [_part(name, info, f"{key}.") for name, info in model.model_fields.items()]


def _of_list(item: Any, name: str, key: str) -> dict[str, Any]:
    if isinstance(item, type) and issubclass(item, BaseModel):
        return {"kind": "rows", "named": NAMED.get(name), "parts": _parts(item, key)}
    return {"kind": "list", "item": _of_type(item, [], name, key)}


def _of_validators(metadata: list[Any]) -> dict[str, Any]:
    """What the validators take; the one that knows more (what is referred to) wins."""
    shown: dict[str, Any] = {}
    for validator in metadata:
        if isinstance(validator, BeforeValidator | AfterValidator):
            shown |= KINDS.get(validator.func, {})
    return shown


def in_pages() -> dict[str, list[dict[str, Any]]]:
    """`{page: its parts}`: a section that is spread over pages stands on each with its parts. What
    a page names first stands first.
    """
    return {
        page: sorted(_on_page(form(), page), key=lambda part: _rank(part["key"], starts))
        for page, (_, starts) in PAGES.items()
    }


def _rank(key: str, starts: tuple[str, ...]) -> int:
    """Where a section stands on a page: at the first key that is its own or lies in it."""
    return next(n for n, start in enumerate(starts) if f"{start}.".startswith(f"{key}."))


def _on_page(parts: list[dict[str, Any]], page: str) -> Iterator[dict[str, Any]]:
    for part in parts:
        if part["kind"] != "section":
            if page_of(part["key"]) == page:
                yield part
            continue
        here = list(_on_page(part["parts"], page))
        if here:
            yield {**part, "parts": here}
