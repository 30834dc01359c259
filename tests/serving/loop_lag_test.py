"""A loop that is held is seen in the figures."""

import pytest

from server.serving.loop_lag import TICK_S, TICKS_A_ROUND, Histogram, LoopLag


def counted(metrics):
    """`{name with its label: value}`."""
    return dict(line.rsplit(" ", 1) for line in metrics if not line.startswith("#"))


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
    lag = LoopLag(loop.sleep, loop.now)
    lag.round()
    figures = counted(lag.metrics())
    assert figures[f'luot_loop_lag_seconds_bucket{{le="{within}"}}'] == str(TICKS_A_ROUND)
    if beyond:
        assert figures[f'luot_loop_lag_seconds_bucket{{le="{beyond}"}}'] == "0"
    assert float(figures["luot_loop_lag_seconds_sum"]) == pytest.approx(held * TICKS_A_ROUND)
    assert figures["luot_loop_lag_seconds_count"] == str(TICKS_A_ROUND)
    assert loop.at == pytest.approx((TICK_S + held) * TICKS_A_ROUND)


def test_a_histogram_counts_what_is_at_most_each_bound():
    commits = Histogram("luot_commit_seconds")
    for seconds in (0.001, 0.002, 0.01, 0.3):
        commits.add(seconds)
    text = commits.metrics()
    assert text[0] == "# TYPE luot_commit_seconds histogram"
    figures = counted(text)
    assert [
        figures[f'luot_commit_seconds_bucket{{le="{le}"}}'] for le in ("0.001", "0.01", "0.5")
    ] == [
        "1",
        "3",
        "4",
    ]
    assert figures["luot_commit_seconds_sum"] == "0.313000"
