"""Slips on a printer that speaks ESC/POS over a socket: what comes out, and what is said when it
does not.
"""

import io
import socket
import time
import unicodedata
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from kiosk.escpos_reader import CommandReader
from kiosk.escpos_status import AnswerReader, PrinterState, state_of
from kiosk.paper_job import _encoder, raster, short_job, slip_job, without_real_time_bytes
from kiosk.printer import PORT_KEPT_S, Printer
from kiosk.printer_address import read_address
from kiosk.profiles import PROFILES, Profile
from kiosk.settings import SettingError
from kiosk.slip_pictures import qr_picture
from kiosk.words import clean, plain
from tests.kiosk.slips import SLIP, same, send

# real sockets and their time limits
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("profile", ["80mm", "58mm", "58mm-cutter", "tm-t88", "xp-80", "ct-s651"])
def test_every_dot_drawn_is_a_dot_on_paper_and_the_code_can_be_scanned(maker, paper, profile):
    virtual, printer = paper(profile)
    picture = maker.draw(SLIP, PROFILES[profile].dots, "Asia/Ho_Chi_Minh")
    outcome, _ = send(printer, slip_job(picture, PROFILES[profile]))
    assert (outcome.ok, outcome.reason, printer.state) == (True, None, PrinterState("ok", "ok"))
    printed = Image.open(virtual.folder / "slip.png")
    assert same(
        printed.crop((0, 0, *picture.size)), without_real_time_bytes(picture, PROFILES[profile])
    )
    assert [code.text for code in zxingcpp.read_barcodes(printed.convert("L"))] == [SLIP["url"]]


@pytest.mark.parametrize("rows", [24, 128, 255])
def test_slices_of_any_height_give_the_same_picture(maker, paper, rows):
    virtual, printer = paper()
    picture = maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh")
    job = slip_job(picture, Profile("slices", slice_rows=rows))
    heights = [command.rows for command in CommandReader().feed(job) if command.name == "raster"]
    assert max(heights) <= rows and sum(heights) == picture.height
    assert send(printer, job)[0].ok
    assert same(
        Image.open(virtual.folder / "slip.png"), without_real_time_bytes(picture, PROFILES["80mm"])
    )


@pytest.mark.parametrize("profile", ["80mm", "58mm", "xp-80"])
def test_the_raster_is_byte_for_byte_what_python_escpos_makes(maker, profile):
    profile = PROFILES[profile]
    picture = without_real_time_bytes(maker.draw(SLIP, profile.dots, "Asia/Ho_Chi_Minh"), profile)
    theirs = _encoder(profile)
    theirs.image(picture, impl="bitImageRaster", fragment_height=profile.slice_rows)
    assert b"".join(raster(picture, profile.slice_rows)) == theirs.output


@given(st.binary(min_size=16, max_size=16))
@settings(max_examples=25, deadline=None)
def test_every_ticket_has_a_code_that_can_be_scanned(ticket):
    url = f"https://luot.example/t/{ticket.hex()}"
    assert [
        code.text
        for code in zxingcpp.read_barcodes(ImageOps.expand(qr_picture(url, 6), 24, 1).convert("L"))
    ] == [url]


def test_every_vietnamese_letter_has_its_own_shape(maker):
    """A letter the typeface lacks would be drawn as the same empty box as every other such
    letter.
    """
    letters = {
        c
        for n in range(0xC0, 0x1EFA)
        if unicodedata.category(c := chr(n)) in ("Lu", "Ll")
        and (0x1EA0 <= n <= 0x1EF9 or c in "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư")
    }
    assert len(letters) == 134
    for face in (maker._semi, maker._bold):
        shapes = set()
        for letter in letters:
            assert face.has(letter)
            picture = Image.new("1", (120, 160), 1)
            from PIL import ImageDraw

            pen = ImageDraw.Draw(picture)
            pen.fontmode = "1"
            face.draw(pen, 10, 110, letter, 64, 0)
            shapes.add(picture.tobytes())
        assert len(shapes) == 134


