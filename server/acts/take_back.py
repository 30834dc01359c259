"""Numbers nobody holds, taken by a stolen token: given back in one act."""

from domain.facts import Cancelled
from domain.reasons import TAKEN_BACK

from .. import payloads
from ..store import lines, people
from .act import Act, Answer, Refusal, verb
from .day import today
from .visit import forget_note


@verb("take_back", payloads.TakeBack)
def take_back(act: Act, device: str, since: int) -> Answer:
    """Cancel what a device (its id or name) gave out since a moment (ms), that waits, was never
    called and of which no slip was reported printed; the field's cap has room for them again.
    Returns `{taken_back: [number, …]}`. Refused with unknown_device.
    """
    today(act)
    ids = {
        row.id for row in people.devices(act.tx.conn, act.tx.centre) if device in (row.id, row.name)
    }
    if not ids:
        raise Refusal("unknown_device")
    numbers, by_field = [], dict[str, int]()
    for waiting in lines.waiting(act.tx.conn, act.tx.centre, act.today.date):
        ticket = act.ticket(waiting.id)
        if ticket.device not in ids or ticket.issued_at < since:
            continue
        if ticket.printed or ticket.first_called_at is not None:
            continue
        act.record(Cancelled(reason=TAKEN_BACK), ticket)
        forget_note(act, ticket)
        numbers.append(ticket.number)
        by_field[ticket.field] = by_field.get(ticket.field, 0) + 1
    for field, count in by_field.items():
        series = lines.series_of(act.tx.conn, act.tx.centre, act.today.date, field)
        issued = (series.issued if series else 0) - count
        lines.change_series(act.tx.conn, act.tx.centre, act.today.date, field, issued=issued)
    return {"taken_back": numbers}
