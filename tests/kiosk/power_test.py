"""Power cuts at every step of a press, many rounds in one process; kill_test.py kills the real
program.
"""

import contextlib
import itertools

import pytest

from kiosk.hub_link import HubAway
from tests.kiosk.model_test import make_world  # noqa: F401 - a fixture
from tests.kiosk.world import PowerCut

pytestmark = pytest.mark.slow

#: where the power goes: what the kiosk was about to do, or had just done
STEPS = (
    "before_the_hub",
    "after_the_hub",
    "before_the_number",
    "before_the_slip",
    "slip_on_its_way_lost",
    "slip_on_its_way_out",
    "after_the_slip",
    "after_the_post",
    "never",
)


def _dies(*_, **__):
    raise PowerCut


class Printer:
    """Prints what it is given; the power may go while it does."""

    def __init__(self, kiosk):
        self.kiosk, self.papers = kiosk, []

    def run(self, step):
        store, now = self.kiosk.store, self.kiosk.world.now
        while (job := store.next_job()) is not None:
            if step == "before_the_slip":
                raise PowerCut
            store.job_sent(job["id"], now())
            if step == "slip_on_its_way_lost":
                raise PowerCut
            self.papers.append((job["day"], job["number"]))
            if step in ("slip_on_its_way_out", "after_the_slip"):
                raise PowerCut
            store.job_ended(job["id"], True, None, now())


def press_until(kiosk, printer, step, request_id):
    """One press that the power cut ends at this step."""
    try:
        if step == "before_the_hub":
            kiosk.link.call = _dies
        elif step in ("after_the_hub", "before_the_number"):
            kiosk.store.numbered_by_hub = kiosk.store.numbered_from_lease = _dies
        kiosk.presses.take({"request_id": request_id, "field": "A"})
        printer.run(step)
        if step == "after_the_post":
            kiosk.store.heard_by_hub = _dies
        with contextlib.suppress(HubAway):
            kiosk.outbox.post()
    except PowerCut:
        pass
    finally:
        kiosk.link.__dict__.pop("call", None)


def test_a_power_cut_at_any_step_gives_at_most_one_paper_and_no_number_without_paper_or_alert(
    make_world,
):
    world = make_world()
    kiosk, rounds = (
        world.kiosks[0],
        list(itertools.product(STEPS, (False, True), (True, False), range(3))),
    )
    assert len(rounds) >= 100
    printer, names = Printer(kiosk), []
    for n, (step, cut, finger_again, _) in enumerate(rounds):
        kiosk.link.cut = cut
        request_id = f"round-{n:05d}"
        names.append(request_id)
        press_until(kiosk, printer, step, request_id)
        kiosk.cut_power()
        if finger_again:
            kiosk.presses.take({"request_id": request_id, "field": "A"})
        world.now.now += 3_000
        printer.run("never")
        if n % 9 == 8:  # half of what a block holds may be used before the hub is seen again
            kiosk.link.cut = False
            kiosk.connect()
            kiosk.post()
    world.settle()
    printer.run("never")
    kiosk.post()
    assert len(set(printer.papers)) == len(printer.papers), "two papers of one number"
    assert world.wrongs() == []
    facts = world.hall.facts()
    live = {f.number for f in facts if f.kind == "issued"} - {
        f.number for f in facts if f.kind == "cancelled"
    }
    assert {number for _, number in printer.papers} <= live, "a paper whose ticket is gone"
    printed = {f.number: f.data["ok"] for f in facts if f.kind == "printed"}
    assert all(
        printed[number]
        is (False if number not in {p for _, p in printer.papers} else printed[number])
        for number in live
    ), "a number without paper of which staff do not hear"
    assert set(printed) >= live and len(live) >= 60
    given_up = {f.act for f in facts if f.kind == "cancelled" and f.data["reason"] == "no_paper"}
    assert given_up and kiosk.status_of(names) == {"numbered", "refused"}
