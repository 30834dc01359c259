"""What a visit, a wait and a stretch say of themselves."""

from domain.visit import ENDS, ORIGINS, OUTCOMES, Leg, Stretch, Visit

MINUTE = 60_000


def stretch(kind, start, end):
    return Stretch(kind, start * MINUTE, end * MINUTE, "A")


def test_a_visit_nobody_was_called_to_has_no_wait():
    visit = Visit("t1", stretches=[stretch("wait", 0, 20)])
    assert visit.citizen_wait is None
    visit.calls = 1
    assert visit.citizen_wait == 20 * MINUTE


def test_all_waits_of_a_visit_add_up_and_nothing_else_does():
    stretches = [stretch("wait", 0, 20), stretch("service", 20, 25), stretch("wait", 25, 40)]
    visit = Visit("t1", calls=2, stretches=stretches)
    assert (visit.citizen_wait, visit.total("service")) == (35 * MINUTE, 5 * MINUTE)
    assert visit.total("parked") == 0
    visit.broken.add("wait")
    assert visit.citizen_wait is None and visit.total("service") == 5 * MINUTE


def test_a_new_visit_is_empty_and_shares_nothing_with_another():
    visit = Visit("t1")
    assert (visit.calls, visit.recalls, visit.misses) == (0, 0, 0)
    assert not visit.returned and not visit.walk_direct
    assert (visit.outcome, visit.stretches, visit.legs) == ("waiting", [], [])
    visit.flags.add("clock")
    assert Visit("t2").flags == set()


def test_a_wait_that_runs_or_cannot_be_told_has_no_length():
    leg = Leg("taken", 5 * MINUTE, "A")
    assert (leg.length, leg.to_start, leg.came_to, leg.broken) == (None, None, "waiting", False)
    leg.end, leg.started_at = 15 * MINUTE, 17 * MINUTE
    assert (leg.length, leg.to_start) == (10 * MINUTE, 12 * MINUTE)
    leg.broken = True
    assert (leg.length, leg.to_start) == (None, None)


def test_only_a_wait_after_coming_back_is_one():
    assert [Leg(origin, 0, "A").after_return for origin in ORIGINS] == [False, False, True]
    assert not stretch("wait", 0, 1).after_return


def test_the_words_for_what_became_of_somebody_are_in_every_signed_report():
    assert OUTCOMES == (
        "served",
        "waiting",
        "open",
        "no_show",
        "abandoned",
        "cancelled",
        "unfinished",
    )
    assert ENDS == ("called", "left", "sent_on", "cancelled", "waiting", "unfinished")
