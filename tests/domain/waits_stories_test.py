"""How long people waited: visits of many lines and counters, numbers called by hand, and facts that
do not balance or were taken back.
"""

import pytest

from domain.promises import promise_made
from domain.standing import calls_taken_back, standing
from domain.ticket import TRANSITIONS
from domain.waits import visits
from tests.domain.waits_test import MINUTE, clock, lengths, minutes, story, visit


def test_the_stretches_of_a_visit_stand_in_the_order_they_were_lived():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:20"),
        ("recalled", "8:22"),
        ("missed", "8:24"),
        ("requeued", "8:30"),
        ("called", "8:40"),
        ("started", "8:41"),
        ("finished", "8:45"),
    )
    kinds = ["wait", "no_response", "no_response", "wait", "walk_up", "service"]
    assert [s.kind for s in v.stretches] == kinds
    assert (v.no_response, v.parked, v.misses, v.returned) == (10 * MINUTE, 0, 1, True)
    left = visit(
        ("issued", "8:00"),
        ("called", "8:20"),
        ("missed", "8:22"),
        ("requeued", "8:30"),
        ("cancelled", "8:40"),
    )
    assert [s.kind for s in left.stretches] == ["wait", "no_response", "wait"]


def test_who_is_sent_on_before_coming_has_no_time_without_an_answer():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:05"),
        ("recalled", "8:06"),
        ("transferred", "8:07", {"field": "B"}),
        ("called", "8:15"),
    )
    assert lengths(v, "no_response") == [] and v.no_response == 0
    assert v.wait is None and v.wait_open is None, "the first wait ended in no call"
    assert [leg.open_length / MINUTE for leg in v.legs if leg.end] == [7, 8]


def test_the_wait_in_opening_hours_is_that_of_the_first_line():
    v = visit(
        ("issued", "7:20"),
        ("called", "7:50"),
        ("started", "7:51"),
        ("transferred", "8:00", {"field": "B"}),
        ("called", "8:05"),
        ("started", "8:06"),
        ("finished", "8:10"),
    )
    assert v.wait_open == 20 * MINUTE
    assert [leg.open_length / MINUTE for leg in v.legs] == [20, 5]


def test_the_first_and_the_last_counter_of_a_visit():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:05", {"counter": "3", "clerk": "lan"}),
        ("started", "8:06"),
        ("transferred", "8:10", {"field": "B"}),
        ("called", "8:15", {"counter": "7", "clerk": "huy"}),
    )
    assert (v.first_called_at, v.first_counter, v.first_clerk) == (clock("8:05"), "3", "lan")
    assert (v.last_counter, v.last_clerk) == ("7", "huy")


def test_time_set_aside_and_unanswered_is_counted_to_the_millisecond():
    plain = visit(("issued", 0), ("called", 1), ("started", 2), ("finished", 3))
    assert (plain.parked, plain.no_response, plain.misses) == (0, 0, 0) and not plain.returned
    aside = visit(("issued", "9:00"), ("called", "9:05"), ("started", "9:06"), ("parked", "9:10"))
    assert (aside.parked, aside.visit, aside.service) == (0, 10 * MINUTE, None)


def test_a_visit_lasts_until_its_last_service_whatever_came_after():
    lived = [
        ("issued", "9:00"),
        ("called", "9:05"),
        ("started", "9:06"),
        ("parked", "9:10"),
        ("called", "9:30"),
        ("recalled", "9:31"),
        ("started", "9:33"),
        ("cancelled", "9:40"),
    ]
    for upto in range(4, 8):
        v = visit(*lived[:upto])
        assert (v.visit, v.service) == (10 * MINUTE, None), lived[upto - 1]


def test_results_handed_over_are_recorded_where_it_was():
    v = visit(
        ("issued", "8:00"),
        ("called", "8:05", {"clerk": "lan"}),
        ("started", "8:06"),
        ("finished", "8:10", {"services": ["copy", "birth"]}),
    )
    assert [(s.kind, s.service, s.field, s.counter, s.clerk, s.length) for s in v.delivered] == [
        ("delivered", "copy", "A", "3", "lan", 0),
        ("delivered", "birth", "A", "3", "lan", 0),
    ]


def test_who_goes_to_another_field_takes_the_wait_along():
    v = visit(
        ("issued", "8:00", {"service": "copy"}),
        ("field_changed", "8:10", {"field": "B", "service": "birth"}),
        ("called", "8:20"),
        ("started", "8:21"),
    )
    assert [(leg.field, leg.service, leg.length / MINUTE) for leg in v.legs] == [("B", "birth", 20)]
    assert [(s.field, s.kind) for s in v.stretches] == [("B", "wait"), ("B", "walk_up")]


