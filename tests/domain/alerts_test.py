"""The table of rules: what each finds, from which figure on, and what would help."""

import pytest

from domain.alert_rules import USUAL_RULES, AlertRule
from domain.alerts import (
    RULES,
    TAKEN_FOR_MS,
    CounterNow,
    FieldNow,
    HallNow,
    MachineNow,
    Suggestion,
    TicketNow,
    alerts_of,
    course,
    idle_beside,
    p90_at,
    still_taken,
    suggestions_of,
)

MINUTE = 60_000
NOW = 1_000 * MINUTE


def ago(minutes):
    return NOW - round(minutes * MINUTE)


def keys(hall, code, to="manager", **figures):
    """The keys of what one rule finds."""
    return [alert.key for alert in alerts_of(hall, [AlertRule(code, to, figures)])]


def waiting(*minutes, field="A", **more):
    return FieldNow(field, tuple(ago(m) for m in minutes), **more)


def idle(minutes, number="5", fields=("B",), overflow=("A",)):
    return CounterNow(number, fields, overflow, ago(minutes))


def kiosk(gone, online=False, paper=None, role="kiosk"):
    return MachineNow("machine-1", role, online, ago(gone), paper)


TABLE = [
    # rule, figures, the hall, what is found
    ("field_unstaffed", {}, [waiting(1)], ["field_unstaffed:A"]),
    ("field_unstaffed", {}, [waiting()], []),
    ("field_unstaffed", {"waiting": 2}, [waiting(1)], []),
    ("field_unstaffed", {"waiting": 2}, [waiting(1, 9)], ["field_unstaffed:A"]),
    ("field_unstaffed", {"waiting": 2}, [waiting(1, 9, open_counters=1)], []),
    ("field_unstaffed", {}, [waiting(1, field="C"), waiting(2)],
     ["field_unstaffed:C", "field_unstaffed:A"]),
    # nobody called: the longest seen is the least they wait; beyond 15 minutes for five
    ("wait_p90_over", {}, [waiting(20.1)], ["wait_p90_over:A"]),
    ("wait_p90_over", {}, [waiting(19)], []),
    ("wait_p90_over", {"for_seconds": 60}, [waiting(19)], ["wait_p90_over:A"]),
    ("wait_p90_over", {"minutes": 30}, [waiting(20.1)], []),
    ("wait_p90_over", {}, [FieldNow("A", (), called=((ago(80), ago(10)),))], []),
    ("idle_while_overflow_waits", {}, ([waiting(1, 2, 3)], [idle(5)]),
     ["idle_while_overflow_waits:5"]),
    ("idle_while_overflow_waits", {}, ([waiting(1, 2, 3)], [idle(4.9)]), []),
    ("idle_while_overflow_waits", {"idle_seconds": 60}, ([waiting(1, 2, 3)], [idle(4.9)]),
     ["idle_while_overflow_waits:5"]),
    ("idle_while_overflow_waits", {}, ([waiting(1, 2)], [idle(5)]), []),
    ("idle_while_overflow_waits", {}, ([waiting(1, 2, 3), waiting(1, field="B")], [idle(5)]), []),
    ("idle_while_overflow_waits", {}, ([waiting(1, 2, 3)], [idle(5, overflow=())]), []),
    ("kiosk_paper_low", {}, [kiosk(0, True, "low")], ["kiosk_paper_low:machine-1"]),
    ("kiosk_paper_low", {}, [kiosk(0, True, "ok")], []),
    ("device_offline", {}, [kiosk(3)], ["device_offline:machine-1"]),
    ("device_offline", {}, [kiosk(2.9)], []),
    ("device_offline", {"seconds": 60}, [kiosk(2.9)], ["device_offline:machine-1"]),
    ("device_offline", {}, [kiosk(3, online=True)], []),
    ("device_offline", {}, [kiosk(12 * 60)], []),
    ("ticket_forgotten", {}, [TicketNow("A001", "A", ago(41), 20)], ["ticket_forgotten:A001"]),
    ("ticket_forgotten", {}, [TicketNow("A001", "A", ago(40), 20)], []),
    ("ticket_forgotten", {"eta_factor": 3}, [TicketNow("A001", "A", ago(41), 20)], []),
    ("ticket_forgotten", {}, [TicketNow("A001", "A", ago(400), None)], []),
]  # fmt: skip