def test_a_name_too_long_for_the_paper_loses_nothing(maker):
    long = {
        **SLIP,
        "field": {"vi": "Giáo dục – Văn hóa – Y tế – An toàn thực phẩm"},
        "service": {
            "vi": "Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm cho hộ kinh doanh nhỏ lẻ"
        },
        "number": "MM1444",
        "counters": [1, 4, 9, "HD1"],
        "zone": {"vi": "Khu 2 – Đất đai, xây dựng, kinh doanh"},
    }
    for dots in (384, 576):
        picture = maker.draw(long, dots, "Asia/Ho_Chi_Minh", "reprint")
        margin = picture.crop((dots - 4, 0, dots, picture.height))
        assert margin.convert("L").getextrema() == (
            255,
            255,
        ), "ink in the right margin: something runs off the paper"


@pytest.mark.parametrize(
    "fault,state,reason",
    [
        ({"paper_out": True}, PrinterState("paper_out", "out"), "paper_out"),
        ({"cover": True}, PrinterState("cover_open", "ok"), "cover_open"),
        ({"silent": True}, PrinterState("offline", "unknown"), "offline"),
        ({"garbage": True}, PrinterState("offline", "unknown"), "offline"),
        ({"refuse": True}, PrinterState("offline", "unknown"), "offline"),
    ],
)
def test_a_printer_in_trouble_gets_no_byte_of_the_slip_and_recovers_by_itself(
    maker, paper, fault, state, reason
):
    virtual, printer = paper()
    job = slip_job(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), PROFILES["80mm"])
    virtual.set_faults(fault)
    began = time.monotonic()
    assert printer.ask_state() == state
    outcome, sent = send(printer, job)
    assert (outcome.ok, outcome.reason, outcome.may_exist, sent) == (False, reason, False, False)
    assert time.monotonic() - began < PORT_KEPT_S, "nobody waits for a port that may come free"
    virtual.set_faults({})
    assert send(printer, job)[0].ok
    assert [slip.name for slip in virtual.folder.glob("*.png")] == ["slip.png"]


def test_paper_near_its_end_prints_and_says_so(maker, paper):
    virtual, printer = paper()
    virtual.set_faults({"near_end": True})
    assert printer.ask_state() == PrinterState("ok", "low")
    assert send(printer, slip_job(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), PROFILES["80mm"]))[
        0
    ].ok
    assert printer.state.paper == "low"


def test_paper_that_ends_in_mid_slip_is_one_slip_after_the_new_roll(maker, paper):
    virtual, printer = paper(fence_s=1.2)
    doubts = []
    virtual.set_faults({"slow": 0.05})
    job = slip_job(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), PROFILES["80mm"])

    def roll_ends():
        virtual.set_faults({"paper_out": True})

    outcome = printer.print(job, about_to_send=roll_ends, in_doubt=doubts.append)
    assert (outcome.ok, outcome.reason, outcome.may_exist) == (
        False,
        "paper_out",
        True,
    ) and "paper_out" in doubts
    assert not list(virtual.folder.glob("*.png"))
    virtual.set_faults({})
    end = time.monotonic() + 20
    while not list(virtual.folder.glob("*.png")) and time.monotonic() < end:
        time.sleep(0.02)
    assert [slip.name for slip in virtual.folder.glob("*.png")] == ["slip.png"], (
        "exactly the one slip that lay in its buffer"
    )


def test_a_connection_that_breaks_in_mid_slip_is_never_sent_again(maker, paper):
    virtual, printer = paper()
    job = slip_job(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), PROFILES["80mm"])
    for at in (1, 900, 20_000, len(job) - 1):
        virtual.set_faults({"drop": at})
        outcome, sent = send(printer, job)
        assert (outcome.ok, outcome.may_exist, sent) == (False, True, True) and outcome.reason in (
            "cut_off",
            "no_answer",
        )
    virtual.set_faults({})
    assert send(printer, job)[0].ok
    printed = [Image.open(slip) for slip in virtual.folder.glob("*.png")]
    whole = without_real_time_bytes(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), PROFILES["80mm"])
    assert all(same(picture, whole) for picture in printed), "no half slip in the next one"