@pytest.mark.parametrize(
    ("issued", "channel"),
    [
        ({}, "staff"),
        ({"device": "kiosk-1"}, "kiosk"),
        ({"device": "kiosk-1", "issued_at": clock("7:50")}, "kiosk_alone"),
    ],
)
def test_where_a_number_came_from(issued, channel):
    assert visit(("issued", "8:00", issued)).channel == channel


# ── a number called by hand, of which its kiosk tells later ──


def by_hand(*between, joined, field="A", issued=None):
    """Called by hand at 8:30; the kiosk says at 8:50 when its number was taken."""
    return visit(
        ("issued", "8:30", issued or {}), *between, ("joined", "8:50", joined), field=field
    )


CALLED_BY_HAND = (("called", "8:30"), ("started", "8:31"), ("finished", "8:40"))


def test_the_wait_began_when_the_kiosk_gave_the_number():
    v = by_hand(
        *CALLED_BY_HAND,
        joined={"issued_at": clock("8:05"), "service": "copy", "priority": "NKT"},
    )
    assert (v.wait, v.visit, v.issued_at) == (25 * MINUTE, 35 * MINUTE, clock("8:05"))
    assert [(leg.start, leg.service) for leg in v.legs] == [(clock("8:05"), "copy")]
    assert [minutes([s.length])[0] for s in v.stretches] == [25, 1, 9]
    assert (v.service_code, v.at_service) == ("copy", "copy")
    assert (v.priority, v.channel) == ("NKT", "kiosk_alone") and not v.flags


def test_a_later_time_of_the_kiosk_changes_no_wait():
    v = by_hand(*CALLED_BY_HAND, joined={"issued_at": clock("8:45")})
    assert (v.wait, v.issued_at) == (0, clock("8:30"))
    same = by_hand(*CALLED_BY_HAND, joined={"issued_at": clock("8:30")})
    assert (same.wait, same.issued_at) == (0, clock("8:30"))


def test_the_service_said_at_the_counter_is_not_overwritten():
    v = by_hand(
        *CALLED_BY_HAND,
        issued={"service": "birth"},
        joined={"issued_at": clock("8:05"), "service": "copy"},
    )
    assert (v.service_code, v.at_service, v.legs[0].service) == ("copy", "birth", "birth")
    unsaid = by_hand(
        *CALLED_BY_HAND, issued={"service": "birth"}, joined={"issued_at": clock("8:05")}
    )
    assert unsaid.service_code == "birth"


@pytest.mark.parametrize(("first", "then"), [("A", "B"), ("B", "A")])
def test_what_the_kiosk_tells_is_of_the_first_field(first, then):
    sent = (("called", "8:30"), ("transferred", "8:32", {"field": then}), ("called", "8:40"))
    v = by_hand(*sent, joined={"issued_at": clock("8:05"), "service": "copy"}, field=first)
    assert (v.at_field, v.at_service) == (then, None)
    assert [(leg.field, leg.service, leg.start) for leg in v.legs] == [
        (first, "copy", clock("8:05")),
        (then, None, clock("8:32")),
    ]
    waits = [(s.start, s.end) for s in v.stretches if s.kind == "wait"]
    assert waits == [(clock("8:05"), clock("8:32")), (clock("8:32"), clock("8:40"))]


@pytest.mark.parametrize(
    ("then", "kind"), [("started", "walk_up"), ("finished", "service")], ids=str
)
def test_a_number_made_at_the_counter_waited_nowhere_whatever_its_kiosk_tells(then, kind):
    v = by_hand(
        ("called", "8:30", {"reason": "walk_in"}),
        (then, "8:32"),
        joined={"issued_at": clock("8:05")},
    )
    assert [(s.kind, s.start) for s in v.stretches] == [(kind, clock("8:30"))]
    assert v.legs == [] and v.wait is None
    sent = by_hand(
        ("called", "8:30", {"reason": "walk_in"}),
        ("transferred", "8:32", {"field": "B"}),
        joined={"issued_at": clock("8:05")},
    )
    assert [(leg.origin, leg.start) for leg in sent.legs] == [("sent", clock("8:32"))]


# ── what cannot be: flagged, and nothing falls over ──


@pytest.mark.parametrize("kind", sorted(set(TRANSITIONS) - {"issued", "undone", "printed"}))
def test_a_ticket_whose_beginning_is_missing_is_flagged(kind):
    stays = visits(story((kind, "8:00", {"field": "B", "issued_at": clock("7:00")})))
    for v in stays:
        assert "unbalanced" in v.flags and "clock" not in v.flags
        assert v.wait is None and v.service is None


def test_a_second_call_without_an_end_of_the_first_leaves_the_first_as_it_was():
    v = visit(("issued", "8:00"), ("called", "8:20"), ("called", "8:30", {"counter": "9"}))
    assert (v.legs[0].called_at, v.legs[0].counter) == (clock("8:20"), "3")
    assert v.flags == {"unbalanced"} and v.legs[0].length is None


