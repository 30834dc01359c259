"""A hand-made day of thirty numbers and what it comes to, worked out by hand: the sheet every view
and file of the report is held against.

Monday 23 November 2026, open 7:30–11:30 and 13:00–17:00, closed by hand at 17:30, looked at at
23:00. Counter 5 is Lan's (A, helps B), 6 Minh's (B), 13 Hoa's (C).
"""

from dataclasses import dataclass
from types import SimpleNamespace

from domain.day import moment

DAY, HERE = "2026-11-23", "Asia/Ho_Chi_Minh"
CLERKS = {"5": "staff:lan", "6": "staff:minh", "13": "staff:hoa"}
#: what a number is, then what happened to it: time, fact, and the counter or other words
STORIES = {
    # plain: 20 minutes, answered; recalled once; priority; called before opening
    "A001": "08:00 issued service=copy | 08:20 called 5 | 08:21 started | 08:31 finished",
    "A002": "08:00 issued | 08:31 called 5 | 08:33 recalled | 08:34 started | 08:40 finished",
    "A003": "08:30 issued priority=NCT75 | 08:41 called 5 | 08:42 started | 08:50 finished",
    "A004": "07:05 issued | 07:25 called 5 | 07:26 started | 07:31 finished",
    # over lunch: 140 minutes, 50 of them open
    "A005": "11:10 issued | 13:30 called 5 | 13:31 started | 13:41 finished",
    # parked in the middle of the service; parked before it began
    "A006": "09:00 issued | 09:05 called 5 | 09:06 started | 09:10 parked | 09:30 called 5"
    " | 09:31 started | 09:36 finished",
    "A007": "09:00 issued | 09:40 called 5 | 09:41 parked | 09:50 called 5 | 09:51 started"
    " | 09:55 finished",
    # served by A and sent to B; sent twice; sent on without having been served
    "A008": "09:00 issued | 09:56 called 5 | 09:57 started | 10:00 transferred field=B"
    " | 10:20 called 6 | 10:21 started | 10:25 finished",
    "A009": "09:50 issued | 10:01 called 5 | 10:02 started | 10:05 transferred field=B"
    " | 10:26 called 6 | 10:27 started | 10:30 transferred field=C service=land-cert"
    " | 10:50 called 13 | 10:51 started | 11:05 finished",
    "A010": "10:00 issued | 10:06 called 5 | 10:08 transferred field=C | 11:06 called 13"
    " | 11:07 started | 11:10 finished",
    # sent to B, and left there after an hour
    "A011": "10:00 issued | 10:10 called 5 | 10:11 started | 10:15 transferred field=B"
    " | 11:15 cancelled",
    # came back by themselves; was put back in line; never came
    "B001": "08:00 issued | 08:10 called 6 | 08:12 missed | 08:30 called 6 | 08:31 started"
    " | 08:35 finished",
    "B002": "08:00 issued | 08:13 called 6 | 08:15 missed | 08:36 requeued | 08:46 called 6"
    " | 08:47 started | 08:50 finished",
    "B003": "08:10 issued | 08:16 called 6 | 08:18 missed | 17:30 expired",
    # put back in line by the counter without a miss: the wait runs on
    "B004": "08:30 issued | 08:51 called 6 | 08:52 requeued | 09:00 called 6 | 09:01 started"
    " | 09:05 finished",
    # call taken back after 6 s, and after 30 s; finish taken back
    "B005": "08:50 issued | 09:06 called 6 | 09:06:06 undone 1 | 09:10 called 6 | 09:11 started"
    " | 09:15 finished",
    "B006": "09:00 issued | 09:16 called 6 | 09:16:30 undone 1 | 09:20 called 6 | 09:21 started"
    " | 09:25 finished",
    "B007": "09:10 issued | 09:26 called 6 | 09:27 started | 09:30 finished | 09:30:20 undone 1"
    " | 09:38 finished",
    # cancelled at the counter; left; still there when the day closed, waiting and called
    "B008": "09:20 issued | 09:39 called 6 | 09:45 cancelled",
    "B009": "09:30 issued | 09:50 cancelled",
    "B010": "16:00 issued | 17:30 expired",
    "B011": "16:20 issued | 17:25 called 6 | 17:30 expired",
    # without the hub: brought in in time, and after the day had closed
    "B801": "10:40 issued issued_at=10:30 | 10:45 called 6 | 10:46 started | 10:50 finished",
    "B802": "22:00 issued issued_at=16:50 | 22:00 expired",
    # two services at one counter, a third elsewhere
    "A012": "13:05 issued service=copy | 13:42 called 5 | 13:43 started"
    " | 13:50 service_begun field=B service=birth | 14:00 transferred field=C service=land-cert"
    " | 14:10 called 13 | 14:11 started | 14:20 finished",
    # made at the counter
    "A013": "14:01 issued | 14:01 called 5 reason=walk_in | 14:02 started | 14:10 finished",
    # finished without a start; called by hand, its kiosk told later when it was taken
    "C001": "14:00 issued | 14:21 called 13 | 14:30 finished",
    "C801": "14:31 issued | 14:31 called 13 | 14:32 started | 14:40 finished"
    " | 14:45 joined issued_at=14:00",
    # given up while set aside; cut off in the middle of the service
    "C002": "14:30 issued | 14:41 called 13 | 14:42 started | 14:45 parked | 15:00 cancelled",
    "C003": "16:30 issued | 17:20 called 13 | 17:21 started | 17:30 expired",
}


