"""A centre's settings as its pages show them: the document, where values come from, what a draft
would do, the versions. Reading only.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.day import CLOSED, OPEN

from ...accounts.actor import Actor
from ...centre.changes_of_base import base_of_centre
from ...centre.form import PAGES, in_pages
from ...centre.mistakes import NAMED
from ...centre.models.texts import shipped
from ...centre.places import (
    SECTIONS_OF_ROWS,
    Change,
    NoSuchPlace,
    applied,
    conflicts,
    differences,
)
from ...centre.words import change_in_words, mistake_in_words
from ...store import centres, lines, people
from ...store import settings as kept
from ...store.centres import Connection
from ..act import ActContext, Refusal
from ..loading import consequences
from ..settings import BadSettings, changes_of, document_of, edited

VERSIONS_SHOWN = 200
ENDED_SHOWN = 10


def settings_now(context: ActContext, actor: Actor, lang: str) -> dict[str, Any]:
    """Everything the pages of the settings begin with: `{version, document, managed_by, pages,
    today, base, draft, planned, changed}`. `document` is what is said; what is not stands in
    `pages` as the default. `today`: what was decided for today only.
    """
    with context.store.read() as conn:
        version, document = document_of(conn, actor.centre)
        names = _names(conn, actor.centre)
        draft = kept.draft(conn, actor.centre, actor.staff) if actor.staff else None
        base = base_of_centre(kept.base(conn, centres.base_version(conn, actor.centre) or 0))
        day = lines.last_day(conn, actor.centre)
        is_open = day is not None and day.state == OPEN
        plain = document.plain()
        return {
            "version": version,
            "document": plain,
            "managed_by": centres.managed_by(conn, actor.centre),
            "pages": {
                page: {"group": group, "parts": parts}
                for (page, (group, _)), parts in zip(PAGES.items(), in_pages().values())
            },
            "named": dict(NAMED),
            "sections_of_rows": SECTIONS_OF_ROWS,
            "base": base,
            "today": {
                "counters": sorted(day.assigned) if day is not None and is_open else [],
                "fields": sorted(day.closed_fields) if day is not None and is_open else [],
                "issuing": day.issuing if day is not None and is_open else True,
            },
            "draft": None if draft is None else _draft(conn, actor.centre, draft, plain, lang),
            "planned": _planned(conn, actor.centre, names, lang),
            "changed": _versions(conn, actor.centre, names)[:5],
        }


def _draft(
    conn: Connection, code: str, draft: Any, plain: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    rows = kept.changes_from(draft.changes)
    return {"version": draft.made_of, "since": draft.since, "at": draft.at, "changes": rows}


def _names(conn: Connection, code: str) -> dict[str, str]:
    """`{actor's id: name}` of the people of a centre."""
    return {f"staff:{id}": name for id, name in people.full_names(conn, code).items()}


def _planned(
    conn: Connection, code: str, names: Mapping[str, str], lang: str
) -> list[dict[str, Any]]:
    planned = []
    for row in [*kept.planned(conn, code), *kept.ended(conn, code, ENDED_SHOWN)]:
        _, made_of = document_of(conn, code, row["made_of"])
        before = made_of.plain()
        made = changes_of(row["changes"], before)
        planned.append(
            {
                "id": row["id"],
                "at": row["at"],
                "due_at": row["due_at"],
                "state": row["state"],
                "by": names.get(row["actor"]),
                "reason": row["reason"],
                "changes": _in_words(made, before, lang),
                "outcome": kept.outcome_from(row["outcome"]),
            }
        )
    return planned


def _in_words(made: Sequence[Change], before: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    try:
        after = applied(before, made)
    except NoSuchPlace:
        after = dict(before)
    return [change_in_words(change, before, after, lang) for change in made]


def size_of(context: ActContext, code: str) -> int:
    """How many letters the document in force has, as it is stored."""
    with context.store.read() as conn:
        stored = centres.stored(conn, code)
    return 0 if stored is None else len(stored[1])


def review(
    context: ActContext,
    actor: Actor,
    version: int,
    rows: Sequence[Mapping[str, Any]],
    lang: str,
) -> dict[str, Any]:
    """What changes made of the document of `version` would do if they were applied now: `{version,
    made_of, differences, consequences, mistakes, conflicts, theirs, meanwhile, hall, may_apply}`.

    `conflicts`: places that another changed too since `version`, with `before`, `mine`, `theirs` in
    words and the raw `value` of theirs; `theirs`: everything that others changed.
    """
    with context.store.read() as conn:
        in_force, document = document_of(conn, actor.centre)
        _, made_of = document_of(conn, actor.centre, version)
        before, now_plain = made_of.plain(), document.plain()
        made, theirs = changes_of(rows, before), differences(before, now_plain)
        at_odds = conflicts(made, theirs)
        names = _names(conn, actor.centre)
        answer: dict[str, Any] = {
            "version": in_force,
            "made_of": version,
            "differences": _in_words(made, before, lang),
            "theirs": _in_words(theirs, before, lang),
            "conflicts": [_conflict(pair, before, now_plain, lang) for pair in at_odds],
            "meanwhile": [
                row for row in _versions(conn, actor.centre, names) if row["version"] > version
            ],
            "consequences": [],
            "mistakes": [],
            "hall": _hall(conn, actor.centre),
        }
        refuses = False
        if not at_odds:
            try:
                new, _ = edited(now_plain, made)
                effects = consequences(conn, context.clock(), document, new)
                answer["consequences"] = [
                    {"text": row.sentence(lang), "refuses": row.refuses} for row in effects
                ]
                refuses = any(row.refuses for row in effects)
            except BadSettings as bad:
                answer["mistakes"] = mistakes_in_words(bad, lang)
        answer["may_apply"] = bool(made) and not (refuses or at_odds or answer["mistakes"])
        return answer


def mistakes_in_words(bad: BadSettings, lang: str) -> list[dict[str, Any]]:
    """What is wrong, each with its place and mend."""
    return [mistake_in_words(mistake, bad.document, lang) for mistake in bad.mistakes]


def _conflict(
    pair: tuple[Change, Change], before: Mapping[str, Any], after: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    mine, theirs = pair
    own, other = (change_in_words(change, before, after, lang) for change in (mine, theirs))
    return {
        **own,
        "before": own["old"],
        "mine": own["new"],
        "theirs": other["new"],
        "their_place": other["place"],
        "value": theirs.new,
    }


def _hall(conn: Connection, code: str) -> dict[str, int]:
    """Who is in the hall now: people waiting, screens and kiosks that are told."""
    day = lines.last_day(conn, code)
    waiting = (
        len(lines.waiting(conn, code, day.date)) if day is not None and day.state == OPEN else 0
    )
    on = [row.role for row in people.devices(conn, code) if row.revoked_at is None]
    return {"waiting": waiting, "boards": on.count("board"), "kiosks": on.count("kiosk")}


def _versions(conn: Connection, code: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "version": row["version"],
            "at": row["at"],
            "by": names.get(row["actor"] or "", None),
            "reason": row["reason"] or "",
            "source": row["source"],
            "digest": row["digest"],
        }
        for row in centres.versions(conn, code, VERSIONS_SHOWN)
    ]


def versions(context: ActContext, code: str) -> list[dict[str, Any]]:
    """The versions that were in force, newest first: `{version, at, by, reason, source, digest}`;
    `by` is a person's name, None for a program.
    """
    with context.store.read() as conn:
        return _versions(conn, code, _names(conn, code))


def version_of(context: ActContext, code: str, version: int, lang: str) -> dict[str, Any]:
    """What a version changed of the one before it, and what going back to it would change now, both
    in words. Raises Refusal bad_request for a version that was not kept.
    """
    with context.store.read() as conn:
        _, document = document_of(conn, code, version)
        plain = document.plain()
        _, current = document_of(conn, code)
        try:
            _, earlier = document_of(conn, code, version - 1)
            before = earlier.plain()
        except Refusal:
            before = plain  # the first that was kept
        made = differences(before, plain)
        back = differences(current.plain(), plain)
        return {
            "version": version,
            "changes": _in_words(made, before, lang),
            "undo": _in_words(back, current.plain(), lang),
        }


def texts(context: ActContext, code: str) -> list[dict[str, Any]]:
    """`[{key, area, words}]`: every text the centre may say its own way, as it is shipped in its
    languages.
    """
    return shipped(context.centre(code).locales)


def counters_of(context: ActContext, code: str) -> dict[str, list[str]]:
    """`{staff id: the counters they have open or paused}`."""
    with context.store.read() as conn:
        states = lines.counter_states(conn, code)
    at: dict[str, list[str]] = {}
    for number, row in sorted(states.items()):
        if row.clerk and row.state != CLOSED:
            at.setdefault(row.clerk, []).append(number)
    return at