def hall_of(parts):
    """A hall of fields and counters, or of whatever one list holds."""
    if isinstance(parts, tuple):
        return HallNow(NOW, parts[0], parts[1])
    kinds = {FieldNow: "fields", MachineNow: "machines", TicketNow: "tickets"}
    return HallNow(NOW, **{kinds[type(parts[0])]: parts})


@pytest.mark.parametrize(("code", "figures", "parts", "expected"), TABLE)
def test_a_rule_finds_what_the_table_says(code, figures, parts, expected):
    assert keys(hall_of(parts), code, **figures) == expected


def test_every_rule_is_in_the_table_once_found_and_once_not():
    for code in RULES:
        rows = [expected for rule, _, _, expected in TABLE if rule == code]
        assert any(rows) and not all(rows), code


def test_an_alert_says_since_when_how_much_and_whom_it_tells():
    hall = HallNow(NOW, [waiting(20.1)])
    (alert,) = alerts_of(hall, [AlertRule("wait_p90_over", "admin")])
    assert (alert.level, alert.to, alert.size) == ("bad", "admin", 20)
    assert alert.params == {"field": "A", "minutes": 20, "waiting": 1}
    assert alert.at == ago(5), "looked at once a minute: beyond 15 minutes for five"
    assert {rule.code for rule in USUAL_RULES} <= set(RULES)


def test_who_was_called_within_the_hour_and_who_waits_say_how_long_nine_of_ten_wait():
    calls = tuple((ago(50 - n), ago(40 - n)) for n in range(9))
    assert p90_at(FieldNow("A", (), called=calls), NOW) == 10 * MINUTE
    assert p90_at(FieldNow("A", (ago(30),), called=calls), NOW) == 30 * MINUTE
    assert p90_at(FieldNow("A", (ago(30),), called=calls), ago(61)) is None, "nobody was there yet"
    assert p90_at(FieldNow("A", (), called=((ago(90), ago(61)),)), NOW) is None, "too long ago"


def test_an_idle_counter_is_suggested_for_the_longest_line_it_does_not_serve():
    fields = [waiting(1, 2, 3), waiting(1, 2, 3, 4, field="C")]
    hall = HallNow(NOW, fields, [idle(6, overflow=()), idle(9, "7", ("E",), ("H",))])
    made = suggestions_of(hall, USUAL_RULES)
    assert [(one.counter, one.field, one.waiting, one.overflow) for one in made] == [
        ("5", "C", 4, ("C",))
    ], "one counter for each line, and the second has its line already"
    hall = HallNow(NOW, fields, [idle(6)])
    assert suggestions_of(hall, USUAL_RULES) == [], "whoever helps there already needs only to call"
    hall = HallNow(NOW, [waiting(1, 2, 3)], [idle(2, overflow=())])
    assert suggestions_of(hall, USUAL_RULES) == []
    sooner = [AlertRule("idle_while_overflow_waits", "clerk", {"idle_seconds": 120})]
    assert [one.counter for one in suggestions_of(hall, sooner)] == ["5"]


@pytest.mark.parametrize(
    ("minutes", "size", "still"),
    [(0, 10, True), (14.9, 14.9, True), (15, 10, False), (1, 15, False), (-1, 10, False)],
)
def test_an_alert_is_taken_for_a_quarter_of_an_hour_or_until_it_grew_by_half(minutes, size, still):
    taken = {"by": "staff:hanh", "at": NOW, "size": 10}
    assert TAKEN_FOR_MS == 15 * MINUTE
    assert still_taken(taken, size, NOW + round(minutes * MINUTE)) is still
    assert still_taken(None, size, NOW) is False


