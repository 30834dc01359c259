"""What a language is made of: words, forms, numbers, letters, and whose words stand in."""

import pytest

from domain.languages import (
    Language,
    Languages,
    asked_for,
    default_first,
    font_css,
    font_file,
    in_language,
    languages_of,
    merged,
    plural_rule,
    print_of,
    texts_of,
)


def made(code="xx", facts=None, areas=None, status=None):
    """A language of a few words."""
    return Language(code, facts or {}, areas or {}, status or {})


SLAVIC = {
    "one": "v = 0 and i % 10 = 1 and i % 100 != 11",
    "few": "v = 0 and i % 10 = 2..4 and i % 100 != 12..14",
}


def test_a_name_in_the_language_wanted_else_the_default_else_any():
    names = {"en": "Ward", "vi": "Phường"}
    assert in_language(names, "en") == "Ward"
    assert in_language(names, "km") == "Phường"
    assert in_language({"en": "Ward", "ko": "동"}, "km") == "Ward"
    assert in_language({"vi": "Phường", "en": ""}, "en") == "Phường"
    assert in_language({}, "en") == in_language(None, "en") == ""


def test_the_default_language_comes_first_and_the_others_as_they_come():
    assert default_first(["zh", "vi", "en", "ar"]) == ["vi", "zh", "en", "ar"]


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        ("i = 1 and v = 0", [1, -1], [0, 2, 10, 11]),
        ("n % 10 = 2..4", [2, 3, 4, 12, 22, 104], [0, 1, 5, 10, 20]),
        ("n % 10 != 2..4", [0, 1, 5, 10], [2, 3, 4, 23]),
        ("n = 0 or n = 1", [0, 1], [2]),
        ("n = 0, 3..5, 9", [0, 3, 4, 5, 9], [1, 2, 6, 8, 10]),
        ("n%10=1", [1, 11, 21], [0, 10]),
        ("n = 1 and n = 1 or n = 7", [1, 7], [2]),
        ("  n  =  1  @integer 1", [1], [2]),
        ("v = 0", [0, 5], []),
        ("f = 1", [], [0, 1, 2]),
        ("t != 0", [], [0, 3]),
        ("c = 0 and i != 0", [1, 9], [0]),
    ],
)
def test_a_rule_of_plurals_holds_for_its_numbers_alone(rule, yes, no):
    assert [n for n in yes if not plural_rule(rule)(n)] == []
    assert [n for n in no if plural_rule(rule)(n)] == []


@pytest.mark.parametrize("rule", ["", "often", "n = ", "x = 1", "n = 1 and", "n > 1"])
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(ValueError, match="not a plural rule"):
        plural_rule(rule)


@pytest.mark.parametrize(
    ("n", "form"), [(1, 0), (21, 0), (2, 1), (24, 1), (5, 2), (11, 2), (12, 2)]
)
def test_the_form_is_that_of_the_first_rule_and_the_last_is_for_the_rest(n, form):
    assert made(facts={"plural": SLAVIC}).form_of(n) == form


def test_a_language_without_rules_has_one_form():
    assert made().form_of(1) == made(facts={"plural": None}).form_of(5) == 0


@pytest.mark.parametrize(
    ("n", "text"),
    [(1, "1 число"), (3, "3 числа"), (5, "5 чисел"), ("-1", "-1 число"), ("?", "? чисел")],
)
def test_a_text_takes_the_word_that_goes_with_its_number(n, text):
    language = made(facts={"plural": SLAVIC})
    assert language.fill("{n} {n|число|числа|чисел}", {"n": n}) == text


def test_a_text_with_fewer_forms_takes_its_last_and_one_without_the_number_too():
    language = made(facts={"plural": SLAVIC})
    assert language.fill("{n|one|more}", {"n": 5}) == "more"
    assert language.fill("{n|one|more}", {}) == "more"
    assert language.fill("{a} and {b}", {"a": "x", "b": 2}) == "x and 2"


