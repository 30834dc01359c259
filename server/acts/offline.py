"""Numbers a kiosk holds for the time without the hub, and the tickets it brings back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain import numbers
from domain.day import MINUTE, OPEN
from domain.estimate import NoPromise
from domain.facts import BlockLeased, Cancelled, Expired, Joined, Requeued
from domain.offline_time import TakenAt, taken_at
from domain.promises import OFFLINE, PromiseMade
from domain.slip_key import NO_KEY
from domain.ticket import ABSENT, CALLED, CANCELLED, DONE, PARKED, SERVING, WAITING, Ticket

from .. import payloads
from ..payloads.kiosk import Forsake
from ..store import journal, lines
from .act import Act, Answer, Refusal, verb
from .citizen import Wish, give
from .day import today
from .moved_day import RightDay, dated, dates_of, given_as, move, right_day
from .series import left_of, shown_block
from .views import citizen_ticket

#: An uploaded ticket this much younger than the clerk's call by hand is another person's: the clerk
#: had mistyped.
SAME_PERSON_MS = MINUTE


@verb("lease_blocks")
def lease_blocks(act: Act, remembered: Mapping[str, Any] | None = None) -> Answer:
    """Give a kiosk numbers for the time without a hub, today's and the next service day's.

    Returns `{blocks: [{field, day, first, last, journal, used}]}`.

    One block per field and day, the same again when asked again; one more when at least half of
    what it holds is used. `remembered` is what the kiosk knows:
    `journal` (the id of its journal file; a new file never gets the numbers of an old one), `day`
    and `seq` it heard last, `blocks` it holds. A hub that
    remembers less (restored from a backup) reserves every number of the day that a paper may carry,
    and takes the kiosk's word for its blocks.
    """
    remembered = remembered or {}
    today(act)
    if remembered.get("day") == act.today.date and remembered.get("seq", 0) > act.tx.seq:
        reserve_lost(act, act.today.date)
    _adopt(act, remembered)
    return {"blocks": _lease(act, remembered.get("journal"))}


@verb("memory_lost")
def memory_lost(act: Act) -> Answer:
    """The store was put back to an older state: every number of today that a paper may carry is
    kept from being given again. Returns `{day}`.
    """
    date = act.centre.date_of(act.now)
    reserve_lost(act, date)
    return {"day": date}


def reserve_lost(act: Act, date: str) -> None:
    """Lay a block over all numbers of a day up to the end of the kiosks' range; the hub goes on
    after it, and leases no more that day.
    """
    top = act.centre.kiosk_numbers.last
    reserved = {
        lease.field
        for lease in journal.leases(act.tx.conn, act.tx.centre, date)
        if lease.device == journal.LOST
    }
    with dated(act, date):
        for field in act.centre.fields:
            if field not in reserved:
                act.record(BlockLeased(device=journal.LOST, first=1, last=top), field=field)
                series = lines.series_of(act.tx.conn, act.tx.centre, date, field)
                lines.change_series(
                    act.tx.conn,
                    act.tx.centre,
                    date,
                    field,
                    leased=max(top, series.leased if series else 0),
                    last=max(top, series.last if series else 0),
                )


def _adopt(act: Act, remembered: Mapping[str, Any]) -> None:
    """Blocks a kiosk holds that this hub has forgotten become its own again, unless another kiosk
    has them.
    """
    low, high, _ = act.centre.kiosk_numbers
    leases = (
        [
            lease
            for lease in journal.leases(act.tx.conn, act.tx.centre, act.today.date, and_later=True)
            if lease.device != journal.LOST
        ]
        if remembered.get("blocks")
        else []
    )
    for block in remembered.get("blocks") or ():
        taken = any(
            (lease.day, lease.field) == (block["day"], block["field"])
            and lease.first <= block["last"]
            and block["first"] <= lease.last
            for lease in leases
        )
        if (
            block["field"] in act.centre.fields
            and low <= block["first"] <= block["last"] <= high
            and not taken
            and block["day"] >= act.today.date
        ):
            _record_lease(
                act,
                block["day"],
                block["field"],
                block["first"],
                block["last"],
                remembered.get("journal"),
                adopted=True,
            )


def _record_lease(
    act: Act,
    date: str,
    field: str,
    first: int,
    last: int,
    journal_id: str | None,
    adopted: bool | None = None,
) -> None:
    leased = BlockLeased(
        device=str(act.actor.device), first=first, last=last, journal=journal_id, adopted=adopted
    )
    with dated(act, date):
        act.record(leased, field=field)
    series = lines.series_of(act.tx.conn, act.tx.centre, date, field)
    lines.change_series(
        act.tx.conn, act.tx.centre, date, field, leased=max(last, series.leased if series else 0)
    )


def _lease(act: Act, journal_id: str | None) -> list[dict[str, Any]]:
    low, high, size = act.centre.kiosk_numbers
    ticket_format = act.centre.ticket_format
    blocks = []
    for date in (act.today.date, act.centre.calendar.next_date(act.today.date)):
        held: dict[str, list[journal.Lease]] = {}
        for lease in journal.leases(act.tx.conn, act.tx.centre, date):
            if lease.device == act.actor.device and lease.journal == journal_id:
                held.setdefault(lease.field, []).append(lease)
        used = (
            lines.numbers_of_device(act.tx.conn, act.tx.centre, date, act.actor.device)
            if held
            else []
        )
        for field in act.centre.fields:
            mine = held.get(field, [])
            if 2 * sum(left_of(lease, ticket_format, used) for lease in mine) <= size:
                series = lines.series_of(act.tx.conn, act.tx.centre, date, field)
                first = max(low, (series.leased if series else 0) + 1)
                if first + size - 1 <= high:
                    _record_lease(act, date, field, first, first + size - 1, journal_id)
                    mine = [
                        *mine,
                        journal.Lease(
                            str(act.actor.device), field, first, first + size - 1, journal_id
                        ),
                    ]
            blocks += [shown_block(lease, date, ticket_format, used) for lease in mine]
    return blocks


@verb("upload", payloads.Upload)
def upload(act: Act, tickets: list[dict[str, Any]]) -> Answer:
    """Take in tickets a kiosk gave out while it could not reach the hub: each once, on its own day,
    at its own time. Returns `{tickets: [{request_id, ok, ticket | error}]}`.

    A ticket of a day that has closed meanwhile is written to that day and expired at once; one that
    a wrong clock dated, to the day that got the others. Half used blocks are followed by others.
    """
    try:
        today(act)
    except Refusal:
        # no day is open; what belongs to closed ones is taken in all the same
        act.day = act.tx.day()
    answers = [_take_in(act, brought) for brought in tickets]
    if act.day is not None and act.day.state == OPEN and any(brought["ok"] for brought in answers):
        mine = [
            lease
            for lease in journal.leases(act.tx.conn, act.tx.centre, act.day.date)
            if lease.device == act.actor.device
        ]
        if mine:
            _lease(act, mine[-1].journal)
    return {"tickets": answers}


def _take_in(act: Act, brought: Mapping[str, Any]) -> Answer:
    field = act.centre.fields.get(brought["field"])
    date = brought.get("day") or act.centre.date_of(min(brought["issued_at"], act.now))
    n = numbers.count_of(brought["number"], brought["field"], act.centre.ticket_format)
    held = [] if n is None else _held(act, brought["field"], date, n)
    right = right_day(act, date)
    if right is None:
        row = act.tx.ticket(number=brought["number"], day=date)
    else:
        row = given_as(act, date, brought["number"])
    if row is None and field is None:
        return _no(brought, "unknown_field")
    if row is None and not held:
        return _no(brought, "bad_request")
    taken = _taken_at(act, brought, date, held, right)
    if row is not None:
        return _known_already(act, brought, row, taken)
    if field is None or n is None:
        return _no(brought, "bad_request")
    its_date, shift = right or (date, 0)
    day = act.tx.day_of(its_date)
    if day is None and (act.day is None or its_date > act.day.date):
        return _no(brought, "day_closed")
    if not _call_back_ghost(act, brought):
        return _no(brought, "request_id_reused")
    service = brought.get("service")
    wanted = Wish(
        field,
        service if service in act.centre.services else None,
        act.centre.priorities.get(brought.get("priority") or ""),
        brought.get("lang") or act.centre.locales[0],
        brought.get("dossiers"),
    )
    with dated(act, date, shift):
        ticket = give(
            act,
            wanted,
            n,
            taken.at + shift,
            number=brought["number"],
            id=brought.get("id") if not act.tx.ticket(id=brought.get("id") or "") else None,
            claimed_at=taken.claimed_at,
            key_hash=brought.get("key_hash") or NO_KEY,
            # without the hub nobody knows the line: the paper carries no range
            promise=PromiseMade(NoPromise(OFFLINE)),
        )
    with dated(act, its_date):
        if right is not None:
            ticket = move(act, ticket, shift)
        else:
            _count(act, date, brought["field"])
        latest = act.tx.day()
        if day is None or day.state != OPEN or latest is None or its_date != latest.date:
            ticket = act.record(Expired(), ticket)
    return _yes(act, brought, ticket)


def _count(act: Act, date: str, field: str) -> None:
    """One more number of a field's series is out."""
    series = lines.series_of(act.tx.conn, act.tx.centre, date, field)
    lines.change_series(
        act.tx.conn, act.tx.centre, date, field, issued=(series.issued if series else 0) + 1
    )


