"""Kiosks that die: the real program against a printer that lives on, killed at a chosen moment of a
press and started again on what it left behind.
"""

import functools
import itertools
import json
import os
import re
import signal
import sqlite3
import threading
import time
from pathlib import Path

import requests
from PIL import Image

from kiosk.escpos_status import FENCE
from kiosk.paper_job import RESET, without_real_time_bytes
from kiosk.profiles import PROFILES
from kiosk.slip import SlipMaker
from kiosk.virtual_printer import VirtualPrinter
from tests.kiosk.machine import ROOT, Machine
from tests.support.breakable_link import BreakableLink
from tests.support.fork_server import ForkedProgram
from tests.support.programs import Program

#: where the kiosk dies: what it was about to do, or had just done. True: with the hub there; False:
#: cut off
STEPS = [
    ("before the journal", True),
    ("journaled, the hub asked in vain", True),
    ("numbered by the hub, its answer lost", True),
    ("numbered, the printer not asked", True),
    ("numbered, the printer not asked", False),
    ("before the first dot", True),
    ("in mid-slip", True),
    ("in mid-slip", False),
    ("slip out, not proven", True),
    ("slip out, not proven", False),
    ("slip proven, the hub not told", True),
    ("slip proven, the hub not told", False),
    ("while the hub is told", False),
    ("any moment", True),
    ("any moment", False),
]
QUESTIONS = re.compile(rb"(\x10\x04[\x01-\x04])+$")


class Watched(BreakableLink):
    """The cable of a printer:

    `at(point, then)` calls `then` once when a job has come there. Points: "asked", a number of
    bytes, "out" (all passed, proof withheld), "proven".
    """

    def __init__(self, printer):
        self._lock, self._point, self._then = threading.Lock(), None, None
        super().__init__(
            printer[1],
            lambda: functools.partial(self._hears, {"bytes": None, "mute": False, "whole": False}),
        )

    def at(self, point, then):
        with self._lock:
            self._point, self._then = point, then

    def _reached(self, *points):
        """Whether this is the point waited for; whoever is told first does it."""
        with self._lock:
            if self._then is None or self._point not in points:
                return False
            then, self._then = self._then, None
        then()
        return True

    def _hears(self, job, data, is_answer):
        return self._answered(job, data) if is_answer else self._printed(job, data)

    def _printed(self, job, data):
        if job["bytes"] is None and not data.startswith(RESET):
            self._reached("asked")
            yield data
            return
        before, job["bytes"] = job["bytes"] or 0, (job["bytes"] or 0) + len(data)
        point = self._point
        if isinstance(point, int) and before <= point < job["bytes"] and self._then:
            yield data[: point - before]
            self._reached(point)
            raise ConnectionAbortedError("the power went here")
        if QUESTIONS.sub(b"", data).endswith(FENCE):
            job["mute" if point == "out" and self._then else "whole"] = (
                True  # what is printed after that death has its proof
            )
        yield data
        if job["mute"]:
            self._reached("out")

    def _answered(self, job, data):
        if not job["mute"]:
            yield data
            if job["whole"]:
                self._reached("proven")


