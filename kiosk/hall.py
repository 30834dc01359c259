"""What the kiosk knows of its centre: the hub's last snapshot, and what of it still holds when the
hub is away.
"""

import re
import threading
from datetime import datetime

from kiosk.clock import local

STORE_EVERY_MS = 30_000
DAY_TURNS_MS = 30 * 60_000  # where the hub does not say


class Hall:
    """The last snapshot, kept over a restart.

    Fields, services, hours and classes come from here.
    """

    def __init__(self, journal, clock):
        self._journal, self._clock = journal, clock
        self._lock = threading.Lock()
        self._stored_at, self._leased = 0, None
        self.snapshot: dict | None = journal.recall("snapshot")

    def take(self, snapshot: dict) -> None:
        """A new state from the hub: blocks become ours at once, the rest is stored now and then."""
        blocks = [
            b for b in snapshot.get("blocks") or [] if {"field", "day", "first", "last"} <= set(b)
        ]
        with self._lock:
            changed = blocks != self._leased
            if changed:
                self._journal.lease(blocks, (snapshot.get("day") or {}).get("date"))
                self._leased = blocks
            shape = self.snapshot is None or self._shape(snapshot) != self._shape(self.snapshot)
            self.snapshot = snapshot
            now = self._clock.now_ms()
            if changed or shape or now - self._stored_at > STORE_EVERY_MS:
                self._journal.remember("snapshot", snapshot)
                self._journal.remember("clock_offset", self._clock.offset_ms)
                self._stored_at = now

    @staticmethod
    def _shape(snapshot: dict):
        return (
            snapshot.get("day"),
            snapshot.get("hours"),
            [(f.get("field"), f.get("state")) for f in snapshot.get("fields", [])],
        )

    def known(self) -> dict:
        """What the hub is told on connecting: which journal this is, how much of the day it has
        heard, the blocks it holds.
        """
        day = self.today()
        heard = self.snapshot.get("seq", 0) if self.same_day() else 0
        return {
            "journal": self._journal.recall("journal_id"),
            "day": day,
            "seq": max(heard, self._journal.heard_of(day)),
            "blocks": [
                {key: block[key] for key in ("field", "day", "first", "last")}
                for block in self._journal.blocks(day)
            ],
        }

    @property
    def template(self) -> dict | None:
        """How the centre wants its slips made up."""
        return (self.snapshot or {}).get("slip")

    def result_field(self) -> str | None:
        """The field where results are picked up."""
        return next(
            (
                field["field"]
                for field in (self.snapshot or {}).get("fields", [])
                if field.get("kind") == "result"
            ),
            None,
        )

    def class_by_age(self, age: int) -> str | None:
        """The priority class with the longest head start among those that go by age alone."""
        classes = [
            c
            for c in ((self.snapshot or {}).get("priority") or {}).get("classes", [])
            if c.get("age_from") is not None or c.get("age_to") is not None
        ]
        fitting = [
            c
            for c in classes
            if (c.get("age_from") or 0)
            <= age
            <= (c.get("age_to") if c.get("age_to") is not None else 200)
        ]
        return max(fitting, key=lambda c: c.get("credit_minutes", 0))["code"] if fitting else None

    @property
    def zone(self) -> str:
        return ((self.snapshot or {}).get("centre") or {}).get("timezone") or "Asia/Ho_Chi_Minh"

    def today(self) -> str:
        """The service day by the calendar, for numbers given without the hub."""
        return self.day_at(self._clock.now_ms())

    def day_at(self, moment: int) -> str:
        """The service day a moment belongs to.

        Days turn over a little after midnight, when the hub starts its series anew.
        """
        turns = re.fullmatch(
            r"([01]\d|2[0-3]):([0-5]\d)", str((self.snapshot or {}).get("reset_time"))
        )
        late = (int(turns[1]) * 60 + int(turns[2])) * 60_000 if turns else DAY_TURNS_MS
        return local(moment - late, self.zone).date().isoformat()

    def day(self) -> str:
        """The service day the hub is on, else the calendar's."""
        return ((self.snapshot or {}).get("day") or {}).get("date") or self.today()

    def field_of(self, body: dict) -> dict | None:
        """The field a press asks for, by its letter or by a service in it."""
        for field in (self.snapshot or {}).get("fields", []):
            if body.get("field") == field["field"] or any(
                body.get("service") == s["code"] for s in field.get("services", [])
            ):
                return field
        return None

    def service_of(self, code: str | None) -> dict | None:
        for field in (self.snapshot or {}).get("fields", []):
            for service in field.get("services", []):
                if service["code"] == code:
                    return service
        return None

    def knows_class(self, code: str) -> bool:
        return any(
            c["code"] == code
            for c in ((self.snapshot or {}).get("priority") or {}).get("classes", [])
        )

    def refusal(self, field: dict, left: int) -> str | None:
        """Why no number can be given without the hub now: an error code, or `None`."""
        snapshot, now = self.snapshot, self._clock.now_ms()
        if not self._clock.sure:
            return "cap_reached"  # numbers of a day gone by would be on two papers
        if self.same_day():
            if snapshot["day"].get("state") == "closed":
                return "day_closed"
            if not self.in_hours(now):
                return "field_closed"
            if field.get("state") == "full":
                return "cap_reached"
            again = field.get("again_at")
            if (
                field.get("state") == "closed"
                and snapshot.get("open")
                and (again is None or again > now)
            ):
                return "field_closed"
        elif left and not self.in_hours(now):
            return (  # numbers leased ahead for this day, and it has not begun or is over
                "field_closed"
            )
        return None if left else "cap_reached"

    def same_day(self) -> bool:
        return bool(self.snapshot) and (self.snapshot.get("day") or {}).get("date") == self.today()

    def in_hours(self, now: int) -> bool:
        """Whether numbers are given at this moment, by the hours last heard.

        A hub that was open outside them does not go by them.
        """
        last = self.snapshot.get("at")
        if self.snapshot.get("open") and isinstance(last, int) and not self._in_windows(last):
            return True
        return self._in_windows(now)

    def _in_windows(self, moment: int) -> bool:
        clock, following = f"{local(moment, self.zone):%H:%M}", self.snapshot.get("next") or {}
        hours = (
            following.get("hours")
            if following.get("date") == self.day_at(moment)
            else self.snapshot.get("hours")
        )
        return any(opens <= clock < closes for opens, closes in (hours or {}).get("tickets") or [])

    def next_window(self, now: int) -> int | None:
        """When numbers are given again today, by the hours last heard."""
        moment = local(now, self.zone)
        for opens, _ in (self.snapshot.get("hours") or {}).get("tickets") or []:
            start = datetime.combine(
                moment.date(), datetime.strptime(opens, "%H:%M").time(), moment.tzinfo
            )
            if start > moment:
                return round(start.timestamp() * 1000)
        return None

    def shown(self, up: bool, left: dict[str, int]) -> dict | None:
        """The snapshot for the page.

        Without the hub: people and waits left out, open or closed by the clock and the leased
        numbers.
        """
        snapshot = self.snapshot
        if snapshot is None or up:
            return snapshot
        now = self._clock.now_ms()
        fields = []
        for field in snapshot.get("fields", []):
            why = self.refusal(field, left.get(field["field"], 0))
            state = "open" if why is None else "full" if why == "cap_reached" else "closed"
            # no leased number is left here, while the centre still gives some
            spent = {"spent": True} if state == "full" and field.get("state") != "full" else {}
            fields.append(
                {
                    **field,
                    "waiting": None,
                    "estimate": None,
                    "state": state,
                    "again_at": field.get("again_at") if state != "open" else None,
                    **spent,
                }
            )
        is_open = any(field["state"] == "open" for field in fields)
        again, why = (None, None) if is_open else self._closed(now)
        return {
            **snapshot,
            "fields": fields,
            "open": is_open,
            "again_at": again,
            "why": why,
            "blocks": [],
        }

    def _closed(self, now: int) -> tuple[int | None, str]:
        if not self.same_day() or not self._clock.sure:
            return None, "no_hub"
        if self.snapshot["day"].get("state") == "closed":
            return None, "closed"
        if self.in_hours(now):
            return None, "no_hub"  # open by the clock, but no leased number is left
        again = self.next_window(now)
        windows = (self.snapshot.get("hours") or {}).get("tickets") or []
        if again is None:
            return self.snapshot.get("again_at"), "after"
        first = windows and f"{local(now, self.zone):%H:%M}" < windows[0][0]
        return again, "before" if first else "lunch"
