"""The whole kiosk put together: press store, link to the hub, presses, print room, outbox, page."""

import fcntl
import hashlib
import logging
import threading
from pathlib import Path
from typing import Any, TextIO

from domain.languages import DEFAULT
from domain.slip import slip_content
from kiosk import VERSION
from kiosk.card_check_in import CardCheckIns
from kiosk.catalogue import Catalogue
from kiosk.centre_state import CentreState
from kiosk.check_in import CheckIns
from kiosk.clock import HubClock
from kiosk.credential import Credential
from kiosk.door import DoorCode
from kiosk.held_slip import HeldSlips
from kiosk.hub_link import HubAway, HubLink
from kiosk.outbox import Outbox
from kiosk.own_token import OwnToken
from kiosk.press import PressHandler, Refusal
from kiosk.press_store import PressStore
from kiosk.print_room import PrintRoom
from kiosk.printer import Printer
from kiosk.printer_address import read_address
from kiosk.roll import Roll
from kiosk.scan import Cards
from kiosk.settings import Settings
from kiosk.sign_clips import SignClips
from kiosk.slip import SlipMaker
from kiosk.speech import Speaker
from kiosk.staff_menu import PRINT_S, Gate, TestMode
from kiosk.virtual_printer import VirtualPrinter
from kiosk.watchdog import Watchdog
from kiosk.words import Words

log = logging.getLogger(__name__)
STILL_THERE_MS = 20_000  # how old a slip may be that is still printed after a restart
HELP_S = 3.0
STOP_S = 8.0


