"""Official codes as spreadsheets leave them, and short names made of official ones."""

import pytest

from domain.centre import Service
from domain.procedures import (
    is_official,
    national_code,
    official_code,
    proposed_short,
    read_code,
)


@pytest.mark.parametrize(
    ("value", "code", "repaired"),
    [
        ("1.004082", "1.004082", False),
        ("1.012753.H19", "1.012753.H19", False),
        (" 1.004082 ", "1.004082", False),
        ("1.012753.h19", "1.012753.H19", False),
        ("1.4082", "1.004082", True),  # zeros in front eaten: 1.408200 has never been given out
        (1.4082, "1.004082", True),
        (1.00408, "1.004080", True),  # a number keeps its zeros in front and loses those behind
        (1.004082, "1.004082", True),
        (1004082, "1.004082", True),  # the point taken for one between thousands
        ("1.004.082", "1.004082", True),
        ("1,004082", "1.004082", True),
        ("2.000424.000.00.00.H40", "2.000424.H40", True),
    ],
)
def test_a_code_is_read_and_repaired_where_only_one_can_be_meant(value, code, repaired):
    read = read_code(value)
    assert (read.code, read.repaired, read.perhaps) == (code, repaired, ())


def test_where_two_could_be_meant_none_is_guessed_unless_one_is_in_use():
    assert read_code("1.00408").code is None
    assert set(read_code("1.00408").perhaps) == {"1.004080", "1.000408"}
    assert read_code("1.00408", in_use_codes={"1.000408"}).code == "1.000408"
    assert read_code("1.00408.H29", in_use_codes={"1.004080"}).code == "1.004080.H29"
    assert read_code("1.00408", in_use_codes={"1.000408", "1.004080"}).code is None


@pytest.mark.parametrize(
    "value",
    ["", "abc", "birth", None, True, "1.", "1.0040821", "10.004082", 2.0, 0.5, -1.004, "1.9"],
)
def test_what_is_no_code_is_none(value):
    assert read_code(value).code is None


def test_a_whole_code_is_known_from_others():
    assert is_official("1.004082") and is_official("1.004082.H29")
    assert not is_official("1.000000") and not is_official("birth") and not is_official("1.4082")


@pytest.mark.parametrize(
    ("official", "short"),
    [
        ("Thủ tục đăng ký khai sinh", "Đăng ký khai sinh"),
        ("Thủ tục hành chính về đất đai.", "Đất đai"),
        ("THỦ TỤC CHỨNG THỰC DI CHÚC", "Chứng thực di chúc"),
        ("Thủ tục", "Thủ tục"),
        ("  Cấp   giấy\nphép ", "Cấp giấy phép"),
    ],
)
def test_a_short_name_leaves_out_what_every_name_begins_with(official, short):
    assert proposed_short(official) == short


@pytest.mark.parametrize("most", [10, 20, 37, 60])
def test_a_long_name_is_cut_at_a_word_and_says_so(most):
    long = (
        "Đăng ký đất đai, tài sản gắn liền với đất, cấp Giấy chứng nhận quyền sử dụng đất lần đầu"
    )
    short = proposed_short(long, most)
    assert len(short) <= most and short.endswith("…")
    kept = short[:-1]
    assert long.startswith(kept) and not long[len(kept)].isalnum()
    assert len(proposed_short("x" * 99, most)) == most  # one word alone is cut


def test_a_procedure_may_be_listed_in_several_fields():
    assert Service("birth", "B", {}, also_in=("X", "C")).fields == ("B", "X", "C")


def test_a_name_of_sixty_letters_is_short_enough():
    whole = "A" + "b" * 59
    assert proposed_short(whole) == whole and len(proposed_short(whole + "b")) == 60


def test_what_cannot_be_told_was_not_repaired():
    assert not read_code("no code").repaired and not read_code(True).repaired


@pytest.mark.parametrize(
    ("official", "own", "code", "national"),
    [
        ("1.001193", "birth", "1.001193", "1.001193"),
        ("1.001193.H29", "birth", "1.001193.H29", "1.001193"),
        (None, "1.001193.H29", "1.001193.H29", "1.001193"),
        (None, "birth", None, None),
    ],
)
def test_a_procedure_has_an_official_code_of_its_own_or_by_its_row(official, own, code, national):
    assert official_code(official, own) == code
    assert national_code(code) == national
