"""How long what is known of people is kept: `privacy`."""

from typing import Annotated

from .types import Section, number


class Privacy(Section):
    """How long how to reach somebody is kept after their visit, and who came in."""

    contact_hours: Annotated[int, number(1, 24)] = 1
    access_log_days: Annotated[int, number(180, 3650)] = 730