@dataclass
class Sheet:
    """One number by hand: what became of it, and its waits as (origin, field, counter, minutes,
    what it came to, minutes in opening hours).
    """

    outcome: str
    waits: list[tuple[str, str, str | None, float, str, float]]


def _visit(outcome, *wait):
    return Sheet(outcome, [wait] if wait else [])


SHEET = {
    "A001": _visit("served", "taken", "A", "5", 20, "called", 20),
    "A002": _visit("served", "taken", "A", "5", 31, "called", 31),
    "A003": _visit("served", "taken", "A", "5", 11, "called", 11),
    "A004": _visit("served", "taken", "A", "5", 20, "called", 0),
    "A005": _visit("served", "taken", "A", "5", 140, "called", 50),
    "A006": _visit("served", "taken", "A", "5", 5, "called", 5),
    "A007": _visit("served", "taken", "A", "5", 41, "sent_on", 41),
    "A008": Sheet(
        "served",
        [("taken", "A", "5", 56, "called", 56), ("sent", "B", "6", 20, "called", 20)],
    ),
    "A009": Sheet(
        "served",
        [
            ("taken", "A", "5", 11, "called", 11),
            ("sent", "B", "6", 21, "called", 21),
            ("sent", "C", "13", 20, "called", 20),
        ],
    ),
    "A010": Sheet(
        "served",
        [("taken", "A", "5", 8, "sent_on", 8), ("sent", "C", "13", 58, "called", 58)],
    ),
    "A011": Sheet(
        "left",
        [("taken", "A", "5", 10, "called", 10), ("sent", "B", None, 60, "left", 60)],
    ),
    "B001": _visit("served", "taken", "B", "6", 10, "called", 10),
    "B002": Sheet(
        "served",
        [("taken", "B", "6", 13, "called", 13), ("returned", "B", "6", 10, "called", 10)],
    ),
    "B003": _visit("no_show", "taken", "B", "6", 6, "called", 6),
    "B004": _visit("served", "taken", "B", "6", 30, "called", 30),
    "B005": _visit("served", "taken", "B", "6", 20, "called", 20),
    "B006": _visit("served", "taken", "B", "6", 20, "called", 20),
    "B007": _visit("served", "taken", "B", "6", 16, "called", 16),
    "B008": _visit("cancelled", "taken", "B", "6", 25, "cancelled", 25),
    "B009": _visit("left", "taken", "B", None, 20, "left", 20),
    "B010": _visit("left", "taken", "B", None, 90, "left", 60),
    "B011": _visit("unfinished", "taken", "B", "6", 70, "unfinished", 40),
    "B801": _visit("served", "taken", "B", "6", 15, "called", 15),
    "B802": _visit("left", "taken", "B", None, 40, "left", 10),
    "A012": Sheet(
        "served",
        [("taken", "A", "5", 37, "called", 37), ("sent", "C", "13", 10, "called", 10)],
    ),
    "A013": _visit("served"),
    "C001": _visit("served", "taken", "C", "13", 21, "called", 21),
    "C801": _visit("served", "taken", "C", "13", 31, "called", 31),
    "C002": _visit("cancelled", "taken", "C", "13", 11, "called", 11),
    "C003": _visit("unfinished", "taken", "C", "13", 50, "called", 30),
}

