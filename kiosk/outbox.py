"""The post to the hub: uploads and printed slips in order, each until answered; and how the machine
is, now and then.
"""

import json
import logging
import secrets
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any

from kiosk import VERSION
from kiosk.clock import HubClock
from kiosk.hub_link import HubAway, HubLink
from kiosk.press_store import PressStore

log = logging.getLogger(__name__)
ANSWER_S = 5.0
STATUS_EVERY_S = 20.0
LATER = ("storage", "outcome_unknown", "internal", "too_many", "not_allowed")
LATER_FOR_UPLOADS = (*LATER, "day_closed")  # the hub has not opened the day yet
STUCK_S = 120.0
AT_ONCE = 50  # the most tickets one upload may hold


class Outbox:
    """One thread. What the hub refuses for good is kept, counted and shown, never thrown away."""

    def __init__(
        self,
        store: PressStore,
        link: HubLink,
        clock: HubClock,
        status: Callable[[], dict[str, Any]],
        now_and_then: Callable[[], object] = lambda: None,
        takes_keys: Callable[[], bool] = lambda: True,
    ) -> None:
        self._takes_keys = takes_keys
        self._now_and_then = now_and_then
        self._store, self._link, self._clock, self._status = store, link, clock, status
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
        self._reported: dict[str, Any] | None = None
        self._reported_at = 0.0
        self._later = 0.0  # seconds for which the hub takes no upload, as it said in this round
        self._life = secrets.token_hex(6)
        self.beat = clock.steady()

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether its thread still goes round."""
        return self._thread.is_alive() and self._clock.steady() - self.beat < STUCK_S

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=6)

    def wake(self) -> None:
        self._wake.set()

    def _work(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(1.0)
            self._wake.clear()
            self.beat = self._clock.steady()
            try:
                self._now_and_then()
                if not self._link.up or self._stop.is_set():
                    continue
                self.post()
                self._say_status()
                if self._later:
                    self._stop.wait(self._later)
            except HubAway as away:
                log.info("the post waits: %s", away)
                self._reported = None
                self._stop.wait(1)
            except Exception:
                log.exception("the outbox stumbled")
                self._stop.wait(1)

    def post(self) -> None:
        """Sends everything the hub takes now: the tickets first, since people wait in its line,
        then what became of their papers. Raises HubAway when it goes.
        """
        self._later = 0.0
        while self._post_one() and not self._stop.is_set():
            pass

    def _post_one(self) -> bool:
        """Sends the oldest tickets together, or the oldest other thing.

        Whether there is more and it makes sense to go on.
        """
        rows = self._store.waiting()
        uploads = [row for row in rows if row["kind"] == "upload"]
        if uploads and not self._later:
            return self._upload(uploads[:AT_ONCE]) or bool(self._later)
        held = {row["request_id"] for row in uploads}
        row = next(
            (row for row in rows if row["kind"] != "upload" and row["request_id"] not in held), None
        )
        if row is None:
            return False
        if row["kind"] == "printed":
            return self._printed(row)
        return self._settle(
            [row],
            self._link.call(
                "forsake",
                {"request_id": f"forsake-{row['id']}-{self._life}", **json.loads(row["body"])},
                ANSWER_S,
            ),
        )

    def _printed(self, row: sqlite3.Row) -> bool:
        answer = self._link.call(
            "printed",
            {"ticket": row["ticket"] or row["number"] or "", **json.loads(row["body"])},
            ANSWER_S,
        )
        return self._settle([row], answer)

    def _upload(self, rows: Sequence[sqlite3.Row]) -> bool:
        tickets = [self._as_told(row) for row in rows]
        if not self._takes_keys():  # an older hub would refuse the whole upload
            tickets = [{k: v for k, v in body.items() if k != "key_hash"} for body in tickets]
        answer = self._link.call("upload", {"tickets": tickets}, ANSWER_S)
        results = {
            r["request_id"]: r
            for r in answer.get("tickets") or []
            if isinstance(r, dict) and "request_id" in r
        }
        if not answer["ok"] and not results and len(rows) > 1:
            # one bad ticket must not hold up the others
            return all([self._upload([row]) for row in rows])
        going_on = True
        for row in rows:
            own = results.get(row["request_id"], answer)
            ticket: dict[str, Any] = own["ticket"] if isinstance(own.get("ticket"), dict) else own
            if own.get("ok", answer["ok"]) and (
                ticket.get("id") or isinstance(own.get("ticket"), str)
            ):
                self._store.hub_calls_it(row["request_id"], str(ticket.get("id") or own["ticket"]))
            going_on = self._settle([row], {"ok": answer["ok"], **own}) and going_on
        return going_on

    def _as_told(self, row: sqlite3.Row) -> dict[str, Any]:
        """A ticket as the hub is told of it: at its true time, if it was taken before this program
        knew how far the machine's clock is off.
        """
        ticket: dict[str, Any] = json.loads(row["body"])
        taken_at = self._clock.moment_of(row["request_id"])
        return ticket if taken_at is None else {**ticket, "issued_at": taken_at}

    def _settle(self, rows: Sequence[sqlite3.Row], answer: dict[str, Any]) -> bool:
        error = None if answer.get("ok") else answer.get("error") or "unknown"
        if error in (LATER_FOR_UPLOADS if rows[0]["kind"] == "upload" else LATER):
            log.info("the hub says %s; the post waits", error)
            self._later = min(30.0, float(answer.get("retry_after") or 2))
            return False
        if error:
            log.error(
                "the hub refused %s of %s for good: %s", rows[0]["kind"], rows[0]["number"], error
            )
        self._store.heard_by_hub([row["id"] for row in rows], error)
        return True

    def _say_status(self) -> None:
        """Tells the hub how the machine is: at once when something changed, else every 20 s."""
        status = self._status()
        # a printer that cannot be asked is not in trouble
        state = {
            "printer": "ready" if status["printer"] == "unknown" else status["printer"],
            "paper": status["paper"],
            "outbox": status["outbox"],
            "rejected": status["rejected"],
            "failed": status["failed"],
            "phones": status["phones"],
            "version": VERSION,
        }
        if state == self._reported and self._clock.steady() - self._reported_at < STATUS_EVERY_S:
            return
        answer = self._link.call("status", {**state, "clock": status["clock"]}, ANSWER_S)
        if not answer["ok"]:
            log.warning(
                "the hub does not take the status: %s", answer.get("message") or answer.get("error")
            )
        if isinstance(answer.get("at"), int):
            self._clock.heard(answer["at"])
        self._reported, self._reported_at = state, self._clock.steady()
