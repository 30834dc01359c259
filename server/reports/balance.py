"""The two sums every report must balance in: visits, and the waits at a place."""

from typing import Any, TypedDict

from ..texts import filled_in
from .words import count_words, decimal_words, text

#: taken = …
VISITS_IN = ("issued",)
VISITS_OUT = (
    "served",
    "abandoned",
    "no_shows",
    "cancelled",
    "open",
    "visits_waiting",
    "unfinished",
)
#: taken here + sent here + returned = …
LEGS_IN = ("leg_taken", "leg_sent", "leg_returned")
LEGS_OUT = (
    "leg_called",
    "leg_left",
    "leg_sent_on",
    "leg_cancelled",
    "leg_waiting",
    "leg_unfinished",
)


class Sides(TypedDict):
    """One sum: what came in, what became of it, and by how much they differ."""

    came: dict[str, int]
    went: dict[str, int]
    off: int


def balance_of(row: dict[str, Any]) -> dict[str, Sides]:
    """`{visits, legs}` of a row of figures."""
    return {
        "visits": _sides(row, VISITS_IN, VISITS_OUT),
        "legs": _sides(row, LEGS_IN, LEGS_OUT),
    }


def _sides(row: dict[str, Any], came: tuple[str, ...], went: tuple[str, ...]) -> Sides:
    return {
        "came": {key: row[key] for key in came},
        "went": {key: row[key] for key in went},
        "off": sum(row[key] for key in came) - sum(row[key] for key in went),
    }


def balance_lines(report: dict[str, Any], lang: str) -> list[str]:
    """The sums in words, the visits that are to be checked, and the version of the definitions."""
    words, names = text(lang, "report"), text(lang, "balance")
    lines = []
    for which in ("visits", "legs"):
        sides = report["balance"][which]

        def in_words(side: dict[str, int]) -> str:
            return " + ".join(f"{names[key]} {count_words(n, lang)}" for key, n in side.items())

        off = filled_in(words["balance_off"], {"n": count_words(sides["off"], lang)}, lang)
        sums = f"{in_words(sides['came'])} = {in_words(sides['went'])}"
        lines.append(f"{words[f'balance_{which}']}: {sums}; {off}")
    if report["total"]["flagged"]:
        flagged = count_words(report["total"]["flagged"], lang)
        lines.append(filled_in(words["flagged"], {"n": flagged}, lang))
    if report["largest_error_pct"]:
        error = decimal_words(report["largest_error_pct"], lang)
        lines.append(words["largest_error"].format(error=error))
    lines.append(words["definitions_version"].format(n=report["definitions_version"]))
    return lines


def proof_lines(report: dict[str, Any], lang: str) -> list[str]:
    """What a written report is proven by: its sums, then the hash of its figures with the journal's
    seq, and who signed them.
    """
    words = text(lang, "report")
    lines = [
        *balance_lines(report, lang),
        words["hash"].format(hash=report["hash"], seq=count_words(report["seq"], lang)),
    ]
    lines += [
        words["signed"].format(by=signature["by"], hash=signature["hash"][:12])
        for signature in report["signatures"]
        if signature["same"]
    ]
    return lines
