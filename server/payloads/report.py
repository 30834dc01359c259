"""What may be said of reports."""

from typing import Annotated

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
