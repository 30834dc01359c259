"""The hall as the rules of domain/alerts.py see it, and what they find."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from domain.alerts import (
    CounterNow,
    FieldNow,
    HallNow,
    MachineNow,
    TicketNow,
    alerts_of,
    course,
    still_taken,
    suggestions_of,
)
from domain.centre import Counter
from domain.day import OPEN

from ...store import people as people_rows
from ...store import recent
from ..views import View, counter_label
from .reading import CentreReading

#: A machine that was heard of within this time is there, where no socket says whether it is.
HEARD_MS = 45_000
#: Whether a device, by its id and when it was last heard of, is connected.
Online = Callable[[str, int | None], bool]
#: Rules that look at many waits: asked once a reading of the history.
SLOW_RULES = ("wait_p90_over",)
#: What of an alert's params it is measured by, the first one there is.
SIZES = ("minutes", "waiting", "count", "seconds", "mb")
#: What of them it is about, the first one there is.
ABOUT = ("counter", "number", "field", "device", "area", "lang", "date")


def heard_of(now: int, id: str, seen_at: int | None) -> bool:
    """Whether a device was heard of lately."""
    return seen_at is not None and now - seen_at < HEARD_MS


class Watch:
    """The hall of a reading with what became of its lines lately."""

    def __init__(
        self, reading: CentreReading, devices: Iterable[Any], online: Online | None = None
    ) -> None:
        self._reading = reading
        waiting = reading.in_line
        self._history = reading.context.hall_histories.of(
            reading.centre,
            reading.day.date if reading.day else "",
            [row.id for row in waiting],
            reading.now,
        )
        self._since: dict[str, list[int]] = {}
        for row in waiting:
            self._since.setdefault(row.field, []).append(row.since)
        is_online = online or partial(heard_of, reading.now)
        self.hall = HallNow(
            reading.now,
            [self._field(prefix) for prefix in reading.centre.fields],
            self._counters(),
            [
                MachineNow(
                    d["device"],
                    d["role"],
                    is_online(d["id"], d["seen_at"]),
                    d["seen_at"],
                    d["status"].get("paper"),
                )
                for d in devices
                if d["role"] in ("kiosk", "board")
            ],
            [
                TicketNow(row.number, row.field, row.issued_at, self._history.told_high.get(row.id))
                for row in waiting
                if row.since == row.issued_at
            ],
            reading.day.opened_at if reading.day and reading.day.state == OPEN else None,
        )

    def _field(self, prefix: str) -> FieldNow:
        return FieldNow(
            prefix,
            tuple(self._since.get(prefix, ())),
            self._open_counters(prefix),
            tuple(self._history.called.get(prefix, ())),
        )

    def _open_counters(self, prefix: str) -> int:
        """Open counters of a field; one for priority tickets is nobody's own unless the field has
        no other.
        """
        reading = self._reading
        own = [c for c in reading.centre.counters.values() if prefix in c.fields]
        ordinary = [c for c in own if c.mode != "priority_only"]
        return sum(reading.state_of(c.number) == OPEN for c in ordinary or own)

    def _counters(self) -> list[CounterNow]:
        reading = self._reading
        opened = [c for c in reading.centre.counters.values() if reading.state_of(c.number) == OPEN]
        with reading.read() as conn:
            return [
                CounterNow(c.number, c.fields, c.overflow, self._idle_since(conn, c))
                for c in opened
            ]

    def _idle_since(self, conn: recent.Connection, counter: Counter) -> int | None:
        reading, kept = self._reading, f"idle {counter.number}"
        if counter.number in reading.at:
            # it has been idle since this moment at the earliest, once it is
            self._history.made[kept] = reading.now
            return None
        return self._history.once(
            kept, lambda: recent.last_fact_at(conn, reading.centre.code, counter.number)
        )

    def alerts(self) -> list[dict[str, Any]]:
        """What the centre's rules find, in the shape of a snapshot's alerts, with whom it tells."""
        rules = self._reading.centre.alerts
        slow = [rule for rule in rules if rule.code in SLOW_RULES]
        quick = [rule for rule in rules if rule.code not in SLOW_RULES]
        slow_alerts = self._history.once("alerts", lambda: alerts_of(self.hall, slow))
        return [
            {
                "code": alert.code,
                "level": alert.level,
                "params": _shown(alert.params),
                "at": alert.at,
                "to": alert.to,
            }
            for alert in (*slow_alerts, *alerts_of(self.hall, quick))
        ]

    def suggestions(self) -> list[dict[str, Any]]:
        """Idle counters beside lines they could help with, and the press that does it: the keys of
        `assign`.
        """
        return [
            {
                "counter": counter_label(made.counter),
                "field": made.field,
                "waiting": made.waiting,
                "idle_since": made.idle_since,
                "assign": {"fields": list(made.fields), "overflow": list(made.overflow)},
            }
            for made in suggestions_of(self.hall, self._reading.centre.alerts)
        ]

    def course(self, prefix: str) -> list[int]:
        """How many waited in a field, every five minutes of the last hour, now last."""

        def counted() -> list[int]:
            gone = (*self._history.called.get(prefix, ()), *self._history.left.get(prefix, ()))
            return course(self._since.get(prefix, ()), gone, self._reading.now)

        return self._history.once(f"course {prefix}", counted)


def _shown(params: Any) -> dict[str, Any]:
    if "counter" not in params:
        return dict(params)
    return {**params, "counter": counter_label(params["counter"])}


def key_of(alert: View) -> str:
    """By which an alert of a snapshot is named."""
    params = alert["params"]
    about = next((str(params[name]) for name in ABOUT if params.get(name) is not None), "")
    return f"{alert['code']}:{about}"


def size_of(alert: View) -> float:
    """What an alert is measured by: minutes, people, pieces."""
    params = alert["params"]
    return next((float(params[name]) for name in SIZES if params.get(name) is not None), 1.0)


def with_takers(reading: CentreReading, alerts: Iterable[View]) -> list[View]:
    """The alerts with their `key` and who has taken them: `taken` {by: name, at} or None."""
    taken = reading.day.taken_alerts if reading.day is not None else {}
    names: dict[str, str] = {}
    if taken:
        with reading.read() as conn:
            names = people_rows.full_names(conn, reading.centre.code)
    made = []
    for alert in alerts:
        key = key_of(alert)
        own = taken.get(key)
        mine = still_taken(own, size_of(alert), reading.now)
        by = None
        if own is not None and mine:
            who = names.get(own["by"].removeprefix("staff:"), own["by"])
            by = {"by": who, "at": own["at"]}
        made.append({**alert, "key": key, "taken": by})
    return made


def taken_no_more(reading: CentreReading, alerts: Iterable[View]) -> dict[str, str]:
    """`{key: why}` of alerts that are still written down as somebody's: `over` where there is no
    cause any longer, `again` where it grew or took too long.
    """
    if reading.day is None or reading.day.state != OPEN:
        return {}
    sizes = {key_of(alert): size_of(alert) for alert in alerts}
    return {
        key: "again" if key in sizes else "over"
        for key, taken in reading.day.taken_alerts.items()
        if key not in sizes or not still_taken(taken, sizes[key], reading.now)
    }
