"""A procedure in the centre's document: what it may say, what is refused and how."""

import pytest

from domain.procedures import is_official
from server.centre import centre_of, check, read_stored, to_store, with_list_of
from server.centre.models.procedure import LONGEST_WORD
from server.centre.people_words import shipped, words_of
from tests.support.centres import document_of, profile_of

WHOLE = {
    "code": "1.000656",
    "field": "B",
    "also_in": ["X"],
    "official_field": {"vi": "Hộ tịch (Bộ Tư pháp)"},
    "group": {"vi": "Khai tử"},
    "name": {"vi": "Thủ tục đăng ký khai tử", "km": "ការចុះបញ្ជី"},
    "short": {"vi": "Khai tử", "en": "Death"},
    "words": ["báo tử"],
    "bring": [{"vi": "Giấy báo tử"}, {"vi": "Căn cước", "en": "Identity card"}],
    "fee": {"vi": "Không thu"},
    "days": 0.5,
    "level": "part",
    "valid_from": "2025-07-01",
    "valid_until": "2026-12-31",
    "hidden": False,
    "pinned": True,
}


def with_procedure(**changes):
    profile = profile_of("thu_duc")
    profile["services"].append({**WHOLE, **changes})
    return profile


def test_everything_a_procedure_says_reaches_the_centre():
    document = document_of(with_procedure())
    again, aside = read_stored(to_store(document))
    assert not aside and again.plain() == {**document.plain(), "schema": 2}
    service = centre_of(again).services["1.000656"]
    assert service.official == "1.000656"  # the code is the national one
    assert service.fields == ("B", "X")
    # where there is no English text the Vietnamese stands for it
    assert service.name["en"] == "Thủ tục đăng ký khai tử" and service.name["km"]
    assert [paper["en"] for paper in service.papers] == ["Giấy báo tử", "Identity card"]
    assert service.bring == {"vi": "Giấy báo tử; Căn cước", "en": "Giấy báo tử; Identity card"}
    assert service.official_field == dict.fromkeys(("vi", "en"), "Hộ tịch (Bộ Tư pháp)")
    assert (service.days, service.level, service.pinned) == (0.5, "part", True)
    assert (service.valid_from, service.valid_until) == ("2025-07-01", "2026-12-31")


def test_what_to_bring_may_be_one_text_as_before():
    bring = {"vi": "Giấy chứng sinh", "en": "Birth notification"}
    service = centre_of(document_of(with_procedure(bring=bring))).services["1.000656"]
    assert service.bring == bring and service.papers == (bring,)


@pytest.mark.parametrize(
    ("change", "code", "mend"),
    [
        ({"name": {"vi": "x" * 1_001}}, "long_name", "1000"),
        ({"name": {"en": "No Vietnamese"}}, "name", "vi:"),
        ({"short": {"vi": "x" * 61}}, "long_name", "60"),
        ({"group": {"vi": "x" * 61}}, "long_name", "60"),
        ({"official_field": {"vi": "x" * 201}}, "long_name", "200"),
        ({"fee": {"vi": "x" * 121}}, "long_name", "120"),
        ({"words": ["x" * 81]}, "long_word", "80"),
        ({"words": ["x"] * 61}, "many", "60"),
        ({"bring": [{"vi": "x"}] * 31}, "many", "30"),
        ({"bring": [{"vi": "x" * 301}]}, "long_name", "300"),
        ({"official": "1.4082"}, "official_code", "1.001193"),
        ({"official": 1.004082}, "official_code", "1.001193"),
        ({"also_in": ["B"]}, "named_twice", "once"),
        ({"also_in": ["ZZ"]}, "not_there", "ZZ"),
        ({"also_in": ["A", "C", "E", "H", "K", "L"]}, "many", "5"),
        ({"level": "4"}, "one_of", "full, part"),
        ({"days": -1}, "number_from", "0"),
        ({"valid_from": "01/07/2025"}, "date", "2026-09-02"),
        ({"valid_from": "2027-01-01"}, "valid_days", "exchange"),
        ({"hidden": "yes"}, "true_or_false", "true or false"),
    ],
)
def test_what_no_screen_could_show_is_refused_with_the_mend(change, code, mend):
    profile = with_procedure(**change)
    document, mistakes = check(profile)
    assert document is None and [mistake.code for mistake in mistakes] == [code]
    assert mend in mistakes[0].sentence(profile) and "1.000656" in mistakes[0].sentence(profile)


def test_what_was_in_force_before_is_taken_whatever_its_length():
    stored = {**with_procedure(name={"vi": "x" * 2_000, "en": "y"}), "schema": 1}
    document, aside = read_stored(stored)
    assert not aside and len(centre_of(document).services["1.000656"].name["vi"]) == 2_000


def test_people_find_it_by_the_words_shipped_for_its_national_code_too():
    service = centre_of(document_of(with_procedure())).services["1.000656"]
    assert service.words[0] == "báo tử" and "giấy chứng tử" in service.words
    assert len(set(service.words)) == len(service.words)
    # lists go round in which the codes have slipped by a row: the name has to agree
    wrong = centre_of(document_of(with_procedure(name={"vi": "Thủ tục đăng ký kết hôn"})))
    assert wrong.services["1.000656"].words == ("báo tử",)


def test_what_is_shipped_is_well_formed():
    for code, row in shipped().items():
        assert is_official(code) and row["name"] == row["name"].lower()
        assert row["words"] and all(0 < len(word) <= LONGEST_WORD for word in row["words"])
        assert words_of(f"{code}.H29", f"Thủ tục {row['name'].upper()}") == tuple(row["words"])


def test_a_file_without_procedures_keeps_the_list_unless_the_two_do_not_fit():
    in_force = document_of(profile_of("thu_duc"))
    profile = profile_of("thu_duc")
    del profile["services"], profile["wizard"]
    file = document_of(profile)
    kept, mistakes = with_list_of(file, in_force)
    assert not mistakes and kept.services == in_force.services
    own = document_of({**profile, "services": []})
    assert with_list_of(own, in_force)[0].services == []
    # a field that procedures are listed in cannot go with the list staying
    gone = in_force.services[0].field
    less = file.model_copy(update={"fields": [f for f in file.fields if f.prefix != gone]})
    nothing, mistakes = with_list_of(less, in_force)
    assert nothing is None and "not_there" in {mistake.code for mistake in mistakes}
