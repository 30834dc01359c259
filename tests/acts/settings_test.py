"""A centre's settings changed by its people: at once, later, and back again; two people at once;
what would strand somebody in the hall; where only a file rules.
"""

import pytest

from server import acts
from server.acts import settings
from server.acts.show import settings as shown
from tests.acts.conftest import CENTRE

CAP = ["fields", "C", "cap"]


@pytest.fixture
def admin(hall):
    return hall.staff("bao", "admin")


@pytest.fixture
def change(hall, admin):
    """change(place, value, …): one place changed by the administrator; the answer."""
    made = iter(range(1, 99))

    def do(place, value, by=None, version=None, **more):
        return settings.change_settings(
            hall.context,
            (by or admin).actor,
            f"change-{next(made)}-press",
            version if version is not None else in_force(hall),
            [{"place": place, "value": value}],
            **more,
        )

    return do


def in_force(hall):
    with hall.store.read() as conn:
        return settings.document_of(conn, CENTRE)[0]


def cap(hall):
    hall.context.forget(CENTRE)
    return hall.context.centre(CENTRE).fields["C"].cap


def jobs(hall):
    """What the hub does by itself in the next seconds."""
    for _ in range(3):
        hall.clock.pass_(1 / 60)
        hall.context.planned.forget()
        acts.run_periodic_jobs(hall.context, CENTRE)


def test_a_change_is_in_force_at_once_and_kept_with_who_when_and_why(hall, change):
    before = in_force(hall)
    answer = change(CAP, 90, reason="Theo số đo tháng 10")
    assert answer["ok"] and answer["version"] == before + 1 and cap(hall) == 90
    newest, *_ = shown.versions(hall.context, CENTRE)
    assert (newest["version"], newest["reason"], newest["source"], newest["at"]) == (
        before + 1,
        "Theo số đo tháng 10",
        "browser",
        hall.clock(),
    )
    assert len(newest["digest"]) == 64
    loaded = hall.facts()[-1]
    assert (loaded.kind, loaded.actor) == ("centre_loaded", "staff:bao")


def test_going_back_puts_the_earlier_document_in_force(hall, admin, change):
    before, old = in_force(hall), cap(hall)
    change(CAP, 90)
    version = in_force(hall)
    answer = shown.version_of(hall.context, CENTRE, version, "en")
    assert [(c["label"], c["old"], c["new"]) for c in answer["changes"]] == [
        ("Numbers a day", str(old), "90")
    ]
    assert answer["undo"] == []
    answer = settings.undo_settings(hall.context, admin.actor, "undo-press-1", version, before)
    assert answer["ok"] and cap(hall) == old and in_force(hall) == before + 2
    assert shown.versions(hall.context, CENTRE)[0]["source"] == "undo"


def test_two_people_at_once_the_second_is_told_and_chooses(hall, change):
    hanh, version = hall.staff("hanh2", "admin"), in_force(hall)
    assert change(CAP, 100, by=hanh, version=version)["ok"]
    refused = change(CAP, 90, version=version)
    assert refused["error"] == "load_refused"
    assert refused["params"]["reasons"][0]["code"] == "changed_meanwhile"
    assert cap(hall) == 100
    answer = shown.review(hall.context, hanh.actor, version, [{"place": CAP, "value": 90}], "vi")
    assert [(c["label"], c["mine"], c["theirs"], c["value"]) for c in answer["conflicts"]] == [
        ("Số phiếu một ngày", "90", "100", 100)
    ]
    assert answer["may_apply"] is False and answer["version"] == version + 1
    assert change(CAP, 90)["ok"] and cap(hall) == 90


def test_what_only_the_other_changed_is_told_and_no_conflict(hall, change):
    version = in_force(hall)
    change(["fields", "A", "minutes"], 7)
    answer = shown.review(
        hall.context, hall.staff("bao", "admin").actor, version, [{"place": CAP, "value": 9}], "en"
    )
    assert answer["conflicts"] == [] and answer["may_apply"]
    assert [(c["label"], c["new"]) for c in answer["theirs"]] == [("Minutes a person", "7")]


def test_what_would_strand_somebody_is_refused_and_told(hall, change):
    hall.citizens(2, "C")
    counters = hall.context.centre(CENTRE).counters
    rows = [
        {"place": ["fields", "C"], "value": None},
        *(
            {"place": ["counters", number, "fields"], "value": ["A"]}
            for number, counter in counters.items()
            if "C" in counter.fields
        ),
    ]
    answer = shown.review(
        hall.context, hall.staff("bao", "admin").actor, in_force(hall), rows, "en"
    )
    assert answer["may_apply"] is False
    refused = change(["fields", "C", "cap"], 1)
    assert refused["ok"], "a cap already reached only stops new numbers"
    assert hall.kiosk.issue(field="C")["error"] == "cap_reached"


def test_an_unsound_value_is_told_with_its_place_and_mend(hall, change):
    before = hall.rows()
    with pytest.raises(settings.BadSettings) as bad:
        change(["fields", "C", "minutes"], -5)
    answer = shown.mistakes_in_words(bad.value, "en")
    assert answer[0]["place"] == ["fields", "C", "minutes"] and answer[0]["page"] == "fields"
    assert answer[0]["text"] == "Minutes a person is -5; write a number from 0.1 up"
    assert hall.rows() == before
    with pytest.raises(acts.Refusal) as refused:
        change(["fields", "ZZ", "minutes"], 5)
    assert refused.value.code == "bad_request"


