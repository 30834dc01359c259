"""What is said of a document, in the languages of `ui/texts/*/centre.json`."""

from collections.abc import Mapping
from typing import Any

from ..texts import area


def in_words(section: str, code: str, params: Mapping[str, Any], lang: str) -> str:
    """The sentence of a code. `states` ({waiting: 2, parked: 1}) and a counter's `state` are put in
    words first.
    """
    texts = area(lang, "centre")
    values = dict(params)
    if isinstance(values.get("states"), Mapping):
        counts = sorted(values["states"].items(), key=lambda pair: pair[0] != "waiting")
        values["states"] = ", ".join(texts["states"][state].format(n=n) for state, n in counts)
    if "state" in values:
        values["state"] = texts["counter_states"].get(values["state"], values["state"])
    return str(texts[section][code].format(**values))
