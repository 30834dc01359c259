"""docs/centre.md names every key of the document, with what holds where it is left out."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from server.centre import CentreDocument
from server.centre.mistakes import model_in

PAGE = Path(__file__).resolve().parents[2] / "docs" / "centre.md"


def keys(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key of a document by its path, as in `fields[].cap`; a question within a question of
    the wizard only once.
    """
    for name, info in model.model_fields.items():
        path = f"{before}{info.alias or name}"
        inner = model_in(info.annotation)
        rows = "[]" if "list" in str(info.annotation).lower() else ""
        if inner is None or path.count("answers") > 1:
            yield path, info
        else:
            yield from keys(inner, f"{path}{rows}.")


def default_of(info: FieldInfo) -> str:
    """What the page says of a key that is left out."""
    if info.is_required():
        return "needed"
    value = info.get_default(call_default_factory=True, validated_data={})
    if value is None or value in ([], {}):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"`{shown}`"


def rows() -> dict[str, str]:
    """`{path: default}` as the page has it."""
    text = PAGE.read_text("utf-8")
    return dict(re.findall(r"^\| `([\w\[\].]+)` \| ([^|]+?) \|", text, re.MULTILINE))


def test_every_key_is_on_the_page_with_its_default_and_no_other():
    assert rows() == {path: default_of(info) for path, info in keys(CentreDocument)}
