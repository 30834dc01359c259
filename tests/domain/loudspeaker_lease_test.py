"""Which of several hub processes drives a loudspeaker area."""

from dataclasses import replace

import pytest

from domain.loudspeaker import LoudspeakerRules, Speech
from domain.loudspeaker_lease import (
    ASK_MS,
    LEASE_MS,
    RENEW_MS,
    ask_lease,
    drives,
    hold,
    hold_on,
    lease_is_due,
    lose,
    put_back,
    without_old,
)
from domain.loudspeaker_queue import SpeechQueue
from domain.loudspeaker_states import (
    Area,
    Claim,
    Lease,
    LeaseGranted,
    LeaseRefused,
    LeaseUnknown,
    Orphaned,
    Preparing,
    Scene,
    Silent,
    Speaking,
    Voice,
)

NOON = 1_795_410_000_000
RULES = LoudspeakerRules("Asia/Ho_Chi_Minh")
ALONE, SHARED = Scene(NOON, RULES), Scene(NOON, RULES, shared=True)
TV1 = Voice("tv-1")


def speech(n, since=NOON, until=None):
    return Speech(f"c{n}", "called", (), since, n, f"A{n:03d}", 3, "K1", until, seqs=(n,))


def entry(n, over=True):
    return {"id": f"c{n}", "names": [f"c{n}"], "device": "tv-9", "over": over}


def area(until=0, asked_at=0, state=None, **lease):
    return Area(state or Silent(), lease=Lease(until=until, asked_at=asked_at, **lease))


def waiting(area):
    return [speech.id for speech in area.queue.waiting]


@pytest.mark.parametrize(
    ("until", "may"), [(NOON - 1, False), (NOON, False), (NOON + 1, True), (0, False)]
)
def test_a_process_speaks_only_while_it_has_the_area(until, may):
    assert drives(area(until), SHARED) is may
    assert drives(area(until), ALONE), "where it is alone it always may"


@pytest.mark.parametrize(
    ("until", "asked_ago", "due"),
    [
        (NOON + 1, RENEW_MS - 1, False),
        (NOON + 1, RENEW_MS, True),
        (NOON, ASK_MS - 1, False),
        (NOON, ASK_MS, True),
        (NOON - 1, ASK_MS, True),
        (NOON + 1, RENEW_MS + 1, True),
        (NOON, ASK_MS + 1, True),
        (NOON + 1, 0, False),
        (NOON + 1, -1, True),  # the clock went back
        (NOON + 1, NOON, True),  # never asked
    ],
)
def test_who_has_the_area_says_so_every_two_seconds_and_others_ask_every_second(
    until, asked_ago, due
):
    assert lease_is_due(area(until, NOON - asked_ago), SHARED) is due
    assert not lease_is_due(area(until, NOON - asked_ago), ALONE)
    assert lease_is_due(area(9_000, 2_000), replace(SHARED, at=5_000))
    assert (LEASE_MS, RENEW_MS, ASK_MS) == (6_000, 2_000, 1_000)


def test_only_who_holds_the_area_writes_down_what_was_said():
    spoken = (entry(1),)
    held, effects = ask_lease(area(NOON + 1, spoken=spoken), SHARED)
    assert effects == [Claim(NOON + LEASE_MS, spoken)]
    assert (held.lease.asked_at, held.lease.renewing) == (NOON, True)
    asked, effects = ask_lease(area(NOON, spoken=spoken), SHARED)
    assert effects == [Claim(NOON + LEASE_MS, None)]
    assert (asked.lease.asked_at, asked.lease.renewing) == (NOON, False)


@pytest.mark.parametrize(("ends", "until"), [(9_000, 9_000), (1_000, LEASE_MS)])
def test_the_area_is_asked_for_until_what_sounds_has_ended(ends, until):
    for state in (
        Speaking(speech(1), "line-1", TV1, NOON + ends),
        Orphaned(speech(1), TV1, NOON + ends),
    ):
        _, effects = ask_lease(area(state=state), SHARED)
        assert effects == [Claim(NOON + until, None)]


