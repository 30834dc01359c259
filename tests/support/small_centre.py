"""A small centre made of domain objects alone, for tests of rules that need a whole one."""

from domain.centre import Centre, CentreRules, Counter, Field, PriorityClass
from domain.displays import Displays
from domain.loudspeaker import LoudspeakerRules
from domain.numbers import KioskNumbers


def small_centre(finish_the_line: bool = True) -> Centre:
    """Two fields and three counters: 1 serves A, 2 serves A and B, 3 serves B and helps A."""
    fields = {
        prefix: Field(prefix, {}, {}, "intake", "K1", minutes, None, share)
        for prefix, minutes, share in (("A", 6, 0.7), ("B", 10, 0.3))
    }
    served = {"1": (("A",), ()), "2": (("A", "B"), ()), "3": (("B",), ("A",))}
    return Centre(
        "small",
        {},
        "Asia/Ho_Chi_Minh",
        "00:30",
        ("vi",),
        "{prefix}{n:03d}",
        {},
        "P",
        {"K1": {}},
        fields,
        {},
        {
            number: Counter(number, "K1", own, overflow, "normal", False, None)
            for number, (own, overflow) in served.items()
        },
        {
            code: PriorityClass(code, {}, credit, None, None)
            for code, credit in (("NKT", 20), ("NCC", 30), ("KHAC", 0))
        },
        CentreRules(
            guard_minutes=40,
            overflow_after_minutes=10,
            arrive_grace_seconds=180,
            calls_before_no_show=2,
            rejoin_within_minutes=30,
            rejoin_after_tickets=3,
            rejoin_times=1,
            keep_absent=True,
            target_minutes=15,
            kiosk_min_seconds_between_tickets=3,
            finish_the_line=finish_the_line,
            auto_recall_seconds=None,
            auto_no_show=False,
            bulk_from=5,
        ),
        {kind: {"mon_fri": ["07:30-11:30", "13:00-17:00"]} for kind in ("service", "tickets")},
        frozenset(),
        {},
        None,
        LoudspeakerRules("Asia/Ho_Chi_Minh"),
        Displays(),
        KioskNumbers(),
        None,
        None,
        5,
    )
