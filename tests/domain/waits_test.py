"""How long people waited, told from paper examples and from random days."""

import itertools
from collections import namedtuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ticket import TRANSITIONS
from domain.waits import OUTCOMES, overlap_ms, standing, visits

MINUTE = 60_000
Fact = namedtuple("Fact", "seq at kind ticket number field counter day data")


def clock(text):
    """ "8:20:06" as milliseconds since midnight; a bare number is minutes."""
    if isinstance(text, (int, float)):
        return int(text * MINUTE)
    hours, minutes, seconds = (text.split(":") + ["0"])[:3]
    return (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1000


def story(*facts, ticket="t1", field="A", first_seq=1):
    """Facts of one ticket, written as ("called", "8:20", {…})."""
    written = []
    for i, (kind, at, *more) in enumerate(facts):
        data = dict(more[0]) if more else {}
        counter = data.pop("counter", "3" if kind != "issued" else None)
        written.append(
            Fact(
                first_seq + i,
                clock(at),
                kind,
                ticket,
                f"{field}001",
                field,
                counter,
                "2026-11-23",
                data,
            )
        )
    return written


OPENING = [(clock("7:30"), clock("11:30")), (clock("13:30"), clock("17:00"))]


def visit(*facts, **kwargs):
    return visits(story(*facts, **kwargs), lambda day: OPENING)[0]


def minutes(values):
    return [v / MINUTE for v in values]


def lengths(visit, kind):
    return minutes(s.length for s in visit.stretches if s.kind == kind)


def test_e1_a_plain_visit():
    v = visit(("issued", "8:00"), ("called", "8:20"), ("started", "8:21"), ("finished", "8:31"))
    assert (v.wait, v.service, v.visit) == (20 * MINUTE, 10 * MINUTE, 31 * MINUTE)
    assert lengths(v, "walk_up") == [1]
    assert v.outcome == "served" and not v.flags


def test_e2_a_recall_does_not_change_the_wait():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:20"),
        ("recalled", "8:22"),
        ("started", "8:23"),
        ("finished", "8:30"),
    )
    assert v.wait == 20 * MINUTE and v.recalls == 1 and v.calls == 1
    assert (lengths(v, "no_response"), lengths(v, "walk_up"), v.service) == ([2], [1], 7 * MINUTE)


def test_e3_each_field_owns_its_leg_and_a_missed_call_is_no_wait():
    v = visit(
        ("issued", 0),
        ("called", 10),
        ("started", 10),
        ("transferred", 12, {"field": "B"}),
        ("called", 17),
        ("missed", 18),
        ("called", 40),
    )
    assert [(leg.field, leg.length / MINUTE) for leg in v.legs] == [("A", 10), ("B", 5)]
    assert v.citizen_wait == 15 * MINUTE and v.wait == 10 * MINUTE
    assert lengths(v, "no_response") == [23]


def test_e4_parked_time_has_its_own_column():
    v = visit(
        ("issued", "9:00"),
        ("called", "9:05"),
        ("started", "9:06"),
        ("parked", "9:10"),
        ("called", "9:30"),
        ("started", "9:31"),
        ("finished", "9:36"),
    )
    assert (
        v.wait == 5 * MINUTE and lengths(v, "walk_up") == [1, 1] and lengths(v, "service") == [4, 5]
    )
    assert v.service == 9 * MINUTE and lengths(v, "parked") == [20] and v.visit == 36 * MINUTE
    assert v.citizen_wait == 5 * MINUTE


def test_e5_a_return_after_a_no_show_is_a_leg_of_its_own():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:20"),
        ("missed", "8:22"),
        ("requeued", "8:30"),
        ("called", "8:45"),
    )
    assert v.wait == 20 * MINUTE and [
        (leg.length / MINUTE, leg.after_return) for leg in v.legs
    ] == [(20, False), (15, True)]
    assert lengths(v, "no_response") == [10]


@pytest.mark.parametrize(
    ("name", "issued", "called", "wait", "while_open"),
    [("e6 over lunch", "11:20", "13:40", 140, 20), ("e7 before opening", "7:05", "7:41", 36, 11)],
)
def test_closed_time_is_shown_beside_the_wait_not_hidden_in_it(
    name, issued, called, wait, while_open
):
    v = visit(("issued", issued), ("called", called))
    assert (v.wait / MINUTE, v.wait_open / MINUTE) == (wait, while_open), name


