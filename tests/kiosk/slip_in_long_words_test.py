"""Slips in a language whose words are 40 % longer and full of marks: nothing lies over another line
or leaves the paper. The language is made here and offered nowhere.
"""

import json
import shutil

import pytest

from domain.languages import FOR_CITIZENS
from kiosk.fonts import Typeface
from kiosk.sheet import Sheet
from kiosk.slip import SlipMaker
from tests.kiosk.conftest import ROOT
from tests.kiosk.slips import SLIP
from tests.support.longer_words import area_in_longer_words

FACTS = [
    {"ahead": 12},
    {"ahead": 117, "estimate": {"low": 105, "high": 120}},
    {"ahead": None},
    {"ahead": 117, "estimate": None, "no_estimate": {"why": "no_counter"}},
]


@pytest.fixture(scope="module")
def maker(tmp_path_factory):
    """Draws slips; its English is the longer language."""
    texts = tmp_path_factory.mktemp("long") / "texts"
    shutil.copytree(ROOT / "ui" / "texts", texts)
    for area in FOR_CITIZENS:
        words = json.dumps(area_in_longer_words(area), ensure_ascii=False)
        (texts / "en" / f"{area}.json").write_text(words, "utf-8")
    return SlipMaker(ROOT / "node_modules", texts)


@pytest.fixture
def drawn(monkeypatch):
    """The boxes of all lines written on a sheet: (left, top, right, bottom, text)."""
    boxes = []
    write = Sheet.line

    def line(sheet, face: Typeface, text, size, high, at=None, right=False):
        top, width = sheet.y, face.width(text, size)
        begin = sheet.left if at is None else at
        left = sheet.right - width if right else begin
        write(sheet, face, text, size, high, at, right)
        boxes.append((left, top, left + width, sheet.y, text))

    monkeypatch.setattr(Sheet, "line", line)
    return boxes


def overlapping(boxes):
    """Pairs of texts that lie over each other."""
    return [
        (a[4], b[4])
        for place, a in enumerate(boxes)
        for b in boxes[:place]
        if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
    ]


@pytest.mark.parametrize("dots", [576, 384])
@pytest.mark.parametrize("facts", FACTS, ids=["usual", "many", "no place", "no counter"])
@pytest.mark.parametrize("lang", ["en", "vi", "km", "zh-Hans"])
def test_nothing_lies_over_another_line_or_leaves_the_paper(maker, drawn, dots, facts, lang):
    field = dict.fromkeys(("vi", "en"), "Chứng thực hợp đồng " * 12)
    slip = {**SLIP, "lang": lang, "field": field, "counters": [2, 3, 4, 11, 12], "dossiers": 3}
    maker.draw({**slip, **facts}, dots, "Asia/Ho_Chi_Minh")
    assert not overlapping(drawn)
    assert not [box for box in drawn if box[0] < 0 or box[2] > dots + 1], drawn