def _held(act: Act, field: str, date: str, n: int) -> list[journal.Lease]:
    """The blocks from which this kiosk may have given a number: its own that hold it, or those a
    restored hub has forgotten; none when it may not.
    """
    here: list[journal.Lease] = [
        lease
        for lease in journal.leases(act.tx.conn, act.tx.centre, date, field=field)
        if lease.first <= n <= lease.last
    ]
    own = [lease for lease in here if lease.device == act.actor.device]
    if own or any(lease.device != journal.LOST for lease in here):
        return own
    return here


def _taken_at(
    act: Act,
    brought: Mapping[str, Any],
    date: str,
    held: list[journal.Lease],
    right: RightDay | None,
) -> TakenAt:
    """When a ticket was taken: by its kiosk's clock, where that can be believed. A kiosk that goes
    by a wrong hub's clock is as wrong as the hub was.
    """
    its_date, shift = right or (date, 0)
    begins, ends = act.centre.calendar.day_bounds(its_date)
    leased_at = min((lease.since for lease in held), default=0) - shift
    if leased_at > act.now:  # leased by the clock that was right
        leased_at += shift
    taken = taken_at(brought["issued_at"] - shift, act.now, leased_at, begins, ends)
    return taken if taken.claimed_at is None else replace(taken, claimed_at=brought["issued_at"])


