"""Which centres there are: where, when they are open, what is done there (`centres.json`), and the
procedures of all of them, each once (`procedures.json`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import timedelta
from typing import Any

from domain.centre import Centre, Service
from domain.opening import WEEKDAYS

from ..centre import CentreDocument

#: Closed days are told this far ahead.
DAYS_AHEAD = 60


@dataclass(frozen=True, slots=True)
class OpenCentre:
    """A centre that is listed: its document and what was made of it."""

    document: CentreDocument
    centre: Centre


@dataclass
class Procedures:
    """The procedures of all centres, each once, and which of them are done in which fields."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    offers: list[dict[str, list[str]]] = field(default_factory=list)

    def offer_of(self, centre: Centre, date: str) -> int:
        """The number of the centre's offer (field → ids of procedures); alike ones are one."""
        offer: dict[str, list[str]] = {}
        for service in centre.services.values():
            if service.hidden or not _in_force(service, date):
                continue
            id_ = service.official or service.code
            self.rows.setdefault(id_, _procedure(id_, service))
            for prefix in (service.field, *service.also_in):
                offer.setdefault(prefix, []).append(id_)
        if offer not in self.offers:
            self.offers.append(offer)
        return self.offers.index(offer)


def _in_force(service: Service, date: str) -> bool:
    begun = service.valid_from is None or service.valid_from <= date
    return begun and (service.valid_until is None or date <= service.valid_until)


def _procedure(id_: str, service: Service) -> dict[str, Any]:
    """One procedure, by the names of the first centre that has it."""
    words = [*service.words]
    return {
        "id": id_,
        "name": dict(service.name),
        **({"short": dict(service.short)} if service.short else {}),
        **({"words": words} if words else {}),
    }


def places(listed: Iterable[OpenCentre], now: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The contents of `centres.json` and of `procedures.json`."""
    procedures = Procedures()
    centres = [_place(each, procedures, now) for each in listed]
    return (
        {"centres": centres, "offers": procedures.offers},
        {"procedures": [procedures.rows[id_] for id_ in sorted(procedures.rows)]},
    )


def _place(each: OpenCentre, procedures: Procedures, now: int) -> dict[str, Any]:
    centre, site = each.centre, each.document.site
    date = centre.date_of(now)
    return {
        "code": centre.code,
        "name": dict(centre.name),
        "address": {lang: text for lang, text in dict(site.address).items() if text},
        "location": None if site.location is None else _location(site.location),
        "timezone": centre.timezone,
        "languages": list(centre.locales),
        "accessibility": list(site.accessibility),
        "hours": _week(each.document.hours.service.by_day()),
        "ticket_hours": _week(each.document.hours.tickets.by_day()),
        "closed_on": _closed_days(centre, date),
        "offer": procedures.offer_of(centre, date),
        "fields": [
            {"field": f.prefix, "name": dict(f.name), "short": dict(f.short), "kind": f.kind}
            for f in centre.fields.values()
        ],
    }


def _location(location: Any) -> dict[str, float]:
    return {"lat": float(location.lat), "lon": float(location.lon)}


def _week(by_day: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """`{mon: ["07:30-11:30", …]}` of every weekday; a day without hours is an empty list."""
    usual = by_day.get("mon_fri", [])
    return {day: list(by_day.get(day, [] if day in ("sat", "sun") else usual)) for day in WEEKDAYS}


def _closed_days(centre: Centre, date: str) -> list[str]:
    """The holidays from a day on, as far as they are told ahead."""
    first = Date.fromisoformat(date)
    last = (first + timedelta(days=DAYS_AHEAD)).isoformat()
    return sorted(day for day in centre.holidays if date <= day <= last)
