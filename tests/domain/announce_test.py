"""What the loudspeaker says.

The vectors are those of the reading rules: digits, cardinals, dialects, whole calls.
"""

import unicodedata

import pytest

from domain.announce import (
    cardinal,
    clip_keys_possible,
    counter_keys,
    kind_of,
    languages_of,
    letter,
    number_keys,
    say_of_call,
    text_of,
    utterance,
)
from domain.grammars import GRAMMARS

BOTH = """0 không|10 mười|14 mười bốn|20 hai mươi|24 hai mươi tư|25 hai mươi lăm|34 ba mươi tư|44 bốn mươi tư|51 năm mươi mốt|65 sáu mươi lăm
67 sáu mươi bảy|90 chín mươi|95 chín mươi lăm|99 chín mươi chín|100 một trăm|110 một trăm mười|115 một trăm mười lăm|120 một trăm hai mươi
121 một trăm hai mươi mốt|124 một trăm hai mươi tư|140 một trăm bốn mươi|214 hai trăm mười bốn|221 hai trăm hai mươi mốt|500 năm trăm
555 năm trăm năm mươi lăm"""
NORTH = """101 một trăm linh một|104 một trăm linh bốn|105 một trăm linh năm|201 hai trăm linh một|205 hai trăm linh năm|405 bốn trăm linh năm
909 chín trăm linh chín|1000 một nghìn|1001 một nghìn không trăm linh một|1005 một nghìn không trăm linh năm|1010 một nghìn không trăm mười
1015 một nghìn không trăm mười lăm|1021 một nghìn không trăm hai mươi mốt|1105 một nghìn một trăm linh năm|1111 một nghìn một trăm mười một
1504 một nghìn năm trăm linh bốn"""
ENGLISH = """10 ten|13 thirteen|15 fifteen|18 eighteen|20 twenty|24 twenty four|30 thirty|40 forty|45 forty five|61 sixty one|67 sixty seven
105 one hundred five|1000 one thousand|9999 nine thousand nine hundred ninety nine"""


def vectors(table):
    return [
        (int(n), reading)
        for n, reading in (row.split(" ", 1) for row in table.replace("\n", "|").split("|"))
    ]


def read(keys, lang):
    return " ".join(GRAMMARS[lang]["clips"][key] for key in keys)


def ticket(keys, lang):
    return ", ".join(
        key[2:] if key.startswith("L_") else GRAMMARS[lang]["clips"][key] for key in keys
    )


@pytest.mark.parametrize("n,reading", vectors(BOTH))
@pytest.mark.parametrize("dialect", ["north", "south"])
def test_a_cardinal_is_read_alike_in_north_and_south(n, reading, dialect):
    assert read(cardinal(n, "vi", dialect), "vi") == reading


@pytest.mark.parametrize("n,north", vectors(NORTH))
def test_north_says_linh_and_nghin_where_south_says_le_and_ngan(n, north):
    assert read(cardinal(n, "vi", "north"), "vi") == north
    assert read(cardinal(n, "vi", "south"), "vi") == north.replace("linh", "lẻ").replace(
        "nghìn", "ngàn"
    )


@pytest.mark.parametrize("n,reading", vectors(ENGLISH))
def test_english_numbers_have_no_and(n, reading):
    assert read(cardinal(n, "en"), "en") == reading


@pytest.mark.parametrize("n", [-1, 10000])
def test_beyond_the_range_is_refused(n):
    with pytest.raises(ValueError):
        cardinal(n, "vi")


def test_every_number_of_the_range_has_its_words():
    for lang in GRAMMARS:
        for n in range(10000):
            assert set(cardinal(n, lang)) <= set(GRAMMARS[lang]["clips"])


@pytest.mark.parametrize(
    "number,reading",
    [
        row.split(": ")
        for row in """A001: A, không, không, một
A012: A, không, một, hai
B121: B, một, hai, một
C007: C, không, không, bảy
E235: E, hai, ba, năm
L550: L, năm, năm, không
T674: T, sáu, bảy, bốn
U010: U, không, một, không
X300: X, ba, không, không
X214: X, hai, một, bốn
AK012: A, K, không, một, hai
BX340: B, X, ba, bốn, không
AX205: A, X, hai, không, năm
BC111: B, C, một, một, một""".splitlines()
    ],
)
def test_a_number_is_read_digit_by_digit(number, reading):
    assert ticket(number_keys(number, "vi"), "vi") == reading


