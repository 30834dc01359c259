"""A list of procedures comes in as people send it, and whatever is doubtful is told with its row
before anything changes.
"""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from server.spreadsheets import ListFault, plan_of, read_table, sentences_of, written
from server.spreadsheets.table import MOST_ROWS
from tests.support.centres import document_of, profile_of

pytestmark = pytest.mark.slow

HEADS = ["STT", "Mã thủ tục", "Tên thủ tục", "Lĩnh vực"]
BIRTH = [1, "1.001193", "Thủ tục đăng ký khai sinh", "Hộ tịch"]


@pytest.fixture
def centre():
    return document_of(profile_of("thu_duc"))


def workbook(*rows, merge=(), heads=HEADS):
    book = openpyxl.Workbook()
    for row in (heads, *rows):
        book.active.append(list(row))
    for area in merge:
        book.active.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plan(centre, *rows, called=None, remove=False, **more):
    return plan_of(read_table(workbook(*rows, **more)), centre, called, remove)


def service(made, code):
    return next(s for s in made.document.services if s.code == code)


def test_what_goes_out_comes_in_again_and_changes_nothing(centre):
    birth = {
        "code": "1.001193",
        "field": "B",
        "also_in": ["X"],
        "name": {"vi": "Đăng ký khai sinh"},
    }
    birth |= {"short": {"vi": "Khai sinh", "en": "Birth"}, "words": ["con mới sinh", "gks"]}
    birth |= {"bring": [{"vi": "Giấy chứng sinh, bản chính"}, {"vi": "Căn cước"}], "days": 0.5}
    birth |= {"fee": {"vi": "-"}, "level": "part", "pinned": True, "valid_from": "2025-07-01"}
    birth |= {"group": {"vi": "Khai sinh"}, "hidden": True, "official": "1.001193.H29"}
    birth |= {"official_field": {"vi": "Hộ tịch (Bộ Tư pháp)", "en": "Civil status"}}
    profile = profile_of("thu_duc")
    profile["services"].append(birth)
    centre = document_of(profile)
    for format_ in ("xlsx", "csv"):
        for lang in ("vi", "en"):
            made = plan_of(read_table(written(centre, format_, lang)), centre)
            assert made.refusals == [] and list(made.differences) == [], (format_, lang)
            assert made.columns.unused == [] and made.missing == []


def test_a_list_as_an_office_sends_it(centre):
    """A title above, headings between, codes that lost their zeros, letters in two parts, a code
    that stands twice for two fields, dates and levels in words.
    """
    heads = ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Thành phần hồ sơ"]
    heads += ["Thời hạn giải quyết", "Mức độ DVC", "Có hiệu lực từ", "Cơ quan"]
    book = openpyxl.Workbook()
    book.active.append(["DANH MỤC THỦ TỤC HÀNH CHÍNH"])
    book.active.append([])
    book.active.append(heads)
    book.active.append(["I", "Lĩnh vực Hộ tịch"])
    name = "Thủ tục đăng  ký khai tử "
    rest = ["1. Giấy báo tử\n2. Căn cước", "3 ngày làm việc", "Toàn trình", "01/07/2025", "UBND"]
    book.active.append([1, 1.000656, name, None, *rest])
    book.active.append([2, "1.4884", "Cấp giấy xác nhận", "Hộ tịch", None, 2.5, "Một phần", None])
    book.active.append([3, "1.004884", "Cấp giấy xác nhận", "Cư trú – Căn cước", None, 2.5])
    book.active["H6"] = date(2025, 7, 1)
    out = io.BytesIO()
    book.save(out)
    made = plan_of(read_table(out.getvalue()), centre)
    assert made.refusals == [] and made.columns.head_row == 3 and made.columns.unused == ["Cơ quan"]
    death, single = service(made, "1.000656"), service(made, "1.004884")
    assert death.name["vi"] == "Thủ tục đăng ký khai tử" and death.field == "B"
    assert [paper["vi"] for paper in death.bring] == ["Giấy báo tử", "Căn cước"]
    assert (death.days, death.level, death.valid_from) == (3, "full", "2025-07-01")
    assert (single.field, single.also_in, single.days) == ("B", ["X"], 2.5)
    expected = sentences_of(made.notes)
    assert "row 6: the code 1.4884 is repaired to 1.004884" in expected
    assert any(line.startswith("row 7: the same as row 6") for line in expected)
    assert "+ service 1.000656: “Thủ tục đăng ký khai tử”" in made.differences


