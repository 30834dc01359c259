"""What the consoles of a hall show alike: read once a reading, made once, used by all of them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.ticket import ABSENT, PARKED

from ...store.last_acts import RecentActs
from ...store.lines import InLine
from ..sent import told_senders
from ..views import View, counter_label, waiting_ticket, with_note
from .shapes import ConsoleSnapshot

if TYPE_CHECKING:
    from .reading import CentreReading


#: A console's snapshot is made anew after this, whatever happens.
MADE_MS = 5_000


class _Made(NamedTuple):
    """A console's snapshot, what it was made of and when, and until when that can be the same."""

    basis: tuple[object, ...]
    snapshot: ConsoleSnapshot
    at: int
    good_until: int


class Consoles:
    """What the consoles of a hall share. What has not changed since the reading `before` is the
    same object as then, so that finding out what is new costs little.
    """

    def __init__(self, reading: "CentreReading", before: "Consoles | None") -> None:
        centre, day = reading.centre, reading.day
        self._reading, self._centre = reading, centre
        self.names = reading.names
        date = day.date if day else ""
        self._waiting = reading.in_line
        with reading.read() as conn:
            self.sent_back = told_senders(conn, centre.code, date, reading.now)
            since = reading.context.undo_since(reading.now)
            self.last_acts = RecentActs(conn, centre.code, since)
        self._by_field: dict[str, list[InLine]] = defaultdict(list)
        self._sent: list[InLine] = []
        for row in self._waiting:
            self._by_field[row.field].append(row)
            if row.to_counter is not None or row.to_clerk is not None:
                self._sent.append(row)
        same = before if before is not None and before._centre is centre else None
        if same is not None:
            for prefix, rows in list(self._by_field.items()):
                self._by_field[prefix] = kept(same._by_field.get(prefix), rows)
        self.fixed: View = same.fixed if same else _fixed(reading)
        self._views_before: dict[tuple[InLine, str | None], View] = same._views if same else {}
        self._views: dict[tuple[InLine, str | None], View] = {}
        self._targets: list[View] = kept(same._targets if same else None, _counter_targets(reading))
        self._places = {number: place for place, number in enumerate(centre.counters)}
        self.clerk_targets: list[View] = kept(
            same.clerk_targets if same else None, _clerk_targets(reading, self.names)
        )
        self._basis = self._basis_of_all()
        self._made: dict[str, _Made] = {}
        self._made_before = same._made if same and same._basis == self._basis else {}

    def made(self, counter: str) -> ConsoleSnapshot | None:
        """A console's snapshot as the reading before had it, less its head, if nothing is new for
        it.
        """
        made = self._made_before.get(counter)
        if made is None or not made.at <= self._reading.now < made.good_until:
            return None
        if made.basis != self._basis_of(counter):
            return None
        self._made[counter] = made
        return made.snapshot

    def keep(self, counter: str, snapshot: ConsoleSnapshot) -> None:
        """Keep a console's snapshot for the next reading. It is made anew now and then, since what
        is next moves with the time.
        """
        now, undo = self._reading.now, snapshot["undo"]
        good_until = min(now + MADE_MS, undo["until"] + 1) if undo else now + MADE_MS
        self._made[counter] = _Made(self._basis_of(counter), snapshot, now, good_until)

    def _basis_of_all(self) -> tuple[object, ...]:
        """What every console is made of."""
        reading = self._reading
        return (
            reading.day,
            reading.notes,
            reading.at_work,
            self.names,
            self.fixed,
            self._targets,
            self.clerk_targets,
            self._sent,
            [ticket for ticket in reading.tickets if ticket.state in (PARKED, ABSENT)],
            reading.context.catalogues.of(self._centre).at,
        )

    def _basis_of(self, counter: str) -> tuple[object, ...]:
        """What the console of this counter is made of besides."""
        reading, served = self._reading, self._centre.counters[counter].served
        return (
            reading.states.get(counter),
            reading.at.get(counter),
            [
                (reading.waiting(prefix), prefix in reading.idle, self._by_field.get(prefix))
                for prefix in served
            ],
            self.sent_back.get(counter),
            self.last_acts.mark_of(counter),
        )

    def waiting_for(
        self, prefixes: Sequence[str], counter: str, clerk: str | None
    ) -> dict[str, InLine]:
        """`{ticket: row}` of those waiting in these fields or sent to this counter or clerk."""
        rows = {row.id: row for prefix in prefixes for row in self._by_field.get(prefix, ())}
        for row in self._sent:
            if row.to_counter == counter or (clerk is not None and row.to_clerk == clerk):
                rows[row.id] = row
        return rows

    def waiting_view(self, row: InLine, reason: str | None) -> View:
        """A ticket of the line ahead, with its note."""
        note = self._reading.notes.get(row.id)
        view = self._views.get((row, reason))
        if view is None:
            view = self._views_before.get((row, reason))
            if view is None or view["note"] != note:
                view = with_note(waiting_ticket(self._centre, row, reason), self._reading.notes)
            self._views[row, reason] = view
        return view

    def targets(self, number: str) -> list[View]:
        """The counters a ticket can be sent to from this one."""
        place = self._places[number]
        return [*self._targets[:place], *self._targets[place + 1 :]]


def kept(before: Any, now: Any) -> Any:
    """The list of before with its rows, as far as they are the same."""
    if before == now:
        return before
    if before is None or len(before) != len(now):
        return now
    return [old if old == new else new for old, new in zip(before, now, strict=True)]


def _fixed(reading: "CentreReading") -> View:
    """What stays as it is for as long as the centre's document does."""
    centre = reading.centre
    rules = centre.rules
    return {
        "lists": {
            k: centre.lists.get(k) or []
            for k in ("outcomes", "park_reasons", "break_reasons", "jump_reasons")
        },
        "priorities": [
            {"code": p.code, "name": p.name, "credit_minutes": p.credit_minutes}
            for p in centre.priorities.values()
        ],
        "fields": [
            {"field": f.prefix, "name": f.name, "short": f.short} for f in centre.fields.values()
        ],
        "rules": {
            "arrive_grace_seconds": rules.arrive_grace_seconds,
            "calls_before_no_show": rules.calls_before_no_show,
            "target_minutes": rules.target_minutes,
            "guard_minutes": rules.guard_minutes,
            "overflow_after_minutes": rules.overflow_after_minutes,
            "badge": centre.badge,
            "auto_recall_seconds": rules.auto_recall_seconds,
            "auto_no_show": rules.auto_no_show,
            "bulk_from": rules.bulk_from,
        },
    }


def _counter_targets(reading: "CentreReading") -> list[View]:
    return [
        {
            "counter": d.label,
            "name": d.name,
            "fields": list(d.fields),
            "state": reading.state_of(d.number),
        }
        for d in reading.centre.counters.values()
    ]


def _clerk_targets(reading: "CentreReading", names: dict[str, str]) -> list[View]:
    return [
        {
            "clerk": reading.states[n].clerk,
            "name": names.get(str(reading.states[n].clerk), str(reading.states[n].clerk)),
            "counter": counter_label(n),
        }
        for n in reading.centre.counters
        if n in reading.at_work.counters and reading.states[n].clerk
    ]