@pytest.mark.parametrize(
    "number,north,south",
    [
        ("A001", "A một", "A một"),
        ("A012", "A mười hai", "A mười hai"),
        ("C051", "C năm mươi mốt", "C năm mươi mốt"),
        ("E115", "E một trăm mười lăm", "E một trăm mười lăm"),
        ("K100", "K một trăm", "K một trăm"),
        ("X340", "X ba trăm bốn mươi", "X ba trăm bốn mươi"),
        ("A1005", "A một nghìn không trăm linh năm", "A một ngàn không trăm lẻ năm"),
    ],
)
def test_a_number_can_be_read_as_a_cardinal(number, north, south):
    for dialect, reading in (("north", north), ("south", south)):
        assert (
            ticket(number_keys(number, "vi", "cardinal", dialect), "vi").replace(",", "") == reading
        )


@pytest.mark.parametrize(
    "number,reading",
    [
        ("A001", "A, zero, zero, one"),
        ("A012", "A, zero, one, two"),
        ("A105", "A, one, zero, five"),
        ("B121", "B, one, two, one"),
        ("H999", "H, nine, nine, nine"),
        ("AK034", "A, K, zero, three, four"),
        ("BX340", "B, X, three, four, zero"),
    ],
)
def test_a_number_in_english(number, reading):
    assert ticket(number_keys(number, "en"), "en") == reading


@pytest.mark.parametrize(
    "row",
    """A012 3 vi south: moi_cong_dan_co_so L_A 0 1 2 den_quay_so 3
X214 9 vi south: moi_cong_dan_co_so L_X 2 1 4 den_quay_so 9
B121 10 vi north: moi_cong_dan_co_so L_B 1 2 1 den_quay_so muoi10
U010 24 vi north: moi_cong_dan_co_so L_U 0 1 0 den_quay_so 2 muoi tu
T674 25 vi south: moi_cong_dan_co_so L_T 6 7 4 den_quay_so 2 muoi lam
AK012 51 vi south: moi_cong_dan_co_so L_A L_K 0 1 2 den_quay_so 5 muoi mot1
E235 105 vi south: moi_cong_dan_co_so L_E 2 3 5 den_quay_so 1 tram le 5
A012 3 en north: ticket L_A 0 1 2 go_counter 3
B121 24 en north: ticket L_B 1 2 1 go_counter 20 4
AK034 40 en north: ticket L_A L_K 0 3 4 go_counter 40
E235 13 en north: ticket L_E 2 3 5 go_counter 13""".splitlines(),
)
def test_a_whole_call_as_clips(row):
    call, keys = row.split(": ")
    number, counter, lang, dialect = call.split()
    assert utterance(number, int(counter), 1, lang, {"dialect": dialect}) == keys.split()


def test_vietnamese_twice_then_english_once_when_the_ticket_is_english():
    say = say_of_call("A012", 3, 1, "en", {"times": 2})
    assert [(s["lang"], s["times"]) for s in say] == [("vi", 2), ("en", 1)]
    assert [s["text"] for s in say] == [
        "Mời công dân có số A, không, một, hai, đến quầy số ba",
        "Ticket A, zero, one, two, please go to counter three",
    ]


def test_a_vietnamese_ticket_is_called_in_vietnamese_only():
    assert [s["lang"] for s in say_of_call("A012", 3, 1, "vi", {})] == ["vi"]
    assert [s["lang"] for s in say_of_call("A012", 3, 1, None, None)] == ["vi"]


def test_a_language_without_a_pack_is_left_out():
    assert [s["lang"] for s in say_of_call("A012", 3, 1, "en", {"packs": {"vi": "vi"}})] == ["vi"]
    assert [s["lang"] for s in say_of_call("A012", 3, 1, "ko", {})] == ["vi"]


def test_a_recall_says_so_first():
    say = say_of_call("A012", 3, 2, "en", {})
    assert [s["clips"][0] for s in say] == ["xin_nhac_lai", "again"]
    assert say[0]["text"].startswith("Xin nhắc lại, mời công dân có số A")


def test_the_last_call_is_named_where_the_centre_wants_it():
    assert [utterance("A012", 3, n, "vi", {"last_call": 3})[0] for n in (1, 2, 3)] == [
        "moi_cong_dan_co_so",
        "xin_nhac_lai",
        "lan_cuoi",
    ]


@pytest.mark.parametrize(
    "counter,keys",
    [
        ("HD1", "den_ban_huong_dan_so 1"),
        ("HD12", "den_ban_huong_dan_so muoi10 2"),
        ("U2", "den_quay L_U 2"),
        ("5", "den_quay_so 5"),
        ("Q", "den_quay L_Q"),
        # no part of a name is left out: 3A is not counter 3
        ("3A", "den_quay_so 3 L_A"),
        ("12B3", "den_quay_so muoi10 2 L_B 3"),
        ("2-1", "den_quay_so 2 1"),
        ("2.05", "den_quay_so 2 0 5"),
        ("P.205", "den_quay L_P 2 tram le 5"),
        ("HD01", "den_ban_huong_dan_so 1"),
        ("Đ2", "den_quay L_DD 2"),
        ("Ơ1", "den_quay L_O 1"),
    ],
)
def test_a_desk_is_named_sensibly(counter, keys):
    assert counter_keys(counter, "vi") == keys.split()