@pytest.mark.parametrize(
    "at", [7, 2_000, -5], ids=["in the first command", "in the first slice", "in the cut"]
)
def test_half_a_slip_that_stays_in_the_printer_falls_before_the_next_one(maker, paper, at):
    """A printer that keeps what it has, and takes what comes next for the rest of it: questions,
    the next citizen's slip.
    """
    virtual, printer = paper()
    picture, tray = (
        maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"),
        lambda folder="": sorted(virtual.folder.glob(f"{folder}*.png")),
    )
    job, whole = (
        slip_job(picture, PROFILES["80mm"]),
        without_real_time_bytes(picture, PROFILES["80mm"]),
    )
    virtual.set_faults({"keeps": True, "drop": at % len(job)})
    assert send(printer, job)[0].reason == "cut_off" and printer.left == "half"
    virtual.set_faults({"keeps": True})
    forgetful = Printer(printer.address, 1)
    if at == 2_000:  # negative control: a kiosk that does not know of it
        assert forgetful.ask_state() == PrinterState("offline", "unknown"), (
            "its questions are dots of a picture"
        )
    assert Printer(printer.address, 2, left="half").ask_state() == PrinterState("ok", "ok"), (
        "as known to the kiosk that starts anew"
    )
    assert len(tray("half/")) == (at != 7) and not tray()
    assert [send(printer, job)[0].ok for _ in range(2)] == [True, True] and printer.left == ""
    assert len(tray()) == 2 and all(same(Image.open(slip), whole) for slip in tray()), (
        "no slip under the torso of another"
    )


def test_a_slow_printer_is_waited_for(maker, paper):
    virtual, printer = paper(fence_s=5)
    virtual.set_faults({"slow": 0.15})
    assert send(printer, slip_job(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), PROFILES["80mm"]))[
        0
    ].ok


@pytest.mark.parametrize(
    "answers,state",
    [
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}, PrinterState("ok", "ok")),
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x1E}, PrinterState("ok", "low")),
        ({1: 0x1A, 2: 0x32, 3: 0x12, 4: 0x7E}, PrinterState("paper_out", "out")),
        ({1: 0x1A, 2: 0x16, 3: 0x12, 4: 0x12}, PrinterState("cover_open", "ok")),
        ({1: 0x1A, 2: 0x12, 3: 0x1A, 4: 0x12}, PrinterState("error", "ok")),
        ({1: 0x1A, 2: 0x12, 3: 0x12, 4: 0x12}, PrinterState("offline", "ok")),
        ({1: None}, PrinterState("offline", "unknown")),
        ({}, PrinterState("offline", "unknown")),
    ],
)
def test_status_bytes_mean_what_the_makers_say(answers, state):
    assert state_of(answers) == state


def test_stray_bytes_are_not_taken_for_answers():
    def read(data):
        """`(status bytes, fences)` of what a printer sent."""
        return AnswerReader().feed(data)

    assert read(b"\xff\x00\x81")[0] == []
    assert read(b"\x10\x12\x12\x12") == ([], 0), "inside a pushed frame"
    assert read(b"\x10\x00\x00\x00\x16") == ([0x16], 0)
    assert read(b"\x12\x16\x32\x7e")[1] == 0 and read(b"\x10\x00\x00\x0f")[1] == 0
    assert read(b"\x12\x00") == ([0x12], 1) and read(b"\x10\x00\x00\x0f\x03") == ([], 1)


@given(st.text())
@settings(max_examples=200, deadline=None)
@example("\u200b\u200c\u200d")
def test_no_text_reaches_a_printer_as_a_command(text):
    # the breaks and joiners some scripts are written with are drawn, never sent as letters
    drawn = clean(text).translate(dict.fromkeys(map(ord, "\u200b\u200c\u200d")))
    assert not any(unicodedata.category(c)[0] == "C" for c in drawn)
    assert all(" " <= c <= "~" for c in plain(text))
    job = short_job([text, text, text], "A047", PROFILES["80mm"])
    names = [command.name for command in CommandReader().feed(job)]
    assert set(names) <= {"\x1b@", "text", "line", "\x1d!", "cut", "\x1dr"}


