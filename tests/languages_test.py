"""Languages are data: no code names one, whatever is asked for is answered in it, and plurals and
numbers are those of CLDR.
"""

import ast
import json
import re
from pathlib import Path

import pytest
from babel import Locale
from babel.numbers import format_decimal
from babel.plural import PluralRule

from domain.languages import (
    DEFAULT,
    Languages,
    asked_for,
    in_language,
    languages_of,
    plural_rule,
    print_of,
)
from server.texts import FOLDER, languages

ROOT = Path(__file__).parents[1]
#: The two places that say which language stands in for every other.
NAMES_THE_DEFAULT = {"domain/languages.py", "ui/languages.js"}
ROOMS_OF_PYTHON = ("domain", "server", "kiosk")
ROOMS_OF_PAGES = ("ui", "display", "kiosk/static", "server/web/static")


def codes() -> set[str]:
    """Every code that could be written down in a program."""
    return {*languages(), "vi", "en", "km", "ko", "ja", "zh", "zh-Hans", "fr"}


def codes_in_python(source: str) -> list[tuple[int, str]]:
    """Where a text of the program is the code of a language, or several of them."""
    return sorted(
        (node.lineno, node.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value
        and set(re.split(r"[,_ ]", node.value)) <= codes()
    )


def codes_in_script(source: str) -> list[str]:
    """The same of a page's script: "vi", .vi, and names that are looked up by a code."""
    code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", source, flags=re.S)
    among = "|".join(sorted(codes()))
    return re.findall(rf"""["'`](?:{among})["'`]|\.(?:{among})\b(?![("])""", code)


def test_no_python_names_a_language():
    wrong = {}
    for room in ROOMS_OF_PYTHON:
        for file in (ROOT / room).rglob("*.py"):
            path = file.relative_to(ROOT).as_posix()
            codes = codes_in_python(file.read_text("utf-8"))
            if codes and path not in NAMES_THE_DEFAULT:
                wrong[path] = codes
    assert wrong == {}, "a language in code: ask domain/languages.py or the centre's locales"


def test_no_page_names_a_language():
    wrong = {}
    for room in ROOMS_OF_PAGES:
        for file in (ROOT / room).rglob("*.js"):
            path = file.relative_to(ROOT).as_posix()
            codes = codes_in_script(file.read_text("utf-8"))
            if codes and path not in NAMES_THE_DEFAULT:
                wrong[path] = codes
    assert wrong == {}, "a language in code: ask ui/languages.js or the centre's locales"


def test_the_two_tests_above_find_what_they_look_for():
    assert codes_in_python('for lang in ("vi", "en"): pass\nx = "vi,en"') == [
        (1, "en"),
        (1, "vi"),
        (2, "vi,en"),
    ]
    assert codes_in_script('const a = names.vi || names["en"]; // "vi"') == [".vi", '"en"']


# ── who asks for which ──


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("en-US,en;q=0.9,vi;q=0.8", ["en-US", "en", "vi"]),
        ("vi;q=0.3, km;q=0.9", ["km", "vi"]),
        ("", []),
        ("*;q=0.5, ../../etc, en;q=nan, en;q=0", []),
        ("zh-Hans-CN", ["zh-Hans-CN"]),
    ],
)
def test_what_a_browser_wishes_is_read_in_its_order(header, expected):
    assert asked_for(header) == expected


def made(**files: dict[str, dict[str, object]]) -> Languages:
    default = {"language": {"name": "Tiếng Việt"}, "slip": {"a": "một", "b": {"c": "hai"}}}
    return languages_of({DEFAULT: default, **files})


def test_a_language_speaks_where_it_has_words_and_the_default_one_elsewhere():
    some = made(
        km={"language": {"name": "ខ្មែរ"}, "slip": {"b": {"c": "ពីរ"}}},
        xx={"slip": {"a": "no facts, so no language"}},
    )
    assert list(some) == [DEFAULT, "km"]
    assert some.area("km", "slip") == {"a": "một", "b": {"c": "ពីរ"}}
    assert some.area("xx", "slip") == some.area(DEFAULT, "slip")
    assert some.wanted(["fr", "km-KH"]) == "km" and some.wanted(["fr", None]) == DEFAULT
    with pytest.raises(KeyError):
        some.area("km", "nowhere")


def test_a_name_is_never_empty_where_it_was_given_in_any_language():
    assert in_language({"vi": "Hộ tịch", "en": ""}, "en") == "Hộ tịch"
    assert in_language({"km": "ដី"}, "en") == "ដី"
    assert in_language({}, "en") == in_language(None, "en") == ""


def test_a_text_is_a_draft_until_a_person_has_checked_it_as_it_stands():
    def drafts(text: str) -> list[str]:
        checked = {"slip.a": {"by": "Sok Dara", "text": print_of("មួយ")}}
        km = {"language": {"name": "ខ្មែរ"}, "slip": {"a": text}, "status": {"checked": checked}}
        return made(km=km)["km"].drafts()

    assert drafts("មួយ") == [] and drafts("មួយ!") == ["slip.a"]


# ── CLDR ──

WHOLE_NUMBERS = [*range(0, 205), 1000, 1001, 1_000_000]


@pytest.mark.parametrize("code", ["en", "ru", "ar", "pl", "sl", "cy", "lt", "fr", "he", "mt", "ga"])
def test_plural_rules_are_read_as_babel_reads_them(code):
    rules = Locale.parse(code).plural_form.rules
    for tag, rule in rules.items():
        # Babel writes the rules in CLDR's older words
        written = rule.replace(" not in ", " != ").replace(" in ", " = ").replace(" mod ", " % ")
        mine, theirs = plural_rule(written), PluralRule({tag: rule})
        wrong = [n for n in WHOLE_NUMBERS if mine(n) != (theirs(n) == tag)]
        assert wrong == [], (tag, rule)


def babel_locale(code: str) -> Locale:
    return Locale.parse(code.replace("-", "_"))


@pytest.mark.parametrize("code", list(languages()))
def test_each_language_counts_and_writes_numbers_as_cldr_says(code):
    try:
        locale = babel_locale(code)
    except Exception:
        pytest.fail(f"CLDR knows no {code}: say in its language.json how it counts")
    language = languages()[code]
    tags = list(language.facts["plural"])
    for n in WHOLE_NUMBERS:
        place = language.form_of(n)
        assert (tags[place] if place < len(tags) else "other") == locale.plural_form(n), n
    assert language.whole(1234567) == format_decimal(1234567, locale=locale)
    assert language.decimal(1234.5) == format_decimal(1234.5, locale=locale)


def test_plural_forms_in_texts_are_as_many_as_the_language_has():
    wrong = []
    for code in languages():
        forms = len(languages()[code].facts["plural"]) + 1
        for file in (FOLDER / code).glob("*.json"):
            for counted in re.findall(r"\{\w+((?:\|[^|}]*)+)\}", file.read_text("utf-8")):
                if counted.count("|") != forms:
                    wrong.append((code, file.name, counted))
    assert wrong == []


def test_every_language_says_what_it_is():
    for code in languages():
        facts = json.loads((FOLDER / code / "language.json").read_text("utf-8"))
        assert {"name", "in_english", "mark", "plural", "numbers", "dates", "csv"} <= facts.keys()
