"""The ways to a printer that are no network: a serial line, a device file, USB."""

import pytest

from kiosk.escpos_status import PrinterState
from kiosk.paper_job import short_job, slip_job
from kiosk.printer import Printer
from kiosk.printer_address import read_address
from kiosk.profiles import PROFILES
from tests.kiosk.slips import SLIP, send
from tests.kiosk.usb_port import UsbPort

# real sockets and their time limits
pytestmark = pytest.mark.slow


def test_a_printer_behind_a_slow_line_gets_a_short_slip(maker, paper):
    assert (
        read_address("serial:///dev/ttyS0?baud=9600").short_layout
        and not read_address("serial:///dev/ttyS0").short_layout
    )
    virtual, printer = paper()
    job = short_job(maker.lines(SLIP, "Asia/Ho_Chi_Minh"), SLIP["number"], PROFILES["80mm"])
    assert len(job) < 400 and job.isascii()
    assert send(printer, job)[0].ok
    assert (virtual.folder / "slip.png").is_file()


def test_a_device_file_gets_the_whole_job_and_is_believed_without_proof(maker, tmp_path):
    device = tmp_path / "lp0"
    device.touch()
    printer = Printer(read_address(f"file://{device}"), 1)
    job = slip_job(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), printer.address.profile)
    outcome, sent = send(printer, job)
    assert (outcome.ok, outcome.reason, sent, printer.state) == (
        True,
        "unconfirmed",
        True,
        PrinterState("unknown", "unknown"),
    )
    assert device.read_bytes() == job


def test_a_proof_that_comes_late_proves_no_other_slip(maker, serial_line):
    """Over a serial line the proof of a slip given up as too slow still comes, while the next one
    is on its way.
    """
    virtual, device = serial_line
    address, job = (
        read_address(f"serial://{device}"),
        slip_job(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), PROFILES["80mm"]),
    )
    virtual.set_faults({"slow": 0.2})
    first = Printer(address, 0.4)
    assert send(first, job)[0].reason == "no_answer" and first.left == "late"
    assert (
        send(Printer(address, 10, first.left), job)[0].ok
        and len(list(virtual.folder.glob("*.png"))) == 2
    ), "believed only once it is out"


@pytest.mark.parametrize("baud", [115200, 9600])
def test_a_serial_printer_is_asked_printed_to_and_waited_for_like_any_other(
    maker, serial_line, baud
):
    virtual, device = serial_line
    printer = Printer(read_address(f"serial://{device}?baud={baud}"), 5)
    assert printer.ask_state() == PrinterState("ok", "ok")
    short = printer.address.short_layout
    assert short is (baud < 115200)
    job = (
        short_job(
            maker.lines(SLIP, "Asia/Ho_Chi_Minh", "reprint"), SLIP["number"], PROFILES["80mm"]
        )
        if short
        else slip_job(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), PROFILES["80mm"])
    )
    assert (b"BAN IN LAI" in job) is short
    outcome, _ = send(printer, job)
    assert (outcome.ok, outcome.reason) == (True, None) and (virtual.folder / "slip.png").is_file()
    virtual.set_faults({"paper_out": True})
    assert (
        printer.ask_state() == PrinterState("paper_out", "out")
        and send(printer, job)[0].reason == "paper_out"
    )
    virtual.set_faults({"silent": True})
    assert printer.ask_state() == PrinterState("offline", "unknown")


def test_a_usb_printer_is_found_asked_printed_to_and_found_again_after_it_was_pulled_out(
    maker, paper, monkeypatch
):
    """Everything of the USB way but the cable: python-escpos's Usb and pyusb over a port that
    stands in for libusb's.
    """
    virtual, _ = paper()
    port = UsbPort(virtual.address)
    monkeypatch.setattr("usb.backend.libusb1.get_backend", lambda *_, **__: port)
    printer = Printer(read_address("usb://04b8:0e15"), 5)
    job = slip_job(maker.draw(SLIP, 576, "Asia/Ho_Chi_Minh"), PROFILES["80mm"])
    assert printer.ask_state() == PrinterState("ok", "ok")
    assert send(printer, job)[0].ok and (virtual.folder / "slip.png").is_file()
    assert (
        port.asked.count("open") == port.asked.count("close") == port.asked.count("release") == 2
    ), "held only while it is printed to or asked"
    assert not {"reset", "configure"} & set(port.asked), (
        "a reset would wipe what a stopped printer still holds"
    )
    virtual.set_faults({"paper_out": True})
    assert (
        printer.ask_state() == PrinterState("paper_out", "out")
        and send(printer, job)[0].reason == "paper_out"
    )
    virtual.set_faults({"silent": True})
    assert printer.ask_state() == PrinterState("offline", "unknown")
    virtual.set_faults({})
    port.plugged = False
    assert (
        printer.ask_state() == PrinterState("offline", "unknown")
        and send(printer, job)[0].reason == "offline"
    )
    port.plugged, port.configured = True, False

    def pulled_out():
        port.plugged = False

    outcome = printer.print(job, about_to_send=pulled_out, in_doubt=lambda reason: None)
    assert (outcome.ok, outcome.reason, outcome.may_exist) == (
        False,
        "cut_off",
        True,
    ) and "configure" in port.asked
    port.plugged = True
    assert printer.ask_state() == PrinterState("ok", "ok")
    assert Printer(read_address("usb://0483:5740"), 5).ask_state() == PrinterState(
        "offline", "unknown"
    ), "another maker's number finds nothing"
