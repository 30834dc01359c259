"""A second paper of a ticket: asked for by staff, printed by a kiosk and marked as such."""

import json
from typing import Any

from domain.facts import ReprintAsked
from domain.ticket import WAITING

from ..payloads.counter import Reprint
from ..store import lines, people
from .act import Act, ActContext, Answer, Refusal, verb
from .at_counter import refuse_out_of_reach
from .citizen import slip_of
from .views import brief, citizen_ticket


@verb("reprint", Reprint)
def reprint(
    act: Act, ticket: str, kiosk: str | None = None, counter: int | str | None = None
) -> Answer:
    """Ask a kiosk for a second paper: the one named (its name or id), else one whose printer is
    well, the one that gave the ticket out before others. Returns `{ticket, kiosk}`.

    Refused with no_kiosk when none is there. One paper for one request id, however often it is
    asked.
    """
    act.day = act.tx.day()
    row = act.find(ticket)
    refuse_out_of_reach(act, row, counter)
    there = [
        device
        for device in people.devices(act.tx.conn, act.tx.centre)
        if device.role == "kiosk"
        and device.revoked_at is None
        and act.context.kiosk_there(device, act.now)
    ]
    if not there:
        raise Refusal("no_kiosk")
    # a second paper is mostly wanted because the first did not come out: not from the machine that
    # has no paper
    chosen = min(
        there,
        key=lambda device: (
            kiosk not in (device.id, device.name),
            json.loads(device.status).get("printer") not in ("ok", "ready"),
            device.id != row.device,
            device.name,
        ),
    )
    act.record(ReprintAsked(device=chosen.id), row)
    return {"ticket": brief(row), "kiosk": chosen.name}


def second_paper(context: ActContext, centre_code: str, fact: ReprintAsked) -> dict[str, Any]:
    """What the kiosk is sent for a `reprint_asked`:

    `{request_id, ticket, slip}`; people ahead and range as they are now.
    """
    centre = context.centre(centre_code)
    context.estimates.field_paces(centre)
    with context.store.read() as conn:
        ticket = lines.find(conn, centre_code, str(fact.ticket), ())
        if ticket is None:
            raise Refusal("unknown_ticket", ticket=fact.number)
        centre = context.for_day(centre, lines.last_day(conn, centre_code))
        ahead = (
            lines.people_ahead(conn, centre_code, ticket.day, ticket.field, ticket.line_at)
            if ticket.state == WAITING
            else None
        )
        estimate = context.estimates.for_ticket(conn, centre, ticket, ahead or 0, context.clock())
    return {
        "request_id": fact.act,
        "ticket": citizen_ticket(ticket, ahead, estimate),
        "slip": slip_of(
            centre,
            ticket,
            ahead,
            estimate,
            context.slip_link(centre_code, ticket.id, ticket.key_hash),
        ),
    }