class MortalKiosk:
    """One kiosk, its printer and its cable.

    `dies(step, online)` is one round: a press and `kill -9`; the next round starts it again.

    Every fourth life is begun as `python -m kiosk`, the others are forked from a process that has
    the modules loaded; a `program` of another kind is always begun anew.
    """

    def __init__(self, folder, hub, name, device, token, moments, program=None):
        folder.mkdir()
        self.name, self.device, self.moments, self.kills = name, device, moments, 0
        self.paper = VirtualPrinter(folder / "paper")
        self.paper.set_faults({"keeps": True})  # half a slip stays in it, as in many a real one
        self.watched, self.link = Watched(self.paper.address), BreakableLink(hub.port)
        self.machine = Machine(
            folder,
            f"http://127.0.0.1:{self.link.port}",
            token=token,
            printer=f"network://127.0.0.1:{self.watched.port}",
            centre=hub.centre,
            DEVICE=name,
            POLL_S=60,
            FENCE_S=2,
        )
        self.machine.begin = self._begin(program, itertools.count())
        self.file = folder / "kiosk" / "kiosk.sqlite"
        self.online = None  # how it lives now; None: dead
        self.shown = {}  # what a finger was told, by press
        self.presses, self.wrong = [], []
        self.start(True)  # its numbers for the time without the hub
        self.machine.wait(lambda s: s["left"], "blocks leased")

    def _begin(self, program, lives):
        plain = self.machine.begin

        def begin():
            if program:
                return Program(
                    program,
                    self.machine.folder / "kiosk.log",
                    env=self.machine.environment,
                    cwd=self.machine.folder,
                )
            if next(lives) % 4 == 0:
                return plain()
            return ForkedProgram(
                "kiosk",
                [],
                self.machine.folder / "kiosk.log",
                self.machine.environment,
                self.machine.folder,
            )

        return begin

    def remove(self):
        self.machine.remove()
        self.link.remove()
        self.watched.remove()
        self.paper.close()

    def start(self, online):
        """As it is after the power comes back: what was left in its queue has come out or
        failed.
        """
        if self.online is not online:
            self.power_cut()
            self.link.mend() if online else self.link.cut()
            self.machine.start()
        self.online = online
        self.machine.wait(
            lambda s: (
                s["printer"] == "ok"
                and (s["hub"] == "up" or not online)
                and not s["queued"]
                and not s["slips"].get("sent")
            ),
            "kiosk up again",
            40,
        )

    def power_cut(self):
        if self.machine.program:
            self.machine.program.kill()
        self.online = None

    def dies(self, step, online):
        """One round; the finger presses again afterwards, or its owner has gone."""
        self.start(online)
        request_id = f"{self.name}-{len(self.presses):04d}"
        self.presses.append(request_id)
        dead, slept = threading.Event(), self.moments.uniform(0, 0.25)

        def die():
            self.power_cut()
            self.kills += 1
            dead.set()

        points = {
            "numbered, the printer not asked": "asked",
            "before the first dot": 0,
            "in mid-slip": self.moments.randrange(1, 30_000),
            "slip out, not proven": "out",
        }
        if step == "slip proven, the hub not told" and online:
            points[step] = "proven"
        if step in points:
            self.watched.at(points[step], die)
        if step == "before the journal":
            os.kill(self.machine.program.pid, signal.SIGSTOP)
        elif step == "journaled, the hub asked in vain":
            self.link.stall()
        elif step == "numbered by the hub, its answer lost":
            self.link.lose_answers()
        finger = threading.Thread(target=self.press, args=(request_id,))
        finger.start()
        if step == "before the journal":
            time.sleep(
                0.05
            )  # the press is on the wire; the kiosk stands still, so nothing of it can be awaited
            die()
        elif step in ("journaled, the hub asked in vain", "numbered by the hub, its answer lost"):
            self._until(lambda: self._ask("SELECT 1 FROM presses WHERE request_id = ?", request_id))
            time.sleep(
                0.1 if "lost" in step else 0
            )  # the hub's answer is on its way into the cut cable, which nobody sees
            die()
        elif step == "any moment":
            time.sleep(slept)  # a random moment is the point
            die()
        elif step == "while the hub is told":
            self._until(
                lambda: self._ask(
                    "SELECT 1 FROM jobs WHERE request_id = ? AND state = 'printed'", request_id
                )
            )
            die()
            self.start_and_die_while_telling()
        elif step not in points:
            self._until(
                lambda: self._ask(
                    "SELECT 1 FROM jobs WHERE request_id = ? AND state = 'printed'", request_id
                )
            )
            die()
        assert dead.wait(30), f"never came to: {step}"
        finger.join()
        if self.moments.random() < 0.6:
            self.start(online)
            self.press(request_id)
            self.machine.slip_done(request_id, 15)

    def start_and_die_while_telling(self):
        self.link.mend()
        self.machine.start()
        self.machine.wait(lambda s: s["hub"] == "up", "hub up")
        time.sleep(self.moments.uniform(0, 0.05))  # a random moment is the point
        self.power_cut()
        self.kills += 1

    def press(self, request_id):
        """A finger; what it is told stays what it is told."""
        field = "ABCEHK"[int(request_id[-4:]) % 6]
        try:
            answer = requests.post(
                f"{self.machine.url}/api/issue",
                json={"request_id": request_id, "field": field},
                timeout=15,
            ).json()
        except (requests.RequestException, ValueError):
            return
        if (
            not answer["ok"]
            or self.shown.setdefault(request_id, answer["ticket"]["number"])
            != answer["ticket"]["number"]
        ):
            self.wrong.append((request_id, self.shown.get(request_id), answer))

    def settles(self):
        """Everybody has gone home, a minute passes (written back in the file, so that nobody waits
        for it), and the hub hears everything.
        """
        self.power_cut()
        with sqlite3.connect(self.file) as db:
            db.execute("UPDATE presses SET pressed_at = pressed_at - 61000 WHERE state = 'pressed'")
        db.close()
        self.start(True)
        # one after the other: a press given up between the two looks would be in neither
        self.machine.wait(
            lambda s: not self._ask("SELECT 1 FROM presses WHERE state = 'pressed'"),
            "presses nobody waits for given up",
            30,
        )
        self.machine.wait(lambda s: s["outbox"] == 0, "everything told", 30)
        assert self.machine.status()["rejected"] == 0

    def papers(self):
        """The numbers on the papers that came out, found dot for dot among the slips this kiosk was
        to print; one that is none of them is None.
        """
        maker, profile = SlipMaker(ROOT / "node_modules", ROOT / "ui" / "texts"), PROFILES["80mm"]
        template = json.loads(self._ask("SELECT value FROM memo WHERE name = 'snapshot'")[0]).get(
            "slip"
        )
        drawn = {}
        for number, slip, kind in self._all("SELECT number, slip, kind FROM jobs"):
            picture = without_real_time_bytes(
                maker.draw(json.loads(slip), profile.dots, "Asia/Ho_Chi_Minh", kind, template),
                profile,
            )
            drawn[picture.tobytes()] = number
        return [drawn.get(Image.open(file).convert("1").tobytes()) for file in self.paper_files()]

    def paper_files(self):
        """A picture of each paper that came out."""
        return list(Path(self.paper.folder).glob("*.png"))

    def _until(self, ready, seconds=30):
        end = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < end, self.machine.program.tail(15)
            time.sleep(0.01)

    def _ask(self, sql, *values):
        return next(iter(self._all(sql, *values)), None)

    def _all(self, sql, *values):
        db = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=5)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()