#: By field, by hand: the counts of places, of people, and the services with their minutes.
BY_FIELD = {
    "A": {
        "leg_all": 12,
        "leg_taken": 12,
        "leg_sent": 0,
        "leg_returned": 0,
        "leg_called": 10,
        "leg_left": 0,
        "leg_sent_on": 2,
        "leg_cancelled": 0,
        "leg_waiting": 0,
        "leg_unfinished": 0,
        "leg_max_s": 8400.0,
        "leg_within_15": 4,
        "leg_within_15_pct": 33.3,
        "leg_within_30": 6,
        "leg_within_30_pct": 50.0,
        "issued": 13,
        "walk_direct": 1,
        "served": 12,
        "abandoned": 1,
        "services": 12,
        "service_s": 77 * 60.0,
    },
    "B": {
        "leg_all": 17,
        "leg_taken": 13,
        "leg_sent": 3,
        "leg_returned": 1,
        "leg_called": 11,
        "leg_left": 4,
        "leg_sent_on": 0,
        "leg_cancelled": 1,
        "leg_waiting": 0,
        "leg_unfinished": 1,
        "leg_max_s": 5400.0,
        "leg_within_15": 5,
        "leg_within_15_pct": 29.4,
        "leg_within_30": 11,
        "leg_within_30_pct": 64.7,
        "leg_left_p50_s": 3600.0,
        "leg_left_max_s": 5400.0,
        "issued": 13,
        "served": 7,
        "no_shows": 1,
        "abandoned": 3,
        "cancelled": 1,
        "unfinished": 1,
        "services": 10,
        "service_s": 51 * 60.0,
    },
    "C": {
        "leg_all": 7,
        "leg_taken": 4,
        "leg_sent": 3,
        "leg_called": 7,
        "leg_max_s": 3480.0,
        "leg_within_15": 2,
        "leg_within_15_pct": 28.6,
        "leg_within_30": 4,
        "leg_p50_s": 1260.0,
        "leg_p90_s": 3480.0,
        "issued": 4,
        "served": 2,
        "cancelled": 1,
        "unfinished": 1,
        "services": 5,
        "service_s": 46 * 60.0,
        "flagged": 2,
    },
}


def at(clock):
    """ "08:20:06" of the day, in ms."""
    hours, minutes, seconds = (clock + ":00").split(":")[:3]
    return moment(DAY, f"{hours}:{minutes}", HERE) + int(seconds) * 1000


def facts():
    """The journal of the day, as rows: seq, at, day, kind, ticket, number, field, counter, data."""
    rows = [SimpleNamespace(at=at("17:30"), kind="day_closed", ticket=None, number=None, data={})]
    for number, story in STORIES.items():
        rows += [_fact(number, *words.split()) for words in story.split(" | ")]
    rows.sort(key=lambda fact: fact.at)
    last, counters, fields = {}, {}, {}
    for seq, fact in enumerate(rows, 1):
        fact.seq, fact.day = seq, DAY
        mine = last.setdefault(fact.ticket, [])
        if fact.kind == "undone":
            back = mine[-fact.data.pop("count") :]
            fact.data |= {"undoes": back, "restore": {}, "verb": "called"}
            del mine[-len(back) :]
        mine.append(seq)
        fact.field = fields.get(fact.ticket, fact.number[0] if fact.number else None)
        fields[fact.ticket] = fact.data.get("field") or fact.field
        counters[fact.ticket] = fact.data.pop("counter", counters.get(fact.ticket))
        fact.counter = counters[fact.ticket]
        if fact.kind == "called":
            fact.data["clerk"] = CLERKS[fact.counter]
    return rows


def _fact(number, clock, kind, *more):
    data = {}
    for word in more:
        key, _, value = word.partition("=")
        if value:
            data[key] = at(value) if key == "issued_at" else value
        else:
            data["count" if kind == "undone" else "counter"] = int(key) if kind == "undone" else key
    if kind == "called":
        data = {"calls": 1, "reason": "longest_wait", **data}
    return SimpleNamespace(at=at(clock), kind=kind, ticket=f"t-{number}", number=number, data=data)