def test_the_course_of_the_last_hour_counts_who_waited_then():
    counts = course([ago(7)], [(ago(50), ago(20)), (ago(2), ago(1))], NOW)
    assert len(counts) == 13
    assert counts == [0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1]


def alert(hall, code, **figures):
    """The one alert of a rule: (about, level, params, since, size)."""
    (one,) = alerts_of(hall, [AlertRule(code, "clerk", figures)])
    assert one.key == f"{code}:{one.about}" and one.to == "clerk"
    return (
        one.about,
        one.level,
        dict(one.params),
        one.at,
        one.size,
    )


def test_each_rule_says_what_about_how_bad_since_when_and_how_much():
    assert alert(HallNow(NOW, [waiting(3, 9, 1)]), "field_unstaffed") == (
        "A", "bad", {"field": "A", "waiting": 3}, ago(9), 3,
    )  # fmt: skip
    hall = HallNow(NOW, [waiting(1, 2, 3, 4)], [idle(6)])
    assert alert(hall, "idle_while_overflow_waits") == (
        "5", "warn", {"counter": "5", "field": "A", "waiting": 4}, ago(6), 4,
    )  # fmt: skip
    for paper in ("low", "near_end"):
        hall = HallNow(NOW, machines=[kiosk(2, True, paper)])
        assert alert(hall, "kiosk_paper_low") == (
            "machine-1", "warn", {"device": "machine-1"}, ago(2), 1,
        )  # fmt: skip
    for role, level in (("kiosk", "bad"), ("board", "warn")):
        hall = HallNow(NOW, machines=[kiosk(5, role=role)])
        assert alert(hall, "device_offline") == (
            "machine-1", level, {"device": "machine-1"}, ago(5), 1,
        )  # fmt: skip
    hall = HallNow(NOW, tickets=[TicketNow("A007", "A", ago(50.9), 20)])
    assert alert(hall, "ticket_forgotten") == (
        "A007", "warn", {"number": "A007", "field": "A", "minutes": 50, "told": 20}, ago(50.9), 50,
    )  # fmt: skip


def test_what_holds_where_the_file_says_no_more():
    assert {code: dict(rule.figures) for code, rule in RULES.items()} == {
        "wait_p90_over": {"minutes": 15, "for_seconds": 300},
        "field_unstaffed": {"waiting": 1},
        "idle_while_overflow_waits": {"idle_seconds": 300, "waiting": 3},
        "kiosk_paper_low": {},
        "device_offline": {"seconds": 180},
        "ticket_forgotten": {"eta_factor": 2},
    }
    assert [(rule.code, rule.to, dict(rule.figures)) for rule in USUAL_RULES] == [
        ("field_unstaffed", "manager", {}),
        ("kiosk_paper_low", "manager", {}),
        ("device_offline", "manager", {}),
    ]


@pytest.mark.parametrize(
    ("opened_at", "machine", "rings"),
    [
        (None, kiosk(30), False),  # before the day opens, and after it closed
        (ago(2.9), kiosk(30), False),  # opened a moment ago: they are being switched on
        (ago(3), kiosk(30), True),
        (ago(200), kiosk(2.9), False),
        (ago(200), MachineNow("machine-1", "kiosk", False, None), False),  # never spoke
    ],
)
def test_a_machine_is_missed_on_an_open_day_only(opened_at, machine, rings):
    hall = HallNow(NOW, machines=[machine], opened_at=opened_at)
    assert keys(hall, "device_offline") == (["device_offline:machine-1"] if rings else [])


def test_one_machine_among_others_is_told_of():
    machines = [
        kiosk(1, True, "low", role="board"),
        MachineNow("never-seen", "kiosk", False, None),
        kiosk(12 * 60 - 0.01),
        MachineNow("there", "kiosk", True, NOW, "ok"),
        MachineNow("last", "kiosk", False, ago(3), "low"),
    ]
    hall = HallNow(NOW, machines=machines)
    assert keys(hall, "device_offline") == ["device_offline:machine-1", "device_offline:last"]
    assert keys(hall, "kiosk_paper_low") == ["kiosk_paper_low:last"]


