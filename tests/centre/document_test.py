"""The typed document: the same from YAML and JSON, strict in its keys, kind to what was stored."""

import json
import re
from pathlib import Path

import pytest

from domain.centre import alike
from server import texts
from server.centre import SCHEMA, centre_of, check, read_stored, to_store
from server.centre.yaml_file import read_centre
from tests.support.centres import CENTRES, document_of, profile_of

pytestmark = pytest.mark.slow

SOURCES = (Path(__file__).resolve().parents[2] / "server" / "centre").rglob("*.py")
#: Mappings whose keys are names or languages: any may stand there.
FREE = {"name", "short", "packs", "wording", "prepare", "bring", "note", "ask", "address", "notice"}
FREE |= {"authority", "unit", "place", "sent_to"}


def mistakes(profile):
    return check(profile)[1]


def sentences(profile, lang="en"):
    return [mistake.sentence(profile, lang) for mistake in mistakes(profile)]


@pytest.mark.parametrize("name", ["thu_duc", "ward", "city_centre"])
def test_yaml_and_json_make_the_same_document(name):
    document = read_centre(CENTRES / f"{name}.yaml")
    again = document_of(json.loads(json.dumps(document.plain())))
    assert again.whole() == document.whole()
    assert document.not_in_use() == []


def sections(value, path=()):
    """The path of every mapping that has keys of its own."""
    if isinstance(value, dict):
        if not path or not FREE & set(map(str, path)):
            yield path
        for key, inner in value.items():
            yield from sections(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value[:1]):
            yield from sections(inner, (*path, place))


@pytest.mark.parametrize("path", list(sections(profile_of("thu_duc"))), ids=str)
def test_a_key_nobody_knows_is_refused_wherever_it_stands(path):
    profile = profile_of("thu_duc")
    part = profile
    for step in path:
        part = part[step]
    part["colour"] = "red"
    mistakes_here = mistakes(profile)
    assert [(mistake.code, mistake.path) for mistake in mistakes_here] == [
        ("unknown_key", (*path, "colour"))
    ]
    assert "colour" in mistakes_here[0].sentence(profile) and "colour" in mistakes_here[0].sentence(
        profile, "vi"
    )


def test_every_mistake_and_consequence_has_its_sentence_in_both_languages():
    code = "".join(path.read_text("utf-8") for path in SOURCES)
    used = set(re.findall(r'(?:refuse|Mistake)\(\s*"(\w+)"', code))
    assert used
    for lang in ("vi", "en"):
        assert used <= set(texts.area(lang, "centre")["mistakes"])


def test_a_mistake_is_a_code_a_path_and_parameters():
    profile = profile_of("thu_duc")
    profile["counters"][4]["overflow"] = ["Z"]
    [mistake] = mistakes(profile)
    assert (mistake.code, mistake.path) == ("not_there", ("counters", 4, "overflow", 0))
    assert mistake.params == {"value": "Z", "section": "fields"}
    assert sentences(profile) == ["counter 5: overflow names 'Z', which is not in fields"]
    assert sentences(profile, "vi") == ["quầy 5: overflow nêu 'Z', nhưng fields không có"]


# --- what would end a hall's day is refused
# ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "reset", ["05:01", "12:00", "18:00", "23:00", "23:59", "24:00", 30, "0:30"]
)
def test_a_reset_time_by_day_is_refused(reset):
    profile = profile_of("thu_duc")
    profile["site"]["reset_time"] = reset
    assert mistakes(profile)[0].code in ("reset_time", "reset_time_late")


@pytest.mark.parametrize("reset", ["00:00", "00:30", "03:00", "05:00"])
def test_a_reset_time_at_night_is_taken(reset):
    profile = profile_of("thu_duc")
    profile["site"]["reset_time"] = reset
    assert document_of(profile).site.reset_time == reset


@pytest.mark.parametrize("kind", ["service", "tickets"])
def test_opening_hours_end_before_midnight(kind):
    profile = profile_of("thu_duc")
    profile["hours"][kind]["mon_fri"] = ["13:00-24:00"]
    assert [mistake.code for mistake in mistakes(profile)] == ["window_midnight"]
    assert 'write "13:00-23:59"' in sentences(profile)[0]


@pytest.mark.parametrize(
    "wrong",
    ["{n:03d}{prefix}", "{n}", "{prefix}", "{prefix}{n:x}", "{prefix} {n}", "{prefix}{n:05d}", 3]
    + ["Số {prefix}{n}", "{prefix}{n:3d}", "{prefix}{n}{n}", "{prefix.x}{n}", "{}{}"],
)
def test_numbers_that_cannot_be_read_aloud_printed_or_found_are_refused(wrong):
    profile = profile_of("thu_duc")
    profile["site"]["ticket_format"] = wrong
    assert [mistake.code for mistake in mistakes(profile)] == ["ticket_format"]


