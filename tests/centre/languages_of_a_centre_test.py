"""A centre names its languages: each needs words, those that are drafts only where it takes them."""

import pytest

from server.centre.build import centre_of
from server.centre.models import check
from tests.support.centres import profile_of


def made(locales, drafts="marked"):
    profile = profile_of()
    site = {**profile["site"], "locales": locales, "drafts": drafts}
    return check({**profile, "site": site})


@pytest.mark.parametrize(
    ("locales", "drafts", "codes"),
    [
        (["vi", "en", "km"], "marked", []),
        (["vi", "en", "km"], "refused", ["draft_language"]),
        (["vi", "en"], "refused", []),
        (["vi", "tlh"], "marked", ["no_texts"]),
    ],
)
def test_a_language_is_refused_without_words_or_with_drafts_nobody_wants(locales, drafts, codes):
    document, mistakes = made(locales, drafts)
    assert document is not None and [mistake.code for mistake in mistakes] == codes


def test_what_became_a_draft_is_left_out_where_drafts_are_refused():
    document, _ = made(["vi", "en", "km"], "refused")
    assert centre_of(document).locales == ("vi", "en")
    document, _ = made(["vi", "en", "km"])
    assert centre_of(document).locales == ("vi", "en", "km")
