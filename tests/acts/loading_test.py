"""A new file for a centre in the middle of the day: every open ticket stays right, what would
strand one is refused, and a dry run says all of it and changes nothing.
"""

import copy
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.acts import Consequence, consequences, show
from server.commands.data import load
from tests.support.centres import document_of, put_in_force

CENTRES = Path(__file__).resolve().parents[2] / "centres"


@pytest.fixture
def puts_in_force(hall, thu_duc_profile):
    """puts_in_force(change): the document, changed by change(profile), comes into force."""
    made = iter(range(2, 99))

    def put(change):
        profile = copy.deepcopy(thu_duc_profile)
        change(profile)
        answer = put_in_force(hall.store, hall.clock(), profile, f"load-{next(made)}")
        hall.context.forget("thu-duc")
        return answer

    return put


def reasons(answer):
    """Why a document did not come into force, in words."""
    assert answer["error"] == "load_refused"
    return [
        Consequence(row["code"], row["params"]).sentence() for row in answer["params"]["reasons"]
    ]


def without(profile, prefix):
    """Take a field out of a profile and of whatever names it."""
    profile["fields"] = [f for f in profile["fields"] if f["prefix"] != prefix]
    profile.pop("wizard", None)
    profile["services"] = [s for s in profile["services"] if s["field"] != prefix]
    for context in [*profile["counters"], *profile["guidance_desks"]]:
        context["fields"] = [p for p in context["fields"] if p != prefix] or ["A"]
        context["overflow"] = [p for p in context.get("overflow") or [] if p != prefix]
    profile["hours"]["saturday_fields"] = [
        p for p in profile["hours"]["saturday_fields"] if p != prefix
    ]


def drop_counter(number):
    """Take a counter out of a profile; counter 2 takes over its fields."""

    def change(profile):
        gone = next(c for c in profile["counters"] if c["number"] == str(number))
        profile["counters"].remove(gone)
        heir = next(c for c in profile["counters"] if c["number"] == "2")
        heir["fields"] = list(dict.fromkeys([*heir["fields"], *gone["fields"]]))

    return change


def test_a_field_with_open_tickets_and_a_counter_at_work_do_not_vanish(hall, lan, puts_in_force):
    hall.citizens(3, "M")
    twenty_one = hall.clerk("hoa", 21)
    twenty_one.call_next()
    twenty_one.park()
    before = hall.rows()
    refused = puts_in_force(lambda profile: without(profile, "M"))
    assert hall.rows() == before
    assert reasons(refused) == [
        "field M would vanish with 2 waiting, 1 parked; serve, transfer or cancel them first, or"
        " load the file after closing"
    ]
    lan.open()
    hall.citizen("A")
    lan.call_next()
    for number, code in (
        (
            5,
            (
                "counter 5 would vanish with A001 at it; finish that ticket and close the counter"
                " first"
            ),
        ),
        (21, "counter 21 would vanish while it is open; close it first"),
    ):
        assert reasons(puts_in_force(drop_counter(number))) == [code]
    assert "M" in hall.context.centre("thu-duc").fields
    for number in ("M001", "M002", "M003"):
        hall.greeter.cancel(number)
    twenty_one.close()
    assert puts_in_force(lambda profile: without(profile, "M"))["version"] == 2
    assert hall.kiosk.issue(field="M")["error"] == "unknown_field" and lan.finish()["ok"]


def test_open_tickets_keep_their_place_whatever_else_changes(hall, lan, minh, puts_in_force):
    """Fewer minutes, another guard, no priority class, no services, a moved zone: who is in line
    stays in line and every screen can be drawn.
    """
    hall.citizens(2, "A", service="copy")
    hall.citizen("A", priority="NKT", service="contract")
    hall.citizen("B")
    minh.call_next()
    minh.start()
    minh.add_service(service="copy")
    lan.call(ticket="A001")
    hall.staff("hanh", "manager", counter=12).assign(fields=["M", "X"])
    lan.transfer(to_counter=9)

    def change(profile):
        profile.pop("wizard")
        profile["priority"]["classes"] = [
            c for c in profile["priority"]["classes"] if c["code"] != "NKT"
        ]
        profile["services"] = [
            s for s in profile["services"] if s["code"] not in ("copy", "contract")
        ]
        profile["fields"][0].update(minutes=9, zone="K2")
        profile["priority"]["max_wait_guard_minutes"] = 5

    assert puts_in_force(change)["version"] == 2
    reading = show.CentreReading(hall.context, "thu-duc")
    for drawn in (
        show.kiosk(reading),
        show.board(reading),
        show.manager(reading),
        show.lines(reading),
        *(show.counter(reading, n) for n in ("5", "6", "9", "12")),
    ):
        assert drawn["seq"] == hall.seq
    assert show.counter(reading, "12")["counter"]["fields"] == [
        "M",
        "X",
    ], "today's assignment holds"
    assert minh.finish()["ticket"]["state"] == "DONE", (
        "a service that is offered no more is not waited for"
    )
    assert [
        lan.call_next()["ticket"]["number"],
        lan.miss()["ticket"]["state"],
        lan.call_next()["ticket"]["number"],
    ] == ["A003", "ABSENT", "A002"]
    assert puts_in_force(drop_counter(9))["version"] == 3, (
        "A001 was sent there; it goes back to its line"
    )
    hall.clock.pass_(26)
    lan.finish()
    assert lan.call_next()["ticket"]["number"] == "A001"


