"""What LED boards and call pads are counters of a hall, small and without names."""

from domain.led import GONE, HEARTBEAT_S, counters_now, hub_now

SNAPSHOT = {
    "centre": {"timezone": "Asia/Ho_Chi_Minh"},
    "day": {"date": "2026-11-23"},
    "calls": [
        {"counter": 5, "number": "A002", "seq": 40},
        {"counter": 5, "number": "A002", "seq": 31},
    ],
    "counters": [
        {"counter": 5, "number": "A002", "ticket_state": "CALLED", "state": "open", "calls": 2},
        {"counter": 6, "number": "A001", "ticket_state": "SERVING", "state": "open", "calls": 1},
        {"counter": 7, "number": None, "ticket_state": None, "state": "open", "calls": 0},
        {"counter": 8, "number": None, "ticket_state": None, "state": "paused", "calls": 0},
        {"counter": 9, "number": None, "ticket_state": None, "state": "closed", "calls": 0},
    ],
}


def test_a_heartbeat_tells_the_hour_of_the_hall_not_of_the_machine():
    assert hub_now(SNAPSHOT, 1_795_401_660_000) == {
        "up": 1,
        "t": 1_795_401_660_000,
        "day": "2026-11-23",
        "hm": "09:41",
    }


def test_a_counter_blinks_for_its_newest_call_and_for_nothing_that_is_long_ago():
    counters = counters_now(SNAPSHOT)
    assert {counter: (row["n"], row["seq"], row["state"]) for counter, row in counters.items()} == {
        "5": ("A002", 40, "called"),
        "6": ("A001", 0, "serving"),
        "7": ("", 0, "idle"),
        "8": ("", 0, "paused"),
        "9": ("", 0, "closed"),
    }
    assert [row["calls"] for row in counters.values()] == [2, 1, 0, 0, 0]


def test_a_board_hears_of_the_hub_twice_before_it_takes_it_for_gone():
    assert HEARTBEAT_S == 5.0, "as docs say; a board waits 13 s"
    assert GONE == {"up": 0}
