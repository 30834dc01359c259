"""The figures of a report of waits, told a second time from the journal, by other means: nothing of
the product's reports is used here.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta, timezone

HERE = timezone(timedelta(hours=7))
MINUTE = 60_000
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def told_again(facts, by, windows, until, zones=None, official=None):
    """`{key: {figure: value}}` of the rows by `by`, the total under "all".

    `facts` have seq, at, day, kind, ticket, field, counter, data. `windows` are the opening hours
    in ms, `until` the moment at which running waits are looked at, `zones` the zone of each
    counter and field, `official` the national field's name of each procedure that has one, and of
    each field its own.
    """
    gone = _gone(facts)
    closed = max((f.at for f in facts if f.kind == "day_closed"), default=None)
    stories = defaultdict(list)
    for fact in sorted(facts, key=lambda f: f.seq):
        if fact.ticket and fact.kind in KINDS and fact.seq not in gone:
            stories[fact.ticket].append(fact)
    zone_of.update(zones or {})
    official_of.update(official or {})
    groups = defaultdict(lambda: {"people": [], "waits": [], "served": [], "done": []})
    for story in stories.values():
        person = _person(story, closed, until)
        home = _key(by, person, person)
        for key in (home, "all"):
            groups[key]["people"].append(person)
        for what in ("waits", "served", "done"):
            for part in person[what]:
                for key in (_key(by, part, person), "all"):
                    groups[key][what].append(part)
    return {key: _figures(group, windows) for key, group in groups.items()}


zone_of = {}
official_of = {}
KINDS = {
    "issued": "waits",
    "called": "called",
    "recalled": "called",
    "started": "serving",
    "service_begun": "serving",
    "parked": "parked",
    "transferred": "waits",
    "missed": "absent",
    "requeued": "waits",
    "finished": "served",
    "cancelled": "cancelled",
    "expired": "expired",
    "joined": "joined",
}


def _gone(facts):
    """The seqs that were taken back, going back in time: an undone undo takes nothing back."""
    gone = set()
    for fact in sorted(facts, key=lambda f: -f.seq):
        if fact.kind == "undone" and fact.seq not in gone:
            gone.update(fact.data["undoes"])
    return gone


def _person(story, closed, until):
    later = next((f for f in story if f.kind == "joined"), story[0])
    known_later = [f.data["issued_at"] for f in story if f.kind == "joined"]
    story = [f for f in story if f.kind != "joined"]
    first, last = story[0], story[-1]
    states = [KINDS[f.kind] for f in story]
    calls = [f for f in story if f.kind == "called"]
    taken = min([first.data.get("issued_at") or first.at, *known_later])
    walked_in = bool(calls) and calls[0].data.get("reason") == "walk_in"
    places = _places(story)
    person = {
        "day": first.day,
        "field": first.field,
        "service": first.data.get("service"),
        "counter": calls[0].counter if calls else None,
        "clerk": calls[0].data.get("clerk") if calls else None,
        "start": taken,
        "priority": later.data.get("priority"),
        "channel": _channel(first, later, walked_in),
        "walked_in": walked_in,
        "calls": len(calls),
        "recalls": sum(f.kind == "recalled" for f in story),
        "came_to": _came_to(states),
    }
    end = until if closed is None or last.kind != "expired" else max(taken, min(last.at, closed))
    waits = _waits(story, states, places, taken, end)
    person["waits"] = waits[1:] if walked_in else waits
    person["served"], person["done"] = _services(story, states, places)
    return person


def _channel(first, later, walked_in):
    if walked_in:
        return "counter"
    if later is not first:
        return "kiosk_alone"
    if "device" not in first.data:
        return "staff"
    return "kiosk_alone" if "issued_at" in first.data else "kiosk"


def _came_to(states):
    last, before = states[-1], states[-2] if len(states) > 1 else None
    if last in ("cancelled", "expired"):
        if before == "waits":
            return "left"
        if before == "absent" or (before == "called" and "absent" in states):
            return "no_show"
        return "cancelled" if last == "cancelled" else "unfinished"
    names = {"served": "served", "absent": "no_show", "waits": "waiting"}
    return names.get(last, "open")


def _places(story):
    """The field and service the person is in after each fact."""
    field, wished, places = story[0].field, {story[0].field: story[0].data.get("service")}, []
    for fact in story:
        if fact.kind in ("transferred", "service_begun"):
            field = fact.data.get("field") or field
            wished[field] = fact.data.get("service") or wished.get(field)
        places.append((field, wished.get(field)))
    return places


def _waits(story, states, places, taken, end):
    """Each wait by looking ahead from the fact that begins it."""
    waits, i = [], 0
    while i < len(story):
        if states[i] != "waits":
            i += 1
            continue
        began, call, i = i, None, i + 1
        wait = {
            "origin": {"issued": "taken", "transferred": "sent", "requeued": "returned"}[
                story[began].kind
            ],
            "start": taken if story[began].kind == "issued" else story[began].at,
            "field": places[began][0],
            "service": places[began][1],
            "came_to": "waiting",
            "end": end,
            "started": None,
        }
        while i < len(story):
            fact = story[i]
            if fact.kind == "called":
                call = fact
            elif fact.kind == "requeued":
                call = None
            elif fact.kind in ("cancelled", "expired"):
                wait["end"] = fact.at if fact.kind == "cancelled" else min(fact.at, end)
                answered = {"cancelled": "cancelled", "expired": "unfinished"}[fact.kind]
                wait["came_to"] = answered if call else "left"
                break
            elif fact.kind in ("transferred", "parked"):
                wait["came_to"], wait["end"] = "sent_on", fact.at
                break
            elif fact.kind in ("started", "finished", "missed", "service_begun"):
                wait["came_to"], wait["end"] = "called", call.at
                wait["started"] = fact.at if fact.kind == "started" else None
                break
            i += 1
        wait["counter"] = call.counter if call else None
        wait["clerk"] = call.data.get("clerk") if call else None
        wait["called_at"] = call.at if call else None
        waits.append(wait)
        i += i < len(story) and states[i] != "waits"
    return waits


def _services(story, states, places):
    served, done, counter, clerk = [], [], None, None
    for i, fact in enumerate(story[:-1]):
        if fact.kind == "called":
            counter, clerk = fact.counter, fact.data.get("clerk")
        begun = states[i] == "serving" or (
            fact.kind in ("called", "recalled") and story[i + 1].kind == "finished"
        )
        if begun and story[i + 1].kind not in ("expired",):
            here = {"start": fact.at, "length": story[i + 1].at - fact.at, "counter": counter}
            here |= {"clerk": clerk, "field": places[i][0], "service": places[i][1]}
            served.append(here)
            if story[i + 1].kind in ("finished", "service_begun", "transferred"):
                done.append(here)
    return served, done


def _key(by, part, person):
    if by == "day":
        return person["day"]
    if by == "weekday":
        return WEEK[date.fromisoformat(person["day"]).weekday()]
    if by == "hour":
        return f"{datetime.fromtimestamp(part['start'] / 1000, HERE):%H}"
    if by == "half_hour":
        begin = datetime.fromtimestamp(part["start"] / 1000, HERE)
        return f"{begin:%H}:{'00' if begin.minute < 30 else '30'}"
    if by == "week":
        return f"{date.fromisoformat(person['day']):%G-W%V}"
    if by in ("month", "quarter"):
        year, month, _ = person["day"].split("-")
        return f"{year}-{month}" if by == "month" else f"{year}-Q{-(-int(month) // 3)}"
    if by in ("channel", "priority"):
        return person[by]
    if by == "official_field":
        return official_of.get(part["service"]) or official_of.get(part["field"])
    if by == "zone":
        return zone_of.get(part["counter"]) or zone_of.get(part["field"])
    return part[by]


def _figures(group, windows):
    people, waits = group["people"], group["waits"]
    came = lambda name: sum(person["came_to"] == name for person in people)
    ended = lambda name: sum(wait["came_to"] == name for wait in waits)
    began = lambda name: sum(wait["origin"] == name for wait in waits)
    spans = [(wait["end"] - wait["start"], wait["came_to"] == "called") for wait in waits]
    called = sorted(length for length, happened in spans if happened)
    left = sorted(w["end"] - w["start"] for w in waits if w["came_to"] == "left")
    running = [w["end"] - w["start"] for w in waits if w["came_to"] == "waiting"]
    opened = [
        (sum(max(0, min(w["end"], b) - max(w["start"], a)) for a, b in windows), happened)
        for w, (_, happened) in zip(waits, spans)
    ]
    starts = [
        (w["started"] - w["start"], True) if w["started"] else (w["end"] - w["start"], False)
        for w in waits
    ]
    firsts = sorted(wait for wait in map(_first_wait, people) if wait is not None)
    whole = sorted(
        sum(w["end"] - w["start"] for w in p["waits"])
        for p in people
        if p["came_to"] == "served" and not p["walked_in"]
    )
    minutes = sum(part["length"] for part in group["served"])
    done = len(group["done"])
    marks = {
        "leg_p50_s": _mark(spans, 0.5),
        "leg_p90_s": _mark(spans, 0.9),
        "leg_p95_s": _mark(spans, 0.95),
        "leg_open_p50_s": _mark(opened, 0.5),
        "leg_open_p90_s": _mark(opened, 0.9),
        "leg_start_p50_s": _mark(starts, 0.5),
        "leg_start_p90_s": _mark(starts, 0.9),
    }
    longest = max((length for length, _ in spans), default=None)
    marks["leg_max_s"] = (longest, longest in running)
    return {
        "leg_all": len(waits),
        "leg_taken": began("taken"),
        "leg_sent": began("sent"),
        "leg_returned": began("returned"),
        **{
            f"leg_{name}": ended(name)
            for name in ("called", "left", "sent_on", "cancelled", "waiting", "unfinished")
        },
        "legs_off": 0,
        **{name: _seconds(mark) for name, (mark, _) in marks.items()},
        "at_least": {name for name, (mark, bound) in marks.items() if bound},
        **_within(called, len(waits), running),
        "leg_mean_called_s": _seconds(_mean(called)),
        "leg_left_p50_s": _seconds(_rank(left, 0.5)),
        "leg_left_max_s": _seconds(left[-1] if left else None),
        "services": done,
        "service_s": _seconds(minutes),
        "mean_per_service_s": _seconds(minutes / done) if done else None,
        "issued": len(people),
        "walk_direct": sum(person["walked_in"] for person in people),
        "called": sum(person["calls"] > 0 for person in people),
        "served": came("served"),
        "abandoned": came("left"),
        "no_shows": came("no_show"),
        "cancelled": came("cancelled"),
        "open": came("open"),
        "visits_waiting": came("waiting"),
        "unfinished": came("unfinished"),
        "visits_off": 0,
        "mean_wait_s": _seconds(_mean(firsts)),
        "p50_wait_s": _seconds(_rank(firsts, 0.5)),
        "p90_wait_s": _seconds(_rank(firsts, 0.9)),
        "max_wait_s": _seconds(firsts[-1] if firsts else None),
        "within_15": sum(wait <= 15 * MINUTE for wait in firsts),
        "total_wait_p50_s": _seconds(_rank(whole, 0.5)),
        "total_wait_p90_s": _seconds(_rank(whole, 0.9)),
        "recalls": sum(person["recalls"] for person in people if person["calls"]),
    }


def _first_wait(person):
    first = person["waits"][0] if person["waits"] and not person["walked_in"] else None
    if first is None or first["called_at"] is None:
        return None
    answered = first["came_to"] == "called" or first["came_to"] == "waiting"
    return first["called_at"] - first["start"] if answered else None


def _within(called, waits, running):
    figures = {}
    for minutes in (15, 30):
        limit = minutes * MINUTE
        judged = waits - sum(length <= limit for length in running)
        in_time = sum(length <= limit for length in called)
        figures[f"leg_within_{minutes}"] = in_time
        figures[f"leg_within_{minutes}_pct"] = round(100 * in_time / judged, 1) if judged else None
    return figures


def _mark(spans, share):
    """The time by which it had come about for more than `share`: whoever goes before gives their
    weight to all who are still there (Efron's way to Kaplan and Meier's estimate).
    """
    if not spans:
        return None, False
    line = sorted(spans, key=lambda span: (span[0], not span[1]))
    weights, over = [1 / len(line)] * len(line), 0.0
    for i, (length, happened) in enumerate(line):
        if happened:
            over += weights[i]
            if over > share + 1e-9:
                return length, False
        else:
            for later in range(i + 1, len(line)):
                weights[later] += weights[i] / (len(line) - i - 1)
    return line[-1][0], True


def _seconds(ms):
    return None if ms is None else round(ms / 1000, 1)


def _mean(values):
    return sum(values) / len(values) if values else None


def _rank(ordered, share):
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else None
