"""Slips on a printer of another maker's making: emupos, an emulator of receipt printers, reached
over the socket as a real one is.
"""

import contextlib
import socket
import time
from types import SimpleNamespace

import pytest
import zxingcpp
from PIL import Image

import kiosk.printer
from kiosk.clock import HubClock
from kiosk.escpos_status import DLE_EOT, FENCE, PrinterState
from kiosk.paper_job import raster, short_job, slip_job, without_real_time_bytes
from kiosk.press_store import PressStore
from kiosk.print_room import PrintRoom
from kiosk.printer import Printer
from kiosk.printer_address import read_address
from kiosk.profiles import PROFILES
from kiosk.virtual_printer import VirtualPrinter
from tests.kiosk.printer_test import SLIP, same, send
from tests.support import emulator as rig
from tests.support.breakable_link import BreakableLink
from tests.support.emulator import Emulator
from tests.support.programs import ProgramFailed

pytestmark = pytest.mark.slow
HERE = "Asia/Ho_Chi_Minh"
LETTERS = {**SLIP, "bring": {"vi": "Giấy chứng sinh, ợ ữ ỵ ẵ ỗ ẩ ặ Ẫ Ỡ Ữ Đ đ"}}
WELL = PrinterState("ok", "ok")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    emulator = Emulator(tmp_path_factory.mktemp("emulator"))
    yield emulator
    emulator.close()


@pytest.fixture
def wide(emulator):
    """The emulator's TM-T20III, well, and with no paper of another test in its tray."""
    emulator[576].have()
    emulator[576].receipts(len(emulator[576].untaken))
    yield emulator[576]
    emulator[576].have()


@pytest.fixture
def print_room(tmp_path, maker, wide):
    """A kiosk's print room with the emulator's printer:

    `print_room(fence_s, port)` → press(name), job(name), state(), store.
    """
    with contextlib.ExitStack() as stack:

        def print_room(fence_s=10, port=wide.port):
            store, clock = PressStore(tmp_path / "kiosk.sqlite"), HubClock()
            stack.callback(store.close)
            room = PrintRoom(
                store,
                Printer(read_address(f"network://127.0.0.1:{port}"), fence_s),
                maker,
                clock,
                lambda: HERE,
                0.05,
            )
            room.start()
            stack.callback(room.stop)

            def press(name):
                store.press(name, {}, clock.now_ms())
                store.numbered_by_hub(
                    name,
                    "2026-11-24",
                    {"ticket": {"id": f"id-{name}", "number": name}, "slip": LETTERS},
                    clock.now_ms(),
                )
                room.wake()

            def job(name):
                row = store.job_of(name)
                return row["state"], row["reason"]

            return SimpleNamespace(
                press=press,
                job=job,
                store=store,
                state=lambda: PrinterState(room.state.printer, room.state.paper),
            )

        yield print_room


def until(seen_now, wanted, seconds=20):
    end = time.monotonic() + seconds
    while (seen := seen_now()) != wanted and time.monotonic() < end:
        time.sleep(0.01)
    assert seen == wanted


def drawn(maker, profile="80mm"):
    return without_real_time_bytes(
        maker.draw(LETTERS, PROFILES[profile].dots, HERE), PROFILES[profile]
    )


@pytest.mark.parametrize(
    "dots,profiles", [(576, ("80mm", "tm-t20", "xp-80")), (384, ("58mm-cutter", "58mm"))]
)
def test_the_emulator_finds_the_very_dots_drawn_however_they_are_sliced(
    maker, emulator, dots, profiles
):
    """Whole jobs as they are sent by several profiles, and the slip in slices of 24, 128, 255 and
    python-escpos's own 960 rows: no dot differs, no byte is strange to it, each is proven by the
    fence.
    """
    theirs, picture = emulator[dots], drawn(maker, profiles[0])
    jobs = [(name, slip_job(picture, PROFILES[name])) for name in profiles]
    jobs += [
        (profiles[0], b"\x1b@" + b"".join(raster(picture, rows)) + b"\x1dVB\x00" + FENCE)
        for rows in (24, 128, 255, 960)
    ]
    for profile, job in jobs:
        printer = Printer(read_address(f"network://127.0.0.1:{theirs.port}?profile={profile}"), 20)
        outcome, _ = send(printer, job)
        assert (outcome.ok, outcome.reason, printer.state) == (True, None, WELL)
        (receipt,) = theirs.receipts(1)
        assert same(receipt.picture, picture) and receipt.picture.width == dots, profile
        assert receipt.boundary == (
            "connection-closed" if PROFILES[profile].cut == "none" else "cut"
        )
        assert [code.text for code in zxingcpp.read_barcodes(receipt.picture.convert("L"))] == [
            SLIP["url"]
        ]
    assert theirs.complaints == []


