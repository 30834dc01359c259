"""The screens of the hall as a draft of the settings would have them: the snapshots of a sample
morning, made by the code that makes the real ones. Nothing is changed, and nobody is told.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domain.centre import Centre
from domain.day import MINUTE, OPEN, CounterState, ServiceDay, moment
from domain.dispatch import at_work
from domain.languages import DEFAULT
from domain.numbers import number
from domain.ticket import Ticket

from ...accounts.actor import Actor
from ...centre import CentreDocument
from ...centre.build import centre_of
from ..act import ActContext
from ..estimates import FieldEstimate
from ..pairing import screen
from ..settings import changes_of, document_of, edited
from .board import board
from .kiosk import kiosk
from .reading import CentreReading
from .sample_slip import Paper, sample_paper

#: The time of the sample morning, where numbers are given then.
SAMPLE_TIME = "09:41"
#: Who has come by then: the counters that are calling, and how many have gone before.
CALLING, EARLIER = 6, 40
MOST_AHEAD = 14


class SampleCall(NamedTuple):
    """A call as the store tells of it."""

    seq: int
    ticket: str
    at: int
    called_to: str
    number: str
    state: str
    counter: str
    calls: int
    priority: str | None
    lang: str


class DraftContext(ActContext):
    """The surroundings of acts in which a centre is what a draft makes of it."""

    def __init__(self, context: ActContext, draft: Centre, now: int) -> None:
        super().__init__(
            context.store, lambda: now, hours=context.hours, public_url=context.public_url
        )
        self.draft = draft

    def centre(self, code: str, version: int | None = None) -> Centre:
        """The centre as the draft has it."""
        return self.draft


class SampleReading(CentreReading):
    """A morning in a hall: counters call, some people wait in each field. Read from nothing; the
    numbers are the same each time, so that a picture moves only where the draft does.
    """

    def __init__(self, context: DraftContext, first: str, at: str | None = None) -> None:
        self.context, self.now, self.centre = context, context.clock(), context.draft
        date = self.centre.date_of(self.now)
        self.day = self.day_in_force = ServiceDay(date, OPEN, self.now - 120 * MINUTE)
        self.seq, self.notes, self.issued = 1, {}, {}
        self.states, self.tickets, self.latest = _called(self.centre, self.now, date, first, at)
        self.fields = {
            prefix: (3 + 5 * n % MOST_AHEAD, self.now - 20 * MINUTE)
            for n, prefix in enumerate(self.centre.fields)
        }
        self.at = {str(ticket.counter): ticket for ticket in self.tickets}
        self.at_work, self.idle = at_work(self.centre.counters, self.states), frozenset()
        self._mark_before = self._consoles_before = None
        self._tickets, self._estimates, self._available = {}, {}, {}

    def estimate(self, prefix: str) -> FieldEstimate:
        """What an ordinary morning would tell, by how many wait."""
        low = 5 * (1 + self.waiting(prefix)[0] // 3)
        return {
            "estimate": {"low": low, "high": low + 10},
            "no_estimate": None,
            "calls_from": None,
        }


def _called(
    centre: Centre, now: int, date: str, first: str, favoured: str | None
) -> tuple[dict[str, CounterState], list[Ticket], list[SampleCall]]:
    """Every counter is open; some have called somebody: a number of the field `first` last, to the
    favoured counter or to one of the field's own zone.
    """
    states = {
        counter: CounterState(counter, OPEN, now - 100 * MINUTE) for counter in centre.counters
    }
    with_fields = [counter for counter in centre.counters.values() if counter.fields]
    zone = centre.fields[first].zone if first in centre.fields else None
    with_fields.sort(
        key=lambda counter: (
            counter.number != favoured,
            first not in counter.fields,
            counter.zone != zone,
        )
    )
    tickets, calls = [], []
    for n, counter in enumerate(with_fields[:CALLING]):
        prefix = first if first in counter.fields else counter.fields[0]
        at = now - (1 + 4 * n) * MINUTE
        ticket = Ticket(
            id=f"sample-{n}",
            day=date,
            number=number(centre.ticket_format, prefix, EARLIER + 6 - n),
            field=prefix,
            service=None,
            lang=DEFAULT,
            priority=None,
            credit_ms=0,
            device=None,
            state="CALLED" if n == 0 else "SERVING",
            issued_at=at - 25 * MINUTE,
            since=at - 25 * MINUTE,
            line_at=at - 25 * MINUTE,
            called_at=at,
            counter=counter.number,
            calls=1,
        )
        tickets.append(ticket)
        calls.append(
            SampleCall(
                seq=CALLING - n,
                ticket=ticket.id,
                at=at,
                called_to=counter.number,
                number=ticket.number,
                state=ticket.state,
                counter=counter.number,
                calls=1,
                priority=None,
                lang=DEFAULT,
            )
        )
    return states, tickets, calls


def sample_moment(centre: Centre, now: int) -> int:
    """09:41 of the next day on which numbers are given, today counted; where none are given at that
    time, the middle of that day's first window.
    """
    today = centre.date_of(now)
    date = today if centre.windows("tickets", today) else centre.calendar.next_date(today)
    windows = centre.windows("tickets", date)
    usual = moment(date, SAMPLE_TIME, centre.timezone)
    if not windows or any(begin <= usual < end for begin, end in windows):
        return usual
    begin, end = windows[0]
    return (begin + end) // 2


def drafted(
    context: ActContext, actor: Actor, version: int, rows: Sequence[Mapping[str, Any]]
) -> CentreDocument:
    """The document that changes made of a version's would make. Raises BadSettings, Refusal."""
    with context.store.read() as conn:
        _, made_of = document_of(conn, actor.centre, version)
    before = made_of.plain()
    document, _ = edited(before, changes_of(rows, before))
    return document


