"""Who is next. One pure function serves calling, forecasting, planning and simulation alike."""

MINUTE = 60_000


def choose_next(counter, waiting, now, rules, clerk=None):
    """The ticket this counter calls next, and why: `(ticket, reason)` or `(None, None)`.

    `counter` has number, fields, overflow, mode; `waiting` is any iterable of rows with field, since, line_at, priority, to_counter, to_clerk, number;
    `rules` has guard_minutes and overflow_after_minutes; `now` is in milliseconds. Reasons: sent, guard, priority:<class>, overflow:<field>, longest_wait.
    The order (DESIGN §4): a ticket sent elsewhere is not seen · overflow counts when the own fields are empty or after overflow_after ·
    a priority_only counter takes priority tickets while any waits · whoever waited past the guard, longest first · else the smallest line_at.
    """
    own, overflow = [], []
    for t in waiting:
        if t.to_counter is not None or t.to_clerk is not None:
            if t.to_counter == counter.number or (clerk is not None and t.to_clerk == clerk):
                own.append(t)
        elif t.field in counter.fields:
            own.append(t)
        elif t.field in counter.overflow:
            overflow.append(t)
    overflow_after = now - rules.overflow_after_minutes * MINUTE
    pool = own + [t for t in overflow if t.since <= overflow_after] if own else overflow
    if not pool:
        return None, None
    if counter.mode == "priority_only":
        pool = [t for t in pool if t.priority] or [t for t in own + overflow if t.priority] or pool
    past_guard = [t for t in pool if now - t.since > rules.guard_minutes * MINUTE]
    chosen = min(past_guard, key=_oldest) if past_guard else min(pool, key=_first_in_line)
    return chosen, _reason(chosen, counter, pool, past_guard)


def order(counter, waiting, now, rules, clerk=None, most=8):
    """The next `most` tickets in the order they would be called if nothing changed: a list of `(ticket, reason)`."""
    rest = {t.id: t for t in waiting}
    line = []
    while rest and len(line) < most:
        ticket, reason = choose_next(counter, rest.values(), now, rules, clerk)
        if ticket is None:
            break
        line.append((ticket, reason))
        del rest[ticket.id]
    return line


def _oldest(t):
    return (t.since, t.issued_at, t.number)


def _first_in_line(t):
    return (t.line_at, t.issued_at, t.number)


def _reason(chosen, counter, pool, past_guard):
    if chosen.to_counter is not None or chosen.to_clerk is not None:
        return "sent"
    if chosen.field not in counter.fields:
        return f"overflow:{chosen.field}"
    if past_guard and chosen is not min(pool, key=_first_in_line):
        return "guard"
    if chosen.priority and (counter.mode == "priority_only" or chosen is not min(pool, key=_oldest)):
        return f"priority:{chosen.priority}"
    return "longest_wait"
