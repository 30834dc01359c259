"""Being told ahead of a visit: reminders of a booking, and when to leave home for a number kept
there. Asked for and taken back by whoever has the code.
"""

from typing import Any

from domain import booking as booked
from domain import claim as kept
from domain.booking_rules import is_bookable, slots_on
from domain.day import MINUTE

from .. import payloads
from ..store import claims, contacts
from .act import Act, Answer, Refusal, verb
from .ahead_notices import about_booking, alert_list, kept_until, page_of, remind
from .bookings import named as booking_named
from .bookings import rules_of
from .citizen import wish
from .claims import named as claim_named
from .notices import notify
from .reached import keep_contact

#: So many may be on the alert list of a day.
MOST_OF_A_DAY = 500


@verb("reach_booking", payloads.ReachBooking)
def reach_booking(act: Act, code: str, kind: str, address: str, lang: str) -> Answer:
    """Keep a contact that is reminded of a booking a day and two hours before, and told when it is
    moved or gone; erased when the booking has ended.

    Refused with unknown_booking, booking_state, bad_request (a channel the centre has not) and
    too_many.
    """
    row = booking_named(act, code)
    if row.state not in booked.OPEN:
        raise Refusal("booking_state", state=row.state)
    keep_contact(act, "booking", row.id, kind, address, lang, until=kept_until(act, row.end))
    if row.state == booked.BOOKED:
        if kind != "push":
            # a phone shows the page it was asked on; the others keep the code nowhere yet
            notify(act, "booking", row.id, "booked", about_booking(act, row))
        remind(act, row)
    return {}


@verb("reach_claim", payloads.ReachClaim)
def reach_claim(
    act: Act, code: str, kind: str, address: str, lang: str, travel_minutes: int = 0
) -> Answer:
    """Keep a contact that is told when to leave home: five minutes before the earliest told time
    less the way there.

    Returns `{leave_at}`. Refused with unknown_claim, claim_state, bad_request and too_many.
    """
    row = claim_named(act, code)
    if row.state != kept.HELD or row.expires_at <= act.now:
        raise Refusal("claim_state", state=row.state)
    keep_contact(act, "claim", row.id, kind, address, lang, until=kept_until(act, row.expires_at))
    leave_at = max(
        act.now, row.taken_at + (row.told_low - kept.ARRIVE_EARLY_MINUTES - travel_minutes) * MINUTE
    )
    code = str(claims.code_of(act.tx.conn, act.tx.centre, row.id) or "")
    about: dict[str, Any] = {"path": page_of("claim", act.tx.centre, code)}
    notify(act, "claim", row.id, "leave_now", about, due_at=leave_at, expires_at=row.expires_at)
    return {"leave_at": leave_at}


@verb("forget_booking", payloads.Forget)
def forget_booking(act: Act, code: str, kind: str | None = None) -> Answer:
    """Erase the contacts given for a booking, of one kind or all. Refused with
    unknown_booking.
    """
    row = booking_named(act, code)
    contacts.erase_of(act.tx.conn, act.tx.centre, "booking", [row.id], kind)
    return {}


@verb("forget_claim", payloads.Forget)
def forget_claim(act: Act, code: str, kind: str | None = None) -> Answer:
    """Erase the contacts given for a kept number, of one kind or all. Refused with
    unknown_claim.
    """
    row = claim_named(act, code)
    contacts.erase_of(act.tx.conn, act.tx.centre, "claim", [row.id], kind)
    return {}


@verb("watch_day", payloads.WatchDay)
def watch_day(
    act: Act,
    date: str,
    kind: str,
    address: str,
    lang: str,
    field: str | None = None,
    service: str | None = None,
) -> Answer:
    """Put a contact on a day's alert list: it is told of places that are free at once because their
    time is near. Erased when the day is over.

    Refused with bookings_off, unknown_field, unknown_slot (nothing can be booked on that day),
    bad_request and too_many.
    """
    rules = rules_of(act)
    wanted = wish(act.centre, field, service, None, None)
    queue = rules.queue(wanted.field.prefix, wanted.service)
    offered = [
        slot
        for slot in slots_on(rules, act.centre.calendar, queue, date).values()
        if is_bookable(rules, act.centre.calendar, slot, act.now)
    ]
    if not offered:
        raise Refusal("unknown_slot")
    until = max(slot.end for slot in offered)
    subject = alert_list(queue, date)
    keep_contact(
        act, "places", subject, kind, address, lang, until=until, most=MOST_OF_A_DAY, shared=True
    )
    return {"until": until}
