"""One live number per person and field at all kiosks of a centre together, where centres read ID
cards. Nothing of it is ever written down.

The key of a service day is made when the first card of the day is shown, handed to the centre's
kiosks, and dropped when the day closes;
kiosks send HMAC-SHA256(key, card number), never the number. Twelve digits could be tried out by
whoever has the key:
so key and marks live in this process's memory only, apart from the database, its backups and its
logs.
A hub that starts anew begins with a new key and knows nobody; several hub processes each know the
kiosks that are connected to them.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from domain.day import OPEN

from ..acts import Refusal
from ..acts.tickets import see

#: More marks than people come in a day: a kiosk gone mad must not fill the memory.
MOST = 20_000


@dataclass
class _Day:
    date: str
    key: str = field(default_factory=lambda: secrets.token_hex(32))
    held: dict[tuple[str, str], str] = field(default_factory=dict)


class Persons:
    """Who holds a number, by mark and field; `ticket_of(centre, id)` is `{number, field, open}` of
    a ticket, or None.
    """

    def __init__(self, ticket_of: Callable[[str, str], dict[str, Any] | None]) -> None:
        self._ticket_of = ticket_of
        self._days: dict[str, _Day] = {}

    def answer(self, centre: str, day: Any, payload: dict[str, Any]) -> dict[str, Any]:
        """The answer to a kiosk's `person`: the day's key; whether a mark holds a live number of a
        field;
        or, with the ticket, that it does from now on. `day` is the stored service day.
        """
        today = self._today(centre, day)
        if today is None or payload.get("mark") is None:
            return {"day": today.date if today else None, "key": today.key if today else None}
        held = (payload["mark"], payload["field"])
        if payload.get("ticket") is not None:
            if len(today.held) < MOST:
                today.held[held] = payload["ticket"]
            return {"ticket": None}
        ticket = self._ticket_of(centre, today.held[held]) if held in today.held else None
        if ticket is None or not ticket["open"]:
            today.held.pop(held, None)
            return {"ticket": None}
        return {"ticket": {"number": ticket["number"], "field": ticket["field"]}}

    def forget(self, centre: str) -> None:
        """The day is over: the key is gone, and with it everything the marks could say."""
        self._days.pop(centre, None)

    def _today(self, centre: str, day: Any) -> _Day | None:
        kept = self._days.get(centre)
        if day is None or day.state != OPEN or (kept and kept.date != day.date):
            self.forget(centre)
            kept = None
        if kept is None and day is not None and day.state == OPEN:
            kept = self._days[centre] = _Day(day.date)
        return kept


def ticket_reader(context: Any) -> Callable[[str, str], dict[str, Any] | None]:
    """Reads a ticket of a centre by its id for Persons; None when there is none."""

    def ticket_of(centre: str, ticket: str) -> dict[str, Any] | None:
        try:
            return dict(see(context, centre, ticket)["ticket"])
        except Refusal:
            return None

    return ticket_of
