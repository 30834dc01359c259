"""What one look found, and its sentences."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..texts import area as texts_of
from ..texts import filled_in

#: How a thing is: as it should be; to be looked at when there is time; to be mended now.
GOOD, CARE, BAD = "good", "care", "bad"
#: What is looked at, in the order it is told in.
AREAS = (
    "program",
    "folder",
    "disk",
    "database",
    "clock",
    "machine",
    "hub",
    "address",
    "backup",
    "centre",
    "devices",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `code` is its sentence in doctor.json (`found`, and with a mend
    in `mend` when it is not good), `params` what the sentence names.
    """

    area: str
    level: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As it is written for programs."""
        return asdict(self)


def in_words(finding: Mapping[str, Any], lang: str) -> dict[str, str]:
    """`{area, found, mend}` of a finding, in sentences; a good one has no mend."""
    texts = texts_of(lang, "doctor")
    params = finding["params"]
    return {
        "area": texts["areas"][finding["area"]],
        "found": filled_in(texts["found"][finding["code"]], params, lang),
        "mend": filled_in(texts["mend"].get(finding["code"], ""), params, lang),
    }
