"""What may be said of reports."""

from typing import Annotated, Literal

from pydantic import Field

from .base import Press

Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


class SignReport(Press):
    """Sign the figures of the service days `from`…`to`, all of them over, as they were shown: with
    the `hash` of the report.
    """

    from_: Annotated[Day, Field(alias="from")]
    to: Day
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


Word = Annotated[str, Field(max_length=20)]


class MakeExport(Press):
    """Have an export made beside the hub: `what` is `waits` or `tickets`, the other keys are those
    of `GET /reports/waits` and `GET /reports/tickets`.
    """

    what: Literal["waits", "tickets"] = "waits"
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    by: Word | None = None
    format: Word | None = None
    lang: Word | None = None
    separator: Word | None = None
    decimal: Word | None = None