def test_a_visit_never_goes_back_to_a_field_that_is_gone(hall, puts_in_force):
    """V001 was sent from V to K, to come back; V is taken out of the file meanwhile, and the
    counter it came from has closed when the guard is over.
    """
    eleven, nine = hall.clerk("lan", 11), hall.clerk("minh", 9)
    hall.citizen("V")
    eleven.call_next()
    eleven.transfer(field="K", come_back=True)
    nine.call_next()
    puts_in_force(lambda profile: without(profile, "V"))
    assert nine.finish()["ticket"]["field"] == "K"
    eleven.close()
    hall.clock.pass_(26)
    assert nine.call_next()["ticket"]["number"] == "V001", "not a line that nobody calls"


@pytest.mark.slow
def test_a_dry_run_says_what_would_change_and_changes_nothing(tmp_path, monkeypatch):
    from server.acts import ActContext, Actor, issue
    from server.clock import now_ms
    from server.store.engine import open_store

    for name in list(os.environ):
        if name.startswith("LUOT_"):
            monkeypatch.delenv(name)
    file, data = tmp_path / "thu_duc.yaml", tmp_path / "data"
    shutil.copy(CENTRES / "thu_duc.yaml", file)
    runs = CliRunner()

    def says(*options):
        result = runs.invoke(load, [str(file), "--data", str(data), *options])
        lines = result.output.strip().splitlines()
        not_in_use = [line for line in lines if line.startswith("# ")]
        assert len(not_in_use) in (0, 1) and all("not in use yet" in line for line in not_in_use)
        return result.exit_code, [line for line in lines if line not in not_in_use]

    assert (
        says("--dry-run") == (0, ["+ centre thu-duc: 12 fields, 24 counters; it is not loaded yet"])
        and not data.exists()
    ), "not even a folder"
    assert says()[0] == 0 and says("--dry-run") == (0, ["thu-duc: nothing changes"])
    store = open_store(str(data))
    context = ActContext(store, now_ms, hours="always")
    for n in range(3):
        assert issue(context, Actor("thu-duc", "device:k", "kiosk", device="k"), f"press-{n}", "V")[
            "ok"
        ]
    issue(
        context,
        Actor("thu-duc", "device:k", "kiosk", device="k"),
        "press-9",
        service="copy",
        priority="NKT",
    )
    seq = context.seq("thu-duc")
    text = file.read_text("utf-8")
    text = text.replace("minutes: 6, cap: 300", "minutes: 5, cap: 300").replace(
        "{code: NKT, credit", "{code: KT, credit"
    )
    file.write_text(text, "utf-8")
    code, printed = says("--dry-run")
    assert (
        code == 0
        and printed[0] == "~ field A: minutes 6 → 5"
        and printed[-1]
        == "! priority class NKT vanishes: 1 open ticket keeps its number and place without it"
    )
    file.write_text(
        text.replace('prefix: "V"', 'prefix: "Y"')
        .replace("field: V", "field: Y")
        .replace("V]", "Y]")
        .replace(" V,", " Y,")
        .replace("X, V", "X, Y"),
        "utf-8",
    )
    code, printed = says("--dry-run")
    assert (
        code == 1
        and any(line.startswith("+ field Y") for line in printed)
        and any(line.startswith("- field V") for line in printed)
    )
    refused = (
        "luot: field V would vanish with 3 waiting; serve, transfer or cancel them first, or load"
        " the file after closing"
    )
    assert printed[-1] == refused and says()[1][-1] == refused and says()[0] == 1
    file.write_text(text.replace("minutes: 5, cap: 300", "minutes: soon, cap: 300"), "utf-8")
    code, printed = says("--dry-run")
    assert code == 1 and "thu_duc.yaml:" in printed[0] and "write a number" in printed[0]
    assert (
        context.seq("thu-duc") == seq
        and context.centre("thu-duc", version=-1).fields["A"].minutes == 6
    ), "the running centre stays as it was"
    store.close()


# --- what would end the day waits for its end
# ---------------------------------------------------------------------