def test_numbers_are_written_with_the_marks_of_the_language():
    comma = made(facts={"numbers": {"group": ".", "decimal": ","}})
    assert (comma.whole(14935), comma.decimal(1234.56), comma.decimal(2, 2)) == (
        "14.935",
        "1.234,6",
        "2,00",
    )
    plain = made(facts={"numbers": None})
    assert (plain.whole(1234567), plain.decimal(1234.5)) == ("1,234,567", "1,234.5")
    assert made(facts={"numbers": {"group": " "}}).decimal(1234.5) == "1 234.5"


def test_what_a_language_says_of_itself():
    bare, whole = (
        made("km"),
        made("km", {"name": "ខ្មែរ", "names_required": True}, {"staff": {"a": "b"}}),
    )
    assert (bare.name, bare.for_staff, bare.names_required) == ("km", False, False)
    assert (whole.name, whole.for_staff, whole.names_required) == ("ខ្មែរ", True, True)


def test_letters_of_its_own_come_in_every_weight():
    own = made("km", {"fonts": {"package": "@fontsource/noto-khmer", "family": "Noto Khmer"}})
    assert own.font_sheets() == [
        *(f"/lib/@fontsource/noto-khmer/{weight}.css" for weight in (400, 500, 600, 700)),
        "/ui/fonts/km.css",
    ]
    assert made().font_sheets() == []
    assert font_css(own) == (
        '[lang="km"] { --font: "Be Vietnam Pro", "Noto Khmer", "BC Sans", "Noto Sans Math", system-ui,'
        ' sans-serif; --num: "IBM Plex Sans", "BC Sans", "Be Vietnam Pro", "Noto Khmer",'
        ' "Noto Sans Math", system-ui, sans-serif; font-family: var(--font); }\n'
    )


FILES = {"400": "fonts/Own-Regular.woff", "700": "fonts/Own-Bold.woff"}


def test_a_package_of_another_form_names_its_files():
    fonts = {"package": "@own/sans", "family": "Own", "files": FILES, "range": "U+0-36F"}
    own = made("xx", {"fonts": fonts})
    assert own.font_sheets() == ["/ui/fonts/xx.css"]
    faces = font_css(own).splitlines()
    assert faces[:2] == [
        f'@font-face {{ font-family: "Own"; font-weight: {weight}; font-display: swap;'
        f' src: url("/lib/@own/sans/{file}"); unicode-range: U+0-36F; }}'
        for weight, file in FILES.items()
    ]
    assert faces[2].startswith('[lang="xx"] { --font: "Be Vietnam Pro", "Own", "BC Sans"')
    plain = made("xx", {"fonts": {**fonts, "range": ""}})
    assert "unicode-range: ;" in font_css(plain)
    del fonts["range"]
    assert "unicode-range" not in font_css(made("xx", {"fonts": fonts}))


@pytest.mark.parametrize(
    ("weight", "file"),
    [(400, "400"), (500, "400"), (549, "400"), (550, "700"), (600, "700"), (700, "700")],
)
def test_the_file_of_a_weight_is_that_of_the_nearest(weight, file):
    assert font_file({"package": "@own/sans", "files": FILES}, weight) == f"@own/sans/{FILES[file]}"


def test_the_file_of_a_script_in_a_package_of_fontsource():
    fonts = {"package": "@fontsource/noto-khmer", "part": "khmer"}
    assert font_file(fonts, 600) == "@fontsource/noto-khmer/files/noto-khmer-khmer-600-normal.woff"


def test_a_text_is_a_draft_until_somebody_checked_it_as_it_stands():
    areas = {"kiosk": {"go": "Go", "list": ["one", {"two": "Two"}]}, "staff": {"x": "X"}}
    every = ["kiosk.go", "kiosk.list.0", "kiosk.list.1.two"]
    assert made(areas=areas).drafts() == every, "staff's words are not the citizens'"
    assert made(areas=areas).drafts(["staff"]) == ["staff.x"]
    assert made(areas=areas, status={"written_here": True}).drafts() == []
    checked = {"kiosk.go": {"text": print_of("Go")}, "kiosk.list.0": {"text": print_of("another")}}
    assert made(areas=areas, status={"checked": checked}).drafts() == every[1:]


