"""Putting a centre's profile in force, and what that would mean for whoever is in the hall now."""

from collections import Counter as Count

from domain.centre import centre_of
from domain.day import CLOSED, OPEN
from domain.facts import CentreLoaded
from domain.ticket import AT_COUNTER, PARKED

from ..store import centres, lines


class LoadRefused(Exception):
    """The profile cannot come into force now; `reasons` are sentences with the mend.

    Nothing was changed.
    """

    def __init__(self, reasons):
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def consequences(conn, code, old, new):
    """`(refusals, remarks)`: why the profile `new` may not replace `old` now, and what else it
    means for the open tickets. Both empty when it touches nobody.
    """
    day = lines.last_day(conn, code)
    if day is None or day.state != OPEN:
        return [], []
    before, after = centre_of(old), centre_of(new)
    at_hand = lines.at_hand(conn, code, day.date)
    states = {t.field: Count() for t in at_hand}
    for ticket in at_hand:
        states[ticket.field][
            (
                "at a counter"
                if ticket.state in AT_COUNTER
                else "parked"
                if ticket.state == PARKED
                else "absent"
            )
        ] += 1
    waiting = lines.waiting(conn, code, day.date)
    for row in waiting:
        states.setdefault(row.field, Count())["waiting"] += 1
    refusals, remarks = _of_fields(before, after, states), []
    counters = lines.counter_states(conn, code)
    held = {t.counter: t for t in at_hand if t.state in AT_COUNTER}
    for number in before.counters.keys() - after.counters.keys():
        if number in held:
            refusals.append(
                f"counter {number} would vanish with {held[number].number} at it; finish that"
                " ticket and close the counter first"
            )
        elif number in counters and counters[number].state != CLOSED:
            refusals.append(
                f"counter {number} would vanish while it is {counters[number].state}; close it"
                " first"
            )
        sent = [row.number for row in waiting if row.to_counter == number]
        if sent:
            remarks.append(
                f"{', '.join(sent)} sent to counter {number}, which vanishes: after the guard time"
                " their field's counters call them"
            )
    for prefix, found in sorted(states.items()):
        served = any(prefix in c.fields or prefix in c.overflow for c in after.counters.values())
        if prefix in after.fields and not served and sum(found.values()):
            refusals.append(
                f"field {prefix} has {_words(found)}, and no counter would serve it; name it in a"
                " counter's fields"
            )
    return refusals, remarks + _of_codes(after, [*at_hand, *waiting], at_hand)


def _of_fields(before, after, states):
    return [
        f"field {prefix} would vanish with {_words(states[prefix])}; serve, transfer or cancel them"
        " first, or load the file after closing"
        for prefix in sorted(states)
        if prefix not in after.fields and prefix in before.fields and sum(states[prefix].values())
    ]


def _of_codes(after, tickets, at_hand):
    """Tickets whose service or priority class the new profile no longer knows: they keep number and
    place.
    """
    remarks = []
    for what, key, known in (
        ("service", "service", after.services),
        ("priority class", "priority", after.priorities),
    ):
        for code, n in sorted(
            Count(
                getattr(t, key) for t in tickets if getattr(t, key) and getattr(t, key) not in known
            ).items()
        ):
            remarks.append(
                f"{what} {code} vanishes:"
                f" {f'{n} open tickets keep their' if n > 1 else '1 open ticket keeps its'} number"
                " and place without it"
            )
    dropped = sorted(
        {code for t in at_hand for code in t.then_services if code not in after.services}
    )
    return remarks + [
        f"service {code} vanishes: visits that still had it before them go on without it"
        for code in dropped
    ]


def _words(found):
    return ", ".join(
        f"{n} {what}" for what, n in sorted(found.items(), key=lambda pair: pair[0] != "waiting")
    )


def load_centre(store, now, code, profile, request_id):
    """Insert or replace a centre's profile as one fact; returns its version.
    Open tickets, counters and numbers stay as they are; a running hub takes the new rules at its
    next act.

    Raises LoadRefused when a field with open tickets or a counter that is not closed would vanish.
    """
    with store.read() as conn:
        known = centres.profile(conn, code)
    if known is None:
        with store.change() as conn:
            centres.add(conn, code, profile)

    def work(tx):
        version = tx.version + 1
        if known is not None:
            refusals, _ = consequences(tx.conn, code, centres.profile(tx.conn, code)[1], profile)
            if refusals:
                raise LoadRefused(refusals)
        centres.replace(tx.conn, code, version, profile)
        day = tx.day()
        tx.record(
            CentreLoaded(
                version=version,
                at=now,
                day=day.date if day else "",
                act=request_id,
                actor="hub:command",
            )
        )
        return version

    return store.write(code, work)[0]
