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
    TicketNow,
    alerts_of,
    course,
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