def test_a_return_to_the_line_one_stands_in_cuts_the_wait():
    v = visit(("issued", "8:00"), ("requeued", "8:10"), ("called", "8:20"), ("started", "8:21"))
    assert [(leg.origin, leg.came_to) for leg in v.legs] == [
        ("taken", "unfinished"),
        ("returned", "called"),
    ]
    assert v.flags == {"unbalanced"}


def test_a_clock_that_goes_back_is_the_only_thing_wrong():
    back = visit(("issued", "8:00"), ("called", "7:50"), ("started", "8:01"), ("finished", "8:05"))
    assert back.flags == {"clock"} and back.total("wait") is None
    assert [(leg.broken, leg.length, leg.open_length) for leg in back.legs] == [(True, None, None)]
    early = visit(("issued", "8:30", {"issued_at": clock("8:00")}), ("called", "8:10"))
    assert early.flags == {"clock"} and early.wait == 10 * MINUTE
    at_once = visit(("issued", "8:00"), ("called", "8:00"), ("started", "8:00"))
    assert at_once.flags == set()


def test_a_wait_with_a_negative_end_is_broken_and_so_are_all_others():
    v = visit(
        ("issued", "8:30"),
        ("called", "8:10"),
        ("started", "8:31"),
        ("transferred", "8:35", {"field": "B"}),
        ("called", "8:40"),
        ("started", "8:41"),
    )
    assert [leg.broken for leg in v.legs] == [True, True]


def test_a_service_finished_without_a_start_is_one():
    v = visit(("issued", "8:00"), ("called", "8:20"), ("finished", "8:27"))
    assert [(s.kind, s.length / MINUTE) for s in v.services_done] == [("service", 7)]
    assert v.parked == 0 and v.no_response == 0


# ── what was taken back ──


def undoing(verb, *seqs):
    return ("undone", "8:21", {"undoes": list(seqs), "restore": {}, "verb": verb})


@pytest.mark.parametrize("verb", ["undo", "call_next", "switch"])
def test_calls_a_counter_took_back(verb):
    facts = story(
        ("issued", "8:00"), ("called", "8:20"), ("started", "8:20:30"), undoing(verb, 2, 3)
    )
    assert [fact.seq for fact in calls_taken_back(facts)] == [2]
    assert [fact.kind for fact in standing(facts)] == ["issued"]


def test_a_call_that_a_reopened_day_let_fall_was_not_taken_back():
    facts = story(("issued", "8:00"), ("called", "8:20"), undoing("expired", 2))
    assert calls_taken_back(facts) == []
    assert calls_taken_back(facts[:2]) == [], "one that stands"


def test_what_else_is_taken_back_is_no_call():
    facts = story(("issued", "8:00"), ("break_wanted", "8:10"), undoing("break_wanted", 2))
    assert calls_taken_back(facts) == []


def test_only_the_end_of_the_day_ends_the_waits_of_those_who_come_in_late():
    facts = story(
        ("counter_closed", "16:55"),
        ("day_closed", "17:30"),
        ("counter_closed", "17:40"),
        ("shift_ended", "17:50"),
        ("issued", "23:00", {"issued_at": clock("16:50")}),
        ("expired", 1e4),
    )
    facts[:4] = [fact._replace(ticket=None) for fact in facts[:4]]
    assert [leg.length / MINUTE for leg in visits(facts)[0].legs] == [40]


PROMISED = {"low": 10, "high": 20, "model": "rule", "age_s": 0}
#: What whoever holds a number chooses for themselves.
OWN_CHOICES = [("field_changed", {"field": "B"}), ("let_passed", {})]


def test_a_visit_keeps_what_was_told_with_its_number():
    assert visit(("issued", "8:00", {"promise": PROMISED})).promise == promise_made(PROMISED)
    assert visit(("issued", "8:00", {})).promise is None


@pytest.mark.parametrize(("kind", "data"), OWN_CHOICES)
def test_what_was_told_no_longer_counts_once_the_person_chose_another_place(kind, data):
    v = visit(("issued", "8:00", {"promise": PROMISED}), (kind, "8:05", data))
    assert v.promise is None


@pytest.mark.parametrize(("kind", "data"), OWN_CHOICES)
def test_what_was_told_counts_for_the_first_wait_whatever_is_chosen_in_a_later_one(kind, data):
    called_first = [
        ("issued", "8:00", {"promise": PROMISED}),
        ("called", "8:15"),
        ("started", "8:16"),
    ]
    then = [("transferred", "8:20", {"field": "C"}), (kind, "8:25", data)]
    assert visit(*called_first, *then).promise == promise_made(PROMISED)
    at_the_counter = visit(*called_first, (kind, "8:17", data))
    assert at_the_counter.promise == promise_made(PROMISED), "no wait runs"
