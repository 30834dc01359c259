"""How long what is known of people is kept, and who prints the day's seal: `privacy`."""

from typing import Annotated

from .delivery import MailAddress
from .types import Section, Text, number


class Privacy(Section):
    """How long how to reach somebody is kept after their visit, who came in, and what citizens
    wrote about theirs; which kiosk prints the head that seals a day, when it has ended, and whom it
    is mailed to.
    """

    contact_hours: Annotated[int, number(1, 24)] = 1
    access_log_days: Annotated[int, number(180, 3650)] = 730
    rating_words_days: Annotated[int, number(1, 3650)] = 90
    seal_kiosk: Text | None = None
    seal_mail: MailAddress | None = None