@given(
    st.lists(
        st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x01, 0xFF, 0x00]), min_size=72, max_size=72 * 8
    ),
    st.integers(1, 64),
)
@settings(max_examples=60, deadline=None)
def test_no_picture_holds_a_real_time_command(black, rows):
    bits = bytes(byte ^ 0xFF for byte in black * (rows + 1))[: 72 * rows]
    picture = Image.frombytes("1", (576, rows), bits)
    job = slip_job(picture, PROFILES["80mm"])
    rasters = b"".join(
        command.data for command in CommandReader().feed(job) if command.name == "raster"
    )
    assert not any(bad in rasters for bad in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))


@given(
    st.lists(
        st.sampled_from(
            [
                b"\x1b@",
                b"\x10\x04\x01",
                b"A047\n",
                b"\x1dV\x00",
                b"\x1dVB\x00",
                b"\x1dr\x01",
                b"\x1dv0\x00\x02\x00\x03\x00abcdef",
                b"\x1b*\x21\x02\x00abcdef",
                b"\x1d(k\x03\x00abc",
                b"\x00",
                b"\x1bt\x10",
            ]
        ),
        max_size=20,
    ),
    st.data(),
)
@settings(max_examples=100, deadline=None)
def test_commands_are_the_same_however_the_bytes_are_split(parts, data):
    whole = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    reader, pieces = CommandReader(), []
    for start, end in zip([0, *cuts], [*cuts, len(whole)]):
        pieces += reader.feed(whole[start:end])

    def joined(commands):
        return [(c.name, c.data) for c in commands if c.name != "text"], b"".join(
            c.data for c in commands if c.name == "text"
        )

    assert joined(pieces) == joined(CommandReader().feed(whole))


@pytest.mark.parametrize(
    "text,kind,where",
    [
        ("virtual:", "virtual", ("127.0.0.1", 0)),
        ("virtual:?profile=58mm&port=9100", "virtual", ("127.0.0.1", 9100)),
        ("network://10.0.0.7:9101", "network", ("10.0.0.7", 9101)),
        ("network://printer.lan?profile=tm-t88", "network", ("printer.lan", 9100)),
        ("usb://04b8:0e15", "usb", ("", 0)),
        ("serial:///dev/ttyS0?baud=9600", "serial", ("", 0)),
        ("file:///dev/usb/lp0", "file", ("", 0)),
    ],
)
def test_the_address_of_a_printer(text, kind, where):
    address = read_address(text)
    assert (address.kind, (address.host, address.port)) == (kind, where)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lpt1",
        "network://",
        "network://host:99999",
        "usb://04b8",
        "usb://zzzz:0e15",
        "serial://ttyS0",
        "serial:///dev/ttyS0?baud=fast",
        "virtual:?colour=1",
        "file:///dev/lp0?profile=none",
    ],
)
def test_an_address_that_is_none_says_how_it_should_be(text):
    with pytest.raises(SettingError, match="printer"):
        read_address(text)


def test_an_unknown_fault_is_refused(paper):
    virtual, _ = paper()
    for bad in ({"fire": True}, {"slow": -1}, {"cover": 3}, {"drop": "yes"}):
        with pytest.raises(ValueError):
            virtual.set_faults(bad)


def test_a_stranger_on_the_socket_is_answered_like_by_a_printer(paper):
    virtual, _ = paper()
    with socket.create_connection(virtual.address, timeout=3) as line:
        line.sendall(b"\x10\x04\x01")
        assert line.recv(16) == b"\x12"
        line.sendall(b"Hello\n\x1dV\x00\x1dr\x01")
        assert line.recv(16) == b"\x00"
    assert Image.open(io.BytesIO((virtual.folder / "slip.png").read_bytes())).width == 576
