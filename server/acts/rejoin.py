"""Back in line after a missed call, said by the phone of whoever holds the slip."""

from domain.ticket import ABSENT

from .. import payloads
from .act import Act, Answer, Refusal, verb
from .citizen import put_back
from .day import today
from .door import refuse_unless_at_the_door
from .views import brief


@verb("rejoin", payloads.RejoinTicket)
def rejoin(act: Act, ticket: str, door: str) -> Answer:
    """Put an absent ticket back in line, by the rule for latecomers: its holder is in the house, as
    the code at the door shows. Without one staff put them back (`requeue`).

    Refused with door_code, and with wrong_state where the ticket is not absent or the centre keeps
    no absent ones.
    """
    today(act)
    row = act.ticket(ticket)
    if row.state != ABSENT or not act.centre.rules.keep_absent:
        raise Refusal("wrong_state", number=row.number, state=row.state)
    refuse_unless_at_the_door(act, door)
    return {"ticket": brief(put_back(act, row, None, None))}
