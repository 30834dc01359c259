"""A hundred times `kill -9` of the real kiosk beside the real hub, at every step of a press;
several kiosks side by side.
"""

import itertools
import random
import secrets
import sys
import threading

import pytest

from server.clock import now_ms
from server.store import people
from server.store.engine import open_store
from tests.kiosk.mortal import STEPS, MortalKiosk
from tests.kiosk.real_hub_test import alerts, journal
from tests.support.hub import Hub

pytestmark = pytest.mark.slow
KIOSKS, KILLS = 4, 100
#: kiosks that do it wrong, as the negative control: one prints again what was on its way, one
#: forgets it
PRINTS_AGAIN = (
    "lambda self, now, late: self._db.execute(\"UPDATE jobs SET state = 'queued' WHERE state ="
    " 'sent'\")"
)
FORGETS = (
    "lambda self, now, late: self._db.execute(\"UPDATE jobs SET state = 'printed' WHERE state ="
    " 'sent'\")"
)


@pytest.fixture
def hub(prepared_centres, tmp_path):
    """The real hub of Thủ Đức, a fresh one each time: the numbers of one day are enough for nine
    kiosks.
    """
    folder = tmp_path / "hub"
    hub = Hub(folder, prepared_centres.copy_of("thu_duc", folder), forked=True).start()
    yield hub
    hub.remove()


@pytest.fixture
def mortal(hub, tmp_path):
    """Sets up kiosks with a token of their own: mortal("kiosk-7", seed, after_restart=None)."""
    made = []

    def mortal(name, seed, after_restart=None):
        token, device = secrets.token_urlsafe(24), secrets.token_hex(8)
        store = open_store(hub.folder)
        with store.change() as conn:
            people.add_device(
                conn,
                id=device,
                centre=hub.centre,
                role="kiosk",
                name=name,
                sound=False,
                token=token,
                created_at=now_ms(),
            )
        store.close()
        wrong = (
            f"import kiosk.press_store as p; p.PressStore.after_restart = {after_restart}; from"
            " kiosk.program import main; main(prog_name='kiosk')"
        )
        made.append(
            MortalKiosk(
                tmp_path / name,
                hub,
                name,
                device,
                token,
                random.Random(seed),
                [sys.executable, "-P", "-c", wrong] if after_restart else None,
            )
        )
        return made[-1]

    yield mortal
    for kiosk in made:
        kiosk.remove()


def wrongs(hub, kiosks):
    """What is not as it must be after all those deaths; empty: at most one paper a press, no paper
    without a ticket, no ticket without a paper or an alert.
    """
    facts = journal(hub)
    papers = [number for kiosk in kiosks for number in kiosk.papers()]
    actors = {f"device:{kiosk.device}" for kiosk in kiosks}
    issued = [fact for fact in facts if fact["kind"] == "issued" and fact["actor"] in actors]
    live = {fact["number"] for fact in issued} - {
        fact["number"] for fact in facts if fact["kind"] == "cancelled"
    }
    reported = {fact["number"] for fact in facts if fact["kind"] == "printed"}
    failed = {
        fact["number"] for fact in facts if fact["kind"] == "printed" and not fact["data"]["ok"]
    }
    wrong_things = [
        f"{number} is on two papers" for number in set(papers) if papers.count(number) > 1
    ]
    wrong_things += [f"a paper of {number} without a ticket" for number in set(papers) - live]
    wrong_things += [
        f"{number} has no paper and nobody was told" for number in live - set(papers) - failed
    ]
    wrong_things += [
        f"{number} was numbered and nothing is known of its paper" for number in live - reported
    ]
    wrong_things += [
        f"{number} was given twice"
        for number in {fact["number"] for fact in issued}
        if sum(fact["number"] == number for fact in issued) > 1
    ]
    wrong_things += [
        f"{number} was shown and is gone"
        for kiosk in kiosks
        for number in kiosk.shown.values()
        if number not in live
    ]
    return sorted(wrong_things) + [wrong for kiosk in kiosks for wrong in kiosk.wrong]


@pytest.mark.timeout(600)
def test_a_hundred_power_cuts_at_every_step_of_a_press(hub, mortal):
    kiosks, gone_wrong = [mortal(f"kill-{n}", 20261123 + n) for n in range(KIOSKS)], []

    def dies_on(kiosk, steps):
        try:
            while kiosk.kills < KILLS / KIOSKS:
                kiosk.dies(*next(steps))
            kiosk.settles()
        except BaseException as error:
            gone_wrong.append(error)
            raise

    lives = [
        threading.Thread(
            target=dies_on, args=(kiosk, itertools.cycle(STEPS[4 * n :] + STEPS[: 4 * n]))
        )
        for n, kiosk in enumerate(kiosks)
    ]
    for life in lives:
        life.start()
    for life in lives:
        life.join()
    assert not gone_wrong, gone_wrong
    assert wrongs(hub, kiosks) == []
    kills, presses = (
        sum(kiosk.kills for kiosk in kiosks),
        sum(len(kiosk.presses) for kiosk in kiosks),
    )
    papers = sum(len(kiosk.paper_files()) for kiosk in kiosks)
    print(f"{kills} kills, {presses} presses, {papers} papers")
    assert kills >= KILLS and presses >= 60 and papers > presses / 3
    assert "kiosk_unprinted" in alerts(hub), "of slips that may lie in the tray, staff know"


@pytest.mark.parametrize(
    ("after_restart", "step", "seen"),
    [
        (PRINTS_AGAIN, "slip out, not proven", "is on two papers"),
        (FORGETS, "in mid-slip", "has no paper and nobody was told"),
    ],
    ids=["prints again", "forgets"],
)
def test_the_count_sees_a_kiosk_that_does_it_wrong(hub, mortal, after_restart, step, seen):
    """Negative control: the same round, the same count, and one line of the kiosk's program
    changed.
    """
    kiosk = mortal(f"wrong-{step[0]}", 1, after_restart)
    kiosk.dies(step, True)
    kiosk.settles()
    assert any(seen in wrong for wrong in wrongs(hub, [kiosk]))
