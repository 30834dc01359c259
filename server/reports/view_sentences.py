"""What a view says before its picture and its table: its answer in a sentence or two, with its
figures.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from domain.figures import FEW_CALLS

from ..texts import filled_in
from .words import count_words, decimal_words, text

if TYPE_CHECKING:
    from .view import View, ViewRow

#: A wait of so many minutes and more is told apart in the sentence on how long they were.
AN_HOUR = 60
#: Less than half a minute is no change.
NO_CHANGE_S = 30


class Sentence(NamedTuple):
    """A text below `views.sentences` of the manager's area, and what fills its places, written."""

    key: str
    values: dict[str, str]


def sentences_of(view: "View", lang: str) -> list[Sentence]:
    """The sentences of a view; none where it has no figures that say anything."""
    say = _SAY.get(view.name)
    return list(say(view, _Words(lang))) if say is not None else []


def in_words(sentences: Sequence[Sentence], lang: str) -> str:
    """The sentences as plain text, for paper: what is strong on the page is not marked."""
    texts = text(lang, "views.sentences")
    lines = (filled_in(_plain(texts[one.key]), one.values, lang) for one in sentences)
    return " ".join(lines)


def _plain(marked: str) -> str:
    for mark in ("<b>", "</b>", "<t>", "</t>"):
        marked = marked.replace(mark, "")
    return marked