def test_tonight_waits_for_the_day_to_end(hall, change):
    answer = change(CAP, 90, when="tonight", reason="Quầy 15 nghỉ")
    assert set(answer["planned"]) == {"id", "due_at"}
    old = cap(hall)
    jobs(hall)
    assert cap(hall) == old != 90
    hall.clock.set("2026-11-24", "00:29")
    jobs(hall)
    assert cap(hall) == old
    hall.clock.set("2026-11-24", "00:31")
    jobs(hall)
    assert cap(hall) == 90
    assert shown.versions(hall.context, CENTRE)[0]["reason"] == "Quầy 15 nghỉ"


def test_a_planned_change_can_be_dropped(hall, admin, change):
    planned = change(CAP, 90, when="2026-11-28T07:00")["planned"]["id"]
    drop = settings.drop_planned(hall.context, admin.actor, "drop-press-1", planned)
    assert drop["ok"]
    again = settings.drop_planned(hall.context, admin.actor, "drop-press-2", planned)
    assert again["error"] == "bad_request"
    old = cap(hall)
    hall.clock.set("2026-11-28", "07:01")
    jobs(hall)
    assert cap(hall) == old


def test_a_planned_change_that_another_overtook_does_not_come_and_is_told(hall, admin, change):
    change(CAP, 90, when="2026-11-28T07:00")
    change(CAP, 100)
    change(["fields", "A", "minutes"], 7, when="2026-11-28T07:00")
    hall.clock.set("2026-11-28", "07:01")
    jobs(hall)
    assert cap(hall) == 100 and hall.context.centre(CENTRE).fields["A"].minutes == 7
    now = shown.settings_now(hall.context, admin.actor, "vi")
    assert [(row["state"], row["outcome"]) for row in now["planned"]] == [
        ("failed", {"conflicts": [CAP]})
    ]


def test_a_time_that_is_past_or_none_is_refused(hall, change):
    assert change(CAP, 90, when="2026-11-22T07:00")["error"] == "bad_request"
    with pytest.raises(acts.Refusal):
        change(CAP, 90, when="2026-02-31T07:00")


def test_where_a_file_rules_the_browser_only_reads(hall, admin, change):
    managed = settings.manage_settings(hall.context, admin.actor, "manage-press-1", "file")
    assert managed["managed_by"] == "file"
    with pytest.raises(acts.Refusal) as refused:
        change(CAP, 90)
    assert refused.value.answer()["params"]["why"] == "file_managed"
    settings.manage_settings(hall.context, admin.actor, "manage-press-2", "browser")
    assert change(CAP, 90)["ok"]


def test_a_draft_is_kept_for_its_person_and_gone_once_applied(hall, admin, change):
    rows = [{"place": CAP, "value": 90}, {"place": ["fields", "A", "cap"], "value": 1}]
    kept = settings.keep_draft(hall.context, admin.actor, in_force(hall), rows)
    assert kept == {"ok": True, "count": 2, "changes": rows}
    mine = shown.settings_now(hall.context, admin.actor, "vi")["draft"]
    assert mine["changes"] == rows
    other = hall.staff("hanh2", "admin").actor
    assert shown.settings_now(hall.context, other, "vi")["draft"] is None
    change(CAP, 90)
    left = shown.settings_now(hall.context, admin.actor, "vi")["draft"]["changes"]
    assert left == rows[1:], "what was not applied waits"
    change(["fields", "A", "cap"], 1)
    assert shown.settings_now(hall.context, admin.actor, "vi")["draft"] is None


def test_the_same_press_twice_is_one_change(hall, admin):
    version = in_force(hall)
    row = [{"place": CAP, "value": 90}]
    first = settings.change_settings(hall.context, admin.actor, "one-press-only", version, row)
    again = settings.change_settings(hall.context, admin.actor, "one-press-only", version, row)
    assert first == again and in_force(hall) == version + 1


def test_two_windows_of_one_person_keep_what_each_of_them_edited(hall, admin, change):
    """Each sends what it holds; only what was edited in it since it last kept counts."""
    version, other = in_force(hall), ["fields", "A", "cap"]
    one, two = {"place": CAP, "value": 90}, {"place": other, "value": 1}

    def keep(rows, *edited):
        return settings.keep_draft(hall.context, admin.actor, version, rows, edited)

    assert keep([one], CAP)["changes"] == [one]
    assert keep([two], other)["changes"] == [one, two], "the second window never saw the first"
    assert keep([], CAP)["changes"] == [two], "taken back in the first, which never saw the second"
    keep([one], CAP)
    # a field renamed whole in one window takes the place of its parts from the other
    whole = {"place": ["fields", "A"], "value": {"prefix": "A", "cap": 3}}
    assert keep([whole], ["fields", "A"])["changes"] == [one, whole]
    keep([two], ["fields", "A"], other)
    change(CAP, 90)
    left = shown.settings_now(hall.context, admin.actor, "vi")["draft"]
    assert left["changes"] == [two], "what one window applied ends nothing of the other's"
    assert settings.keep_draft(hall.context, admin.actor, version, [one])["changes"] == [one]
