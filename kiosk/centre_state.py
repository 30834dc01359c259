"""What the kiosk knows of its centre: the hub's last snapshot, and what of it still holds when the
hub is away. Whether numbers are given then is decided by the hub's own rule (domain/opening.py).
"""

import logging
import re
import threading
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from domain import numbers
from domain.centre import PriorityClass
from domain.day import ServiceDay
from domain.opening import WEEKDAYS, Availability, Calendar, availability, why_closed
from domain.opening import numbers_again as when_numbers_again
from domain.priority import class_by_age
from kiosk.catalogue import Catalogue, Procedure
from kiosk.clock import HubClock, zone_of
from kiosk.press_store import PressStore

log = logging.getLogger(__name__)
STORE_EVERY_MS = 30_000
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
DAY_TURNS = "00:30"  # where the hub does not say
USUAL_ZONE = "Asia/Ho_Chi_Minh"

#: The hub's snapshot of the kiosk (docs/sockets.md, `/kiosk`), or a part of it.
Snapshot = dict[str, Any]


class CentreState:
    """The last snapshot, kept over a restart.

    Fields, services, hours and classes come from here.
    """

    def __init__(self, store: PressStore, clock: HubClock, catalogue: Catalogue) -> None:
        self._store, self._clock, self.catalogue = store, clock, catalogue
        self._lock = threading.Lock()
        self._stored_at = 0
        self._leased: list[Snapshot] | None = None
        self._calendar: tuple[Snapshot | None, Calendar] | None = None
        self.snapshot: Snapshot | None = store.recall("snapshot")

    def take(self, snapshot: Snapshot) -> None:
        """A new state from the hub: blocks become ours at once, the rest is stored now and then."""
        self.catalogue.heard(snapshot)
        blocks = [
            b for b in snapshot.get("blocks") or [] if {"field", "day", "first", "last"} <= set(b)
        ]
        with self._lock:
            changed = blocks != self._leased
            if changed:
                self._store.lease(blocks, _part(snapshot, "day").get("date"))
                self._leased = blocks
            shape = self.snapshot is None or self._shape(snapshot) != self._shape(self.snapshot)
            self.snapshot = snapshot
            now = self._clock.now_ms()
            if changed or shape or now - self._stored_at > STORE_EVERY_MS:
                self._store.remember("snapshot", snapshot)
                self._store.remember("clock_offset", self._clock.offset_ms)
                self._stored_at = now

    @staticmethod
    def _shape(snapshot: Snapshot) -> tuple[object, ...]:
        return (
            snapshot.get("day"),
            snapshot.get("hours"),
            snapshot.get("calendar"),
            snapshot.get("ticket_format"),
            [(f.get("field"), f.get("state")) for f in snapshot.get("fields", [])],
        )

    def hello(self) -> Snapshot:
        """What the hub is told on connecting: which journal this is, how much of the day it has
        heard, the blocks it holds.
        """
        day = self.today()
        heard = self._heard.get("seq", 0) if self.same_day() else 0
        return {
            "journal": self._store.recall("journal_id"),
            "day": day,
            "seq": max(heard, self._store.heard_of(day)),
            "blocks": [
                {key: block[key] for key in ("field", "day", "first", "last")}
                for block in self._store.blocks(day)
            ],
        }

    @property
    def _heard(self) -> Snapshot:
        return self.snapshot or {}

    @property
    def template(self) -> Snapshot | None:
        """How the centre wants its slips made up."""
        return self._heard.get("slip")

    @property
    def ticket_format(self) -> str:
        """How the centre writes its numbers; as usual where the hub does not say."""
        ticket_format = self._heard.get("ticket_format")
        return str(ticket_format) if numbers.is_format(ticket_format) else numbers.USUAL_FORMAT

    def number(self, prefix: str, n: int) -> str:
        """The number of a leased count as people see it."""
        return numbers.number(self.ticket_format, prefix, n)

    def result_field(self) -> str | None:
        """The field where results are picked up."""
        for field in self._heard.get("fields", []):
            if field.get("kind") == "result":
                return str(field["field"])
        return None

    def class_by_age(self, age: int) -> str | None:
        """The code of the priority class that an age gives."""
        grade = class_by_age(self._classes(), age)
        return grade.code if grade else None

    def _classes(self) -> list[PriorityClass]:
        return [
            PriorityClass(
                code=str(grade["code"]),
                name=grade.get("name") or {},
                credit_minutes=grade.get("credit_minutes") or 0,
                age_from=grade.get("age_from"),
                age_to=grade.get("age_to"),
            )
            for grade in _part(self._heard, "priority").get("classes", [])
        ]

    @property
    def zone(self) -> str:
        return _part(self._heard, "centre").get("timezone") or USUAL_ZONE

    @property
    def calendar(self) -> Calendar:
        """The centre's opening hours as last heard."""
        heard = self.snapshot
        if self._calendar is None or self._calendar[0] is not heard:
            self._calendar = heard, _calendar_of(heard or {}, zone_of(self.zone))
        return self._calendar[1]

    @property
    def always(self) -> bool:
        """Whether the centre gives numbers at any hour."""
        return bool(_part(self._heard, "calendar").get("always"))

    def today(self) -> str:
        """The service day by the calendar, for numbers given without the hub."""
        return self.day_at(self._clock.now_ms())

    def day_at(self, moment: int) -> str:
        """The service day a moment belongs to.

        Days turn over a little after midnight, when the hub starts its series anew.
        """
        return self.calendar.date_of(moment)

    def day(self) -> str:
        """The service day the hub is on, else the calendar's."""
        return _part(self._heard, "day").get("date") or self.today()

    def field_of(self, body: Mapping[str, Any]) -> Snapshot | None:
        """The field a press asks for, by its letter, else the first one that the service stands
        in.
        """
        fields = {field["field"]: field for field in self._heard.get("fields", [])}
        wanted = body.get("field")
        if wanted is None:
            service = self.service_of(body.get("service"))
            wanted = next((f for f in (service or {}).get("fields", []) if f in fields), None)
        return dict(fields[wanted]) if wanted in fields else None

    def service_of(self, code: str | None) -> Procedure | None:
        """The procedure of a code; of an older hub's it stands in the snapshot's fields."""
        if code is None:
            return None
        listed = self.catalogue.procedure(code) if "catalogue" in self._heard else None
        if listed is not None:
            return listed
        for field in self._heard.get("fields", []):
            for service in field.get("services", []):
                if service["code"] == code:
                    return {**service, "fields": [field["field"]]}
        return None

    def knows_class(self, code: str) -> bool:
        return any(grade.code == code for grade in self._classes())

    def availability(self, field: Snapshot, left: int) -> Availability:
        """Whether a field gives numbers without the hub, of which `left` are leased to this kiosk.

        The hub's rule by what was last heard. Also `cap_reached`, not known until when: no leased
        number is left, or the clock cannot be trusted (numbers of a day gone by would be on two
        papers).
        """
        now = self._clock.now_ms()
        if not self._clock.sure:
            return Availability("full", "cap_reached")
        full = self.same_day() and field.get("state") == "full"
        answer = availability(
            self.calendar, self.stored_day(), field["field"], now, always=self.always, full=full
        )
        if answer.error is None and not left:
            return Availability("full", "cap_reached")
        return answer

    def same_day(self) -> bool:
        """Whether the last snapshot is of the service day that it is now."""
        return bool(_part(self._heard, "day").get("date") == self.today())

    def stored_day(self) -> ServiceDay | None:
        """The service day as last heard, with what was decided for it; None when none was open."""
        day = _part(self._heard, "day")
        if day.get("state") not in ("open", "closed") or not day.get("date"):
            return None
        by_hand, closed = day.get("by_hand"), day.get("closed_fields")
        if by_hand is None or closed is None:
            by_hand, closed = self._decided_as_it_seems()
        return ServiceDay(
            date=day["date"],
            state=day["state"],
            opened_at=0,
            by_hand=bool(by_hand),
            issuing=day.get("issuing") is not False,
            closed_fields=dict(closed),
        )

    def _decided_as_it_seems(self) -> tuple[bool, dict[str, None]]:
        """What was decided for the day of an older hub, which does not say: it was opened by hand
        if numbers were given outside the hours, and a field closed while others were open is
        closed for the day.
        """
        heard, at = self._heard, self._heard.get("at")
        if not heard.get("open") or not isinstance(at, int):
            return False, {}
        by_hand = not self.calendar.is_open("tickets", at)
        closed = [f for f in heard.get("fields", []) if f.get("state") == "closed"]
        now = self._clock.now_ms()
        return by_hand, {
            field["field"]: None
            for field in closed
            if field.get("again_at") is None or field["again_at"] > now
        }

    def for_page(self, up: bool, left: dict[str, int]) -> Snapshot | None:
        """The snapshot for the page, with the list of procedures that lies here.

        Without the hub: people and waits left out, open or closed by the clock and the leased
        numbers.
        """
        snapshot = self.snapshot
        if snapshot is not None and "catalogue" in snapshot:
            snapshot = {**snapshot, "catalogue": self.catalogue.at}
        if snapshot is None or up:
            return snapshot
        fields = []
        for field in snapshot.get("fields", []):
            answer = self.availability(field, left.get(field["field"], 0))
            # no leased number is left here, while the centre still gives some
            spent = answer.state == "full" and field.get("state") != "full"
            fields.append(
                {
                    **field,
                    "waiting": None,
                    "estimate": None,
                    "no_estimate": None,
                    "calls_from": None,
                    "state": answer.state,
                    "again_at": answer.again_at,
                    **({"spent": True} if spent else {}),
                }
            )
        is_open = any(field["state"] == "open" for field in fields)
        again_at, why = (None, None) if is_open else self._closed(fields)
        return {
            **snapshot,
            "fields": fields,
            "open": is_open,
            "again_at": again_at,
            "why": why,
            "blocks": [],
        }

    def _closed(self, fields: list[Snapshot]) -> tuple[int | None, str]:
        """When the kiosk gives numbers again, and why it gives none now."""
        if not self._clock.sure or any(field["state"] == "full" for field in fields):
            return None, "no_hub"  # open by the clock, but no leased number is left
        now, day = self._clock.now_ms(), self.stored_day()
        again = [field["again_at"] for field in fields if field["again_at"] is not None]
        when = min(again, default=None)
        if when is None:
            when = when_numbers_again(self.calendar, day, now, always=self.always)
        return when, why_closed(self.calendar, day, now)


