"""What was signed of the days a report tells of, and what has changed since."""

from collections.abc import Iterable
from typing import Any

from domain.centre import Centre
from domain.day import OPEN
from domain.figures import DEFINITIONS_VERSION
from domain.report_hash import figures_hash
from domain.standing import FactView

from ..store import lines, people
from ..store import reports as report_rows
from ..store.centres import Connection
from .question import Question


def still_open(conn: Connection, centre: Centre, question: Question, now: int) -> bool:
    """Whether a day asked for is not over: then its figures still grow and nobody can sign."""
    today = centre.date_of(now)
    if question.last > today:
        return True
    day = lines.last_day(conn, centre.code)
    if day is not None and day.state == OPEN and question.first <= day.date <= question.last:
        return True
    return question.last == today and (day is None or day.date != today)


def signed(
    conn: Connection, centre: str, question: Question, facts: Iterable[FactView], own_hash: str
) -> list[dict[str, Any]]:
    """`[{from, to, at, by, seq, hash, definitions_version, same, changed}]`: every signature under
    a period that shares a day with the one asked for, the newest first.

    changed: `[{day, number, at, kind}]`, the last fact of each number of the days asked for that
    came in after it was signed. same: whether the figures have the hash that was signed, where the
    very same period is asked for under the same definitions; else None.
    """
    signatures = report_rows.signatures(conn, centre, question.first, question.last)
    if not signatures:
        return []
    names, facts = people.full_names(conn, centre), list(facts)
    return [
        {
            "from": row.data["first"],
            "to": row.data["last"],
            "at": row.at,
            "by": names.get(row.actor.removeprefix("staff:"), row.actor),
            "seq": row.data["counted"],
            "hash": row.data["hash"],
            "definitions_version": row.data["definitions"],
            "same": _same(row.data, question, own_hash),
            "changed": _changed(facts, row.data),
        }
        for row in signatures
    ]


def _same(signed_data: dict[str, Any], question: Question, own_hash: str) -> bool | None:
    if (signed_data["first"], signed_data["last"]) != (question.first, question.last):
        return None
    return (
        own_hash == signed_data["hash"]
        if signed_data["definitions"] == DEFINITIONS_VERSION
        else None
    )


def _changed(facts: Iterable[FactView], signed_data: dict[str, Any]) -> list[dict[str, Any]]:
    last: dict[str, FactView] = {}
    for fact in facts:
        late = (
            fact.seq > signed_data["counted"]
            and signed_data["first"] <= fact.day <= signed_data["last"]
        )
        if late and fact.ticket is not None:
            last[fact.ticket] = fact
    return [
        {"day": fact.day, "number": fact.number, "at": fact.at, "kind": fact.kind}
        for fact in sorted(last.values(), key=lambda fact: (fact.day, fact.number or ""))
    ]


def hash_of(centre: str, question: Question, days: dict[str, str]) -> str:
    """The hash of the figures of a question's period; `days` are the hashes of its days."""
    return figures_hash(centre, question.first, question.last, DEFINITIONS_VERSION, days)
