"""What waits for one loudspeaker: in its order, each thing once, and what is late together."""

import pytest

from domain.loudspeaker import LoudspeakerRules, Speech, length_ms, thrifty
from domain.loudspeaker_queue import SpeechQueue

NOON = 1_795_410_000_000
RULES = LoudspeakerRules("Asia/Ho_Chi_Minh")


def call(n, since=NOON, number=None, counter=3, kind="called", ms=5_000, times=2):
    say = (
        {"lang": "vi", "text": "", "clips": [], "ms": ms, "times": times},
        {"lang": "en", "text": "", "clips": [], "ms": ms, "times": 1},
    )
    number = number or f"A{n:03d}"
    return Speech(f"c{n}", kind, say, since, n, number, counter, "K1", seqs=(n,))


def notice(name, until=None):
    say = ({"lang": "vi", "text": "x", "clips": [], "ms": 8_000, "times": 1},)
    return Speech(name, "notice", say, NOON, until=until)


def queue_of(*speeches):
    queue = SpeechQueue()
    for speech in speeches:
        queue = queue.added(speech)
    return queue


def ids(speeches):
    return [speech.id for speech in speeches]


def everybody(speech):
    return True


def nobody(speech):
    return False


def test_first_in_is_first_out():
    queue = queue_of(call(1), notice("n1"), call(2))
    taken = []
    while queue:
        speech, queue, left_out = queue.take(NOON, RULES, everybody)
        taken.append(speech.id)
        assert left_out == ()
    assert taken == ["c1", "n1", "c2"]
    assert queue.take(NOON, RULES, everybody) == (None, queue, ())


def test_the_same_thing_waits_once_and_the_queue_before_is_unchanged():
    queue = queue_of(call(1), notice("n1"), call(2))
    assert queue.added(call(2)) is queue
    assert queue.added(notice("n1").once_more()) is queue, "said anew under another id"
    assert ids(queue.waiting) == ["c1", "n1", "c2"]
    assert ids(queue.added(notice("n2")).waiting) == ["c1", "n1", "c2", "n2"]


def test_a_recall_takes_the_place_of_its_call_and_stands_for_both():
    queue = queue_of(call(1), call(2, NOON - 9), call(3))
    first = queue.added(call(4, number="A001"))
    assert ids(first.waiting) == ["c4", "c2", "c3"]
    after = queue.added(call(7, NOON, number="A002", counter="3", kind="recalled"))
    assert [(s.id, s.kind, s.since, s.seqs) for s in after.waiting] == [
        ("c1", "called", NOON, (1,)),
        ("c7", "recalled", NOON - 9, (2, 7)),
        ("c3", "called", NOON, (3,)),
    ]
    last = queue.added(call(8, number="A003"))
    assert ids(last.waiting) == ["c1", "c2", "c8"]
    assert ids(last.added(call(9, number="A003")).waiting) == ["c1", "c2", "c9"]
    assert after.added(call(2)) is after, "it stands for the first one too"


def test_the_same_number_at_another_counter_is_another_call():
    queue = queue_of(call(1), call(2, number="A001", counter=4), call(3, number="A009"))
    assert ids(queue.waiting) == ["c1", "c2", "c3"]


def test_a_call_whose_counter_called_somebody_else_is_left_out():
    queue = queue_of(call(1), notice("n1"), call(2))
    speech, rest, left_out = queue.take(NOON, RULES, lambda speech: speech.seq == 2)
    assert (speech.id, ids(rest.waiting), ids(left_out)) == ("n1", ["c2"], ["c1"])
    speech, rest, left_out = queue_of(call(1), call(2)).take(NOON, RULES, nobody)
    assert (speech, rest.waiting, ids(left_out)) == (None, (), ["c1", "c2"])


@pytest.mark.parametrize(
    ("until", "is_spoken"), [(NOON - 1, 0), (NOON, 0), (NOON + 1, 1), (None, 1)]
)
def test_a_notice_is_worth_nothing_once_its_time_has_come(until, is_spoken):
    speech, _, left_out = queue_of(notice("n1", until)).take(NOON, RULES, nobody)
    assert (speech is not None, len(left_out)) == (bool(is_spoken), 1 - is_spoken)


