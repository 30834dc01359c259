"""What citizens read, in a centre's own words: form, and where they stand."""

import pytest

from domain.languages import DEFAULT
from server.centre import centre_of, check
from server.centre.models.texts import texts_of_citizens
from server.delivery.words import buttons, sentence
from server.texts import area, own_area
from tests.support.centres import document_of, profile_of


def with_texts(*rows):
    return {**profile_of("thu_duc"), "texts": list(rows)}


@pytest.mark.parametrize(
    "row, sentence_of_it",
    [
        ({"key": "booking.no_such", "words": {"vi": "a"}}, "is no text that citizens read"),
        ({"key": "display.title", "words": {"vi": "a"}}, "is no text that citizens read"),
        (
            {"key": "booking.left", "words": {"vi": "còn {people}"}},
            "is not in this text; its places are {n}",
        ),
        ({"key": "booking.left", "words": {"vi": "a" * 401}}, "400"),
        ({"key": "booking.left", "words": {}}, "vi"),
    ],
)
def test_what_nobody_reads_or_cannot_be_filled_is_refused(row, sentence_of_it):
    profile = with_texts(row)
    wrong = [mistake.sentence(profile, "en") for mistake in check(profile)[1]]
    assert len(wrong) == 1 and sentence_of_it in wrong[0]


def test_a_text_stands_in_place_of_the_one_that_is_shipped_in_its_language_alone():
    row = {"key": "notices.notices.called.title", "words": {"vi": "Mời số {number} vào"}}
    button = {"key": f"notices.buttons.{next(iter(area(DEFAULT, 'notices')['buttons']))}"}
    profile = with_texts(row, {**button, "words": {"vi": "Thôi"}})
    document = document_of(profile)
    assert sentence(document, "called", "vi", {"number": "A001"})[0] == "Mời số A001 vào"
    plain = document_of(profile_of("thu_duc"))
    assert sentence(document, "called", "en", {}) == sentence(plain, "called", "en", {})
    assert "Thôi" in buttons(document, "vi").values()
    own = centre_of(document, 1).own_texts
    assert own_area(own, "vi", "booking") == area("vi", "booking")


def test_every_text_of_the_pages_before_and_after_a_visit_can_be_said_otherwise():
    keys = texts_of_citizens()
    for key in ("booking.door_gives", "phone.no_script", "notices.ask.row", "display.rate.ask"):
        assert key in keys
    assert not [key for key in keys if key.startswith("display.") and ".rate." not in key]