class Kiosk:
    """One machine in the hall. `start()` it, `stop()` it; `page()` is what its screen shows."""

    def __init__(self, settings: Settings, credential: Credential | None = None) -> None:
        self.settings = settings
        address = read_address(settings.printer)
        self._lock = _only_one(settings.data)
        self.store = PressStore(settings.data / "kiosk.sqlite")
        self.clock = HubClock(
            self.store.recall("clock_offset", 0),
            known_ms=(self.store.recall("snapshot") or {}).get("at"),
        )
        self.words = Words(settings.ui / "texts", "kiosk")
        self.catalogue = Catalogue(self.store, lambda url: self.link.fetch_list(url))
        self.centre = CentreState(self.store, self.clock, self.catalogue)
        self.signs = SignClips(settings.data / "signs", self._fetch_sign)
        self.slips = SlipMaker(settings.lib, settings.ui / "texts")
        self.speaker = Speaker(settings.data / "speech", self.words.languages)
        self.virtual = None
        if address.kind == "virtual":
            self.virtual = VirtualPrinter(
                settings.data / "slips", address.profile.dots, address.host, address.port
            )
            address = read_address(
                f"network://{address.host}:{self.virtual.address[1]}?profile={address.profile.name}"
            )
        self.address = address
        self.own_words = Words(settings.ui / "texts", "agent")
        self.gate, self.test = Gate(settings.pin, self.clock.steady), TestMode(self.clock)
        self.roll = Roll(self.store, settings.roll_m * 1000)
        self.link = HubLink(
            settings,
            self.clock,
            self._heard,
            self._changed,
            on_reprint=self._second_paper,
            on_seal=self._seal,
            hello=self.centre.hello,
            on_refused=self._refused,
        )
        self.own_token = OwnToken(settings, credential, self.link, self.clock.now_ms)
        self.cards = Cards(self.centre, self.clock, self.link, settings.id_cards)
        self.held = HeldSlips(settings.hub, settings.centre)
        self.check_ins = CheckIns(settings.hub, settings.centre, lambda: self.link.token)
        self.room = PrintRoom(
            self.store,
            Printer(address, settings.fence_s),
            self.slips,
            self.clock,
            lambda: self.centre.zone,
            settings.poll_s,
            self.virtual,
            self._changed,
            self.roll,
            lambda: self.centre.template,
        )
        self.outbox = Outbox(
            self.store,
            self.link,
            self.clock,
            self.status,
            self._now_and_then,
            lambda: "phone_url" in (self.centre.snapshot or {}),
        )
        self.presses = PressHandler(
            self.store,
            self.centre,
            self.link,
            self.clock,
            self.words,
            settings.hub,
            settings.device,
            settings.hub_wait_s,
            self.room.wake,
            self.outbox.wake,
            self.cards,
            self.own_words,
        )
        if self.store.aside:
            log.error(
                "the press store was damaged; it lies in %s beside a new one. "
                "Numbers given without the hub that it had not heard of yet can be called by hand",
                self.store.aside,
            )
            self.presses.alerts = [f"journal_damaged:{self.store.aside}"]
        self.door = DoorCode(self.store, self.clock, self.link.fetch_door_key, self.presses.whole)
        self.card_check_ins = CardCheckIns(self.cards, self.check_ins, self.presses, self.words)
        self.watchdog = Watchdog(self.stuck)
        self.ended = threading.Event()
        self.again = False  # the program is to begin anew once it has ended
        self.shut_off = False  # the hub knows its secret no more: it is to be paired again
        self.started_at = self.page_at = self.clock.now_ms()  # page_at: when the page last asked

    def _fetch_sign(self, name: str) -> bytes | None:
        centre = (self.store.recall("snapshot") or {}).get("centre") or {}
        code = centre.get("code")
        return self.link.fetch_file(f"/display/signs/{code}/{name}") if code else None

    def start(self) -> None:
        """Mends what a crash left behind, then opens for presses."""
        now = self.clock.now_ms()
        self.store.forget_old(now)
        self.store.after_restart(now, STILL_THERE_MS)
        self.room.start()
        self.link.start()
        self.catalogue.start()
        self.outbox.start()

    def stuck(self) -> list[str]:
        """The names of the parts that do not go round any more."""
        return [
            name
            for name, part in (
                ("print room", self.room),
                ("line to the hub", self.link),
                ("outbox", self.outbox),
                ("list of procedures", self.catalogue),
            )
            if not part.alive
        ]

    def begin_anew(self) -> None:
        """Ends the program so that it starts again in its place; `ended` is what the main thread
        waits for.
        """
        self.again = True
        self.ended.set()

    def _refused(self) -> None:
        """The hub does not let this kiosk in: where it says that it was shut off or replaced, no
        number is given any more.
        """
        if self.own_token.is_shut_off():
            log.warning("this kiosk was shut off at the hub, or replaced; it is to be paired again")
            self.shut_off = True
            self.ended.set()

    def stop(self) -> None:
        """Lets a slip at hand come out, then ends; within ten seconds even when nobody answers any
        more.
        """
        rooms = [
            threading.Thread(target=part.stop, daemon=True)
            for part in (self.outbox, self.room, self.link, self.catalogue)
        ]
        for room in rooms:
            room.start()
        for room in rooms:
            room.join(STOP_S)
        if self.virtual:
            self.virtual.close()
        self.store.close()
        self._lock.close()

    def _heard(self, snapshot: dict[str, Any]) -> None:
        before = self.centre.snapshot
        self.centre.take(snapshot)
        if before and (before.get("day") or {}).get("date") != self.centre.day():
            self.store.forget_old(self.clock.now_ms())
        if (snapshot.get("day") or {}).get("state") == "closed":
            self.cards.day_is_over()
        lost = snapshot.get("lost")
        if lost is not None and self.store.recall("told_again") != [self.centre.day(), lost]:
            count = self.store.tell_again(self.centre.day(), self.clock.now_ms())
            self.store.remember("told_again", [self.centre.day(), lost])
            log.warning(
                "the hub has lost part of today; %s numbers of this kiosk are told again", count
            )
            self.outbox.wake()

    def _second_paper(self, wish: dict[str, Any]) -> None:
        """Staff want a second paper: queued once for each ask, marked as a reprint."""
        ticket, slip, ask = wish.get("ticket"), wish.get("slip"), wish.get("request_id")
        if not (
            isinstance(ticket, dict)
            and isinstance(slip, dict)
            and isinstance(ask, str)
            and ticket.get("id")
            and ticket.get("number")
        ):
            log.warning("the hub asks for a second paper in no known form")
            return
        slip = {**slip, "url": self.presses.whole(slip.get("url"))}
        if self.store.second_paper(
            ask,
            str(ticket["id"]),
            self.centre.day(),
            str(ticket["number"]),
            slip,
            self.clock.now_ms(),
        ):
            self.room.wake()

    def _seal(self, seal: Any) -> None:
        """The hub has a day's head printed, which seals what was written; beside the socket's
        thread, for printing takes its time.
        """
        kept = seal if isinstance(seal, dict) else {}
        day, head = kept.get("day"), kept.get("head")
        if not (isinstance(day, str) and isinstance(head, str) and len(head) < 120):
            log.warning("the hub has a seal printed in no known form")
            return
        centre = kept.get("centre")
        slip = {
            "centre": centre if isinstance(centre, dict) else {DEFAULT: self.settings.centre},
            "day": day[:10],
            "head": head,
            "number": "",
            "lang": DEFAULT,
        }
        threading.Thread(
            target=self.room.print_test, args=(slip, PRINT_S, "seal"), daemon=True
        ).start()

    def _now_and_then(self) -> None:
        self.own_token.renew_in_time()
        self.door.renew(self.link.up and self._takes_bookings())
        self.presses.forsake_old()
        self.cards.forget_yesterday()

    def _takes_bookings(self) -> bool:
        return bool(((self.centre.snapshot or {}).get("booking") or {}).get("on"))

    def _changed(self) -> None:
        self.outbox.wake()

    # ---- what is shown
    # ---------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """How the machine is, as staff and scripts read it."""
        counts, paper = self.store.outbox_counts(), self.room.state
        today = self.centre.today()
        slips, blocks = self.store.job_counts(today), self.store.blocks(today)
        return {
            "ok": True,
            "version": VERSION,
            "device": self.settings.device,
            "centre": self.settings.centre,
            "hub": "up" if self.link.up else "down",
            "hub_since": self.link.since,
            "hub_error": self.link.error,
            "printer": paper.printer,
            "paper": paper.paper,
            "printer_since": paper.since,
            "printer_address": str(self.address),
            "virtual": self.virtual is not None,
            "outbox": counts.get("waiting", 0),
            "rejected": counts.get("rejected", 0),
            "clock": self.clock.offset_ms,
            "at": self.clock.now_ms(),
            "day": self.centre.day(),
            "left": self.store.left(today),
            "numbers": self.store.counted(today),
            "alerts": self.presses.alerts,
            "phones": self.presses.phone_problem() or "ok",
            "can_print": self.room.can_print,
            "queued": slips.get("queued", 0),
            "failed": self.store.unprinted(today),
            "slips": slips,
            "blocks": blocks,
            "roll": {
                "printed_mm": self.roll.printed_mm,
                "length_mm": self.roll.length_mm,
                "low": self.roll.low,
            },
            "journal": self.store.recall("journal_id"),
            "started_at": self.started_at,
            "page_s": max(0, self.clock.now_ms() - self.page_at) // 1000,
            "staff": self.gate.on,
            "id_cards": self.cards.on,
            "test": self.test.until is not None,
        }

    def page(self, seen: bool = True) -> tuple[dict[str, Any], str]:
        """The snapshot and status for the screen, and a mark that changes with them.

        That it was asked for is the sign of life of the page, if visitors can see the page: one
        that is hidden, or behind something, asks on.
        """
        if seen:
            self.page_at = self.clock.now_ms()
        up = self.link.up
        snapshot = self.centre.for_page(up, {} if up else self.store.left(self.centre.today()))
        state = {
            "hub": "up" if up else "down",
            "printer": self.room.state.printer,
            "paper": self.room.state.paper,
            "device": self.settings.device,
            "idle": self.settings.idle_s,
            "contrast": self.settings.contrast,
            "speech": self.speaker.ready,
            "version": VERSION,
            "can_print": self.room.can_print,
            "staff": self.gate.on,
            "id_cards": self.cards.on,
            "test": self.test.until is not None,
            "door": self.door.shown() if self._takes_bookings() else None,
        }
        steady = {k: v for k, v in (snapshot or {}).items() if k not in ("at", "blocks", "slip")}
        mark = hashlib.sha256(repr((steady, state)).encode()).hexdigest()[:16]
        return {"ok": True, "snapshot": snapshot, "kiosk": state, "at": self.clock.now_ms()}, mark

    def help(self, screen: str) -> bool:
        """Calls a greeter; whether the hub has heard it."""
        try:
            return bool(self.link.call("help", {"screen": screen}, HELP_S)["ok"])
        except HubAway:
            return False

    def press(self, payload: object) -> tuple[dict[str, Any], int]:
        """A press of the page: a number, or in test mode a slip that is none."""
        return (
            self.try_press(payload) if self.test.until is not None else self.presses.take(payload)
        )

    def try_press(self, payload: object) -> tuple[dict[str, Any], int]:
        """What a press would print, marked THỬ: no number is taken, nothing is written down, the
        hub hears nothing.
        """
        try:
            request_id, body = self.presses.form(payload)
            if self.centre.snapshot is None:
                raise Refusal("storage", "errors.never_met")
            field = self.centre.field_of(body)
            if field is None:
                raise Refusal("unknown_field")
        except Refusal as no:
            return self.presses.refusal(no)
        answer = self.presses.made_up(
            request_id,
            body,
            field,
            self.slips.words.say(body.get("lang") or DEFAULT, "test"),
            self.clock.now_ms(),
        )
        return {
            **answer,
            "test": True,
            "print": {"job": None, **self.room.print_test(answer["slip"], PRINT_S)},
        }, 200

    def test_print(self) -> dict[str, Any]:
        """One slip marked THỬ, for staff; how it ended."""
        name = {lang: self.own_words.say(lang, "test.field") for lang in self.own_words.languages}
        centre = ((self.centre.snapshot or {}).get("centre") or {}).get("name") or {
            DEFAULT: self.settings.centre
        }
        slip = slip_content(
            centre=centre,
            field=name,
            number="",
            badge="",
            issued_at=self.clock.now_ms(),
            lang=DEFAULT,
            device=self.settings.device,
        )
        return self.room.print_test(slip, PRINT_S)

    def reprint(self, name: str) -> dict[str, Any] | None:
        """Queues a slip again, marked as a reprint; `None` when this kiosk knows no such ticket."""
        row = self.store.find(name)
        if row is None:
            return None
        self.store.reprint(row["request_id"], self.clock.now_ms())
        self.room.wake()
        return self.presses.again(row["request_id"])[0]


def _only_one(folder: Path) -> TextIO:
    """Two kiosks on one press store would print each slip twice: the second refuses to start."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "kiosk.lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise OSError(
            f"another kiosk already runs on {folder}; end it, or give this one its own --data"
        ) from None
    return lock