def test_a_renewal_changes_nothing_but_its_time():
    before = replace(area(NOON + 1, renewing=True), queue=SpeechQueue((speech(1),)))
    after, effects = hold(before, LeaseGranted(NOON + 9, (entry(1),)), SHARED)
    assert (after.lease.until, waiting(after), effects) == (NOON + 9, ["c1"], [])
    assert after.lease.spoken == before.lease.spoken


def test_what_the_process_before_has_said_is_not_said_again():
    before = replace(area(), queue=SpeechQueue((speech(1), speech(2), speech(3))))
    spoken = (entry(1), entry(3))
    after, effects = hold(before, LeaseGranted(NOON + 9, spoken), SHARED)
    assert (waiting(after), effects, after.state) == (["c2"], [], Silent())
    assert (after.lease.until, after.lease.spoken) == (NOON + 9, spoken)


def test_the_board_that_began_last_is_asked_for_its_end():
    before = replace(area(), queue=SpeechQueue((speech(1), speech(2), speech(3))))
    last = {**entry(2, over=False), "id": "c2~1"}
    after, effects = hold(before, LeaseGranted(NOON + 9, (entry(1), last)), SHARED)
    again = replace(speech(2), id="c2~1")
    assert after.state == Orphaned(again, Voice("tv-9"), NOON)
    assert (waiting(after), after.began_at, effects) == (["c3"], NOON - 6_000, [])


@pytest.mark.parametrize(
    "spoken",
    [
        (entry(2, over=True),),  # it ended
        (entry(2, over=False), entry(1)),  # not the last
        (entry(9, over=False),),  # it does not wait here
        (),
    ],
)
def test_nobody_is_asked_for_what_is_known(spoken):
    before = replace(area(), queue=SpeechQueue((speech(2), speech(3))))
    assert hold(before, LeaseGranted(NOON + 9, spoken), SHARED)[0].state == Silent()


def test_who_speaks_already_asks_nobody_else():
    state = Speaking(speech(7), "line-1", TV1, NOON + 9_000)
    before = replace(area(state=state), queue=SpeechQueue((speech(2),)))
    after, _ = hold(before, LeaseGranted(NOON + 9, (entry(2, over=False),)), SHARED)
    assert after.state == state and waiting(after) == []


def test_what_could_not_be_written_down_is_the_first_to_wait():
    spoken = (entry(0), entry(1), entry(2))
    state = Preparing(speech(2), "line-1", TV1, 1)
    before = replace(
        area(NOON + 9, state=state, spoken=spoken), queue=SpeechQueue((speech(3), speech(4)))
    )
    after, effects = put_back(before, LeaseUnknown(), SHARED)
    assert (after.state, waiting(after), effects) == (Silent(), ["c2", "c3", "c4"], [])
    assert (after.lease.until, after.lease.spoken) == (0, (entry(0), entry(1)))
    assert put_back(area(NOON + 9), LeaseRefused(), SHARED) == (area(NOON + 9), [])


def test_who_lost_the_area_is_silent():
    state = Speaking(speech(1), "line-1", TV1, NOON + 9_000)
    after, effects = lose(area(NOON + 9, state=state), LeaseRefused(), SHARED)
    assert (after.state, after.lease.until, effects) == (Silent(), 0, [])


@pytest.mark.parametrize(("until", "keeps"), [(NOON + 1, True), (NOON, False), (NOON - 1, False)])
def test_what_was_granted_holds_until_its_time_whatever_the_database_says(until, keeps):
    state = Speaking(speech(1), "line-1", TV1, NOON + 9_000)
    before = area(until, state=state)
    after, effects = hold_on(before, LeaseUnknown(), SHARED)
    assert effects == [] and (after == before) is keeps
    assert after.state == (state if keeps else Silent())


def test_what_waits_for_another_process_to_die_waits_no_longer_than_it_is_worth_saying():
    speeches = (
        speech(1, since=NOON - 90_001),
        speech(2, since=NOON - 90_000),
        speech(3, until=NOON),
        speech(4, until=NOON + 1),
        speech(5),
        speech(6, until=NOON - 1),
    )
    before = replace(area(), queue=SpeechQueue(speeches))
    assert waiting(without_old(before, SHARED)) == ["c2", "c4", "c5"]
    fresh = replace(area(), queue=SpeechQueue(speeches[3:5]))
    assert without_old(fresh, SHARED) is fresh