def _part(snapshot: Snapshot, key: str) -> Snapshot:
    part = snapshot.get(key)
    return part if isinstance(part, dict) else {}


def _calendar_of(snapshot: Snapshot, zone: tzinfo) -> Calendar:
    """The calendar a snapshot carries; of an older hub's the hours of its date and the next."""
    if isinstance(snapshot.get("calendar"), dict):
        try:
            return Calendar.from_sent(snapshot["calendar"], zone)
        except (KeyError, TypeError, ValueError, AttributeError):
            log.exception("the hub's calendar makes no sense; its hours of today are used")
    at, following = snapshot.get("at"), _part(snapshot, "next")
    hours = _spans(_part(snapshot, "hours"))
    dates: dict[str, dict[Any, list[str]]] = {}
    if isinstance(at, int) and isinstance(following.get("date"), str):
        dates[datetime.fromtimestamp(at / 1000, zone).date().isoformat()] = hours
        dates[following["date"]] = _spans(_part(following, "hours"))
    reset_time = str(snapshot.get("reset_time"))
    return Calendar(
        zone=zone,
        reset_time=reset_time if CLOCK.fullmatch(reset_time) else DAY_TURNS,
        # for a date of which nothing was heard, the hours heard last
        hours={kind: dict.fromkeys(WEEKDAYS, spans) for kind, spans in hours.items()},
        # which fields work today is in their state
        saturday_fields=frozenset(field["field"] for field in snapshot.get("fields", [])),
        single_dates=dates,
    )


def _spans(hours: Snapshot) -> dict[Any, list[str]]:
    """Windows as an older hub sends them ([["07:00", "11:00"], …]) as spans ("07:00-11:00")."""
    return {
        kind: [f"{begin}-{end}" for begin, end in hours.get(kind) or []]
        for kind in ("service", "tickets")
    }