def previews(
    context: ActContext,
    actor: Actor,
    version: int,
    rows: Sequence[Mapping[str, Any]],
    *,
    field: str | None = None,
    display: str | None = None,
    counter: str | None = None,
    catalogue: str | None = None,
) -> dict[str, Any]:
    """What the screens would show on a sample morning with these changes: `{at, kiosk, catalogue,
    board, screen, counter}`.

    `field` is the one that was called last, `display` the board's name in the document, `counter`
    the one whose sign is meant (any where the draft has no such), `catalogue` the version of the
    list of procedures that the asker holds: null then. Raises BadSettings, Refusal.
    """
    centre = centre_of(drafted(context, actor, version, rows), version)
    now = sample_moment(centre, context.clock())
    surroundings = DraftContext(context, centre, now)
    reading = SampleReading(surroundings, field or next(iter(centre.fields)), counter)
    listed = surroundings.catalogues.of(centre)
    nobody = Actor(centre.code, "hub:preview", "board")
    return {
        "at": now,
        "kiosk": kiosk(reading),
        "catalogue": None if catalogue == listed.version else listed.body.decode(),
        "board": board(reading),
        "screen": screen(surroundings, nobody, _board_of(centre, display, field, counter)),
        "counter": counter if counter in centre.counters else next(iter(reading.at), None),
    }


def _board_of(
    centre: Centre, display: str | None, field: str | None, counter: str | None
) -> str | None:
    """The board that is meant: the one named, else one that hangs where the counter or the field
    is, else the first.
    """
    boards = centre.displays.boards
    if display in boards:
        return display
    zones = [part.zone for part in (centre.counters.get(counter or ""),) if part is not None]
    zones += [part.zone for part in (centre.fields.get(field or ""),) if part is not None]
    near = [name for zone in zones for name, row in boards.items() if row.get("zone") == zone]
    return next(iter([*near, *boards]), None)


def slip(
    context: ActContext,
    actor: Actor,
    version: int,
    rows: Sequence[Mapping[str, Any]],
    *,
    lang: str,
    field: str | None,
    service: str | None,
) -> Paper:
    """What the slip of a field or of a procedure would be with these changes. Raises BadSettings,
    Refusal.
    """
    centre = centre_of(drafted(context, actor, version, rows), version)
    return sample_paper(centre, lang, field=field, service=service)
