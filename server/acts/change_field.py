"""Somebody who waits chose the wrong field: they wait for another, number and place kept."""

from domain.facts import FieldChanged
from domain.ticket import WAITING

from .. import payloads
from .act import Act, Answer, Refusal, verb
from .at_counter import refuse_out_of_reach
from .calling import serve_wanting
from .day import today
from .views import brief


@verb("change_field", payloads.ChangeField)
def change_field(
    act: Act,
    ticket: str,
    field: str,
    service: str | None = None,
    counter: int | str | None = None,
) -> Answer:
    """Let a waiting ticket wait for another field, without a call: its number and its place (by
    when it was taken) stay. `service` is what is wanted there, if that is known.

    Returns `{ticket: {id, number, state, field}}`. Refused with wrong_state when it does not wait,
    or was sent to one counter or clerk; with bad_request for the field it waits for already.
    """
    today(act)
    row = act.find(ticket)
    refuse_out_of_reach(act, row, counter)
    if field not in act.centre.fields:
        raise Refusal("unknown_field", field=field)
    if service is not None and (
        service not in act.centre.services or field not in act.centre.services[service].fields
    ):
        raise Refusal("bad_request", key="service", problem="other_field")
    if row.state != WAITING or row.to_counter or row.to_clerk:
        raise Refusal("wrong_state", number=row.number, state=row.state)
    if field == row.field:
        raise Refusal("bad_request", key="field", problem="here_already")
    after = act.record(FieldChanged(to_field=field, service=service), row)
    serve_wanting(act)
    return {"ticket": brief(act.ticket(after.id))}
