"""What the routes of the OpenAPI document are made of."""

from typing import Any

from pydantic import BaseModel


def parameter(name: str, text: str, where: str = "path", **schema: Any) -> dict[str, Any]:
    """A parameter of a route: in its path, or `where` else; `schema` says what it may be."""
    return {
        "name": name,
        "in": where,
        "required": where == "path",
        "schema": {"type": "string", **schema},
        "description": text,
    }


#: Method, path, a sentence, the model of its body, its parameters (None: not even the centre).
Route = tuple[str, str, str | None, type[BaseModel] | None, tuple[dict[str, Any], ...] | None]
