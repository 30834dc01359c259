"""The slip a press would give, without a press: for `luot slip` and the settings' page."""

from collections.abc import Mapping
from typing import Any, TypedDict

from domain.centre import Centre
from domain.estimate import Promise
from domain.numbers import number
from domain.slip import SlipContent
from domain.ticket import Ticket

from ..act import Refusal
from ..citizen import slip_of

#: The numbers of the sample: one of the hub's, and one a kiosk gives without it.
SAMPLE_COUNT, SAMPLE_OFFLINE = 47, 803
SAMPLE_AT = 1795398120000  # Monday 23 November 2026, 08:42 in Việt Nam
AHEAD, PROMISE = 12, Promise(15, 25)
URL = "https://luot.example/t/0193a7c27d417b3e9a555f0f6f2b9d11"


class Paper(TypedDict):
    """What the kiosk's program draws a slip from: what it says, the centre's `slip:` section, the
    time zone of the centre.
    """

    content: SlipContent
    template: Mapping[str, Any] | None
    timezone: str


def sample_paper(
    centre: Centre,
    lang: str,
    *,
    field: str | None = None,
    service: str | None = None,
    offline: bool = False,
) -> Paper:
    """What a press for a procedure, or for a field by its letter, would print on an ordinary
    morning; with neither, for the first procedure of the list. `offline`: as the kiosk gives it
    without the hub. Raises Refusal `unknown_field`, for a procedure that is not there too.
    """
    if field is not None and field not in centre.fields:
        raise Refusal("unknown_field", field=field)
    if service is not None and service not in centre.services:
        raise Refusal("unknown_field", field=service)
    procedure = centre.services.get(service or "") or next(
        (row for row in centre.services.values() if field in (None, row.field)), None
    )
    if field is None:
        field = procedure.field if procedure else next(iter(centre.fields))
    ticket = Ticket(
        id="sample",
        day=centre.date_of(SAMPLE_AT),
        number=number(centre.ticket_format, field, SAMPLE_OFFLINE if offline else SAMPLE_COUNT),
        field=field,
        service=procedure.code if procedure and field in procedure.fields else None,
        lang=lang,
        priority=None,
        credit_ms=0,
        device="kiosk-1",
        state="WAITING",
        issued_at=SAMPLE_AT,
        since=SAMPLE_AT,
        line_at=SAMPLE_AT,
    )
    with_hub = (None, None, None) if offline else (AHEAD, PROMISE, URL)
    return Paper(
        content=slip_of(centre, ticket, *with_hub), template=centre.slip, timezone=centre.timezone
    )