def test_what_waited_too_long_comes_together_by_chime_alone():
    late = NOON + RULES.stale_ms + 1
    queue = queue_of(call(1), notice("n1"), call(2), call(3, since=NOON + 1), call(4, since=NOON))
    speech, rest, _ = queue.take(late, RULES, everybody)
    assert (speech.kind, speech.say, speech.seqs) == ("late", (), (1, 2, 4))
    assert ids(rest.waiting) == ["n1", "c3"], "a notice is never late, 90 s are not too long"


def test_how_long_one_waits_does_not_depend_on_the_clock():
    queue = queue_of(call(1, since=10))
    assert queue.take(10 + RULES.stale_ms, RULES, everybody).speech.kind == "called"
    assert queue.take(11 + RULES.stale_ms, RULES, everybody).speech.kind == "late"


def test_so_many_as_a_screen_can_show_come_together():
    queue = queue_of(*(call(n) for n in range(1, 9)))
    speech, rest, _ = queue.take(NOON + 2 * RULES.stale_ms, RULES, everybody)
    assert (speech.seqs, ids(rest.waiting)) == ((1, 2, 3, 4, 5, 6), ["c7", "c8"])


def test_one_that_waits_alone_is_read_in_full_however_long_it_is():
    long = call(1, ms=30_000)
    assert queue_of(long).take(NOON, RULES, everybody).speech == long


def lag(*speeches):
    return queue_of(*speeches).lag_ms(RULES)


def test_a_queue_gets_thriftier_in_two_steps():
    """Two of 2 + 1 readings of 1 s and 0.6 s silence, after a chime of 1.65 s: 6.45 s each."""
    short, middle = (call(n, ms=1_000) for n in (1, 2)), (call(n, ms=5_000) for n in (1, 2))
    assert [length_ms(call(1, ms=ms).say) for ms in (1_000, 5_000)] == [6_450, 18_450]
    assert lag(*short) == 2 * 6_450, "everything"
    assert lag(*middle) == 2 * (1_650 + 5_600), "36.9 s are too long: the first language only"
    once = [call(n, ms=2_000) for n in (1, 2)]
    assert length_ms(once[0].say) * 2 == 18_900 <= RULES.long_queue_ms
    assert lag(*once, call(3, ms=1_000)) == 2 * 6_850 + 6_000 < 20_000, "once each"


def test_the_limit_itself_is_not_too_long():
    exact = LoudspeakerRules("Asia/Ho_Chi_Minh", long_queue_ms=2 * 6_450)
    queue = queue_of(call(1, ms=1_000), call(2, ms=1_000))
    assert queue.take(NOON, exact, everybody).speech.say == call(1, ms=1_000).say
    shorter = LoudspeakerRules("Asia/Ho_Chi_Minh", long_queue_ms=2 * 6_450 - 1)
    thrift = queue.take(NOON, shorter, everybody).speech.say
    assert thrift == thrifty(call(1, ms=1_000).say, 1)


def test_a_notice_is_never_cut():
    queue = queue_of(notice("n1"), *(call(n, ms=9_000) for n in range(1, 9)))
    assert queue.take(NOON, RULES, everybody).speech == notice("n1")


def test_each_stands_six_seconds_however_short_it_is():
    assert lag() == 0
    assert lag(call(1, ms=10, times=1)) == 6_000


def test_what_could_not_be_said_goes_before_all_others():
    queue = queue_of(call(1), call(2))
    assert ids(queue.put_first(call(3)).waiting) == ["c3", "c1", "c2"]


def test_nothing_left_out_is_the_same_queue():
    queue = queue_of(call(1), call(2))
    assert queue.without(nobody) is queue
    assert ids(queue.without(lambda speech: speech.seq == 1).waiting) == ["c2"]
    assert not queue.without(everybody)