def test_e8_who_waits_until_closing_has_left_and_is_in_no_percentile():
    v = visit(("issued", "16:00"), ("expired", "17:00"))
    assert v.outcome == "abandoned" and v.wait is None


def test_e9_a_no_show_keeps_its_wait_and_has_no_service():
    v = visit(("issued", "8:00"), ("called", "8:20"), ("missed", "8:22"), ("expired", "17:00"))
    assert v.outcome == "no_show" and v.wait == 20 * MINUTE and v.service is None


def test_e10_a_call_taken_back_lets_the_wait_run_on_however_long_it_stood():
    for back in ("8:20:06", "8:20:10", "8:20:30", "8:24"):
        v = visit(
            ("issued", "8:00"),
            ("called", "8:20:00"),
            ("undone", back, {"undoes": [2], "restore": {}}),
            ("called", "8:25"),
            ("started", "8:26"),
            ("finished", "8:30"),
        )
        assert v.wait == 25 * MINUTE and v.calls == 1 and lengths(v, "no_response") == []
        assert len(v.legs) == 1 and lengths(v, "walk_up") == [1] and not v.flags


def test_a_call_put_back_in_line_lets_the_wait_run_on():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:05"),
        ("recalled", "8:06"),
        ("requeued", "8:07"),
        ("called", "8:25"),
        ("started", "8:26"),
        ("finished", "8:30"),
    )
    assert [(leg.origin, leg.came_to, leg.length / MINUTE) for leg in v.legs] == [
        ("taken", "called", 25)
    ]
    assert v.wait == 25 * MINUTE and lengths(v, "no_response") == [] and not v.flags
    assert [leg.to_start / MINUTE for leg in v.legs] == [26], "to the start beside it"


@pytest.mark.parametrize(
    ("kind", "data"), [("transferred", {"field": "B"}), ("parked", {})], ids=["sent", "set aside"]
)
def test_sent_on_without_a_start_closes_the_wait_unserved(kind, data):
    v = visit(("issued", "8:00"), ("called", "8:05"), (kind, "8:07", data))
    first = v.legs[0]
    assert (first.came_to, first.length, first.field) == ("sent_on", 7 * MINUTE, "A")
    assert v.wait is None, "it was not called"
    assert [leg.origin for leg in v.legs[1:]] == (["sent"] if data else [])


def test_a_call_nobody_has_come_to_yet_ends_nothing_for_its_place():
    v = visits(story(("issued", "8:00"), ("called", "8:05")), until=lambda day: clock("8:30"))[0]
    leg = v.legs[0]
    assert (leg.came_to, leg.length, leg.counter) == ("waiting", 30 * MINUTE, "3")
    assert v.outcome == "open" and v.wait == 5 * MINUTE


@pytest.mark.parametrize(
    ("kind", "came_to"), [("cancelled", "cancelled"), ("expired", "unfinished")]
)
def test_a_call_nobody_came_to_before_the_end(kind, came_to):
    v = visit(("issued", "8:00"), ("called", "8:05"), (kind, "8:30"))
    assert [(leg.came_to, leg.length / MINUTE) for leg in v.legs] == [(came_to, 30)]
    assert v.wait is None and v.outcome == came_to


def test_a_number_made_at_the_counter_is_in_no_wait():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:00", {"reason": "walk_in"}),
        ("started", "8:01"),
        ("finished", "8:09"),
    )
    assert v.walk_direct and v.legs == [] and v.wait is None and not v.flags
    assert v.service == 8 * MINUTE and v.outcome == "served"
    sent = visit(
        ("issued", "8:00"),
        ("called", "8:00", {"reason": "walk_in"}),
        ("started", "8:01"),
        ("transferred", "8:09", {"field": "B"}),
        ("called", "8:15"),
        ("started", "8:16"),
    )
    assert [leg.origin for leg in sent.legs] == ["sent"] and sent.wait is None


def test_a_number_brought_in_after_the_day_closed_waited_until_it_closed():
    facts = story(
        ("day_closed", "17:30"),
        ("issued", "23:00", {"issued_at": clock("16:50")}),
        ("expired", 1e4),
    )
    facts[0] = facts[0]._replace(ticket=None)
    v = visits(facts)[0]
    assert v.outcome == "abandoned"
    assert [(leg.came_to, leg.length / MINUTE) for leg in v.legs] == [("left", 40)]


