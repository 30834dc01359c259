"""A province's document: a new version reaches every centre that stands on it, what a centre changed
stays, one press gives it back.
"""

import copy

import pytest
from click.testing import CliRunner

from server import acts
from server.acts import base, settings
from server.acts.show.settings import settings_now
from server.centre.changes_of_base import faults_of, moved_on, overrides
from server.commands.base import base as command
from server.store.engine import open_store
from tests.support.centres import document_of, profile_of, put_in_force
from tests.support.databases import migrate

NAME = ("fields", "C", "name", "vi")
BASE = {
    "call_policy": {"calls_before_no_show": 3, "arrive_grace_seconds": 45},
    "fields": [{"prefix": "C", "name": {"vi": "Đất đai", "en": "Land"}}],
}
NOW = 1_795_000_000_000


@pytest.fixture
def ward():
    """A ward's document that is as the base says."""
    profile = profile_of("ward")
    prefix = profile["fields"][0]["prefix"]
    assert prefix
    field = next(f for f in profile["fields"] if f["prefix"] == "C")
    field["name"] = {"vi": "Đất đai", "en": "Land"}
    profile["call_policy"] |= BASE["call_policy"]
    return profile


@pytest.fixture
def province(tmp_path, ward):
    """province(n): a store of so many wards that stand on the base, and its context."""

    def make(n):
        migrate(f"sqlite:///{tmp_path / 'luot.db'}")
        store = open_store(tmp_path)
        context = acts.ActContext(store, lambda: NOW)
        base.keep_base(context, person("ward-0"), BASE, "first")
        for number in range(n):
            code = f"ward-{number}"
            assert put_in_force(store, NOW, ward, f"load-{code}", code)["ok"]
            assert base.join_base(context, person(code), f"join-{code}")["ok"]
        return context

    return make


def person(code):
    return acts.Actor(code, "staff:nghia", "admin", staff="nghia")


def renamed(vi):
    new = copy.deepcopy(BASE)
    new["fields"][0]["name"]["vi"] = vi
    return new


def name_in(context, code):
    with context.store.read() as conn:
        _, document = settings.document_of(conn, code)
    return next(f.name["vi"] for f in document.fields if f.prefix == "C")


def change(context, code, place, value):
    with context.store.read() as conn:
        version, _ = settings.document_of(conn, code)
    row = [{"place": list(place), "value": value}]
    press = f"own-{code}-{value}".encode().hex()[:60]
    assert settings.change_settings(context, person(code), press, version, row)["ok"]


@pytest.mark.slow
def test_a_field_renamed_for_168_centres_where_three_keep_their_own_name(province):
    context = province(168)
    own = {"ward-3": "Đất đai – Biển đảo", "ward-70": "Đất đai – Thủy sản", "ward-167": "Đô thị"}
    for code, name in own.items():
        change(context, code, NAME, name)
    version = base.keep_base(context, person("ward-0"), renamed("Nông nghiệp"), "Quyết định 12")
    reach = {row.centre: row for row in base.reach_of(context, version)}
    assert len(reach) == 168
    assert {code for code, row in reach.items() if row.keeps} == set(own)
    for code in reach:
        answer = base.take_base(context, person(code), f"take-{code}", version)
        assert answer["ok"] and answer["changed"] == (0 if code in own else 1), (code, answer)
    for number in range(168):
        code = f"ward-{number}"
        assert name_in(context, code) == own.get(code, "Nông nghiệp")
    assert {code for code, changes in base.own_places(context).items() if changes} == set(own)
    assert base.give_back(context, person("ward-70"), "back-ward-70", [NAME[:3]])["changed"] == 1
    assert name_in(context, "ward-70") == "Nông nghiệp"
    assert name_in(context, "ward-3") == own["ward-3"]


def test_a_page_of_the_centre_has_the_base_beside_its_own_value(province):
    context = province(1)
    change(context, "ward-0", NAME, "Đô thị")
    now = settings_now(context, person("ward-0"), "vi")
    assert now["base"] == {"version": 1, "document": BASE}
    assert now["changed"][0]["source"] == "browser"


def test_a_base_that_does_not_fit_a_centre_is_told_and_the_others_go_on(province):
    context = province(2)
    bad = copy.deepcopy(BASE)
    bad["call_policy"]["calls_before_no_show"] = 0
    version = base.keep_base(context, person("ward-0"), bad, "")
    reach = base.reach_of(context, version)
    assert all("calls_before_no_show" in row.problem for row in reach)
    answer = base.take_base(context, person("ward-0"), "take-ward-0", version)
    assert answer["error"] == "load_refused"


def test_rows_that_only_a_centre_can_have_are_not_put_in_others_are(ward):
    base_now = {**BASE, "priority": {"classes": [{"code": "MOI", "name": {"vi": "Mới"}}]}}
    base_now["fields"] = [*BASE["fields"], {"prefix": "QQ", "name": {"vi": "Lạ"}}]
    made = moved_on(BASE, base_now, ward)
    assert [change.place for change in made] == [("priority", "classes", "MOI")]
    assert overrides(BASE, document_of(ward).plain()) == []


def test_what_is_no_key_or_never_shared_is_refused(province):
    assert faults_of({"weather": {"today": 1}, "site": {"code": "x", "locales": ["vi"]}}) == [
        "weather.today",
        "site.code",
    ]
    context = province(1)
    with pytest.raises(acts.Refusal):
        base.keep_base(context, person("ward-0"), {"site": {"code": "all"}}, "")


def test_the_command_says_what_is_own_and_brings_a_version_to_some_first(province, tmp_path):
    context = province(3)
    change(context, "ward-2", NAME, "Đô thị")
    file = tmp_path / "province.yaml"
    file.write_text('fields: [{prefix: C, name: {vi: "Nông nghiệp", en: Land}}]\n', "utf-8")
    run, data = CliRunner().invoke, ["--data", str(tmp_path)]
    shown = run(command, [str(file), *data])
    assert shown.exit_code == 0 and "add --apply" in shown.output
    first = run(command, [str(file), *data, "--apply", "--only", "ward-0"])
    assert first.exit_code == 0 and "ward-0: 1 places changed" in first.output
    assert name_in(context, "ward-1") == "Đất đai"
    rest = run(command, [*data, "--rest", "--apply"])
    assert "ward-2: 0 places changed, keeps 1 of its own" in rest.output
    assert name_in(context, "ward-1") == "Nông nghiệp"
    own = run(command, data)
    assert "ward-2\tfields/C/name/vi" in own.output
    back = run(command, [*data, "--put-back", "fields/C/name"])
    assert "ward-2: 1 places put back" in back.output and name_in(context, "ward-2") == (
        "Nông nghiệp"
    )