def test_what_the_list_says_nothing_of_stays_as_it_was(centre):
    before = next(s for s in centre.services if s.code == "birth")
    made = plan(centre, [1, "1.001193", before.name["vi"], "Hộ tịch"])
    after = service(made, "birth")  # found by its name, now with the national code
    assert after.official == "1.001193" and after.words == before.words
    assert len(made.missing) == len(centre.services) - 1
    assert made.document is not None and len(made.document.services) == len(centre.services)
    gone = plan(centre, [1, "1.001193", before.name["vi"], "Hộ tịch"], remove=True)
    assert [mistake.params["sentence"] for mistake in gone.refusals if "wizard" in str(mistake)]


def test_a_field_is_matched_once_and_remembered(centre):
    row = [1, "1.001193", "Khai sinh", "Tư pháp hộ tịch"]
    first = plan(centre, row)
    (refusal,) = sentences_of(first.refusals)
    assert refusal.startswith("row 2: the centre has no field “Tư pháp hộ tịch” (1 rows)")
    assert '--field "Tư pháp hộ tịch=B"' in refusal and first.document is None
    expected = plan(centre, row, called={"Tư pháp hộ tịch": "B"})
    assert service(expected, "1.001193").field == "B"
    again = plan(expected.document, row)
    assert again.refusals == [] and list(again.differences) == []
    assert plan(centre, row, called={"*": "V"}).document.services[0].field == "V"
    left = plan(centre, [*row[:2], BIRTH[2], row[3]], BIRTH, called={"Tư pháp hộ tịch": "-"})
    assert [s.code for s in left.document.services][:1] == ["1.001193"] and left.refusals == []
    (wrong,) = sentences_of(plan(centre, row, called={"Tư pháp hộ tịch": "ZZ"}).refusals)[:1]
    assert "there is no field ZZ" in wrong


def test_the_list_s_own_words_for_a_field_are_the_procedure_s_national_field(centre):
    row = [1, "1.001193", "Khai sinh", "Lĩnh vực: Hộ tịch (Bộ Tư pháp)"]
    first = plan(centre, row)
    assert service(first, "1.001193").field == "B"
    assert service(first, "1.001193").official_field == {"vi": "Hộ tịch (Bộ Tư pháp)"}
    # the centre's own words for it say nothing of the national list: what was known stays
    for own in ("Hộ tịch", "B"):
        assert list(plan(first.document, [*row[:3], own]).differences) == []
    assert service(plan(centre, BIRTH), "1.001193").official_field is None
    other = plan(centre, [*row[:3], "Nuôi con nuôi"], called={"*": "B"})
    assert service(other, "1.001193").official_field == {"vi": "Nuôi con nuôi"}
    left = plan(centre, BIRTH, [*row[:1], "1.004884", "Khác", "Đất"], called={"*": "-"})
    (line,) = [line for line in sentences_of(left.notes) if "Đất" in line]
    assert "1 procedures" in line or ": 1" in line
    # a column of its own says it alone, and an empty cell of it empties it
    heads = [*HEADS, "Lĩnh vực quốc gia"]
    for cell, expected in (("Chứng thực", {"vi": "Chứng thực"}), (None, None)):
        made = plan(first.document, [*row, cell], heads=heads)
        assert service(made, "1.001193").official_field == expected
    (refusal,) = sentences_of(plan(centre, [*row, "x" * 201], heads=heads).refusals)
    assert refusal.startswith("row 2: ") and "200" in refusal


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[1, 1, "Khai sinh", "Hộ tịch"]], "row 2: 1 is no code"),
        ([[1, "12/QĐ", "Khai sinh", "Hộ tịch"]], "row 2: 12/QĐ is no code"),
        ([[1, "1.00408", "Khai sinh", "Hộ tịch"]], "row 2: the code 1.00408 has lost zeros"),
        (
            [BIRTH, [2, "1.001193", "Khai tử", "Hộ tịch"]],
            "row 3: the code 1.001193 stands in row 2",
        ),
        ([[1, "1.001193", None, "Hộ tịch"]], "row 2: the procedure 1.001193 has no name"),
        ([[1, "1.001193", 12, "Hộ tịch"]], "row 2: the name is the number 12"),
        (
            [BIRTH, [2, "1.000656", "Khai tử", "Kho bạc"]],
            "row 3: the centre has no field “Kho bạc”",
        ),
        ([[1, "1.001193", "Khai sinh", None]], "row 2: no field"),
        ([[1, "1.001193", "#REF!", "Hộ tịch"]], "row 2: a cell holds the error #REF!"),
        ([[1, "1.001193", "x" * 1_001, "Hộ tịch"]], "row 2: service 1.001193: name"),
        ([HEADS, BIRTH], "row 2: a second row of heads"),
        ([], "row 1: under the heads there is no procedure"),
        ([BIRTH[:2]] * 1, "row 2: the procedure 1.001193 has no name"),
    ],
)
def test_what_cannot_be_taken_is_told_with_row_and_mend_and_nothing_changes(centre, rows, expected):
    before = centre.plain()
    try:
        made = plan(centre, *rows)
    except ListFault as fault:
        lines = sentences_of(fault.notes)
    else:
        assert made.document is None or made.refusals
        lines = sentences_of(made.refusals)
    assert any(line.startswith(expected) for line in lines), lines
    assert centre.plain() == before