def test_a_short_slip_over_a_slow_line_is_the_letters_sent(maker, wide):
    printer = Printer(read_address(f"serial://{wide.device}?baud=9600"), 20)
    lines = maker.lines(SLIP, HERE)
    assert printer.address.short_layout and printer.ask_state() == WELL
    assert send(printer, short_job(lines, SLIP["number"], PROFILES["80mm"]))[0].ok
    (receipt,) = wide.receipts(1)
    assert (
        SLIP["number"] in receipt.text.split()
        and len(receipt.text.splitlines()) >= len(lines)
        and receipt.text.isascii()
    )
    assert wide.complaints == []
    wide.have("paper-out")
    assert printer.ask_state() == PrinterState("paper_out", "out")


@pytest.mark.parametrize(
    "fault,state",
    [
        ("paper-out", PrinterState("paper_out", "out")),
        ("cover-open", PrinterState("cover_open", "ok")),
        ("offline", PrinterState("offline", "ok")),
    ],
)
def test_a_printer_in_trouble_gets_no_byte_and_prints_again_once_it_is_well(
    print_room, wide, fault, state
):
    room = print_room()
    until(room.state, WELL)
    wide.have(fault)
    until(room.state, state)
    room.press("A001")
    until(lambda: room.job("A001"), ("failed", state.printer))
    wide.have()
    until(room.state, WELL)
    room.press("A002")
    until(lambda: room.job("A002"), ("printed", None))
    assert len(wide.receipts(1)) == 1, "the slip that failed is not printed behind anybody's back"


def test_paper_near_its_end_prints_and_says_so(print_room, wide):
    room = print_room()
    wide.have("paper-near-end")
    until(room.state, PrinterState("ok", "low"))
    room.press("A001")
    until(lambda: room.job("A001"), ("printed", None))
    wide.receipts(1)
    wide.have()
    until(room.state, WELL)


@pytest.fixture
def half_way(wide, monkeypatch):
    """half_way(act): does it once half of the next slip has left the kiosk and some of it is on the
    paper.
    """

    def half_way(act):
        def parts(data):
            for place, part in enumerate(whole := list(chunks(data))):
                if place == len(whole) // 2:
                    monkeypatch.undo()
                    until(lambda: wide.printing, True)
                    act()
                yield part

        chunks = kiosk.printer.chunks
        monkeypatch.setattr(kiosk.printer, "chunks", parts)

    return half_way


def test_a_roll_that_ends_in_mid_slip_and_is_replaced_in_time_ends_as_printed(
    maker, print_room, wide, half_way
):
    room = print_room()
    half_way(lambda: wide.have("paper-out"))
    room.press("A001")
    until(lambda: room.job("A001"), ("sent", "paper_out"))
    wide.have()
    until(lambda: room.job("A001"), ("printed", None))
    (receipt,) = wide.receipts(1)
    assert same(receipt.picture, drawn(maker)), "one paper, whole"
    until(room.state, WELL)


def test_a_roll_that_ends_in_mid_slip_and_stays_empty_is_one_paper_later_and_never_a_second_job(
    maker, print_room, wide, half_way
):
    room = print_room(fence_s=2)
    half_way(lambda: wide.have("paper-out"))
    room.press("A001")
    until(lambda: room.job("A001"), ("sent", "paper_out"))
    until(lambda: room.job("A001"), ("failed", "paper_out"))
    until(room.state, PrinterState("paper_out", "out"))
    assert not wide.untaken
    wide.have()
    until(room.state, WELL)
    (receipt,) = wide.receipts(1)
    assert same(receipt.picture, drawn(maker)) and room.store.next_job() is None
    room.press("A002")
    until(lambda: room.job("A002"), ("printed", None))
    assert (
        room.job("A001") == ("failed", "paper_out")
        and len(wide.receipts(1)) == 1
        and wide.complaints == []
    )


