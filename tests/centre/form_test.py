"""The form of the settings: every key of the document stands on one page, is named in every
language, and nothing is named that is no key.
"""

import json
from pathlib import Path

import pytest

from server.centre import CentreDocument, check
from server.centre.form import PAGES, form, in_pages, leaves, page_of
from server.centre.words import searchable, words_of_keys
from server.centre.yaml_file import read_centre
from tests.centre.page_test import keys

TEXTS = Path(__file__).resolve().parents[2] / "ui" / "texts"
LANGUAGES = sorted(folder.name for folder in TEXTS.iterdir() if (folder / "settings.json").exists())
#: Drawn as one value by an editor of its own.
WHOLE = ("wizard",)


def keys_of_the_file():
    """Every key of the document, rows left out, a key below an editor of its own once."""
    every_key = {path.replace("[]", "") for path, _ in keys(CentreDocument)}
    return {next((w for w in WHOLE if key.startswith(f"{w}.")), key) for key in every_key}


def test_every_key_of_the_file_is_in_the_form_and_the_other_way_round():
    assert {leaf["key"] for leaf in leaves()} == keys_of_the_file()


def test_every_key_stands_on_exactly_one_page():
    shown = [leaf["key"] for parts in in_pages().values() for leaf in leaves(parts)]
    assert sorted(shown) == sorted(keys_of_the_file())
    assert {page_of(key) for key in keys_of_the_file()} == set(PAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_and_choice_is_named_and_nothing_else(lang):
    texts = json.loads((TEXTS / lang / "settings.json").read_text("utf-8"))
    sections = {part["key"] for part in around(form())}
    assert keys_of_the_file() <= set(texts["labels"])
    assert set(texts["labels"]) <= keys_of_the_file() | sections
    assert set(texts["units"]) | set(texts["helps"]) <= set(texts["labels"])
    choices = {
        f"{leaf['key']}.{choice}": choice
        for leaf in leaves()
        for choice in offered_by_the_form(leaf)
    }
    unnamed = [k for k, c in choices.items() if not {k, c} & set(texts["choices"])]
    assert unnamed == []
    assert set(PAGES) <= set(texts["pages"])
    # what stands beside each page's title
    about = json.loads((TEXTS / lang / "admin.json").read_text("utf-8"))["about"]
    assert set(about) == set(PAGES)


def offered_by_the_form(leaf):
    """Every value that a key is offered."""
    yield from leaf.get("choices", ())
    yield from leaf.get("item", {}).get("choices", ())
    yield from leaf.get("offered", ())
    for words in leaf.get("choices_of", {}).values():
        yield from words


def around(parts):
    """Every part that holds others."""
    for part in parts:
        if "parts" in part:
            yield part
            yield from around(part["parts"])


def test_a_key_without_a_page_would_be_seen():
    """Negative control: a key that no page begins."""
    assert page_of("weather.today") is None and page_of("sites") is None


def test_what_a_key_takes_is_told_by_the_model():
    by_key = {leaf["key"]: leaf for leaf in leaves()}
    assert (by_key["fields.cap"]["kind"], by_key["fields.cap"]["least"]) == ("number", 1)
    assert by_key["counters.fields"]["item"] == {"kind": "ref", "section": "fields"}
    assert by_key["site.reset_time"]["kind"] == "clock"
    assert by_key["services.name"]["longest"] == 1_000
    assert by_key["hours.tickets.sat"]["item"]["kind"] == "window"
    assert by_key["site.code"]["fixed"] is True


def test_the_search_finds_every_key_by_its_name_in_each_language_of_the_staff():
    document = read_centre(TEXTS.parents[1] / "centres" / "ward.yaml").plain()
    words = words_of_keys()
    for lang in LANGUAGES:
        entries = searchable(document, lang)
        found_at = {entry["key"] for entry in entries}
        labels = json.loads((TEXTS / lang / "settings.json").read_text("utf-8"))["labels"]
        for key in keys_of_the_file():
            assert any(at == key or at.startswith(f"{key}.") for at in found_at), key
            assert labels[key] in words[key], (key, lang)


#: Texts that are refused by how they are written, out of no few: addresses, names of fields of an
#: answer, a template; and what a file alone can say.
BY_FORM = {
    "hours.holidays_file",
    "services.official",
    "slip.logo",
    "delivery.mail.host",
    "delivery.mail.sender",
    "delivery.messages.url",
    "delivery.messages.body",
    "delivery.messages.renewal.url",
    "delivery.messages.renewal.body",
    "delivery.webhooks.url",
    "privacy.seal_mail",
}
#: Chosen from what the hub has (server/web/offered.py).
AT_THE_HUB = {"site.voice.packs", "displays.boards.lang", "privacy.seal_kiosk"}


def test_no_key_with_a_closed_set_of_values_is_a_free_text():
    """A text that takes no word of one's own is one of a few, and those are offered in words."""
    free = {leaf["key"] for leaf in leaves() if is_free(leaf)}
    refusing = {key for key in free if refuses_a_word(key)}
    assert refusing <= BY_FORM | AT_THE_HUB
    assert "site.voice.dialect" not in free and "site.ticket_format" not in free
    assert "site.voice.wording" not in free and "site.timezone" not in free
    assert {leaf["key"] for leaf in leaves()} >= AT_THE_HUB


def is_free(leaf):
    """Whether people would have to type what they cannot know."""
    texts = "text" in (leaf["kind"], leaf.get("item", {}).get("kind"))
    words = leaf["kind"] == "words_by_language" and not leaf.get("choices_of")
    return (texts or words) and not leaf.get("offered")


def refuses_a_word(key):
    """Whether a plain word is refused at the key, tried where it stands in a whole document."""
    document = read_centre(TEXTS.parents[1] / "centres" / "ward.yaml").plain()
    here = document
    *around, last = key.split(".")
    for step in around:
        here = here.setdefault(step, {})
        if isinstance(here, list):
            here.extend([{}] if not here else [])
            here = here[0]
    return all(refused(document, key, here, last, value) for value in ("xyzzy", ["xyzzy"]))


def refused(document, key, here, last, value):
    here[last] = value
    return any(mistake.path and leads_to(mistake.path, key) for mistake in check(document)[1])


def leads_to(path, key):
    return ".".join(step for step in path if isinstance(step, str)).startswith(key)
