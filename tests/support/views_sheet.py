"""The hand-made day told once more for the views, minute by minute and by hand: who joined a line
when, who was served where, when counters were open. Every cell of every view is counted from this
and from the sheet of the day, by no line of the product.
"""

from tests.support.waits_again import _mark
from tests.support.worked_day import SHEET

#: When each wait began, in the order of the sheet.
JOINED = {
    "A001": ["08:00"],
    "A002": ["08:00"],
    "A003": ["08:30"],
    "A004": ["07:05"],
    "A005": ["11:10"],
    "A006": ["09:00"],
    "A007": ["09:00"],
    "A008": ["09:00", "10:00"],
    "A009": ["09:50", "10:05", "10:30"],
    "A010": ["10:00", "10:08"],
    "A011": ["10:00", "10:15"],
    "B001": ["08:00"],
    "B002": ["08:00", "08:36"],
    "B003": ["08:10"],
    "B004": ["08:30"],
    "B005": ["08:50"],
    "B006": ["09:00"],
    "B007": ["09:10"],
    "B008": ["09:20"],
    "B009": ["09:30"],
    "B010": ["16:00"],
    "B011": ["16:20"],
    "B801": ["10:30"],
    "B802": ["16:50"],
    "A012": ["13:05", "14:00"],
    "A013": [],
    "C001": ["14:00"],
    "C801": ["14:00"],
    "C002": ["14:30"],
    "C003": ["16:30"],
}
#: Who was served at which counter; C003 was still when the day closed, until when is not known.
SERVED = {
    "5": "08:21-08:31 08:34-08:40 08:42-08:50 07:26-07:31 13:31-13:41 09:06-09:10 09:31-09:36"
    " 09:51-09:55 09:57-10:00 10:02-10:05 10:11-10:15 13:43-14:00 14:02-14:10",
    "6": "10:21-10:25 10:27-10:30 08:31-08:35 08:47-08:50 09:01-09:05 09:11-09:15 09:21-09:25"
    " 09:27-09:38 10:46-10:50",
    "13": "10:51-11:05 11:07-11:10 14:11-14:20 14:21-14:30 14:32-14:40 14:42-14:45",
}
#: When counters were open and paused: facts of the journal that `counter_facts` makes.
OPEN = {
    "5": "07:20-08:50 08:58-11:30 13:00-17:30",
    "6": "08:00-11:30 16:30-17:30",
    "13": "10:45-11:15 14:00-17:30",
}
PAUSED = {"5": "08:50-08:58"}
HOURS = ["07:30-11:30", "13:00-17:00"]
#: What became of the numbers of each field, and what else is counted of them, by hand.
OUTCOMES = {
    "A": {"issued": 13, "served": 12, "abandoned": 1, "recalls": 1, "walk_direct": 1},
    "B": {
        "issued": 13,
        "served": 7,
        "no_shows": 1,
        "abandoned": 3,
        "cancelled": 1,
        "unfinished": 1,
        "returned": 2,
    },
    "C": {"issued": 4, "served": 2, "cancelled": 1, "unfinished": 1, "flagged": 2},
}
NO_SHOW_PCT = {"A": 0.0, "B": 10.0, "C": 0.0}
REASONS = ("busy", "unstaffed", "closed", "priority", "sent")


def minute(clock):
    """ "08:20" as minutes of the day."""
    return int(clock[:2]) * 60 + int(clock[3:])


def spans(text):
    """ "08:20-08:30 …" as pairs of minutes."""
    return [tuple(minute(end) for end in span.split("-")) for span in text.split()]


def waits():
    """Every wait: number, where in its visit, field, counter, from, to, came to, minutes open."""
    for number, sheet in SHEET.items():
        for n, (_, field, counter, minutes, came_to, opened) in enumerate(sheet.waits):
            start = minute(JOINED[number][n])
            yield number, n, field, counter, start, start + minutes, came_to, opened


def _within(at, text):
    return any(begin <= at < end for begin, end in spans(text))


def _share(part, whole):
    return round(100 * part / whole, 1) if whole else None