@pytest.mark.parametrize(
    ("minutes", "seconds", "waited", "since"),
    [
        (15, 300, 19.9, None),
        (15, 300, 20, None),  # beyond 15 minutes for five: at 15 it is not beyond them yet
        (15, 300, 20.02, 5),
        (15, 300, 21, 5),
        (15, 300, 21.02, 6),
        (15, 0, 15, None),
        (15, 0, 15.02, 0),
        (15, 90, 16.5, None),
        (15, 90, 17.02, 2),
        (10, 60, 71.02, 61),
        (10, 60, 300, 61),  # so far is looked back: an hour and what is long enough
        (10, 90, 300, 62),
        (10, 300, 300, 65),
    ],
)
def test_since_when_nine_of_ten_wait_too_long(minutes, seconds, waited, since):
    hall = HallNow(NOW, [FieldNow("Z"), waiting(waited)])
    rules = [AlertRule("wait_p90_over", "clerk", {"minutes": minutes, "for_seconds": seconds})]
    assert [one.at for one in alerts_of(hall, rules)] == ([] if since is None else [ago(since)])


def test_a_field_where_it_is_well_keeps_no_other_from_being_told_of():
    hall = HallNow(NOW, [waiting(1, field="B"), waiting(25.5), waiting(31, field="C")])
    alerts = alerts_of(hall, [AlertRule("wait_p90_over", "clerk")])
    assert [(one.about, one.size, one.params["minutes"]) for one in alerts] == [
        ("A", 25, 25),
        ("C", 31, 31),
    ]
    staffed = HallNow(NOW, [waiting(1, open_counters=1), waiting(), waiting(2, field="C")])
    assert keys(staffed, "field_unstaffed") == ["field_unstaffed:C"]


def test_the_edges_of_the_hour_that_says_how_long_people_wait():
    def p90(*called, waiting=()):
        return p90_at(FieldNow("A", waiting, called=called), NOW)

    assert p90((ago(70), ago(60))) is None
    assert p90((ago(70), ago(59.99))) == round(10.01 * MINUTE)
    assert p90((ago(10), NOW)) == 10 * MINUTE
    assert p90((ago(10), NOW + 1)) == 10 * MINUTE, "still waiting then"
    assert p90((NOW, NOW + 5)) == 0 and p90((NOW + 1, NOW + 5)) is None
    assert p90(waiting=(NOW,)) == 0 and p90(waiting=(NOW + 1,)) is None


def counters(*minutes, **more):
    """Idle counters, numbered from 1."""
    return [idle(m, str(n), **more) for n, m in enumerate(minutes, 1)]


def test_the_longest_line_is_helped_first_and_of_even_ones_the_one_that_waits_longest():
    lines = [waiting(1, 2, 3), waiting(1, 2, 9, field="C"), waiting(1, 2, 3, 4, field="D")]
    for fields, helped in ((lines, "D"), (lines[:2], "C"), (lines[:2][::-1], "C")):
        hall = HallNow(NOW, fields, counters(6, overflow=()))
        assert [field.field for _, field in idle_beside(hall, 300, 3)] == [helped]
    hall = HallNow(NOW, lines, counters(6, overflow=("A",)))
    assert [field.field for _, field in idle_beside(hall, 300, 3)] == ["A"], "one it helps already"
    own = HallNow(NOW, lines, [idle(6, "1", fields=("D", "Q"), overflow=())])
    assert idle_beside(own, 300, 3) == [], "its own people wait"
    assert idle_beside(HallNow(NOW, lines[:1], [idle(6, "1", ("Q",), ())]), 300, 4) == []


def test_who_is_busy_or_not_idle_for_long_is_left_out_and_the_next_is_not():
    hall = HallNow(
        NOW,
        [waiting(1, 2, 3)],
        [
            CounterNow("1", ("B",)),
            idle(4.99, "2"),
            idle(6, "3", fields=("A",)),
            idle(5, "4"),
            idle(9, "5"),
        ],
    )
    assert [counter.counter for counter, _ in idle_beside(hall, 300, 3)] == ["4", "5"]
    assert keys(hall, "idle_while_overflow_waits") == [
        "idle_while_overflow_waits:4",
        "idle_while_overflow_waits:5",
    ]


