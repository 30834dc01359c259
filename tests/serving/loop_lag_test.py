"""A loop that is held is seen in the figures."""

import pytest

from server.serving.figures import durations
from server.serving.loop_lag import TICK_S, TICKS_A_ROUND, LoopLag


def counted(histogram):
    """`{upper end: how many were at most so long}`, "sum" among them."""
    return {
        sample.labels.get("le", sample.name.rpartition("_")[2]): sample.value
        for family in histogram.collect()
        for sample in family.samples
    }


class Loop:
    """Time that passes only while somebody sleeps; `held` is by how much it wakes too late."""

    def __init__(self):
        self.at, self.held = 0.0, 0.0

    def sleep(self, seconds):
        self.at += seconds + self.held

    def now(self):
        return self.at


@pytest.mark.parametrize(
    "held, within, beyond",
    [(0.0, "0.001", None), (0.009, "0.01", "0.005"), (0.2, "0.25", "0.1"), (9.0, "+Inf", "2.5")],
)
def test_by_how_much_later_the_loop_wakes_is_counted(held, within, beyond):
    loop = Loop()
    loop.held = held
    lags = durations("luot_loop_lag_seconds", "…")
    LoopLag(loop.sleep, lags.observe, loop.now).round()
    figures = counted(lags)
    assert figures[within] == TICKS_A_ROUND
    if beyond:
        assert figures[beyond] == 0
    assert figures["sum"] == pytest.approx(held * TICKS_A_ROUND)
    assert figures["count"] == TICKS_A_ROUND
    assert loop.at == pytest.approx((TICK_S + held) * TICKS_A_ROUND)


def test_what_is_counted_together_is_at_most_each_bound():
    commits = durations("luot_commit_seconds", "…")
    for seconds in (0.001, 0.002, 0.01, 0.3):
        commits.observe(seconds)
    figures = counted(commits)
    assert [figures[le] for le in ("0.001", "0.01", "0.5")] == [1, 3, 4]
    assert figures["sum"] == pytest.approx(0.313)
