"""The head that seals a day comes out of the kiosk the centre chose, whole and once."""

import time

import pytest

from domain.centre import PrivacyRules
from server.sockets.seals import SealPrinter

HEAD = "812.31.4.0.2 9f3c 01aa 77b0 1234 5678 9abc def0 4444"


class Hub:
    """A hub with a centre and the kiosks that are there."""

    def __init__(self, kiosk):
        self.sent, self.there = [], []
        self.name, self.privacy = {"vi": "Thủ Đức"}, PrivacyRules(seal_kiosk=kiosk)

    def centre(self, code):
        """The centre of every code."""
        return self

    def kiosks(self, code):
        """The kiosks that are connected."""
        return self.there

    def emit(self, event, payload, namespace, to):
        """What a screen is sent."""
        self.sent.append((event, payload["day"], payload["head"], to))


class Kiosk:
    def __init__(self, name):
        self.name, self.device = name, f"id-of-{name}"


def test_the_chosen_kiosk_gets_it_once_as_soon_as_it_is_there():
    hub = Hub("K2")
    printer = SealPrinter(hub, hub, hub)
    printer.day_ended("thu-duc", "2026-11-23", HEAD)
    hub.there = [Kiosk("K1")]
    printer.round()
    assert hub.sent == []
    hub.there = [Kiosk("K1"), Kiosk("K2")]
    printer.round(), printer.round()
    assert hub.sent == [("seal", "2026-11-23", HEAD, "kiosk:thu-duc:id-of-K2")]


def test_without_a_choice_nothing_is_printed():
    hub = Hub(None)
    printer = SealPrinter(hub, hub, hub)
    printer.day_ended("thu-duc", "2026-11-23", HEAD)
    hub.there = [Kiosk("K1")]
    printer.round()
    assert hub.sent == []


@pytest.mark.slow
def test_the_kiosk_prints_what_it_is_sent_and_nothing_strange(kiosk, hub):
    for strange in (None, {}, {"day": 5, "head": HEAD}, {"day": "x", "head": "y" * 500}):
        hub.send("seal", strange)
    hub.send("seal", {"centre": {"vi": "Thủ Đức"}, "day": "2026-11-23", "head": HEAD})
    end = time.monotonic() + 20
    while "seal" not in kiosk.slips():
        assert time.monotonic() < end, f"no paper among {kiosk.slips()}"
        time.sleep(0.1)
    assert kiosk.slips() == ["seal"]


def test_the_paper_says_the_day_and_every_figure(maker):
    slip = {"centre": {"vi": "Thủ Đức"}, "day": "2026-11-23", "head": HEAD, "lang": "vi"}
    assert maker.lines(slip, "Asia/Ho_Chi_Minh", "seal") == [
        "Niêm phong ngày 2026-11-23",
        "812.31.4.0.2",
        "9f3c 01aa 77b0 1234",
        "5678 9abc def0 4444",
    ]
    for dots in (384, 576):
        picture = maker.draw(slip, dots, "Asia/Ho_Chi_Minh", "seal")
        assert picture.width == dots and 150 < picture.height < 700
