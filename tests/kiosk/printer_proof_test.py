"""What proves a slip, and how a printer that keeps its port is reached."""

import time

import pytest

from kiosk.escpos_status import AnswerReader, PrinterState
from kiosk.paper_job import slip_job
from kiosk.printer import PORT_KEPT_S, Outcome
from kiosk.profiles import PROFILES
from tests.kiosk.slips import SLIP, send

# printers that answer late, in halves or never: seconds each
pytestmark = pytest.mark.slow


@pytest.fixture
def job(maker):
    return slip_job(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), PROFILES["80mm"])


def papers(virtual):
    return sorted(slip.name for slip in virtual.folder.glob("*.png"))


@pytest.mark.parametrize(
    "after_s", [0.0, 0.05, 0.4], ids=["in mid-raster", "near its end", "after the last byte left"]
)
def test_a_foreign_byte_proves_no_slip(paper, job, after_s):
    """A 00 in mid-raster from a printer that then falls silent was taken for the fence's answer."""
    virtual, printer = paper()
    virtual.set_faults({"foreign": after_s})
    outcome, _ = send(printer, job)
    assert outcome == Outcome(False, "no_answer", may_exist=True) and not papers(virtual)
    assert printer.left == "half"
    virtual.set_faults({})
    assert send(printer, job)[0].ok and papers(virtual) == ["slip.png"]


@pytest.mark.parametrize("fault", ["twice", "halves", "late"])
def test_a_printer_that_prints_is_believed_however_it_says_so(paper, job, fault):
    virtual, printer = paper(fence_s=4)
    virtual.set_faults({fault: True})
    for count in (1, 2):
        assert printer.ask_state() == PrinterState("ok", "ok")
        assert send(printer, job)[0] == Outcome(True)
        assert len(papers(virtual)) == count


@pytest.mark.parametrize("how", ["twice", "halves", "late"])
@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        ("paper_out", PrinterState("paper_out", "out")),
        ("cover", PrinterState("cover_open", "ok")),
        ("near_end", PrinterState("ok", "low")),
    ],
)
def test_an_answer_that_comes_late_twice_or_in_halves_is_no_other_ones(paper, how, trouble, state):
    """A second copy of "on line" was taken for "the cover is shut", a late one for "there is
    paper".
    """
    virtual, printer = paper()
    virtual.set_faults({how: 1.2 if how == "late" else True, trouble: True})
    assert printer.ask_state() == state


def test_a_frame_keeps_its_meaning_across_the_pieces_it_comes_in():
    whole = bytes.fromhex("12 10000 00f 1e 00 10 00".replace(" ", ""))
    assert AnswerReader().feed(whole) == ([0x12, 0x1E], 1)
    for cut in range(len(whole)):
        reader = AnswerReader()
        (first, some), (second, more) = reader.feed(whole[:cut]), reader.feed(whole[cut:])
        assert (first + second, some + more) == ([0x12, 0x1E], 1)
    assert AnswerReader().feed(bytes.fromhex("10 00 12 00")) == ([], 0), "nothing in it is one"


@pytest.mark.parametrize("holds_s", [1.0, 3.0, 6.0])
def test_a_printer_that_keeps_its_port_prints_every_slip(paper, job, holds_s):
    virtual, printer = paper()
    virtual.set_faults({"holds": holds_s})
    assert printer.ask_state() == PrinterState("ok", "ok")
    assert printer.ask_state() == PrinterState("ok", "ok"), (
        "refused right after a client: as it was"
    )
    waits = []
    for _ in range(3):
        began = time.monotonic()
        assert send(printer, job)[0] == Outcome(True)
        waits.append(time.monotonic() - began)
        assert printer.ask_state() == PrinterState("ok", "ok")
    printer.close()
    assert len(papers(virtual)) == 3 and waits[0] > holds_s / 2
    assert max(waits[1:]) < holds_s, "once it is known, no look locks out a slip"


def test_a_printer_that_refuses_for_good_is_offline_and_prints_later(paper, job):
    virtual, printer = paper()
    virtual.set_faults({"refuse": True})
    assert printer.ask_state() == PrinterState("offline", "unknown"), "it was never there"
    virtual.set_faults({})
    assert printer.ask_state() == PrinterState("ok", "ok")
    virtual.set_faults({"refuse": True})
    outcome, sent = send(printer, job)
    assert outcome == Outcome(False, "offline") and not sent, "tried for some seconds, nothing sent"
    assert printer.ask_state() == PrinterState("offline", "unknown")
    virtual.set_faults({})
    assert send(printer, job)[0].ok


def test_a_line_that_is_held_and_dies_is_opened_anew(paper, job):
    virtual, printer = paper()
    virtual.set_faults({"holds": 0.5})
    assert printer.ask_state().can_print and send(printer, job)[0].ok and printer._held
    printer._held._printer.device.shutdown(2)
    assert printer.ask_state() == PrinterState("ok", "ok") or send(printer, job)[0].ok
    assert send(printer, job)[0].ok and PORT_KEPT_S > 6
    printer.close()


def test_the_idle_question_of_a_kiosk_locks_no_slip_out(set_up, hub, link):
    kiosk = set_up(f"http://127.0.0.1:{link.port}")
    kiosk.online()
    kiosk.faults(holds=2.0)
    for n in range(3):
        kiosk.press(f"press-held-{n}", field="B")
        assert kiosk.slip_done(f"press-held-{n}", 12)["state"] == "printed"
        assert kiosk.status()["printer"] == "ok"
        time.sleep(0.5)