def site(**changed):
    return lambda profile: profile["site"].update(changed)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"timezone": "Asia/Tokyo"}, "site.timezone"),
        ({"reset_time": "05:00"}, "site.reset_time"),
        ({"ticket_format": "{prefix}-{n:03d}"}, "site.ticket_format"),
    ],
)
def test_another_clock_or_form_of_numbers_takes_effect_between_days(
    hall, lan, puts_in_force, changed, key
):
    hall.citizens(2)
    name, value = next(iter(changed.items()))
    before = getattr(hall.context.centre("thu-duc"), name)

    def change(profile):
        site(**changed)(profile)
        profile["priority"]["max_wait_guard_minutes"] = 7

    answer = puts_in_force(change)
    assert answer["ok"] and answer["later"] == [key]
    centre = hall.context.centre("thu-duc")
    assert getattr(centre, name) == before and centre.rules.guard_minutes == 7
    assert hall.citizen()["number"] == "A003" and lan.call_next()["ticket"]["number"] == "A001"
    hall.clock.set("2026-11-24", "08:00")
    hall.citizen()
    hall.context.forget("thu-duc")
    assert getattr(hall.context.centre("thu-duc"), name) == value
    assert [fact.kind for fact in hall.facts()[-4:]] == [
        "day_closed",
        "centre_loaded",
        "day_opened",
        "issued",
    ]


def test_a_day_closed_by_mistake_and_opened_again_goes_on_by_its_own_clock(
    hall, lan, puts_in_force
):
    hall.citizens(2)
    puts_in_force(site(timezone="Asia/Tokyo"))
    assert hall.manager.close_day()["ok"]
    assert puts_in_force(site(timezone="Asia/Seoul"))["later"] == ["site.timezone"]
    assert hall.manager.open_day()["ok"]
    assert hall.context.centre("thu-duc").timezone == "Asia/Ho_Chi_Minh"
    assert hall.citizen()["number"] == "A003"
    assert hall.manager.close_day()["ok"]
    hall.clock.set("2026-11-24", "08:00")
    assert hall.citizen()["number"] == "A001"
    hall.context.forget("thu-duc")
    assert hall.context.centre("thu-duc").timezone == "Asia/Seoul"


def test_another_time_zone_takes_effect_at_once_where_no_day_is_open(hall, puts_in_force):
    answer = puts_in_force(site(timezone="Asia/Bangkok"))
    assert answer["later"] == [] and hall.context.centre("thu-duc").timezone == "Asia/Bangkok"


def test_a_document_loaded_meanwhile_takes_the_place_of_the_one_that_waits(
    hall, lan, puts_in_force
):
    hall.citizen()
    puts_in_force(site(timezone="Asia/Bangkok"))
    assert puts_in_force(lambda profile: None)["later"] == []
    hall.clock.set("2026-11-24", "08:00")
    hall.citizen()
    hall.context.forget("thu-duc")
    assert hall.context.centre("thu-duc").timezone == "Asia/Ho_Chi_Minh"


def test_the_night_takes_up_what_waits_and_the_morning_goes_by_it(hall, lan, puts_in_force):
    hall.citizen()
    puts_in_force(site(ticket_format="{prefix}-{n:02d}"))
    hall.clock.set("2026-11-24", "08:00")
    assert hall.citizen()["number"] == "A-01"
    assert hall.ticket("A001").state == "EXPIRED"


def test_what_a_new_document_does_to_todays_tickets_is_said_in_words(hall, lan, thu_duc_profile):
    hall.citizens(3, "A")
    hall.citizens(2, "B")
    old, new = (read_back(thu_duc_profile, change) for change in (lambda profile: None, hurting))
    with hall.store.read() as conn:
        meant = consequences(conn, hall.clock(), old, new)
    assert not [consequence for consequence in meant if consequence.refuses]
    assert [consequence.sentence() for consequence in meant] == [
        "field A has given 3 numbers today and the cap becomes 2: it gives no more today",
        "numbers would be given now by the old hours and are not by the new ones; the 5 open"
        " tickets are served all the same",
        "finish_the_line becomes false: whoever still waits when the last service window ends is"
        " not called any more (5 waiting now)",
        "the time zone Asia/Ho_Chi_Minh → Asia/Tokyo takes effect when today's service day ends;"
        " until then 5 open tickets and all hours go by Asia/Ho_Chi_Minh, because another clock"
        " would end the day and expire them",
    ]
    assert all("{" not in consequence.sentence("vi") for consequence in meant)


def hurting(profile):
    profile["fields"][0]["cap"] = 2
    profile["hours"]["tickets"]["mon_fri"] = ["13:00-16:30"]
    profile["hours"]["finish_the_line"] = False
    profile["site"]["timezone"] = "Asia/Tokyo"


def read_back(profile, change):
    changed = copy.deepcopy(profile)
    change(changed)
    return document_of(changed)


def test_loading_is_an_act_with_an_actor_and_one_answer_for_one_press(hall, thu_duc_profile):
    first, again = (
        put_in_force(hall.store, hall.clock(), thu_duc_profile, "load-same") for _ in range(2)
    )
    assert first == again and first["version"] == 2
    loaded = hall.facts()[-1]
    assert (loaded.kind, loaded.actor, loaded.act) == ("centre_loaded", "hub:command", "load-same")
