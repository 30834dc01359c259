"""Slips and papers read back by a machine that knows nothing of our fonts: the number exactly, and
of a field's name nine letters in ten. A text that is drawn without its shapes is not read.
"""

import contextlib
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate

from domain.languages import texts_of
from kiosk.slip import SlipMaker
from server.reports import typesetting
from server.reports.paper_style import plain, styles
from server.texts import area, languages
from tests.kiosk.slips import SLIP
from tests.support.reading_by_machine import PACKS, STREWN, share_read, words_in

ROOT = Path(__file__).parents[1]
NAMES = {
    "vi": "Chứng thực – Hộ tịch",
    "en": "Notary and civil status",
    "zh-Hans": "土地与环境业务",
    "ko": "토지 및 환경 업무",
    "km": "ដីធ្លីនិងបរិស្ថាន",
    "ja": "土地・環境に関する手続き",
}
LONG = {
    "km": "ការបញ្ជាក់ឯកសារច្បាប់ចម្លងនិងហត្ថលេខាលើកិច្ចសន្យាផ្សេងៗរបស់ប្រជាពលរដ្ឋ",
    "zh-Hans": "公证（复印件、签名、合同）以及居民身份证的办理与更换业务说明",
    "ko": "공증 (사본, 서명, 계약) 및 주민등록 업무 안내",
}


@pytest.fixture(scope="module")
def maker():
    return SlipMaker(ROOT / "node_modules", ROOT / "ui" / "texts")


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(NAMES))
def test_a_machine_reads_number_and_field_of_a_slip(maker, lang, tmp_path):
    names = {"vi": NAMES["vi"], lang: NAMES[lang]}
    picture = maker.draw({**SLIP, "field": names, "lang": lang}, 576, "Asia/Ho_Chi_Minh")
    assert SLIP["number"] in words_in(picture, tmp_path, "eng", STREWN)
    words = words_in(picture, tmp_path, PACKS[lang])
    assert share_read(NAMES[lang], words) >= 0.9, words


@pytest.fixture(scope="module")
def style(tmp_path_factory):
    """The styles of papers, their typefaces made once."""
    return styles(tmp_path_factory.mktemp("typefaces"))


def on_paper(text: str, style: ParagraphStyle, folder: Path) -> Image.Image:
    """A paragraph as a report draws it, at 300 dots an inch, one column wide."""
    file = folder / "paper.pdf"
    SimpleDocTemplate(
        str(file), pagesize=(330, 170), leftMargin=20, rightMargin=20, topMargin=20, bottomMargin=20
    ).build([typesetting.paragraph(plain(text), style)])
    with contextlib.closing(pypdfium2.PdfDocument(file)) as paper:
        return paper[0].render(scale=300 / 72).to_pil()


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(LONG))
def test_a_machine_reads_a_paper_in_another_script(lang, style, tmp_path):
    words = words_in(on_paper(LONG[lang], style["text"], tmp_path), tmp_path, PACKS[lang], dpi=300)
    assert share_read(LONG[lang], words) >= 0.9, words


@pytest.mark.slow
def test_without_shaping_khmer_on_paper_is_not_read(style, tmp_path, monkeypatch):
    monkeypatch.setattr(typesetting, "_shaped", lambda text, font, size: text)
    words = words_in(on_paper(LONG["km"], style["text"], tmp_path), tmp_path, PACKS["km"], dpi=300)
    assert share_read(LONG["km"], words) < 0.9, words


@pytest.mark.parametrize("width", [40, 90, 400])
def test_no_line_of_another_script_is_wider_than_its_column(width, style):
    for text in (*LONG.values(), "公证 Chứng thực " + "W" * 80, "ដី" * 60):
        flowable = typesetting.paragraph(plain(text), style["cell"])
        _, high = flowable.wrap(width, 10_000)
        widths = [typesetting._width(line) for line in flowable.lines]
        assert max(widths) <= width and high >= len(widths) * style["cell"].leading
        drawn = "".join(piece.text for line in flowable.lines for piece in line)
        assert drawn == "".join(text.split())


def test_a_long_paragraph_of_another_script_goes_on_on_the_next_page(style):
    flowable = typesetting.paragraph(LONG["km"] * 9 + " một hai ba" * 9, style["text"])
    _, high = flowable.wrap(200, 10_000)
    first, rest = flowable.split(200, high / 2)
    whole = " ".join("".join(" " * p.space + p.text for p in part.pieces) for part in (first, rest))
    assert whole.replace(" ", "") == (LONG["km"] * 9 + "mộthaiba" * 9)
    assert whole.count(" một hai ba") >= 8
    assert first.wrap(200, 10_000)[1] <= high / 2


def test_vietnamese_and_english_stay_with_the_usual_paragraphs(style):
    assert type(typesetting.paragraph("Đắk Lắk – Chứng thực", style["cell"])) is Paragraph


def test_every_text_of_reports_has_its_letters_in_the_typefaces_of_papers(style):
    """All but the short heads of columns, which only a terminal shows."""
    for lang in languages().for_staff():
        texts = dict(texts_of(area(lang, "manager")))
        words = "".join(w for key, w in texts.items() if not key.startswith("columns_short."))
        for letter in sorted(set(words)):
            for font in ("Text", "Strong"):
                name, _ = typesetting._font_for(letter, font)
                assert typesetting._holds(name, letter) or not letter.isprintable(), letter
