"""The boards' and pads' own lines of C++, in cases a hall does not bring about by itself."""

import json
import subprocess

from domain.led import counters_now, hub_now
from firmware_configs.checks.frame import CONFIGS, ROOT, program

SNAPSHOT = {
    "centre": {"timezone": "Asia/Ho_Chi_Minh"},
    "day": {"date": "2026-11-24"},
    "calls": [{"counter": 3, "number": "A012", "seq": 812}],
    "counters": [
        {"counter": 3, "state": "open", "number": "A012", "ticket_state": "CALLED", "calls": 1},
        {"counter": "HD1", "state": "paused", "number": None, "ticket_state": None, "calls": 0},
        {"counter": 4, "state": "open", "number": "B001", "ticket_state": "SERVING", "calls": 2},
        {"counter": 5, "state": "open", "number": None, "ticket_state": None, "calls": 0},
    ],
}


def test_a_board_and_a_pad_without_clock_with_a_wrong_one_over_http_and_after_49_days(tmp_path):
    subprocess.run(
        [
            program("g++"),
            "-std=gnu++17",
            "-Wall",
            "-Wextra",
            "-Werror",
            *(f"-I{CONFIGS / f}" for f in ("esphome", "counter_led/common", "call_pad/common")),
            ROOT / "tests/firmware/logic.cpp",
            "-o",
            tmp_path / "logic",
        ],
        check=True,
        timeout=120,
    )
    for dump in (
        json.dumps,
        lambda case: json.dumps(case, indent=2, sort_keys=True),
    ):  # as the hub writes it, and as a person would
        answer = dump(
            {"ok": True, **hub_now(SNAPSHOT, 1795398120000), **counters_now(SNAPSHOT)["3"]}
        )
        done = subprocess.run(
            [tmp_path / "logic", answer, "A012"], capture_output=True, text=True, timeout=20
        )
        assert (done.returncode, done.stdout) == (0, "all holds\n")


def test_what_a_board_is_told_of_each_counter():
    now = counters_now(SNAPSHOT)
    assert {c: (s["n"], s["seq"], s["state"]) for c, s in now.items()} == {
        "3": ("A012", 812, "called"),
        "HD1": ("", 0, "paused"),
        "4": ("B001", 0, "serving"),
        "5": ("", 0, "idle"),
    }
    assert hub_now(SNAPSHOT, 1795398120000) == {
        "up": 1,
        "t": 1795398120000,
        "day": "2026-11-24",
        "hm": "08:42",
    }
