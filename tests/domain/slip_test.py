"""What a slip says, and which counters it names."""

from domain.centre import Counter
from domain.slip import LINES, USUAL_BADGE, SlipContent, counters_named, slip_content

NAME = {"vi": "Trung tâm", "en": "Centre"}


def counter(number, fields="A", mode="normal", bulk=False):
    return Counter(number, "K1", tuple(fields), (), mode, bulk, None)


def test_what_is_not_known_is_left_out():
    slip = slip_content(
        centre=NAME, field=NAME, number="A801", issued_at=5, lang="vi", device="kiosk-1"
    )
    assert set(slip) == set(SlipContent.__annotations__)
    assert slip == {
        "centre": NAME,
        "field": NAME,
        "service": None,
        "code": None,
        "short": None,
        "bring": None,
        "papers": [],
        "number": "A801",
        "priority": False,
        "badge": USUAL_BADGE,
        "counters": [],
        "zone": None,
        "ahead": None,
        "estimate": None,
        "no_estimate": None,
        "calls_from": None,
        "issued_at": 5,
        "lang": "vi",
        "url": None,
        "device": "kiosk-1",
        "dossiers": None,
    }


def test_what_is_known_stands_on_it():
    content = {
        "centre": NAME,
        "field": {"vi": "Hộ tịch"},
        "service": {"vi": "Thủ tục đăng ký khai sinh"},
        "code": "1.001193",
        "short": {"vi": "Khai sinh"},
        "bring": {"vi": "Giấy chứng sinh"},
        "papers": [{"vi": "Giấy chứng sinh"}],
        "number": "B007",
        "priority": True,
        "badge": "P",
        "counters": [2, "HD1"],
        "zone": {"vi": "Khu 1"},
        "ahead": 0,
        "estimate": {"low": 0, "high": 5},
        "no_estimate": None,
        "calls_from": None,
        "issued_at": 5,
        "lang": "en",
        "url": "/t/1",
        "device": "",
        "dossiers": 3,
    }
    assert slip_content(**content) == content


def test_a_procedure_without_a_short_name_gets_one_made_of_the_official():
    official = {"vi": "Thủ tục đăng ký khai sinh", "en": "Birth registration"}
    slip = slip_content(
        centre=NAME, field=NAME, number="B1", issued_at=5, lang="vi", device="", service=official
    )
    assert slip["service"] == official
    assert slip["short"] == {"vi": "Đăng ký khai sinh", "en": "Birth registration"}


def test_a_slip_names_the_ordinary_counters_of_its_field():
    every = [
        counter("2"),
        counter("3", "B"),
        counter("5", "AB"),
        counter("7", mode="priority_only"),
        counter("9", bulk=True),
    ]
    assert counters_named(every, "A") == [2, 5]
    assert counters_named(every, "B") == [3, 5]
    assert counters_named(every[3:], "A") == [7, 9], "where there are no ordinary ones"
    assert counters_named(every, "C") == []


def test_the_number_is_a_line_of_every_slip():
    assert "number" in LINES and len(set(LINES)) == len(LINES)