def test_merged_cells_are_named_by_their_places(centre):
    rows = [
        [n, f"1.00{n:04}", f"Thủ tục {n}", "Hộ tịch" if n == 100 else None] for n in range(100, 125)
    ]
    with pytest.raises(ListFault) as fault:
        plan(centre, *rows, merge=["D2:D9"])
    (line,) = sentences_of(fault.value.notes)
    assert line == "row 2: the cells D2 to D9 are merged; unmerge them and write in each row"
    # a title over the list may be merged, and what stands beside the columns that are read
    made = plan(centre, BIRTH, merge=["F2:F9"])
    assert made.refusals == []
    with pytest.raises(ListFault) as fault:
        plan(centre, *rows, merge=[f"C{n}:D{n}" for n in range(2, 22)])
    assert len(fault.value.notes) == 11 and "10 more" in sentences_of(fault.value.notes)[-1]


def test_a_list_of_5000_rows_is_none_of_one_centre(centre):
    rows = [[n, f"1.{n:06}", f"Thủ tục số {n}", "Hộ tịch"] for n in range(1, 5_001)]
    with pytest.raises(ListFault, match=f"5001 rows, at most {MOST_ROWS}"):
        plan(centre, *rows)


def packed(size):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("xl/workbook.xml", b"<workbook/>")
        pack.writestr("xl/worksheets/sheet1.xml", b" " * size)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_list"),
        (b"%PDF-1.7 \x00 nothing to see", "not_a_list"),
        (b"just one line of words", "not_a_list"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"PK\x03\x04 broken", "unreadable"),
        (packed(10), "unreadable"),
        (packed(200 * 2**20), "bomb"),
        ("Mã;Tên;Lĩnh vực\n".encode() + b"1.001193;Khai sinh \xe9\xff;B\n", "encoding"),
        (b";;;\n;;;\n", "empty"),
        (b"x" * (20 * 2**20 + 1), "large"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_file_that_is_no_list_is_told_as_what_it_is(content, code):
    with pytest.raises(ListFault) as fault:
        read_table(content)
    assert [note.code for note in fault.value.notes] == [code]
    for lang in ("vi", "en"):
        assert "; " in fault.value.notes[0].sentence(lang), "the mend follows"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_csv_may_be_parted_and_written_as_spreadsheets_do(centre, encoding, sign):
    lines = [sign.join(HEADS[1:]), sign.join(["1.001193", "Đăng ký khai sinh", "Hộ tịch"])]
    made = plan_of(read_table("\r\n".join(lines).encode(encoding)), centre)
    assert made.refusals == [] and service(made, "birth").official == "1.001193"


def test_letters_made_of_two_parts_and_hidden_ones_are_put_right(centre):
    odd = "Đa\u0306ng ky\u0301\u200b khai\u00a0sinh"
    made = plan(centre, [1, "1.999999", odd, "Hộ tịch"], [2, "1.000656", odd, "B"])
    assert service(made, "1.000656").name["vi"] == "Đăng ký khai sinh"
    assert "row 3: the very name of row 2 with another code" in sentences_of(made.notes)


def test_a_text_that_would_run_as_a_formula_goes_out_as_text_and_comes_back(centre):
    profile = profile_of("thu_duc")
    profile["services"][0]["name"] = {"vi": "=cmd|' /C calc'!A0", "en": "+1"}
    centre = document_of(profile)
    assert b"'=cmd" in written(centre, "csv")
    for format_ in ("csv", "xlsx"):
        assert list(plan_of(read_table(written(centre, format_)), centre).differences) == []


def test_a_new_procedure_without_a_code_gets_one_of_its_own(centre):
    name = "Thủ tục xác nhận việc riêng của phường"
    made = plan(centre, [1, None, name, "V"], [2, None, name + " lần hai", "V"])
    codes = [s.code for s in made.document.services[:2]]
    assert codes == ["xac-nhan-viec-rieng-cua-phuong", "xac-nhan-viec-rieng-cua-phuong-lan-h"]
    assert all(s.official is None for s in made.document.services[:2])
    assert list(plan(made.document, [1, None, name, "V"]).differences) in (
        [],
        ["~ services: another order"],
    )
