"""A row of the audit as a sentence: what the logs keep in codes, for those who read the page."""

from collections.abc import Mapping
from typing import Any


def in_words(
    row: Mapping[str, Any], texts: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[str, str]:
    """`(sentence, what it is about)` of a row; `names`: who is behind an actor's id. What is not
    known in words stays in the second as the log has it.
    """
    plain = str(texts["what"].get(row["what"], row["what"]))
    words = str(row["about"]).split(" ") if row["what"] in ("changed", "screens_changed") else []
    if row["what"] == "looked":
        words = str(row["about"]).split(":")
    known_words = texts["machines" if row["what"] == "screens_changed" else "about"]
    kinds = [word for word in words if word in known_words]
    if not kinds:
        return plain, str(row["about"])
    rest = [word for word in words if word not in known_words]
    shown = [names.get(f"staff:{word}") or names.get(f"device:{word}", word) for word in rest]
    return "; ".join(str(known_words[kind]) for kind in kinds), " ".join(shown)


def who_in_words(actor: str, name: str, texts: Mapping[str, Any]) -> str:
    """Who did it, where nobody's name stands behind an actor: a program of the hub, a citizen."""
    if name != actor:
        return name
    return str(texts["who"].get(actor) or texts["who"].get(actor.partition(":")[0], actor))


def place_in_words(row: str, texts: Mapping[str, Any]) -> str:
    """The place of a row ("journal 812") as it stands in the page."""
    log, _, number = row.partition(" ")
    return str(texts["page"]["logs"][log]).format(n=number)