def test_a_service_begun_on_a_visit_counts_under_its_own_service():
    v = visit(
        ("issued", "8:00", {"service": "copy"}),
        ("called", "8:05"),
        ("started", "8:06"),
        ("service_begun", "8:10", {"field": "B", "service": "birth"}),
        ("transferred", "8:15", {"field": "C", "service": "land"}),
        ("called", "8:20"),
        ("started", "8:21"),
        ("parked", "8:22"),
        ("called", "8:30"),
        ("started", "8:31"),
        ("expired", "8:40"),
    )
    services = [s for s in v.stretches if s.kind == "service"]
    assert [(s.field, s.service, s.length / MINUTE) for s in services] == [
        ("A", "copy", 4),
        ("B", "birth", 5),
        ("C", "land", 1),
    ]
    assert [s.service for s in v.services_done] == ["copy", "birth"]
    assert [(leg.field, leg.service) for leg in v.legs] == [("A", "copy"), ("C", "land")]


def test_undoing_a_call_next_also_takes_back_the_finish_of_the_ticket_before():
    first = story(
        ("issued", "8:00"),
        ("called", "8:10"),
        ("started", "8:11"),
        ("finished", "8:20"),
        ticket="a",
        first_seq=1,
    )
    second = story(
        ("issued", "8:05"),
        ("called", "8:20"),
        ("undone", "8:20:05", {"undoes": [4, 6], "restore": {}}),
        ticket="b",
        first_seq=5,
    )
    later = story(("finished", "8:30"), ticket="a", first_seq=20)
    a, b = visits(first + second + later)
    assert a.service == 19 * MINUTE and a.outcome == "served" and not a.flags
    assert b.outcome == "waiting" and b.calls == 0 and b.wait is None


def test_a_ticket_whose_call_was_taken_back_late_and_then_left_has_waited_till_then():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:20"),
        ("undone", "8:21", {"undoes": [2], "restore": {}}),
        ("cancelled", "8:40"),
    )
    assert v.outcome == "abandoned" and v.wait is None and not v.flags
    assert [(leg.came_to, leg.length / MINUTE) for leg in v.legs] == [("left", 40)]


def test_an_undone_undo_counts_for_nothing():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:20"),
        ("undone", "8:20:05", {"undoes": [2], "restore": {}}),
        ("undone", "8:20:09", {"undoes": [3], "restore": {}}),
        ("started", "8:21"),
    )
    assert v.wait == 20 * MINUTE and v.state == "SERVING" and not v.flags


def test_a_number_taken_at_a_kiosk_without_the_hub_waits_from_its_own_time():
    v = visit(("issued", "8:30", {"issued_at": clock("8:00")}), ("called", "8:31"))
    assert v.wait == 31 * MINUTE and not v.flags


def test_finished_without_started_is_flagged_and_counts_from_the_call():
    v = visit(("issued", "8:00"), ("called", "8:20"), ("finished", "8:27"))
    assert (
        v.service == 7 * MINUTE
        and v.total("walk_up") is None
        and v.flags == {"finished_without_start"}
    )


@pytest.mark.parametrize(
    ("facts", "lost"),
    [
        ((("called", "8:20"), ("started", "8:21"), ("finished", "8:30")), {"wait"}),
        ((("issued", "8:00"), ("started", "8:21"), ("finished", "8:30")), {"wait"}),
        (
            (
                ("issued", "8:00"),
                ("called", "8:20"),
                ("started", "8:21"),
                ("started", "8:25"),
                ("finished", "8:30"),
            ),
            {"service"},
        ),
        (
            (("issued", "8:00"), ("called", "8:20"), ("transferred", "8:21"), ("finished", "8:30")),
            {"wait", "service"},
        ),
    ],
)
def test_what_does_not_balance_is_null_and_flagged_never_guessed(facts, lost):
    v = visit(*facts)
    assert "unbalanced" in v.flags
    assert {name for name in ("wait", "service") if getattr(v, name) is None} == lost


def test_a_clock_that_went_back_makes_no_negative_wait():
    v = visit(("issued", "8:00"), ("called", "7:50"), ("started", "8:01"), ("finished", "8:05"))
    assert v.wait is None and "clock" in v.flags and v.service == 4 * MINUTE