def test_a_counter_can_be_a_room_and_be_read_by_digits():
    assert (
        text_of("A012", "21A", 1, "vi", {"rooms": ["21A"]})
        == "Mời công dân có số A, không, một, hai, vào phòng số hai mươi mốt A"
    )
    assert counter_keys(12, "vi", place="room") == ["vao_phong_so", "muoi10", "2"]
    assert counter_keys(105, "vi", style="digits") == ["den_quay_so", "1", "0", "5"]
    assert (
        text_of("A012", 12, 1, "vi", {"place": "room", "ticket_style": "cardinal"})
        == "Mời công dân có số A, mười hai, vào phòng số mười hai"
    )


def test_the_wording_is_the_centres_choice():
    assert (
        utterance("A1", 1, 1, "vi", {"wording": {"vi": "khach_hang"}})[0] == "moi_khach_hang_co_so"
    )
    assert utterance("A1", 1, 1, "vi", {"wording": {"vi": "so"}})[0] == "moi_so"
    assert utterance("A1", 1, 1, "en", {"wording": {"en": "ticket_number"}})[0] == "ticket_number"


def test_repeated_figures_stay_repeated_and_the_letter_dd_has_its_own_name():
    assert number_keys("Đ111", "vi") == ["L_DD", "1", "1", "1"]
    assert number_keys(unicodedata.normalize("NFD", "Đ7"), "vi") == ["L_DD", "7"]


def test_priority_is_never_spoken():
    assert not any(
        "uu_tien" in key
        for keys in clip_keys_possible(["A"], range(1, 60), {}).values()
        for key in keys
    )


@pytest.mark.parametrize("style", ["digits", "cardinal"])
def test_the_keys_possible_cover_every_call(style):
    voice = {"ticket_style": style, "last_call": 3}
    counters = [1, 4, 10, 24, 105, "HD1", "U2"]
    possible = clip_keys_possible(["A", "AK", "Đ"], counters, voice)
    for number in ("A001", "AK999", "Đ1005", "A047"):
        for counter in counters:
            for calls in (1, 2, 3):
                for reading in say_of_call(number, counter, calls, "en", voice):
                    assert set(reading["clips"]) <= set(possible[reading["lang"]])


def test_text_and_clips_come_from_one_grammar():
    for lang in GRAMMARS:
        keys = utterance("B121", 24, 2, lang, {})
        words = text_of("B121", 24, 2, lang, {}).lower().replace(",", "")
        assert words == " ".join(
            key[2:].lower() if key.startswith("L_") else GRAMMARS[lang]["clips"][key]
            for key in keys
        )


def test_texts_are_composed_letters():
    for g in GRAMMARS.values():
        assert all(
            unicodedata.is_normalized("NFC", text) and key.isascii()
            for key, text in g["clips"].items()
        )


def test_a_counter_may_be_a_room_by_itself_or_in_the_whole_centre():
    voice = {"rooms": [21, "P3"]}
    assert utterance("A012", 21, 1, "vi", voice)[-4:] == ["vao_phong_so", "2", "muoi", "mot1"]
    assert utterance("A012", "P3", 1, "vi", voice)[-3:] == ["vao_phong", "L_P", "3"]
    assert utterance("A012", 3, 1, "vi", voice)[-2:] == ["den_quay_so", "3"] and utterance(
        "A012", 21, 1, "en", voice
    )[-3:] == ["go_room", "20", "1"]
    assert utterance("A012", 15, 1, "vi", {"place": "room"})[-3:] == [
        "vao_phong_so",
        "muoi10",
        "lam",
    ]
    assert (
        text_of("A012", 24, 3, "vi", {"rooms": ["24"], "last_call": 3})
        == "Lần gọi cuối cùng, mời công dân có số A, không, một, hai, vào phòng số hai mươi tư"
    )
    assert "vao_phong" in clip_keys_possible(["A"], ["P3", 4], voice)["vi"]


@pytest.mark.parametrize(
    ("n", "keys"),
    [(1000, "1 ngan"), (2000, "2 ngan"), (2005, "2 ngan 0 tram le 5"), (3100, "3 ngan 1 tram")],
)
def test_a_round_thousand_has_no_hundreds(n, keys):
    assert cardinal(n, "vi") == keys.split()


