"""Every text of every language has its glyphs on papers (PDF), in each face they are set in; letters
with a mark that no composed letter has are set whole, the mark in its place.
"""

import pytest

from domain.languages import texts_of
from domain.line_breaks import with_marks
from server.reports import typesetting
from server.reports.paper_style import styles
from server.texts import languages

FACES = ("Text", "Strong", "Figures", "StrongFigures")


@pytest.fixture(scope="module", autouse=True)
def faces(tmp_path_factory):
    """The typefaces of papers, made once."""
    return styles(tmp_path_factory.mktemp("typefaces"))


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(languages()))
def test_every_text_has_its_letters_on_papers(lang):
    letters = {
        letter
        for area in languages()[lang].areas.values()
        for _, text in texts_of(area)
        for letter in with_marks(text)
        if letter.isprintable()
    }
    missing = [
        (letter, face)
        for letter in sorted(letters)
        for face in FACES
        if not typesetting._holds(typesetting._font_for(letter, face)[0], letter)
    ]
    assert missing == []


@pytest.mark.parametrize("letter", ["ê̆", "ô̆", "ơ̆", "ư̆", "Ê̆"])
def test_a_mark_stands_on_its_letter(letter):
    ((font, _, text, _),) = typesetting._runs(letter, "Text")
    assert text == letter
    _, mark = typesetting._shaped(letter, font, 10).__shapeData__
    assert mark.x_offset < 0 and mark.x_advance == 0
