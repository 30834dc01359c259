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


def test_a_language_without_a_short_name_has_its_own_whole_one():
    """Whoever reads Khmer is shown the Khmer name, not the short one of another language."""
    profile = profile_of()
    profile["site"] |= {"locales": ["vi", "en", "km"]}
    field = next(row for row in profile["fields"] if row["short"] != row["name"])
    field["name"] |= {"km": "អត្រានុកូលដ្ឋាន"}
    service = profile["services"][0]
    service["name"] |= {"km": "សំបុត្រកំណើត"}
    service["short"] = {"vi": "Khai sinh", "en": "Birth"}
    document, mistakes = check(profile)
    assert not mistakes
    centre = centre_of(document)
    short = centre.fields[field["prefix"]].short
    assert short["km"] == "អត្រានុកូលដ្ឋាន" and short["vi"] == field["short"]["vi"]
    assert centre.services[service["code"]].short == {
        "vi": "Khai sinh",
        "en": "Birth",
        "km": "សំបុត្រកំណើត",
    }
