"""Free announcements: what staff type is shown on the boards and spoken.

The text has its own table; the journal holds only that there was one.
"""

from collections.abc import Callable, Mapping
from typing import Any

from domain.facts import Announced, AnnouncementWithdrawn
from domain.languages import DEFAULT, default_first
from domain.loudspeaker import Speech

from ..payloads import Announce
from ..store import announcements as rows
from ..store import people
from ..store.media import hall_screens
from .act import Act, ActContext, Answer, Refusal, new_id, verb
from .wording import only_languages_of

#: `clip(text, lang)`: the recording of a text as (address, ms), or None where there is no voice.
Clip = Callable[[str, str], tuple[str, int] | None]
#: So many may stand in a centre at one time; more, and nobody would hear the calls.
STANDING = 5
#: Spoken within this time or not at all: a notice of five minutes ago is only read.
SPOKEN_WITHIN_MS = 180_000
#: Texts are deleted so long after they were shown.
KEPT_MS = 7 * 86_400_000


@verb("announce", Announce)
def announce(
    act: Act,
    text: dict[str, str],
    zones: list[str] | None = None,
    times: int = 1,
    show_seconds: int = 60,
) -> Answer:
    """Show `text` (by language) for some seconds on the boards of `zones` (default: all) and say
    it `times` times (0: not at all).

    → {announcement}. Refuses bad_request for an unknown zone, too_many when five stand already.
    """
    only_languages_of(act.centre, "text", text)
    if any(zone not in act.centre.zones for zone in zones or ()):
        expected = ", ".join(act.centre.zones)
        raise Refusal("bad_request", key="zones", problem="one_of", expected=expected)
    standing = rows.live(act.tx.conn, act.tx.centre, act.now)
    if len(standing) >= STANDING:
        ends = min(row["until"] for row in standing)
        retry_after = -(-(ends - act.now) // 1000)
        raise Refusal("too_many", why="standing", most=STANDING, retry_after=retry_after)
    row = {
        "id": new_id()[:16],
        "at": act.now,
        "until": act.now + show_seconds * 1000,
        "text": text,
        "zones": list(zones) if zones else None,
        "times": times,
        "by": act.actor.id,
    }
    rows.forget_before(act.tx.conn, act.tx.centre, act.now - KEPT_MS)
    rows.add(act.tx.conn, act.tx.centre, row)
    act.day = act.tx.day()
    act.record(Announced(announcement=str(row["id"])))
    return {"announcement": announcement_now(row)}


@verb("withdraw")
def withdraw(act: Act, id: str) -> Answer:
    """Take an announcement off the boards and out of the loudspeakers' lines.

    Refuses bad_request when none of this id stands.
    """
    if not rows.withdraw(act.tx.conn, act.tx.centre, id, act.now):
        raise Refusal("bad_request", key="announcement", problem="gone")
    act.day = act.tx.day()
    act.record(AnnouncementWithdrawn(announcement=id))
    return {}


def live(context: ActContext, centre: str) -> list[dict[str, Any]]:
    """The announcements that stand now, as rows with `spoken_until`."""
    with context.store.read() as conn:
        return [
            {
                **row,
                "spoken_until": (
                    min(row["until"], row["at"] + SPOKEN_WITHIN_MS) if row["times"] else 0
                ),
            }
            for row in rows.live(conn, centre, context.clock())
        ]


def announcement_now(row: Mapping[str, Any]) -> dict[str, Any]:
    """What boards and staff see of a row: never who typed it."""
    return {key: row[key] for key in ("id", "at", "until", "text", "zones", "times")}


def speech(row: Mapping[str, Any], now: int, clip: Clip) -> Speech:
    """The Speech of a row; `clip(text, lang)` gives its recording as (address, ms), or None where
    the hub has no voice (then the chime calls the eyes).
    """
    say = []
    for lang in default_first(row["text"]):
        words = row["text"][lang]
        made = clip(words, lang) if words else None
        if made:
            say.append(
                {
                    "lang": lang,
                    "text": words,
                    "clips": [],
                    "url": made[0],
                    "ms": made[1],
                    "times": row["times"] if lang == DEFAULT else 1,
                }
            )
    return Speech(f"n{row['id']}", "notice", tuple(say), now, until=row["spoken_until"])


def places(context: ActContext, centre: str) -> dict[str, str | None]:
    """`{device: zone or None}` of the boards that may speak: not shut off, not registered as
    silent.
    """
    with context.store.read() as conn:
        return {
            row.id: row.zone
            for row in people.devices(conn, centre)
            if row.role == "board" and row.sound and row.revoked_at is None
        }


def alarm(context: ActContext, centre: str) -> dict[str, Any] | None:
    """The emergency text that stands, {"text", "at"}, or None."""
    with context.store.read() as conn:
        return hall_screens(conn, centre)[2]


def speech_of_alarm(alarm: Mapping[str, Any], now: int, clip: Clip) -> Speech:
    """The Speech of an emergency text, twice in Vietnamese and once in English; each saying has an
    id of its own.
    """
    return speech(
        {
            "id": f"alarm{alarm['at']}.{now}",
            "text": alarm["text"],
            "times": 2,
            "spoken_until": now + SPOKEN_WITHIN_MS,
        },
        now,
        clip,
    )


def claim(
    context: ActContext,
    centre: str,
    area: str,
    process: str,
    until: int,
    spoken: list[Any] | None = None,
) -> list[Any] | None:
    """Drive a loudspeaker area until a moment, unless another hub process does. → what was said
    there last, as a list (`spoken` replaces it), or None when it is not ours.
    """
    with context.store.change() as conn:
        return rows.claim(conn, centre, area, process, context.real_clock(), until, spoken)


def release(context: ActContext, centre: str, area: str, process: str, spoken: list[Any]) -> None:
    """Let a loudspeaker area go; what was said there stays known to the process after us."""
    with context.store.change() as conn:
        rows.release(conn, centre, area, process, spoken)
