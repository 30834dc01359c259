"""The whole kiosk put together: journal, line to the hub, press desk, print room, outbox, page."""

import fcntl
import hashlib
import logging
import threading

from kiosk import VERSION
from kiosk.clock import HubClock
from kiosk.hall import Hall
from kiosk.hub_link import HubAway, HubLink
from kiosk.journal import Journal
from kiosk.outbox import Outbox
from kiosk.press import PressDesk
from kiosk.print_room import PrintRoom
from kiosk.printer import Printer
from kiosk.printer_address import read_address
from kiosk.settings import Settings
from kiosk.slip import SlipMaker
from kiosk.speech import Speaker
from kiosk.virtual_printer import VirtualPrinter
from kiosk.words import Words

log = logging.getLogger(__name__)
STILL_THERE_MS = 20_000     # how old a slip may be that is still printed after a restart
HELP_S = 3.0
STOP_S = 8.0


class Kiosk:
    """One machine in the hall. `start()` it, `stop()` it; `page()` is what its screen shows."""

    def __init__(self, settings: Settings):
        self.settings = settings
        address = read_address(settings.printer)
        self._lock = _only_one(settings.data)
        self.journal = Journal(settings.data / "kiosk.sqlite")
        self.clock = HubClock(self.journal.recall("clock_offset", 0))
        self.words = Words(settings.ui / "texts", "kiosk")
        self.hall = Hall(self.journal, self.clock)
        self.slips = SlipMaker(settings.lib, settings.ui / "texts")
        self.speaker = Speaker(settings.data / "speech")
        self.virtual = None
        if address.kind == "virtual":
            self.virtual = VirtualPrinter(settings.data / "slips", address.profile.dots, address.host, address.port)
            address = read_address(f"network://{address.host}:{self.virtual.address[1]}?profile={address.profile.name}")
        self.address = address
        self.link = HubLink(settings, self.clock, self._heard, self._changed)
        self.room = PrintRoom(
            self.journal, Printer(address, settings.fence_s), self.slips, self.clock, lambda: self.hall.zone, settings.poll_s, self.virtual, self._changed
        )
        self.outbox = Outbox(self.journal, self.link, self.clock, self.status)
        self.desk = PressDesk(
            self.journal, self.hall, self.link, self.clock, self.words, settings.hub, settings.device, settings.hub_wait_s,
            self.room.wake, self.outbox.wake,
        )

    def start(self) -> None:
        """Mends what a crash left behind, then opens for presses."""
        now = self.clock.now_ms()
        self.journal.forget_old(now)
        self.journal.after_restart(now, STILL_THERE_MS)
        self.room.start()
        self.link.start()
        self.outbox.start()

    def stop(self) -> None:
        """Lets a slip at hand come out, then ends; within ten seconds even when nobody answers any more."""
        rooms = [threading.Thread(target=part.stop, daemon=True) for part in (self.outbox, self.room, self.link)]
        for room in rooms:
            room.start()
        for room in rooms:
            room.join(STOP_S)
        if self.virtual:
            self.virtual.close()
        self.journal.close()
        self._lock.close()

    def _heard(self, snapshot: dict) -> None:
        before = self.hall.snapshot
        self.hall.take(snapshot)
        if before and (before.get("day") or {}).get("date") != self.hall.day():
            self.journal.forget_old(self.clock.now_ms())

    def _changed(self) -> None:
        self.outbox.wake()

    # ---- what is shown -------------------------------------------------------------------------------------------------------

    def status(self) -> dict:
        """How the machine is, as staff and scripts read it."""
        counts, paper = self.journal.outbox_counts(), self.room.state
        today = self.hall.today()
        return {
            "ok": True, "version": VERSION, "device": self.settings.device, "centre": self.settings.centre,
            "hub": "up" if self.link.up else "down", "hub_since": self.link.since, "hub_error": self.link.error,
            "printer": paper.printer, "paper": paper.paper, "printer_since": paper.since, "printer_address": str(self.address), "virtual": self.virtual is not None,
            "outbox": counts.get("waiting", 0), "rejected": counts.get("rejected", 0), "clock": self.clock.offset_ms, "at": self.clock.now_ms(),
            "day": self.hall.day(), "left": self.journal.left(today), "numbers": self.journal.counted(today), "alerts": self.desk.alerts,
        }

    def page(self) -> tuple[dict, str]:
        """The snapshot and status for the screen, and a mark that changes with them."""
        up = self.link.up
        shown = self.hall.shown(up, {} if up else self.journal.left(self.hall.today()))
        state = {
            "hub": "up" if up else "down", "printer": self.room.state.printer, "paper": self.room.state.paper, "device": self.settings.device,
            "idle": self.settings.idle_s, "contrast": self.settings.contrast, "speech": self.speaker.ready, "version": VERSION,
        }
        steady = {k: v for k, v in (shown or {}).items() if k not in ("at", "blocks")}
        mark = hashlib.sha256(repr((steady, state)).encode()).hexdigest()[:16]
        return {"ok": True, "snapshot": shown, "kiosk": state, "at": self.clock.now_ms()}, mark

    def help(self, screen: str) -> bool:
        """Calls a greeter; whether the hub has heard it."""
        try:
            return bool(self.link.call("help", {"screen": screen}, HELP_S)["ok"])
        except HubAway:
            return False

    def reprint(self, name: str) -> dict | None:
        """Queues a slip again, marked as a reprint; `None` when this kiosk knows no such ticket."""
        row = self.journal.find(name)
        if row is None:
            return None
        self.journal.reprint(row["request_id"], self.clock.now_ms())
        self.room.wake()
        return self.desk.again(row["request_id"])[0]


def _only_one(folder):
    """Two kiosks on one journal would print each slip twice: the second refuses to start."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "kiosk.lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise OSError(f"another kiosk already runs on {folder}; end it, or give this one its own --data") from None
    return lock