def test_beyond_what_is_read_as_a_whole_comes_figure_by_figure():
    whole = ["L_A", *cardinal(9999, "vi")]
    assert number_keys("A9999", "vi", "cardinal") == whole
    assert number_keys("A10000", "vi", "cardinal") == ["L_A", "1", "0", "0", "0", "0"]
    assert counter_keys("A9999", "vi") == ["den_quay", *whole]
    assert counter_keys("A10000", "vi")[2:] == ["1", "0", "0", "0", "0"]


def test_letters_stay_apart_from_what_stands_beside_them():
    voice = {"ticket_style": "cardinal"}
    assert text_of("012A", 3, 1, "vi", voice).startswith("Mời công dân có số mười hai, A, đến")
    assert text_of("AK12", 3, 1, "vi", voice).startswith("Mời công dân có số A, K, mười hai, đến")
    again = text_of("A12", 3, 2, "vi", voice)
    assert again.startswith("Xin nhắc lại, mời công dân có số A, mười hai, đến")


def test_a_desk_without_its_figure_and_a_counter_without_a_name():
    assert counter_keys("HD", "vi") == ["den_quay", "L_H", "L_D"]
    assert counter_keys("", "vi") == ["den_quay"]


def test_every_call_from_the_last_one_on_says_that_it_is_the_last():
    first = [utterance("A1", 1, calls, "vi", {"last_call": 3})[0] for calls in range(1, 6)]
    assert first == ["moi_cong_dan_co_so", "xin_nhac_lai", "lan_cuoi", "lan_cuoi", "lan_cuoi"]
    assert utterance("A1", 1, 9, "vi", {})[0] == "xin_nhac_lai", "where there is no last one"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("chime", "chime"),
        ("L_A", "letter"),
        ("0", "number"),
        ("muoi10", "number"),
        ("muoi", "number"),
        ("lam", "number"),
        ("mot1", "number"),
        ("tram", "number"),
        ("ngan", "number"),
        ("nghin", "number"),
        ("linh", "number"),
        ("le", "number"),
        ("moi_so", "phrase"),
        ("xin_nhac_lai", "phrase"),
    ],
)
def test_the_silence_about_a_clip_goes_by_its_kind(key, kind):
    assert kind_of(key, "vi") == kind


def test_vietnamese_comes_first_wherever_the_centre_has_it():
    assert languages_of("en", {"packs": {"en": "en", "vi": "vi"}}) == ["vi", "en"]
    assert languages_of("vi", {"packs": {"vi": "vi"}}) == ["vi"]
    assert languages_of("en", {"packs": {"vi": "vi"}}) == ["vi"]
    assert languages_of("vi", {"packs": {"en": "en"}}) == ["en"]
    assert languages_of("en", {"packs": {"fr": "fr"}}) == ["vi"]


@pytest.mark.parametrize(("times", "read"), [(None, 2), (3, 3), (1, 1), (0, 1)])
def test_vietnamese_is_read_as_often_as_the_centre_wants_and_at_least_once(times, read):
    readings = say_of_call("A001", 3, 1, "en", {"times": times})
    assert [(reading["lang"], reading["times"]) for reading in readings] == [
        ("vi", read),
        ("en", 1),
    ]


def test_a_centre_that_reads_figures_needs_no_clips_of_whole_numbers():
    possible = clip_keys_possible(["A"], [3], {"packs": {"vi": "vi"}})
    assert "tram" not in possible["vi"] and "muoi" not in possible["vi"]
    assert set("0123456789") | {"chime", "xin_nhac_lai", "L_A"} <= set(possible["vi"])


NUMBER_FORMS = [f"{prefix}{n}" for prefix in ("D", "Đ", "AĐ", "ZW") for n in ("1", "012", "1008")]
COUNTERS = (
    1,
    10,
    11,
    24,
    100,
    105,
    110,
    115,
    999,
    1000,
    1005,
    1010,
    1050,
    9999,
    "3A",
    "2.05",
    "U1",
)


@pytest.mark.parametrize("lang", list(GRAMMARS))
def test_every_number_and_counter_is_spoken_whole_in_every_language(lang):
    clips = GRAMMARS[lang]["clips"]
    spoken = {
        (number, counter): utterance(number, counter, 1, lang, {})
        for number in NUMBER_FORMS
        for counter in COUNTERS
    }
    assert not {key for keys in spoken.values() for key in keys if key not in clips}
    assert len(set(map(tuple, spoken.values()))) == len(spoken), "two of them sound the same"


@pytest.mark.parametrize("lang", list(GRAMMARS))
def test_no_two_letters_of_prefixes_share_a_clip(lang):
    letters = "ABCDĐEFGHIJKLMNOPQRSTUVWXYZ"
    keys = [letter(each, lang) for each in letters]
    words = [GRAMMARS[lang]["clips"][key] for key in keys]
    assert len(set(keys)) == len(set(words)) == len(letters)
