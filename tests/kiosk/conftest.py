"""People and machines of the kiosk's tests."""

import os
import select
import socket
import threading
import tty
from contextlib import contextmanager

import pytest

from kiosk.printer import Printer
from kiosk.printer_address import read_address
from kiosk.profiles import PROFILES
from kiosk.slip import SlipMaker
from kiosk.virtual_printer import VirtualPrinter
from tests.kiosk.machine import ROOT, Machine
from tests.kiosk.screen import HurriedScreen, Screen
from tests.kiosk.stand_in import StandInHub
from tests.support.breakable_link import BreakableLink
from tests.support.fork_server import ForkedProgram

#: Where people's phones reach the real hub.
PHONES = "http://192.168.50.1:8100"


@pytest.fixture(scope="session")
def maker():
    """Draws slips."""
    return SlipMaker(ROOT / "node_modules", ROOT / "ui" / "texts")


@pytest.fixture
def hub():
    """A hub that can be looked into."""
    hub = StandInHub()
    yield hub
    hub.close()


@pytest.fixture
def link(hub):
    """The cable between the kiosk and its hub."""
    link = BreakableLink(hub.port)
    yield link
    link.remove()


@pytest.fixture
def set_up(tmp_path):
    """Sets up kiosks:

    `set_up(hub_url, **settings)` gives a running machine, or with start=False one to be started;
    all are taken away afterwards.
    """
    machines = []

    def set_up(hub_url, start=True, **settings):
        folder = tmp_path / f"machine-{len(machines)}"
        folder.mkdir()
        machine = Machine(folder, hub_url, **settings)
        machine.begin = lambda: ForkedProgram(
            "kiosk", [], folder / "kiosk.log", machine.environment, folder
        )
        machines.append(machine)
        return machine.start() if start else machine

    yield set_up
    for machine in machines:
        machine.remove()


@pytest.fixture
def kiosk(set_up, link):
    """A kiosk in the hall, connected, printer well."""
    machine = set_up(f"http://127.0.0.1:{link.port}", SILENCE_S=2)
    machine.online()
    return machine


@contextmanager
def screens(kind, browser, kiosk):
    """screen(width=, height=) opens one more of this kind; all are closed afterwards."""
    made = []

    def screen(**size):
        made.append(kind(browser, kiosk, **size))
        return made[-1]

    yield screen
    for shown in made:
        shown.context.close()


@pytest.fixture
def screen(browser, kiosk):
    with screens(Screen, browser, kiosk) as screen:
        yield screen


@pytest.fixture
def hurried_screen(browser, kiosk):
    """For long walks of touches: what the page waits for passes at once."""
    with screens(HurriedScreen, browser, kiosk) as screen:
        yield screen


@pytest.fixture
def paper(tmp_path):
    """A virtual printer and the kiosk's way to it: paper(profile) → (virtual, printer)."""
    made = []

    def paper(profile="80mm", fence_s=2):
        virtual = VirtualPrinter(tmp_path / f"slips-{len(made)}", PROFILES[profile].dots)
        made.append(virtual)
        return virtual, Printer(
            read_address(f"network://127.0.0.1:{virtual.address[1]}?profile={profile}"), fence_s
        )

    yield paper
    for virtual in made:
        virtual.close()


@pytest.fixture
def serial_line(paper):
    """A serial line (a pseudo-terminal) with the virtual printer at its other end:

    (virtual, name of the device).
    """
    virtual, _ = paper()
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    far = socket.create_connection(virtual.address)
    stop = threading.Event()

    def carry():
        while not stop.is_set():
            ready = select.select([ours, far], [], [], 0.1)[0]
            if ours in ready:
                far.sendall(os.read(ours, 4096))
            if far in ready:
                os.write(ours, far.recv(64))

    hand = threading.Thread(target=carry, daemon=True)
    hand.start()
    yield virtual, os.ttyname(theirs)
    stop.set()
    hand.join(5)
    far.close()
    os.close(ours)
    os.close(theirs)


@pytest.fixture
def real(start_hub):
    """The real hub of Thủ Đức, its hours set aside."""
    return start_hub(LUOT_PUBLIC_URL=PHONES)


@pytest.fixture
def wire(real):
    """The cable to the real hub."""
    link = BreakableLink(real.port)
    yield link
    link.remove()


@pytest.fixture
def machine(real, wire, set_up):
    """A kiosk registered at the real hub."""
    machine = set_up(
        f"http://127.0.0.1:{wire.port}",
        token=real.tokens["kiosk"],
        centre=real.centre,
        DEVICE=real.prepared["kiosk"],
    )
    machine.online()
    return machine
