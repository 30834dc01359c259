"""Boards and signs with the longest names of a centre, with the way to turn the sound on, and with
twenty-six counters on an upright television: nothing overlaps, is cut or stands too close.
"""

import pytest

from tests.display.hall import hall_snapshot, names
from tests.display.stage import until
from tests.support.boxes import misfits
from tests.support.long_names import CENTRE, FIELD

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SIZES = [(1920, 1080), (1280, 720), (1024, 768), (1080, 1920), (3840, 2160)]
#: A browser that lets no page make a sound before it was touched.
SILENT = (
    "AudioContext = class extends AudioContext { get state() { return 'suspended' } resume() {"
    " return new Promise(() => {}) } }"
)


def long_hall(counters=12):
    """A hall whose zone, centre and fields have the longest names, some without a short one."""
    snapshot = hall_snapshot(counters=counters)
    snapshot["centre"]["name"] = names(CENTRE)
    for zone in snapshot["zones"]:
        zone["name"] = names(f"Khu 1: {FIELD[:70]}")
    for n, field in enumerate(snapshot["fields"]):
        field.update(name=names(FIELD), short=names(FIELD) if n % 2 else None)
    return snapshot


def shown(page, stage, seq, snapshot):
    """The page once it shows this snapshot."""
    stage.put({**snapshot, "seq": seq})
    until(page, f"window.Luot.boardPage && Luot.boardPage.hub.seq() === {seq}")
    return page


@pytest.mark.parametrize("zone", ["zone=K1&", ""], ids=["a zone's name", "the centre's name"])
@pytest.mark.parametrize("width,height", SIZES)
def test_the_head_of_a_board_holds_a_long_name_beside_the_date(screen, stage, width, height, zone):
    page = screen(f"{stage.url}/board/thu-duc?{zone}sound=0&lang=vi,en", width, height)
    assert misfits(shown(page, stage, 3000, long_hall())) == []
    head = " ".join(page.locator("#place > *").all_inner_texts())
    whole = f"Khu 1: {FIELD[:70]}" if zone else CENTRE
    assert all(word.strip("…") in f"{whole} –" for word in head.split()), "no word is cut"


@pytest.mark.parametrize("width,height", SIZES)
def test_the_way_to_turn_the_sound_on_covers_nothing(screen, stage, width, height):
    page = screen(f"{stage.url}/board/thu-duc?zone=K1", width, height, before=SILENT)
    shown(page, stage, 3100, hall_snapshot())
    page.wait_for_selector(".wake")
    assert misfits(page) == []


def test_twenty_six_counters_on_an_upright_board_have_air(screen, stage):
    page = screen(f"{stage.url}/board/thu-duc?zone=K1&sound=0", 1080, 1920)
    shown(page, stage, 3200, hall_snapshot(counters=26))
    assert page.locator(".call:not(.blank)").count() == 26
    assert misfits(page) == []
    air = page.evaluate(
        "() => { const row = document.querySelector('.call'), plate = row.querySelector('.plate');"
        " return row.offsetHeight / plate.offsetHeight; }"
    )
    assert air > 1.5, "a row is half as high again as its plate"


@pytest.mark.parametrize("width,height", [(800, 480), (1024, 600), (480, 800)])
def test_a_sign_holds_long_names(screen, stage, width, height):
    stage.put({**long_hall(), "seq": 3300})
    page = screen(f"{stage.url}/sign/thu-duc/4", width, height)
    page.wait_for_selector("#main .no")
    assert misfits(page) == []