def test_came_back_and_was_served_is_no_no_show():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:20"),
        ("missed", "8:22"),
        ("called", "8:30"),
        ("started", "8:31"),
        ("finished", "8:35"),
    )
    assert v.outcome == "served" and v.returned and [leg.length / MINUTE for leg in v.legs] == [20]


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((), "waiting"),
        ((("called", 5),), "open"),
        ((("called", 5), ("missed", 6)), "no_show"),
        ((("called", 5), ("missed", 6), ("requeued", 7)), "waiting"),
        ((("called", 5), ("missed", 6), ("called", 8), ("expired", 9)), "no_show"),
        ((("called", 5), ("cancelled", 6)), "cancelled"),
        ((("called", 5), ("parked", 6), ("cancelled", 7)), "cancelled"),
        ((("cancelled", 5),), "abandoned"),
        ((("called", 5), ("transferred", 6), ("expired", 9)), "abandoned"),
        ((("called", 5), ("started", 6), ("expired", 9)), "unfinished"),
    ],
)
def test_every_ticket_comes_to_exactly_one_thing(facts, outcome):
    v = visit(("issued", 0), *facts)
    assert v.outcome == outcome and not v.returned


# ── random days ──


@st.composite
def days(draw):
    """Tickets that live by the table of transitions, with undone acts and time passing as it
    likes.
    """
    facts, seq, at = [], 0, 0
    for n in range(draw(st.integers(1, 6))):
        ticket, state, mine = f"t{n}", None, []
        for _ in range(draw(st.integers(1, 14))):
            possible = sorted(
                k
                for k, (sources, _) in TRANSITIONS.items()
                if k not in ("undone", "printed") and (state in sources if state else k == "issued")
            )
            if mine and draw(st.integers(0, 9)) == 0 and len(mine) > 1:
                last, before = mine.pop()
                # only the last act can be taken back, and an undo is no act to take back
                mine.clear()
                seq, at, state = seq + 1, at + draw(st.integers(0, 60_000)), before
                facts.append(
                    Fact(
                        seq,
                        at,
                        "undone",
                        ticket,
                        f"A{n}",
                        "A",
                        "1",
                        "d",
                        {"undoes": [last.seq], "restore": {}},
                    )
                )
                continue
            if not possible:
                break
            kind = draw(st.sampled_from(possible))
            seq, at = seq + 1, at + draw(st.integers(0, 20 * MINUTE))
            data = {}
            if kind in ("transferred", "service_begun"):
                data = {"field": draw(st.sampled_from("AB"))}
            elif kind == "joined":
                data = {"issued_at": at - draw(st.integers(0, 60 * MINUTE))}
            fact = Fact(seq, at, kind, ticket, f"A{n}", "A", "1", "d", data)
            facts.append(fact)
            mine.append((fact, state))
            state = TRANSITIONS[kind][1] or state
    return facts


@given(days())
def test_no_lawful_day_is_flagged_or_negative_and_no_minute_counts_twice(facts):
    for v in visits(facts):
        assert not v.flags - {"finished_without_start", "open_at_close"}
        assert all(s.length >= 0 for s in v.stretches)
        spans = sorted((s.start, s.end) for s in v.stretches)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
        if v.wait is not None:
            assert v.legs[0].called_at - v.legs[0].start == v.wait <= v.citizen_wait
            assert v.calls
        assert v.outcome in OUTCOMES
        assert [
            leg.came_to for leg in v.legs[:-1] if leg.came_to not in ("called", "sent_on")
        ] == []
        assert v.legs[0].origin == "taken" and {leg.origin for leg in v.legs[1:]} <= {
            "sent",
            "returned",
        }
        if v.visit is not None and v.service is not None:
            assert v.service <= v.visit


@given(days(), st.randoms())
def test_the_order_of_reading_does_not_matter(facts, chance):
    shuffled = list(facts)
    chance.shuffle(shuffled)
    tell = lambda read: {
        v.ticket: (v.wait, v.service, v.outcome, v.citizen_wait) for v in visits(read)
    }
    assert tell(shuffled) == tell(facts)


@given(days())
def test_what_was_taken_back_leaves_no_trace(facts):
    undone = {seq for f in facts if f.kind == "undone" for seq in f.data["undoes"]}
    assert not undone & {f.seq for f in standing(facts)}


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_wait_while_open_is_never_longer_than_the_wait(start, length):
    assert 0 <= overlap_ms(start, start + length, OPENING) <= length
