"""What a press asks for, as its fingerprint sees it: the same request id with the same content gets
the same answer, with other content it is refused.

The content is taken from the payload's model, so a key added there is part of it at once; a key at
its default is left out, so a press first sent before a key existed keeps its fingerprint.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from ..payloads.base import LengthOnly

Content = Mapping[str, Any]
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def digest_of(verb: str, content: Any) -> str:
    """The fingerprint of a verb and its content, as it is stored beside the answer."""
    text = _JSON.encode([verb, content])
    return hashlib.sha256(text.encode()).hexdigest()


class NoContent:
    """The content of what the hub does by itself: its request id says all."""

    def read(self, args: tuple[Any, ...], keys: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing."""
        return {}


NO_CONTENT = NoContent()


class ContentReader:
    """Reads the content of a press from the arguments of its act.

    `function` is the act; its first `skip` parameters are not asked for by anybody (the open act).
    Every key of `model` must be a parameter of it; `path_keys` (counter, field, device)
    come from the path or the line, and belong to the content too.
    Raises TypeError at import when act and model have grown apart.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        model: type[BaseModel] | None,
        skip: int = 1,
        path_keys: tuple[str, ...] = (),
    ) -> None:
        own = list(inspect.signature(function).parameters.values())[skip:]
        self.names = (*path_keys, *(parameter.name for parameter in own))
        self.defaults: dict[str, Any] = {
            parameter.name: None if parameter.default is parameter.empty else parameter.default
            for parameter in own
        }
        self.length_only: set[str] = set()
        if model is None:
            return
        asked = {name: key for name, key in model.model_fields.items() if name != "request_id"}
        if not asked.keys() <= set(self.names):
            missing = ", ".join(sorted(asked.keys() - set(self.names)))
            raise TypeError(f"{function.__name__} does not take {missing} of {model.__name__}")
        for name, key in asked.items():
            if any(isinstance(mark, LengthOnly) for mark in key.metadata):
                self.length_only.add(name)

    def read(self, args: tuple[Any, ...], keys: Mapping[str, Any]) -> dict[str, Any]:
        """The content: what was said, without keys at their default."""
        content = {}
        for name, value in {**dict(zip(self.names, args, strict=False)), **keys}.items():
            if name == "counter":
                value = None if value is None else str(value)
            elif name == "to_counter" and value is not None:
                value = str(value)
            if name in self.length_only:
                value = len(value)
            if value is not None and value != self.defaults.get(name):
                content[name] = value
        return content
