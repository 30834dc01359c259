"""Slips in scripts that need letters and line breaks of their own: every letter of every text has
its glyph, lines break where the script allows, and none is wider than the paper.
"""

import unicodedata

import pytest

from domain.languages import DEFAULT, FOR_CITIZENS, languages_of, texts_of
from domain.line_breaks import with_marks
from kiosk.fonts import UNSEEN, Typeface, scripts_of
from kiosk.line_breaks import syllables, units
from kiosk.slip import SlipMaker
from server.centre.glyphs import undrawable
from server.texts import languages
from tests.kiosk.conftest import ROOT
from tests.kiosk.slips import SLIP

OTHERS = [code for code in languages() if languages()[code].facts.get("fonts")]
NAMES = {
    "zh-Hans": "土地与环境业务，包括土地使用权证、过户（办理前请备齐材料）",
    "ja": "土地・環境に関する手続き（土地使用権証書の発行、名義変更など）",
    "ko": "토지 및 환경 업무와 그 밖의 관련 민원",
    "km": "ដីធ្លីនិងបរិស្ថានប័ណ្ណកម្មសិទ្ធិដីធ្លីនិងការផ្ទេរឈ្មោះ",
    "vi": "Đắk Lắk, Čư Sê, Ŏ Đĭ – Môi trường",
}


def face(lang: str, package: str = "be-vietnam-pro", weight: int = 600) -> Typeface:
    return Typeface(ROOT / "node_modules", package, weight, scripts_of(languages(), lang))


@pytest.mark.parametrize("weight", [600, 700])
@pytest.mark.parametrize("lang", list(languages()))
def test_every_text_for_citizens_has_its_letters_on_paper(lang, weight):
    letters = {
        letter
        for area in FOR_CITIZENS
        for _, text in texts_of(languages()[lang].areas.get(area) or {})
        for letter in unicodedata.normalize("NFC", text).translate(UNSEEN)
        if letter.isprintable()
    }
    drawn = face(lang, weight=weight)
    assert [letter for letter in sorted(letters) if not drawn.has(letter)] == []
    # in their order: a mark below stands on a letter of its own script
    assert undrawable("".join(sorted(letters))) is None


def test_a_letter_no_font_has_is_named():
    assert undrawable("Hộ tịch 户籍 호적 ដី") is None
    assert undrawable("Hộ tịch شناسنامه") == "ش"
    assert not face("vi").has("ش")


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("room", [200, 360, 552])
def test_no_line_is_wider_than_the_paper_and_no_letter_is_lost(lang, room):
    drawn, text = face(lang), NAMES[lang]
    lines = drawn.wrap(text, 36, room)
    assert all(drawn.width(line, 36) <= room for line in lines), lines
    kept = "".join(lines).replace(" ", "")
    assert kept == text.translate(UNSEEN).replace(" ", "")


def test_a_line_never_begins_with_a_closing_mark():
    lines = face("zh-Hans").wrap(NAMES["zh-Hans"], 36, 200, balance=False)
    assert len(lines) > 3 and not [line for line in lines if line[0] in "，、。）"]


def test_khmer_breaks_where_somebody_said_so_and_else_between_syllables():
    assert units("ស្កេន\u200bកូដ\u200bនេះ") == ("ស្កេន", "កូដ", "នេះ")
    parts = syllables("កម្មសិទ្ធិ")
    assert "".join(parts) == "កម្មសិទ្ធិ" and not any(part.endswith("\u17d2") for part in parts)
    assert not [part for part in parts if unicodedata.category(part[0])[0] == "M"]


def test_khmer_lines_stand_further_apart():
    assert face("km").line("ស្កេនកូដ", 1.3) > face("km").line("Quét mã", 1.3) == 1.3


#: Languages of a province that no folder is shipped for, by what their folder says of their letters.
LATIN = {"package": "@bcgov/bc-sans", "files": {"400": "fonts/BCSans-Regular.woff"}, "line": 1.25}
TAI_VIET = {
    "package": "@fontsource/noto-sans-tai-viet",
    "files": {"400": "files/noto-sans-tai-viet-tai-viet-400-normal.woff"},
    "line": 1.5,
}
CHAM = {"package": "@fontsource/noto-sans-cham", "part": "cham", "line": 1.5}
PROVINCES = {
    "tyz": (LATIN, "Cần slon slía, slư̄ Tày"),
    "blt": (TAI_VIET, "ꪎꪳ ꪼꪕ ꪒꪾ"),
    "hmn": (LATIN, "Ntawv hmoob, cov ntaub ntawv"),
    "rad": (LATIN, "Klei Êđê̆, čih hră, ƀơ̆ng"),
    "jra": (LATIN, "Jơrai: ƀô̆ mơnuih, čư̆ siăm"),
    "cjm": (CHAM, "ꨀꨇꩉ ꨌꩌ ꨔꨭꩀ"),
}


@pytest.mark.parametrize("lang", list(PROVINCES))
def test_a_language_of_a_province_is_drawn_by_what_its_folder_names(lang):
    fonts, text = PROVINCES[lang]
    default = {"language": {"name": "Tiếng Việt"}}
    some = languages_of({DEFAULT: default, lang: {"language": {"name": text, "fonts": fonts}}})
    drawn = Typeface(ROOT / "node_modules", "be-vietnam-pro", 600, scripts_of(some, lang))
    letters = list(with_marks(unicodedata.normalize("NFC", text)))
    assert [letter for letter in letters if not drawn.has(letter)] == []
    for letter in letters:
        run = list(drawn._runs(letter))
        assert len(run) == 1, f"{letter} and its marks come from several files: {run}"


def test_a_slip_in_a_draft_says_so_and_one_in_a_checked_language_does_not():
    maker = SlipMaker(ROOT / "node_modules", ROOT / "ui" / "texts")
    for lang in languages():
        draft = languages()[lang].facts["draft"] if languages()[lang].drafts() else ""
        assert maker.words.draft(lang) == draft
    slip = {**SLIP, "lang": "km"}
    high = maker.draw(slip, 576, "Asia/Ho_Chi_Minh").height
    maker.words.draft = lambda lang: ""
    assert maker.draw(slip, 576, "Asia/Ho_Chi_Minh").height < high