def test_every_text_has_its_dotted_key():
    tree = {"a": "1", "b": {"c": ["2", "3"], "d": {}}, "e": 4}
    assert list(texts_of(tree)) == [("a", "1"), ("b.c.0", "2"), ("b.c.1", "3")]
    assert list(texts_of("alone", "slip.")) == [("slip", "alone")]


def test_the_fingerprint_of_a_text():
    assert print_of("Số") == "82d17fe6b207", "it is kept with what was checked"


def several(**more):
    """Three languages: the default, one with little, one that stands in for its like."""
    return Languages(
        [
            made("zz", {"order": 1}, {"kiosk": {"go": "zGo"}}),
            made("en", {"order": 2}, {"kiosk": {"go": "Go"}, "staff": {"in": "In"}}),
            made(
                "vi",
                {"order": 9},
                {
                    "kiosk": {"go": "Đi", "stop": "Dừng"},
                    "staff": {"in": "Vào"},
                    "slip": {"n": "Số"},
                },
            ),
            made("en-GB", {"stands_in": "en", **more}, {"kiosk": {"stop": "Halt"}}),
            made("aa", {}, {}),
        ]
    )


def test_they_stand_in_their_order_the_default_first():
    every = several()
    assert list(every) == ["vi", "zz", "en", "aa", "en-GB"]
    assert "zz" in every and "km" not in every
    assert every["zz"].code == "zz" and every["km"].code == "vi"
    assert every.for_staff() == ["vi", "en"]


def test_one_that_says_no_order_stands_among_those_of_a_hundred():
    every = [made("ad", {"order": 100}), made("ac"), made("ab", {"order": 100}), made("vi")]
    assert list(Languages(every)) == ["vi", "ab", "ac", "ad"]


def test_without_the_default_language_there_are_none():
    with pytest.raises(ValueError, match="the language vi has no texts"):
        Languages([made("en")])


def test_the_words_an_area_lacks_are_those_of_the_language_that_stands_in():
    every = several()
    assert every.area("zz", "kiosk") == {"go": "zGo", "stop": "Dừng"}
    assert every.area("en-GB", "kiosk") == {"go": "Go", "stop": "Halt"}
    assert every.area("en-GB", "slip") == {"n": "Số"}, "an area its stand-in lacks"
    assert every.area("km", "staff") == {"in": "Vào"}
    assert several(stands_in="nowhere").area("en-GB", "kiosk") == {"go": "Đi", "stop": "Halt"}
    assert every.area("zz", "kiosk") is every.area("zz", "kiosk"), "made once"
    with pytest.raises(KeyError):
        every.area("zz", "nothing")


@pytest.mark.parametrize(
    ("codes", "offered", "wanted"),
    [
        (["en"], None, "en"),
        (["km", "zz"], None, "zz"),
        (["EN"], None, "en"),
        (["en-US"], None, "en"),
        (["en"], ["vi", "en-GB"], "en-GB"),
        (["zz-Latn", "en"], None, "zz"),
        ([None, ""], None, "vi"),
        ([], None, "vi"),
        (["km"], ["en", "zz"], "en"),
        (["km"], ["en", "vi"], "vi"),
        (["km"], [], "vi"),
        (["-en"], ["en"], "en"),
    ],
)
def test_the_first_of_the_codes_that_is_offered(codes, offered, wanted):
    assert several().wanted(codes, offered) == wanted


def test_an_exact_code_goes_before_its_like():
    assert several().wanted(["en-GB"], ["en", "en-GB"]) == "en-GB"
    assert several().wanted(["-en"], ["zz", "en"]) == "zz", "no language at all is like no other"


