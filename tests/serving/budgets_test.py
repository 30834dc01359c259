"""Budgets and turns: who is slowed down, who is cut, and who never waits for whom."""

import threading

import pytest

from server.serving.budgets import GREEDY_S, Bucket, Greedy, PacketBudget, Turns


class Time:
    """A clock that moves when somebody sleeps, and what was slept."""

    def __init__(self):
        self.now, self.naps = 1000.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.now += seconds


@pytest.fixture
def time():
    return Time()


def test_a_bucket_gives_so_much_at_once_and_so_much_a_second(time):
    bucket = Bucket(burst=10, per_second=2, clock=time)
    assert [bucket.spend(1) for _ in range(10)] == [0] * 10
    assert bucket.spend(1) == 0.5 and bucket.spend(1) == 1.0
    time.now += 1.0
    assert bucket.wait_s() == 0 and not bucket.full
    time.now += 3600
    assert bucket.full and [bucket.spend(5), bucket.spend(5), bucket.spend(1)] == [0, 0, 0.5]


def socket(time, before_joining=10, per_second=50, shared=None):
    return PacketBudget(
        before_joining, per_second, shared or Bucket(1e9, 1e9, time), time.sleep, time
    )


def test_who_joins_nothing_sends_a_handful_and_is_cut(time):
    stranger = socket(time)
    for _ in range(10):
        stranger.spend()
    with pytest.raises(Greedy):
        stranger.spend()
    assert time.naps == []


def test_a_screen_that_hands_in_a_morning_at_once_is_slowed_down_but_never_cut(time):
    kiosk = socket(time)
    kiosk.joined = True
    for _ in range(300):
        kiosk.spend()
    assert 1.5 < sum(time.naps) < 2.5


def test_a_joined_socket_that_floods_on_is_cut_after_ten_seconds(time):
    thief, began = socket(time), time.now
    thief.joined = True
    with pytest.raises(Greedy):
        for _ in range(100_000):
            thief.spend()
    assert GREEDY_S <= time.now - began < GREEDY_S + 6


def test_a_screen_at_its_ordinary_pace_never_waits(time):
    board = socket(time)
    board.joined = True
    for _ in range(5_000):
        time.now += 0.1
        board.spend()
    assert time.naps == []


def test_sockets_of_one_address_share_one_budget_and_strangers_spend_none_of_it(time):
    shared = Bucket(20, 10, time)
    board, other, stranger = (socket(time, shared=shared) for _ in range(3))
    board.joined = other.joined = True
    for _ in range(10):
        stranger.spend()
    for _ in range(10):
        board.spend()
        other.spend()
    assert time.naps == []
    board.spend()
    assert time.naps == [pytest.approx(0.1)]


def test_an_address_uses_its_burst_then_its_share(time):
    turns = Turns(burst_s=3.0, share=0.25, sleep=time.sleep, clock=time)

    def request(key, cost):
        assert turns.enter(key, True, 500)
        time.now += cost
        turns.leave(key, True, cost)

    for _ in range(400):  # four seconds in which one second came back
        request("greedy", 0.01)
    assert sum(time.naps) < 0.2
    began = time.now
    for _ in range(100):
        request("greedy", 0.01)
    assert 3.5 < time.now - began < 4.5  # a second of work at a quarter of the processor
    time.naps.clear()
    request("phone", 0.01)
    assert sum(time.naps) < 0.02  # another address is not in this debt


def test_strangers_of_many_addresses_together_leave_the_hall_its_half(time):
    turns = Turns(burst_s=3.0, share=0.25, sleep=time.sleep, clock=time)
    began = time.now
    for number in range(4_000):
        turns.enter(f"address {number % 100}", True, 500)
        time.now += 0.01
        turns.leave(f"address {number % 100}", True, 0.01)
    assert (time.now - began) > 4_000 * 0.01 / 0.5 - 15


def test_an_accepted_token_waits_behind_no_stranger(time):
    turns = Turns(burst_s=0.01, share=0.01, sleep=time.sleep, clock=time)
    for _ in range(3):
        turns.enter("greedy", True, 500)
        turns.leave("greedy", True, 0.1)
    time.naps.clear()
    assert turns.enter("token", False, 500)
    assert time.naps == []


def test_after_each_turn_that_follows_at_once_the_loop_goes_round(time):
    turns = Turns(burst_s=3.0, share=0.25, sleep=time.sleep, clock=time)
    for _ in range(5):
        turns.enter("token", False, 500)
        turns.leave("token", False, 0.001)
    assert time.naps == [0] * 4


def test_too_many_who_wait_are_sent_away():
    inside, go_on = threading.Event(), threading.Event()

    def sleep(_):
        inside.set()
        go_on.wait(30)

    turns = Turns(burst_s=0.0, share=0.25, sleep=sleep)
    turns.enter("a", True, 2)
    turns.leave("a", True, 0.05)
    waiting = threading.Thread(target=turns.enter, args=("a", True, 2))
    waiting.start()
    assert inside.wait(30)
    second = threading.Thread(target=turns.enter, args=("a", True, 2))
    second.start()
    while turns._waiters("a", True).waiting < 2:
        pass
    assert not turns.enter("a", True, 2)
    go_on.set()
    waiting.join(10)
    second.join(10)
    assert not waiting.is_alive() and not second.is_alive()


def test_a_connection_that_has_let_the_loop_go_round_is_alone_with_its_token(time):
    """A kiosk waits once between two of its presses; of two that share a token each waits."""
    turns = Turns(burst_s=3.0, share=0.25, sleep=time.sleep, clock=time)
    kiosk, other = object(), object()

    def press(connection):
        turns.enter("token", False, 500, rested=connection)
        turns.leave("token", False, 0.001, connection)

    time.now += 1
    for _ in range(5):
        press(kiosk)
    assert time.naps == []
    press(other)
    press(kiosk)
    assert time.naps == [0, 0]
