"""Which row of a report a visit, a wait or a service belongs to, and what a row is called."""

from datetime import date as Date
from typing import Any

from domain.centre import Centre
from domain.day import local
from domain.opening import WEEKDAYS
from domain.visit import Leg, Stretch, Visit

from .question import Question
from .words import name_in, text


def weekday_of(day: str | None) -> str | None:
    """ "mon" … "sun" of a service day."""
    return None if day is None else WEEKDAYS[Date.fromisoformat(day).weekday()]


class Places:
    """The rows of one question.

    A visit stands where its number was taken (by counter and clerk: where it was called first); a
    wait and a service where they were spent.
    """

    def __init__(self, centre: Centre, question: Question, names: dict[str, str]) -> None:
        self.centre, self.by, self.lang, self.names = centre, question.by, question.lang, names

    def home(self, visit: Visit) -> str | None:
        """The row a visit belongs to."""
        match self.by:
            case "field":
                return visit.field
            case "service":
                return visit.service_code
            case "counter":
                return visit.first_counter
            case "clerk":
                return visit.first_clerk
            case "hour":
                return self.hour_of(visit.issued_at)
            case "weekday":
                return weekday_of(visit.day)
        return visit.day

    def of_leg(self, visit: Visit, leg: Leg) -> str | None:
        """The row a wait belongs to; by hour, that in which it began."""
        return self._spent(visit, leg, leg.start)

    def of_service(self, visit: Visit, stretch: Stretch) -> str | None:
        """The row a stretch of service belongs to; by hour, that in which it began."""
        return self._spent(visit, stretch, stretch.start)

    def _spent(self, visit: Visit, spent: Leg | Stretch, start: int) -> str | None:
        match self.by:
            case "field":
                return spent.field
            case "service":
                return spent.service
            case "counter":
                return spent.counter
            case "clerk":
                return spent.clerk
            case "hour":
                return self.hour_of(start)
        return self.home(visit)

    def hour_of(self, at: int | None) -> str | None:
        """The local hour of a moment, "09"."""
        return None if at is None else f"{local(at, self.centre.timezone).hour:02d}"

    def order(self, key: str | None) -> tuple[bool, int, str]:
        """The order people expect: fields as the centre lists them, counters by number, days by
        date; what has no key last.
        """
        lists: dict[str, Any] = {
            "field": self.centre.fields,
            "service": self.centre.services,
            "counter": self.centre.counters,
            "weekday": WEEKDAYS,
        }
        listed = list(lists.get(self.by, ()))
        name = self.names.get(key, key) if key is not None and self.by == "clerk" else key
        return (key is None, listed.index(key) if key in listed else len(listed), name or "")

    def label(self, key: str | None) -> str:
        """What a row is called."""
        lang, by, centre = self.lang, self.by, self.centre
        words = text(lang, "report")
        if key is None:
            return str(words["without"][by])
        if by == "field":
            return name_in(lang, centre.fields[key].name) if key in centre.fields else key
        if by == "service":
            return name_in(lang, centre.services[key].name) if key in centre.services else key
        if by == "counter":
            return str(words["counter"]).format(counter=key)
        if by == "clerk":
            return self.names.get(key, key)
        if by == "weekday":
            return str(words["weekdays"][key])
        if by == "hour":
            return str(words["hour"]).format(hour=key)
        return key if lang == "en" else f"{Date.fromisoformat(key):%d/%m/%Y}"