def _known_already(act: Act, brought: Mapping[str, Any], row: Ticket, taken: TakenAt) -> Answer:
    """The number is there: uploaded before, called by hand meanwhile, or somebody else's."""
    if row.device != act.actor.device:
        return _no(brought, "request_id_reused")
    same_time = taken.claimed_at is None and row.issued_at == taken.at
    if same_time or (brought.get("id") and brought["id"] == row.id):
        return _yes(act, brought, row)
    first = journal.of_ticket(act.tx.conn, act.tx.centre, row.id)
    if first[0].actor == act.actor.id or any(fact.kind == "joined" for fact in first):
        # told again after a lost answer, by a kiosk whose clock runs ahead: the ticket stands at
        # the moment it was first heard of
        return (
            _yes(act, brought, row)
            if _told_before(act, brought)
            else _no(brought, "request_id_reused")
        )
    if taken.claimed_at is not None:
        # nothing says that the clerk mistyped: the ticket was there when the clerk called it
        taken = TakenAt(min(taken.at, row.issued_at), taken.claimed_at)
    if taken.at > row.issued_at + SAME_PERSON_MS:
        # the clerk called a number before it was given to anybody; whoever got it afterwards has
        # not been served
        if row.state in (SERVING, DONE) or not _call_back_ghost(act, brought):
            return _no(brought, "request_id_reused")
        row = _join(act, brought, row, taken)
        if row.state in (CALLED, ABSENT):
            row = act.record(Requeued(since=row.since, line_at=row.line_at, place="after"), row)
        return _yes(act, brought, row)
    if not _call_back_ghost(act, brought):
        return _no(brought, "request_id_reused")
    return _yes(act, brought, _join(act, brought, row, taken))


def _told_before(act: Act, brought: Mapping[str, Any]) -> bool:
    """Whether this press came in an upload before; a kiosk gives one press one number, so it is the
    ticket of that number.
    """
    asked = lines.asked_before(act.tx.conn, act.tx.centre, brought["request_id"])
    if asked is None:
        return False
    ghost = act.tx.ticket(id=((asked[1].get("ticket") or {}).get("id") or ""))
    return asked[0] == "uploaded" or (ghost is not None and ghost.state == CANCELLED)


def _join(act: Act, brought: Mapping[str, Any], row: Ticket, taken: TakenAt) -> Ticket:
    grade = act.centre.priorities.get(brought.get("priority") or "")
    service = row.service or (
        brought.get("service") if brought.get("service") in act.centre.services else None
    )
    moved = row.since != row.issued_at
    credit = grade.credit_minutes * MINUTE if grade else 0
    with dated(act, row.day):
        return act.record(
            Joined(
                issued_at=taken.at,
                since=row.since if moved else taken.at,
                line_at=row.line_at if moved else taken.at - credit,
                service=service,
                lang=brought.get("lang") or row.lang,
                priority=grade.code if grade else None,
                credit_ms=credit,
                claimed_at=taken.claimed_at,
                key_hash=brought.get("key_hash"),
            ),
            row,
        )


