"""A second paper of a ticket: asked for by staff, printed by a kiosk and marked as such."""

import json

from domain.facts import ReprintAsked
from domain.ticket import WAITING

from ..store import lines, people
from .act import Refusal, run
from .at_counter import refuse_out_of_reach
from .citizen import citizen_view, slip_of


def reprint(context, actor, request_id, ticket, kiosk=None, counter=None):
    """Ask a kiosk for a second paper: the one named (its name or id), else one whose printer is
    well, the one that gave the ticket out before others. Returns `{ticket, kiosk}`.

    Refused with no_kiosk when none is there. One paper for one request id, however often it is
    asked.
    """

    def work(act):
        act.day = act.tx.day()
        found = act.find(ticket)
        refuse_out_of_reach(act, found, counter)
        there = [
            row
            for row in people.devices(act.tx.conn, act.tx.centre)
            if row.role == "kiosk" and row.revoked_at is None and context.kiosk_there(row, act.now)
        ]
        if not there:
            raise Refusal("no_kiosk")
        # a second paper is mostly wanted because the first did not come out: not from the machine
        # that has no paper
        chosen = min(
            there,
            key=lambda row: (
                kiosk not in (row.id, row.name),
                json.loads(row.status).get("printer") not in ("ok", "ready"),
                row.id != found.device,
                row.name,
            ),
        )
        act.record(ReprintAsked(device=chosen.id), found)
        return {
            "ticket": {
                "id": found.id,
                "number": found.number,
                "state": found.state,
                "field": found.field,
            },
            "kiosk": chosen.name,
        }

    return run(
        context,
        actor,
        request_id,
        "reprint",
        {"ticket": ticket, "kiosk": kiosk, "counter": str(counter) if counter else None},
        work,
    )


def second_paper(context, centre_code, fact):
    """What the kiosk is sent for a `reprint_asked`:

    `{request_id, ticket, slip}`; people ahead and range as they are now.
    """
    centre = context.centre(centre_code)
    with context.store.read() as conn:
        found = lines.find(conn, centre_code, fact.ticket)
        centre = context.for_day(centre, lines.last_day(conn, centre_code))
        ahead = (
            lines.people_ahead(conn, centre_code, found.day, found.field, found.line_at)
            if found.state == WAITING
            else None
        )
    estimate = (
        context.estimate(centre, found.field, ahead, context.clock())
        if ahead is not None and found.field in centre.fields
        else None
    )
    return {
        "request_id": fact.act,
        "ticket": citizen_view(found, ahead, estimate),
        "slip": slip_of(context, centre, found, ahead, estimate),
    }