class _Words:
    """Figures as a language writes them within a sentence."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def count(self, n: int) -> str:
        return count_words(n, self.lang)

    def decimal(self, n: float) -> str:
        return decimal_words(n, self.lang)

    def percent(self, value: float | None) -> str:
        """75.3 → "75 %", as the page rounds it: half upward."""
        form = str(text(self.lang, "page.percent"))
        return filled_in(form, {"n": self.count(int((value or 0.0) + 0.5))}, self.lang)

    def minutes(self, seconds: float) -> str:
        """Whole minutes, at least one."""
        return self.count(_whole(seconds))

    def up_to(self, seconds: float, bound: bool) -> str:
        """ "no longer than 12 minutes", or "at least 12 minutes"."""
        form = str(text(self.lang, f"page.{'at_least' if bound else 'up_to'}"))
        return filled_in(form, {"n": self.minutes(seconds)}, self.lang)

    def p90(self, row: "ViewRow", key: str = "leg_p90_s") -> str:
        return self.up_to(row.values[key], key in row.at_least)


def _whole(seconds: float) -> int:
    """Whole minutes, at least one."""
    return max(1, int(seconds / 60 + 0.5))


def _longest(rows: Sequence["ViewRow"]) -> "ViewRow | None":
    """The row with the longest waits among those with enough of them."""
    enough = [
        row
        for row in rows
        if row.values["leg_all"] >= FEW_CALLS and row.values["leg_p90_s"] is not None
    ]
    return max(enough, key=lambda row: row.values["leg_p90_s"], default=None)


def _why(view: "View", words: _Words) -> list[Sentence]:
    late = view.total.values["leg_over_15"] if view.total else 0
    if not late:
        return [Sentence("why_none", {})]
    worst = max(view.rows, key=lambda row: row.values["leg_over_15"])
    values = {
        "late": words.count(late),
        "share": words.percent(worst.values["share_pct"]),
        "why": worst.label[:1].lower() + worst.label[1:],
    }
    return [Sentence("why", values)]


def _week(view: "View", words: _Words) -> list[Sentence]:
    if not view.rows:
        return []
    worst = _longest(view.rows)
    if worst is None:
        return [Sentence("week_few", {})]
    values = {"when": worst.label, "most": words.p90(worst)}
    if worst.values["counters_open"]:
        return [Sentence("week", {**values, "open": words.decimal(worst.values["counters_open"])})]
    # where no counter was ever said to be open, nothing is said of them
    open_ever = any(row.values["counters_open"] for row in view.rows)
    return [Sentence("week_closed" if open_ever else "week_alone", values)]


def _staffing(view: "View", words: _Words) -> list[Sentence]:
    if not view.rows or view.total is None:
        return []
    line = max(view.rows, key=lambda row: row.values["line_most"])
    sentences = [Sentence("no_line", {})]
    if line.values["line_most"]:
        n = words.count(line.values["line_most"])
        sentences = [Sentence("line", {"line": n, "when": line.label})]
    worst = _longest(view.rows)
    if worst is not None:
        sentences.append(Sentence("joined", {"when": worst.label, "most": words.p90(worst)}))
    return [*sentences, *_busy(view.total, words)]


def _busy(total: "ViewRow", words: _Words) -> list[Sentence]:
    busy = total.values["busy_pct"]
    if busy is not None:
        return [Sentence("busy", {"busy": words.percent(busy)})]
    # who served had opened, whatever the journal says
    return [] if total.values["serving_s"] else [Sentence("none_open", {})]


def _counters(view: "View", words: _Words) -> list[Sentence]:
    if view.total is None:
        return []
    sentences = _busy(view.total, words)
    opened = [row for row in view.rows if row.values["busy_pct"] is not None]
    if len(opened) > 1:
        most, least = (pick(opened, key=_busy_pct) for pick in (max, min))
        values = {
            "most": most.label,
            "most_busy": words.percent(_busy_pct(most)),
            "least": least.label,
            "least_busy": words.percent(_busy_pct(least)),
        }
        sentences.append(Sentence("busiest", values))
    return sentences


def _busy_pct(row: "ViewRow") -> float:
    return float(row.values["busy_pct"])


def _distribution(view: "View", words: _Words) -> list[Sentence]:
    if view.total is None or not view.total.values["leg_all"]:
        return []
    called_by = {int(row.key or 0): row.values["called_by_pct"] for row in view.rows}
    starts = sorted(called_by)
    before = {
        limit: called_by[max(start for start in starts if start < limit)] for limit in (15, 30)
    }
    over = sum(row.values["leg_all"] for row in view.rows if int(row.key or 0) >= AN_HOUR)
    values = {
        "waits": words.count(view.total.values["leg_all"]),
        "within": words.percent(before[15]),
        "twice": words.percent(before[30]),
    }
    hour = Sentence("an_hour", {"over": words.count(over)})
    return [Sentence("distribution", values), *([hour] if over else [])]


def _outcomes(view: "View", words: _Words) -> list[Sentence]:
    if view.total is None or not view.total.values["issued"]:
        return []
    keys = ("issued", "served", "abandoned", "no_shows")
    return [Sentence("outcomes", {key: words.count(view.total.values[key]) for key in keys})]


def _leavers(view: "View", words: _Words) -> list[Sentence]:
    if view.total is None or not view.rows:
        return []
    own = view.total.values
    worst = max(view.rows, key=lambda row: row.values["leg_left"])
    values = {
        "left": words.count(own["leg_left"]),
        "half": words.up_to(own["leg_left_p50_s"], bound=False),
        "when": worst.label,
        "most": words.count(worst.values["leg_left"]),
    }
    return [Sentence("leavers" if len(view.rows) > 1 else "leavers_once", values)]


def _trend(view: "View", words: _Words) -> list[Sentence]:
    total = view.total
    if total is None or not view.rows:
        return []
    own = total.values
    if own["leg_p90_s"] is None:
        return [Sentence("trend_few", {"waits": words.count(own["leg_all"])})]
    values = {"most": words.p90(total)}
    if own["p90_before_s"] is None:
        return [Sentence("trend_alone", values)]
    values["before"] = words.p90(total, "p90_before_s")
    if {"leg_p90_s", "p90_before_s"} & {*total.at_least}:
        # of a lower bound it is not known by how much it changed
        return [Sentence("trend_both", values)]
    # by the minutes that are read, so that they subtract
    change = _whole(own["leg_p90_s"]) - _whole(own["p90_before_s"])
    if not change:
        return [Sentence("trend_same", values), *_grown(view, words)]
    values["change"] = words.count(abs(change))
    key = "trend_longer" if change > 0 else "trend_shorter"
    return [Sentence(key, values), *_grown(view, words)]


def _grown(view: "View", words: _Words) -> list[Sentence]:
    """The field whose waits grew most, where there are others."""
    sure = [
        row
        for row in view.rows
        if row.values["p90_change_s"] is not None
        and not {"leg_p90_s", "p90_before_s"} & {*row.at_least}
    ]
    worst = max(sure, key=lambda row: row.values["p90_change_s"], default=None)
    if worst is None or len(view.rows) < 2 or worst.values["p90_change_s"] < NO_CHANGE_S:
        return []
    change = words.minutes(worst.values["p90_change_s"])
    return [Sentence("trend_worst", {"field": worst.label, "change": change})]


def _tickets(view: "View", words: _Words) -> list[Sentence]:
    return [Sentence("tickets", {"count": words.count(view.more["count"])})]


_SAY: dict[str, Callable[["View", _Words], list[Sentence]]] = {
    "why": _why,
    "week": _week,
    "staffing": _staffing,
    "counters": _counters,
    "distribution": _distribution,
    "outcomes": _outcomes,
    "leavers": _leavers,
    "trend": _trend,
    "tickets": _tickets,
}