def _call_back_ghost(act: Act, brought: Mapping[str, Any]) -> bool:
    """The hub may have numbered this very press before its answer was lost: then nobody holds that
    number, and it is cancelled. False when somebody does.

    A ghost that was called or set aside is cancelled too, since nobody can come for it; a visit
    that has begun stays.
    """
    asked = lines.asked_before(act.tx.conn, act.tx.centre, brought["request_id"])
    if asked is None:
        # the press itself may still be on its way: answered now, it can never become a second
        # ticket
        lines.remember(
            act.tx.conn,
            act.tx.centre,
            brought["request_id"],
            "uploaded",
            {"ok": False, "error": "request_id_reused", "params": {}},
            act.now,
        )
        return True
    ghost = act.tx.ticket(id=((asked[1].get("ticket") or {}).get("id") or ""))
    if ghost is None or ghost.number == brought["number"]:
        return True
    if ghost.device != act.actor.device or ghost.printed is not None:
        return False
    if ghost.state in (WAITING, CALLED, PARKED, ABSENT):
        with dated(act, ghost.day):
            act.record(Cancelled(reason="printed_offline"), ghost)
    return True


@verb("forsake", Forsake)
def forsake(act: Act, press: str) -> Answer:
    """A kiosk gives up a press that a power cut ended before it had a number: what the hub may have
    numbered for it is cancelled, and the press can never be numbered later.
    """
    act.day = act.tx.day()
    asked = lines.asked_before(act.tx.conn, act.tx.centre, press)
    if asked is None:
        lines.remember(
            act.tx.conn,
            act.tx.centre,
            press,
            "forsaken",
            {"ok": False, "error": "request_id_reused", "params": {}},
            act.now,
        )
        return {"ticket": None}
    ghost = act.tx.ticket(id=((asked[1].get("ticket") or {}).get("id") or ""))
    if (
        ghost is None
        or ghost.device != act.actor.device
        or ghost.printed is not None
        or ghost.state not in (WAITING, CALLED, PARKED, ABSENT)
    ):
        return {"ticket": None}
    with dated(act, ghost.day):
        gone = act.record(Cancelled(reason="no_paper"), ghost)
    return {"ticket": {"id": gone.id, "number": gone.number, "state": gone.state}}


def by_hand(act: Act, named: str) -> Ticket | None:
    """The ticket of a number that a cut-off kiosk holds and the hub has not seen, made because its
    holder stands before a clerk; None when it is no such number.

    When the kiosk comes back with it, the two are one ticket.
    """
    typed = act.centre.written_numbers(named)
    if act.day is None or act.tx.ticket(id=named):
        return None
    if any(act.tx.ticket(number=number, day=act.day.date) for number in typed):
        return None
    number = typed[0]
    leases = [
        lease
        for date in dates_of(act, act.day.date)
        for lease in journal.leases(act.tx.conn, act.tx.centre, date)
    ]
    for lease in leases:
        counts = (numbers.count_of(text, lease.field, act.centre.ticket_format) for text in typed)
        n = next((count for count in counts if count is not None), None)
        if (
            lease.device != journal.LOST
            and lease.field in act.centre.fields
            and n is not None
            and lease.first <= n <= lease.last
        ):
            written = [
                numbers.number(ticket_format, lease.field, n)
                for ticket_format in (act.centre.ticket_format, numbers.USUAL_FORMAT)
            ]
            if number not in written:  # typed with zeros more or less than on the paper
                number = written[0]
                if act.tx.ticket(number=number, day=act.day.date):
                    return None
            return _made_by_hand(act, lease, number, n)
    return None


def _made_by_hand(act: Act, lease: journal.Lease, number: str, n: int) -> Ticket:
    """The ticket of a paper that its kiosk has not told of yet."""
    wanted = Wish(act.centre.fields[lease.field], None, None, act.centre.locales[0])
    right = right_day(act, lease.day) if lease.day != act.today.date else None
    shift = right.shift if right is not None else 0
    with dated(act, lease.day, shift):
        ticket = give(act, wanted, n, act.now, number=number, device=lease.device)
    if right is not None:
        return move(act, ticket, shift)
    _count(act, lease.day, lease.field)
    return ticket


def _yes(act: Act, brought: Mapping[str, Any], ticket: Ticket) -> Answer:
    answer = {
        "request_id": brought["request_id"],
        "ok": True,
        "ticket": citizen_ticket(ticket, 0, None),
    }
    return {**answer, "time_doubted": True} if ticket.time_doubted else answer


def _no(brought: Mapping[str, Any], error: str) -> Answer:
    return {"request_id": brought["request_id"], "ok": False, "error": error}


__all__ = ["by_hand", "forsake", "lease_blocks", "memory_lost", "upload"]