def _waited(own):
    """The figures of some waits."""
    pairs = [(to - start, came == "called") for *_, start, to, came, _ in own]
    p90, bound = _p90(pairs)
    return {
        "leg_all": len(own),
        "leg_left": sum(wait[6] == "left" for wait in own),
        "leg_p90_s": None if p90 is None else p90 * 60.0,
        "leg_within_15_pct": _share(sum(m <= 15 and called for m, called in pairs), len(pairs)),
        "at_least": ["leg_p90_s"] if bound else [],
    }


def _p90(pairs):
    if not pairs:
        return None, False
    return _mark(pairs, 0.9)


def _times(counters, minutes):
    """Minutes counters were open, serving, idle and paused among some minutes."""
    opened = sum(_within(at, OPEN[c]) for at in minutes for c in counters)
    serving = sum(_within(at, SERVED[c]) for at in minutes for c in counters)
    paused = sum(_within(at, PAUSED.get(c, "")) for at in minutes for c in counters)
    return {
        "open_s": opened * 60.0,
        "serving_s": serving * 60.0,
        "idle_s": max(0, opened - serving) * 60.0,
        "paused_s": paused * 60.0,
        "busy_pct": _share(min(serving, opened), opened),
    }


def _of_time(length):
    """Rows of so many minutes: figures by the minute they begin with."""
    rows = {}
    for begin in range(0, 1440, length):
        minutes = range(begin, begin + length)
        own = [wait for wait in waits() if wait[4] in minutes]
        line = [sum(wait[4] <= at < wait[5] for wait in waits()) for at in minutes]
        at_end = sum(wait[4] < begin + length < wait[5] for wait in waits())
        times = _times("5 6 13".split(), minutes)
        if not (own or sum(line) or times["open_s"] or times["serving_s"]):
            continue
        rows[f"{begin // 60:02d}:{begin % 60:02d}"] = {
            **_waited(own),
            **times,
            "line_mean": round(sum(line) / length, 1),
            "line_most": at_end,
            "unserved": float(at_end),
            "counters_open": round(times["open_s"] / 60 / length, 1),
            "joined": float(len(own)),
        }
    return rows


def staffing():
    """By half hour."""
    total = _waited(list(waits())) | _times("5 6 13".split(), range(1440))
    return _of_time(30), total


def week():
    """By weekday and hour: the one Monday's hours in which somebody joined."""
    rows = _of_time(60)
    return {f"mon {key[:2]}": row for key, row in rows.items() if row["leg_all"]}, None


def counters():
    """By counter."""
    rows = {}
    for counter in (*OPEN, None):
        own = [wait for wait in waits() if wait[3] == counter]
        times = _times([counter] if counter else [], range(1440))
        rows[counter] = _waited(own) | times
    return rows, _waited(list(waits())) | _times(list(OPEN), range(1440))


def distribution():
    """By minutes waited."""
    starts = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120)
    rows, called = {}, 0
    everybody = [(to - start, came) for *_, start, to, came, _ in waits()]
    for begin, end in zip(starts, (*starts[1:], 10_000), strict=True):
        own = [came for length, came in everybody if begin <= length < end]
        called += own.count("called")
        rows[f"{begin:03d}"] = {
            "leg_all": len(own),
            "leg_called": own.count("called"),
            "leg_left": own.count("left"),
            "leg_other": len(own) - own.count("called") - own.count("left"),
            "share_pct": _share(len(own), len(everybody)),
            "called_by_pct": _share(called, len(everybody)),
        }
    keys = ("leg_all", "leg_called", "leg_left", "leg_other")
    return rows, {key: sum(row[key] for row in rows.values()) for key in keys}