def test_what_pages_are_told_of_a_language():
    every = Languages(
        [
            made("vi", {"name": "Tiếng Việt"}, {"staff": {}, "kiosk": {"go": "Đi"}}),
            made(
                "km",
                {
                    "mark": "ខ្មែ",
                    "plural": {"one": "n = 1"},
                    "numbers": {"group": "."},
                    "dates": {"day": "d/m"},
                    "draft": "nháp",
                    "speech": {},
                    "keys": ["ក"],
                    "fonts": {"package": "f", "family": "F"},
                },
                {"kiosk": {"go": "ទៅ"}},
            ),
        ]
    ).listing()
    assert every["default"] == "vi" and list(every["languages"]) == ["vi", "km"]
    assert every["languages"]["vi"] == {
        "name": "Tiếng Việt",
        "mark": "Vi",
        "plural": [],
        "numbers": {},
        "dates": {},
        "draft": "vi",
        "speaks": False,
        "fonts": [],
        "keys": [],
        "sounds": "",
        "collation": "vi",
        "staff": True,
    }
    assert every["languages"]["km"] == {
        "name": "km",
        "mark": "ខ្មែ",
        "plural": ["n = 1"],
        "numbers": {"group": "."},
        "dates": {"day": "d/m"},
        "draft": "nháp",
        "speaks": True,
        "fonts": [
            *(f"/lib/f/{weight}.css" for weight in (400, 500, 600, 700)),
            "/ui/fonts/km.css",
        ],
        "keys": ["ក"],
        "sounds": "",
        "collation": "km",
        "staff": False,
    }
    assert (
        Languages([made("vi", {}, {}, {"written_here": True})]).listing()["languages"]["vi"][
            "draft"
        ]
        == ""
    )
    named = Languages([made("vi"), made("rad")]).listing()["languages"]
    assert named["rad"]["mark"] == "Ra", "two letters, also of a code of three"


def test_a_tree_of_words_over_another():
    base = {"a": "1", "b": {"c": "2", "d": "3"}, "e": "4"}
    assert merged(base, {"b": {"c": "5"}, "e": {"f": "6"}, "g": "7"}) == {
        "a": "1",
        "b": {"c": "5", "d": "3"},
        "e": {"f": "6"},
        "g": "7",
    }
    assert merged("1", "2") == "2" and merged({"a": "1"}, "2") == "2" and merged("1", {}) == {}


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("", []),
        ("en", ["en"]),
        ("en;q=0.5, km, vi;q=0.8", ["km", "vi", "en"]),
        ("en ; q=0.5 , km;q=0.5", ["en", "km"]),
        ("en;q=0, km", ["km"]),
        ("en;q=1.000,km;q=1", ["en", "km"]),
        ("en;q=1,km", ["en", "km"]),
        ("zh-Hans-CN-x1,zh-Hant", ["zh-Hans-CN-x1", "zh-Hant"]),
        ("a,abcd,zh-a,zh-abcdefghi,en-gb-oed-a1-b2", []),
        ("en;q=2,km;q=0.1234,ko;often,*", []),
        (",".join(["xx;q=0.1"] * 19 + ["en", "ko"]), ["en", *["xx"] * 19]),
    ],
)
def test_what_a_browser_wishes_in_its_order(header, codes):
    assert asked_for(header) == codes


def test_languages_are_the_folders_that_say_what_they_are():
    files = {
        "vi": {
            "language": {"name": "Tiếng Việt"},
            "kiosk": {"go": "Đi"},
            "status": {"checked": {}},
        },
        "en": {"language": {}},
        "old": {"kiosk": {"go": "Go"}},
        "notes of somebody": {"language": {}},
    }
    every = languages_of(files)
    assert list(every) == ["vi", "en"]
    assert every["vi"] == Language(
        "vi", {"name": "Tiếng Việt"}, {"kiosk": {"go": "Đi"}}, {"checked": {}}
    )
    assert every["en"] == Language("en", {}, {}, {})