def test_a_suggestion_says_what_the_counter_would_then_serve():
    lines = [waiting(1, 2, 3), waiting(1, 2, 3, 4, field="C")]
    hall = HallNow(NOW, lines, [idle(6, "3", ("B",), ("H",)), idle(7, "4", ("B",), ("C",))])
    assert suggestions_of(hall, [AlertRule("field_unstaffed", "manager", {"waiting": 9})]) == [
        Suggestion("3", "C", 4, ago(6), ("B",), ("H", "C"))
    ]
    begun_now = HallNow(NOW, lines, [CounterNow("3", ("B",), (), NOW)])
    (made,) = suggestions_of(
        begun_now, [AlertRule("idle_while_overflow_waits", "x", {"idle_seconds": 0})]
    )
    assert made.idle_since == NOW
    fewer = [AlertRule("idle_while_overflow_waits", "x", {"waiting": 5})]
    assert suggestions_of(hall, fewer) == []


def test_an_alert_that_shrinks_stays_taken_and_one_of_no_size_does_not():
    taken = {"at": NOW, "size": 10}
    assert still_taken(taken, 1, NOW) and not still_taken({"at": NOW, "size": 0}, 0, NOW)
    assert still_taken({"at": str(NOW), "size": "10"}, 14.99, NOW + TAKEN_FOR_MS - 1)


def test_whoever_took_an_alert_long_ago_or_in_a_later_clock_holds_it_no_more():
    taken = {"at": NOW, "size": 10}
    assert not still_taken(taken, 1, NOW + 2 * TAKEN_FOR_MS)
    assert not still_taken(taken, 1, NOW - 1)
    assert not still_taken(taken, 40, NOW)


def test_only_of_a_kiosk_the_paper_is_told_and_its_silence_is_bad():
    sign = kiosk(5, True, "low", role="sign")
    assert keys(HallNow(NOW, machines=[sign]), "kiosk_paper_low") == []
    silent = HallNow(NOW, machines=[kiosk(5, role="sign"), kiosk(13 * 60, role="kiosk")])
    (alone,) = alerts_of(silent, [AlertRule("device_offline", "manager")])
    assert (alone.level, alone.size) == ("warn", 1.0), "and a machine put away is silent for good"


def test_the_course_counts_the_moment_of_coming_and_not_that_of_going():
    assert course([ago(5)], [(ago(10), ago(5))], NOW, steps=3) == [0, 1, 1, 1]
    assert course(iter([ago(5)]), iter([(ago(10), NOW)]), NOW, steps=2) == [1, 2, 1]
    assert course([], [], NOW) == [0] * 13


def test_a_wait_that_was_well_in_between_is_too_long_since_then_only():
    # somebody who waited 40 minutes was called an hour and ten minutes ago: out of the hour ten
    # minutes ago; who waits now is beyond 15 minutes for eight
    calls = ((ago(110), ago(70)),)
    field = FieldNow("A", (ago(23),), called=calls)
    (one,) = alerts_of(HallNow(NOW, [field]), [AlertRule("wait_p90_over", "clerk")])
    assert p90_at(field, ago(8)) == 15 * MINUTE and p90_at(field, ago(12)) == 40 * MINUTE
    assert one.at == ago(7)


def test_nine_of_ten_are_ninety_of_a_hundred():
    calls = tuple((ago(59) - n * MINUTE, ago(59)) for n in range(11))
    assert p90_at(FieldNow("A", (), called=calls), NOW) == 9 * MINUTE


def test_a_counter_is_idle_for_so_many_whole_seconds():
    hall = HallNow(NOW, [waiting(1, 2, 3)], [idle(4.998)])
    assert idle_beside(hall, 300, 3) == []