def leavers():
    """By the hour they left: A011 at 11:15, B009 at 9:50, B010 and B802 when the day closed."""
    left = {
        hour: sorted(w[5] - w[4] for w in waits() if w[6] == "left" and w[5] // 60 == hour)
        for hour in range(24)
    }
    rows = {f"{hour:02d}": _left(own) for hour, own in left.items() if own}
    return rows, _left(sorted(minutes for own in left.values() for minutes in own))


def _left(own):
    return {
        "leg_left": len(own),
        "left_early": sum(minutes <= 15 for minutes in own),
        "leg_left_p50_s": own[len(own) // 2] * 60.0,
        "left_p90_s": own[len(own) * 9 // 10] * 60.0,
        "leg_left_max_s": own[-1] * 60.0,
    }


def outcomes():
    """By field."""
    kinds = ("issued", "served", "no_shows", "abandoned", "cancelled", "open", "visits_waiting")
    kinds += ("unfinished", "visits_off", "recalls", "returned", "walk_direct", "flagged")
    rows = {field: {kind: own.get(kind, 0) for kind in kinds} for field, own in OUTCOMES.items()}
    total = {kind: sum(row[kind] for row in rows.values()) for kind in kinds}
    for row in (*rows.values(), total):
        row["abandoned_pct"] = _share(row["abandoned"], row["issued"])
    return rows, total


def trend():
    """By field, with nothing before: few waits are not compared, only the whole has thirty."""
    fields = {field: [w for w in waits() if w[2] == field] for field in "ABC"}
    rows = {field: _waited(own) for field, own in fields.items()}
    return {
        field: {**row, "leg_p90_s": None, "at_least": [], "p90_before_s": None}
        for field, row in rows.items()
    }, _waited(list(waits()))


def reason(wait):
    """Why a wait was long, with its minutes outside hours, with no counter open, and busy."""
    number, n, field, _, start, to, _, _ = wait
    serving = {"A": ["5", "6"], "B": ["5", "6"], "C": ["13"]}[field]
    parts = {"closed": 0, "unstaffed": 0, "busy": 0}
    for at in range(start, int(to)):
        if not any(_within(at, hours) for hours in HOURS):
            parts["closed"] += 1
        elif any(_within(at, OPEN[counter]) for counter in serving):
            parts["busy"] += 1
        else:
            parts["unstaffed"] += 1
    why = max(parts, key=parts.get)
    others = [w for w in waits() if w[2] == field and w[6] == "called" and w[0] != number]
    passed = sum(w[0] == "A003" and w[4] > start and w[5] < to for w in others)
    between = sum(start < w[5] <= to for w in [*others, wait] if w[6] == "called")
    if why == "busy" and passed * 3 > between:
        why = "priority"
    elif why == "busy" and n:
        why = "sent"
    return why, parts


def why():
    """By reason: waits of more than fifteen minutes."""
    late = [(wait, *reason(wait)) for wait in waits() if wait[5] - wait[4] > 15]

    def figures(own):
        minutes = [wait[5] - wait[4] for wait, _, _ in own]
        return {
            "leg_over_15": len(own),
            "share_pct": _share(len(own), len(late)),
            "wait_s": sum(minutes) * 60.0,
            **{f"{p}_s": sum(parts[p] for *_, parts in own) * 60.0 for p in parts_of},
            "leg_max_s": max(minutes) * 60.0 if own else None,
        }

    parts_of = ("closed", "unstaffed", "busy")
    rows = {name: figures([one for one in late if one[1] == name]) for name in REASONS}
    return rows, figures(late)


def longest():
    """The twelve longest within opening hours: number, minutes, minutes open, why."""
    hurt = sorted(waits(), key=lambda wait: (-wait[7], -(wait[5] - wait[4])))
    return [(w[0], w[5] - w[4], w[7], reason(w)[0]) for w in hurt[:12]]


VIEWS = {
    "why": why,
    "week": week,
    "staffing": staffing,
    "counters": counters,
    "distribution": distribution,
    "outcomes": outcomes,
    "leavers": leavers,
    "trend": trend,
}


def counter_facts():
    """What happened to the counters, as `(clock, kind, counter)` in order."""
    facts = []
    for counter, text in OPEN.items():
        paused = PAUSED.get(counter, "")
        for begin, end in (span.split("-") for span in text.split()):
            back = any(pause.endswith(begin) for pause in paused.split())
            off = any(pause.startswith(end) for pause in paused.split())
            facts.append((begin, "counter_resumed" if back else "counter_opened", counter))
            facts.append((end, "counter_paused" if off else "counter_closed", counter))
    return sorted(facts)