def test_a_cable_that_breaks_in_mid_slip_leaves_half_a_paper_and_the_slip_is_not_sent_again(
    maker, print_room, wide, half_way
):
    link = BreakableLink(wide.port)
    try:
        room = print_room(port=link.port)
        half_way(link.cut)
        room.press("A001")
        until(lambda: room.job("A001"), ("failed", "cut_off"))
        (half,) = wide.receipts(1)
        whole = drawn(maker)
        assert (
            0 < half.picture.height < whole.height
            and same(half.picture, whole.crop((0, 0, *half.picture.size)))
            and half.boundary == "connection-closed"
        )
        until(room.state, PrinterState("offline", "unknown"))
        link.mend()
        until(room.state, WELL)
        room.press("A002")
        until(lambda: room.job("A002"), ("printed", None))
        assert len(wide.receipts(1)) == 1 and room.job("A001") == ("failed", "cut_off")
    finally:
        link.remove()


@pytest.fixture
def twin(tmp_path):
    twin = VirtualPrinter(tmp_path / "slips")
    yield twin
    twin.close()


@pytest.mark.parametrize(
    "faults",
    [
        {},
        {"paper-near-end": "near_end"},
        {"paper-out": "paper_out"},
        {"cover-open": "cover"},
        {"offline": "offline"},
        {"paper-near-end": "near_end", "paper-out": "paper_out"},
        {"cover-open": "cover", "paper-out": "paper_out"},
        {"offline": "offline", "paper-near-end": "near_end"},
    ],
    ids=lambda faults: "+".join(faults) or "well",
)
def test_our_virtual_printer_answers_byte_for_byte_as_the_emulator_does(wide, twin, faults):
    """The four questions, while it prints nothing too; the fence at once when it can print, else
    only once it is well.
    """
    stopped = bool(faults.keys() & {"paper-out", "cover-open", "offline"})

    def answers(address, have, cure):
        have()
        with socket.create_connection(address, timeout=20) as line:

            def hears(data):
                line.sendall(data)
                return line.recv(16)

            heard = [hears(question) for question in DLE_EOT.values()]
            if not stopped:
                return [*heard, hears(FENCE)]
            heard.append(hears(FENCE + DLE_EOT[1]))
            cure()
            return [*heard, hears(b"")]

    theirs = answers(("127.0.0.1", wide.port), lambda: wide.have(*faults), wide.have)
    ours = answers(
        twin.address,
        lambda: twin.set_faults(dict.fromkeys(faults.values(), True)),
        lambda: twin.set_faults({}),
    )
    assert [answer.hex() for answer in ours] == [answer.hex() for answer in theirs] and {
        len(answer) for answer in theirs
    } == {1}


def test_an_emulator_that_cannot_be_fetched_or_is_not_the_one_pinned_says_the_mend(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(rig, "KEPT", tmp_path)
    monkeypatch.setattr(rig.sys, "executable", "/bin/false")
    with pytest.raises(
        ProgramFailed, match="check the network and run: python -m pip download .*emupos==0.4.0"
    ):
        rig.wheel()
    (tmp_path / rig.WHEEL).write_bytes(b"another")
    with pytest.raises(
        ProgramFailed, match="is not the one pinned .* remove it and run: python -m pip download"
    ):
        rig.wheel()


@pytest.mark.parametrize("stopped", [False, True], ids=["well", "without paper"])
def test_half_a_job_is_the_same_half_paper_at_both(maker, wide, twin, tmp_path, stopped):
    """Two slices and a bit of the third, then the connection is gone; a printer without paper
    prints what it has once there is some.
    """
    job = slip_job(drawn(maker), PROFILES["80mm"])[: 2 * (8 + 128 * 72) + 500]

    def leave(address):
        with socket.create_connection(address, timeout=20) as line:
            line.sendall(job)

    if stopped:
        wide.have("paper-out")
        twin.set_faults({"paper_out": True})
    leave(("127.0.0.1", wide.port))
    leave(twin.address)
    wide.have()
    twin.set_faults({})
    (theirs,) = wide.receipts(1)
    ours = tmp_path / "slips" / "half" / "slip.png"
    until(ours.is_file, True)
    assert (
        theirs.picture.height == 256
        and same(Image.open(ours), theirs.picture)
        and not list(twin.folder.glob("*.png"))
    )