@pytest.mark.parametrize(
    "right",
    ["{prefix}{n:03d}", "{prefix}{n}", "{prefix}{n:02d}", "{prefix}-{n:04d}", "{prefix}.{n}"],
)
def test_legal_forms_of_numbers_are_spoken_and_found_again(right):
    from domain import numbers
    from domain.announce import number_keys

    profile = profile_of("thu_duc")
    profile["site"]["ticket_format"] = right
    assert document_of(profile).site.ticket_format == right
    for n in (1, 12, 801, 1234):
        number = numbers.number(right, "A", n)
        figures = [key for key in number_keys(number, "vi") if not key.startswith("L_")]
        assert number_keys(number, "vi")[0] == "L_A" and int("".join(figures)) == n
        assert numbers.count_of(number, "A", right) == n
        assert numbers.typed_number(number, right, {"A"}) == number


def test_one_form_of_a_counters_name():
    assert (
        alike("9") == alike("09") and alike("3A") == alike("3-a") and alike("HD1") == alike("hd01")
    )
    assert alike("19") != alike("9") and alike("2.05") != alike("205")
    profile = profile_of("thu_duc")
    profile["counters"][8]["number"] = "09"
    assert [mistake.code for mistake in mistakes(profile)] == ["counter_zero"]
    profile["counters"][8]["number"] = "3A"
    profile["counters"][9]["number"] = "3-A"
    assert [mistake.code for mistake in mistakes(profile)] == ["look_alike"]


def test_yaml_reads_a_number_only_where_one_is_written(tmp_path):
    text = (CENTRES / "ward.yaml").read_text("utf-8")
    (tmp_path / "hall.yaml").write_text(text.replace("{number: 8,", "{number: 010,"), "utf-8")
    with pytest.raises(Exception, match="number is '010', and screens would show 10; write 10"):
        read_centre(tmp_path / "hall.yaml")


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u2066", "\x07", "\ufeff"])
def test_a_name_with_characters_nobody_sees_is_refused(hidden):
    profile = profile_of("thu_duc")
    profile["fields"][0]["name"] = {"vi": f"Chứng{hidden} thực", "en": "Certification"}
    assert [mistake.code for mistake in mistakes(profile)] == ["hidden_character"]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("សេវា\u200bសាធារណៈ", []),
        ("می\u200cخواهم", ["no_glyph"]),
        ("ក្ស\u200dអ", []),
        ("\u200b", ["hidden_character"]),
        ("\u200d\u200d", ["hidden_character"]),
        ("សេវា\u200b", ["hidden_character"]),
        ("សេវា\u202eសាធារណៈ", ["hidden_character"]),
        ("Hộ\u200dtịch", ["hidden_character"]),
    ],
)
def test_joiners_stay_where_a_script_is_written_with_them(words, codes):
    profile = profile_of("thu_duc")
    profile["fields"][0]["name"] = {"vi": "Chứng thực", "en": "Certification", "km": words}
    assert [mistake.code for mistake in mistakes(profile)] == codes


# --- what was stored is read
# ---------------------------------------------------------------------


def test_a_document_is_stored_in_the_newest_form_and_read_as_it_was():
    document = read_centre(CENTRES / "thu_duc.yaml")
    stored = json.loads(json.dumps(to_store(document)))
    again, aside = read_stored(stored)
    assert stored["schema"] == SCHEMA and aside == [] and again.whole() == document.whole()
    assert centre_of(again, 3) == centre_of(document, 3)


def old_document():
    """What the version before took and stored, with everything this one refuses."""
    profile = {**profile_of("thu_duc"), "schema": 1, "colour": "red"}
    profile["site"].update(
        reset_time="18:00", ticket_format="{n:03d}{prefix}", motto="Nhanh", staff="?"
    )
    profile["hours"]["service"]["mon_fri"] = ["07:30-11:30", "13:00-24:00"]
    profile["counters"][8] = {**profile["counters"][8], "number": "09", "colour": "blue"}
    profile["counters"][0]["number"] = 1
    profile["fields"][0]["name"]["vi"] = "Chứng\u200b thực"
    profile["booking"] = {"days": 3}
    profile["alerts"] = [{"code": "no_such_alert", "to": "nobody"}]
    return profile


def test_what_was_in_force_is_never_refused():
    assert mistakes(old_document())
    before = json.dumps(old_document())
    document, aside = read_stored(json.loads(before))
    centre = centre_of(document)
    assert centre.reset_time == "18:00" and centre.ticket_format == "{n:03d}{prefix}"
    assert centre.hours["service"]["mon_fri"] == ["07:30-11:30", "13:00-23:59"]
    assert list(centre.counters)[:2] == ["1", "2"] and len(centre.counters) == 26
    assert centre.counter("9").number == "09", "as screens show it"
    assert len(centre.fields) == 12 and document.site.staff is None
    assert {mistake.path[-1] for mistake in aside} >= {"colour", "motto", "staff", "days"}
    assert read_stored(to_store(document))[0].whole() == document.whole(), "mended once"


def test_a_stored_document_without_a_centre_in_it_says_so():
    from server.centre import UnreadableDocument

    with pytest.raises(UnreadableDocument, match="site"):
        read_stored({"fields": []})
