"""Snapshots: the whole truth one kind of screen needs, with the seq it is true at. Shapes: docs/sockets.md."""

import json

from ..domain.announce import say_of_call
from ..domain.day import CLOSED, OPEN, local
from ..domain.dispatch import MINUTE, order
from ..domain.ticket import ABSENT, AT_COUNTER, PARKED
from ..store import journal, lines
from ..store import people as people_rows
from .clerk import UNDOABLE
from .views import staff_ticket, waiting_ticket

#: A board needs words only for calls it may still speak.
SPOKEN_CALLS = 6
CALLS_SHOWN = 12


class Hall:
    """One reading of a centre's hall, from which every snapshot is made."""

    def __init__(self, desk, code):
        self.desk, self.now, self.centre = desk, desk.clock(), desk.centre(code)
        with desk.store.read() as conn:
            self.seq = lines.seqs(conn).get(code, 0)
            stored = lines.last_day(conn, code)
            self.day = stored
            date = stored.date if stored else ""
            self.tickets = lines.at_hand(conn, code, date)
            self.fields = lines.field_counts(conn, code, date)
            self.states = lines.counter_states(conn, code)
            self.latest = lines.latest_calls(conn, code, date)
            self.issued = lines.issued_counts(conn, code, date)
        self.at = {t.counter: t for t in self.tickets if t.state in AT_COUNTER}

    def read(self):
        """A connection, for what only one kind of snapshot needs."""
        return self.desk.store.read()

    def head(self):
        """The keys every snapshot begins with."""
        c = self.centre
        current = self.day is not None and (self.day.date >= c.date_of(self.now) or self.day.state == OPEN)
        return {
            "seq": self.seq, "at": self.now, "centre": {"code": c.code, "name": c.name, "timezone": c.timezone, "locales": list(c.locales)},
            "day": {"date": self.day.date if current else c.date_of(self.now), "state": self.day.state if current else "none"},
        }

    def waiting(self, prefix):
        """How many wait in a field, and since when the first of them."""
        return self.fields.get(prefix, (0, None))

    def estimate(self, prefix):
        """What somebody who took a number now would be told."""
        return self.desk.estimate(self.centre, prefix, self.waiting(prefix)[0], self.now)

    def state_of(self, number):
        """open, paused or closed."""
        row = self.states.get(number)
        return row.state if row else CLOSED

    def given_out(self, prefix):
        """(open | closed | full, when again) of a field's numbers."""
        if self.day is None or self.day.state != OPEN:
            opens = self.desk.hours == "always" or self.centre.is_open("tickets", self.now)
            blocked = self.day is not None and self.day.date >= self.centre.date_of(self.now)
            if not opens or blocked:
                return "closed", self.centre.opens_again("tickets", self.now, prefix)
        field = self.centre.fields[prefix]
        if field.cap is not None and self.issued.get(prefix, 0) >= field.cap:
            return "full", self.centre.opens_again("tickets", self.now + 12 * 60 * MINUTE, prefix)
        by_hand = self.desk.hours == "always" or (self.day is not None and self.day.state == OPEN and self.day.by_hand)
        if by_hand or (self.centre.is_open("tickets", self.now) and self.centre.field_works(prefix, self.centre.date_of(self.now))):
            return "open", None
        return "closed", self.centre.opens_again("tickets", self.now, prefix)


def kiosk(hall, device=None):
    """What a touch kiosk shows: fields with their services, lines, hours, and the numbers it holds for the time without a hub."""
    c, head = hall.centre, hall.head()
    fields = []
    for f in c.fields.values():
        state, again = hall.given_out(f.prefix)
        fields.append({
            "field": f.prefix, "name": f.name, "short": f.short, "kind": f.kind, "zone": c.zones[f.zone]["name"], "minutes": f.minutes, "state": state, "again_at": again,
            "waiting": hall.waiting(f.prefix)[0], "estimate": hall.estimate(f.prefix), "counters": c.counters_of(f.prefix),
            "services": [{"code": s.code, "name": s.name} for s in c.services.values() if s.field == f.prefix],
        })
    is_open = any(f["state"] != "closed" for f in fields)
    date = local(hall.now, c.timezone).date().isoformat()
    blocks = []
    if device and hall.day is not None:
        with hall.read() as conn:
            blocks = [{"field": field, "day": hall.day.date, "first": first, "last": last} for _, field, first, last in journal.blocks_of(conn, c.code, hall.day.date, device)]
    return {
        **head, "open": is_open, "again_at": None if is_open else min((f["again_at"] for f in fields if f["again_at"]), default=None), "why": None if is_open else _why_closed(hall, date),
        "fields": fields, "blocks": blocks, "limits": {"kiosk_min_seconds_between_tickets": c.rules.kiosk_min_seconds_between_tickets},
        "priority": {"badge": c.badge, "classes": [
            {"code": p.code, "credit_minutes": p.credit_minutes, "age_from": p.age_from, "age_to": p.age_to, "name": p.name} for p in c.priorities.values()]},
        "hours": {kind: _spans(c, kind, date) for kind in ("service", "tickets")},
    }


def _spans(centre, kind, date):
    return [[f"{local(a, centre.timezone):%H:%M}", f"{local(b, centre.timezone):%H:%M}"] for a, b in centre.windows(kind, date)]


def _why_closed(hall, date):
    windows = hall.centre.windows("tickets", date)
    if hall.day is not None and hall.day.state == CLOSED and hall.day.date >= hall.centre.date_of(hall.now):
        return "closed"
    if not windows:
        return "holiday"
    if hall.now < windows[0][0]:
        return "before"
    return "after" if hall.now >= windows[-1][1] else "lunch"


def board(hall):
    """What the lobby board and the counter signs show. No personal data, no clerk's name, no class of priority."""
    c = hall.centre
    counters = []
    for counter in c.counters.values():
        ticket = hall.at.get(counter.number)
        counters.append({
            "counter": counter.shown, "name": counter.name, "zone": counter.zone, "fields": list(counter.fields), "state": hall.state_of(counter.number),
            "number": ticket.number if ticket else None, "ticket_state": ticket.state if ticket else None, "calls": ticket.calls if ticket else 0,
            "called_at": ticket.called_at if ticket else None, "priority": bool(ticket and ticket.priority),
        })
    fields = []
    for f in c.fields.values():
        fields.append({"field": f.prefix, "name": f.name, "short": f.short, "zone": f.zone, "state": hall.given_out(f.prefix)[0], "waiting": hall.waiting(f.prefix)[0], "estimate": hall.estimate(f.prefix)})
    return {
        **hall.head(), "zones": [{"id": z["id"], "name": z["name"], "audio_group": z["audio_group"]} for z in c.zones.values()], "counters": counters, "calls": _calls(hall),
        "fields": fields, "notice": c.profile["site"].get("notice"), "badge": c.badge,
    }


def _calls(hall):
    calls, told = [], set()
    for row in hall.latest:
        if row.ticket in told or row.called_to not in hall.centre.counters:
            continue
        told.add(row.ticket)
        counter = hall.centre.counters[row.called_to]
        here = {"seq": row.seq, "number": row.number, "counter": counter.shown, "zone": counter.zone, "calls": row.calls, "at": row.at, "state": row.state, "priority": bool(row.priority)}
        if len(calls) < SPOKEN_CALLS and row.state == "CALLED":
            here["say"] = say_of_call(row.number, counter.shown, row.calls, "vi", hall.centre.voice)
        calls.append(here)
        if len(calls) == CALLS_SHOWN:
            break
    return calls


def counter(hall, number, consoles=1, clerk=None):
    """What the console of one counter shows. `clerk` is the staff id whose sent tickets count, if not the counter's own."""
    c, mine = hall.centre, hall.centre.counters[number]
    row = hall.states.get(number)
    clerk = clerk or (row.clerk if row else None)
    with hall.read() as conn:
        waiting = lines.waiting_for(conn, c.code, hall.day.date if hall.day else "", [*mine.fields, *mine.overflow], number, clerk)
        names = people_rows.full_names(conn, c.code)
        last = journal.last_act_of(conn, c.code, number)
    mine_or_help = [*mine.fields, *mine.overflow]
    at_hand = hall.at.get(number)
    return {
        **hall.head(),
        "counter": {
            "counter": mine.shown, "name": mine.name, "zone": c.zones[mine.zone]["name"], "fields": list(mine.fields), "overflow": list(mine.overflow), "mode": mine.mode,
            "state": row.state if row else CLOSED, "since": row.since if row else None, "pause_reason": row.reason if row and row.state == "paused" else None,
            "clerk": names.get(row.clerk) if row else None,
        },
        "consoles": consoles, "mine": staff_ticket(c, at_hand) if at_hand else None,
        "next": [waiting_ticket(c, t, reason) for t, reason in order(mine, waiting, hall.now, c.rules, clerk)], "waiting": len(waiting),
        "parked": [staff_ticket(c, t) for t in hall.tickets if t.state == PARKED and t.counter == number],
        "absent": [staff_ticket(c, t) for t in hall.tickets if t.state == ABSENT and (t.counter == number or t.field in mine.fields)],
        "fields": [
            {"field": p, "name": c.fields[p].name, "short": c.fields[p].short, "own": p in mine.fields, "waiting": hall.waiting(p)[0], "oldest_at": hall.waiting(p)[1]} for p in mine_or_help if p in c.fields],
        "undo": _undo_of(hall, last), "lists": {k: c.lists.get(k) or [] for k in ("outcomes", "park_reasons", "break_reasons", "jump_reasons")},
        "services": [{"code": s.code, "field": s.field, "name": s.name} for s in c.services.values()],
        "targets": {
            "fields": [{"field": f.prefix, "short": f.short} for f in c.fields.values()],
            "counters": [{"counter": d.shown, "name": d.name, "fields": list(d.fields), "state": hall.state_of(d.number)} for d in c.counters.values() if d.number != number]},
        "rules": {
            "arrive_grace_seconds": c.rules.arrive_grace_seconds, "calls_before_no_show": c.rules.calls_before_no_show, "target_minutes": c.rules.target_minutes,
            "guard_minutes": c.rules.guard_minutes, "overflow_after_minutes": c.rules.overflow_after_minutes, "badge": c.badge},
    }


#: the fact a clerk may take back → the verb it came from
_VERB = {
    "called": "call_next", "recalled": "recall", "started": "start", "finished": "finish", "missed": "miss", "requeued": "requeue", "parked": "park", "transferred": "transfer",
    "cancelled": "cancel", "counter_opened": "open", "counter_paused": "pause", "counter_resumed": "resume", "counter_closed": "close",
}


def _undo_of(hall, facts):
    until = facts[0].at + hall.desk.undo_seconds * 1000 if facts else 0
    if not facts or hall.now > until or any(f.kind not in UNDOABLE for f in facts):
        return None
    return {"verb": _VERB[facts[-1].kind], "number": facts[-1].number, "at": facts[-1].at, "until": until}


def manager(hall):
    """The hall as its manager watches it."""
    c = hall.centre
    with hall.read() as conn:
        counts = lines.state_counts(conn, c.code, hall.day.date if hall.day else "")
        devices = people_rows.devices(conn, c.code)
        names = people_rows.full_names(conn, c.code)
    totals = dict.fromkeys(("waiting", "called", "serving", "parked", "absent", "done", "cancelled", "expired"), 0)
    by_field = {}
    for field, state, n, _ in counts:
        totals[state.lower()] += n
        issued, served = by_field.get(field, (0, 0))
        by_field[field] = (issued + n, served + (n if state == "DONE" else 0))
    fields = [{
        "field": f.prefix, "name": f.name, "short": f.short, "zone": f.zone, "waiting": hall.waiting(f.prefix)[0], "oldest_at": hall.waiting(f.prefix)[1], "estimate": hall.estimate(f.prefix),
        "open_counters": sum(1 for d in c.counters.values() if f.prefix in d.fields and hall.state_of(d.number) == OPEN),
        "issued": by_field.get(f.prefix, (0, 0))[0], "served": by_field.get(f.prefix, (0, 0))[1],
    } for f in c.fields.values()]
    counters = []
    for d in c.counters.values():
        row, ticket = hall.states.get(d.number), hall.at.get(d.number)
        counters.append({
            "counter": d.shown, "name": d.name, "zone": d.zone, "fields": list(d.fields), "mode": d.mode, "state": hall.state_of(d.number), "since": row.since if row else None,
            "pause_reason": row.reason if row and row.state == "paused" else None, "clerk": names.get(row.clerk) if row and row.state != CLOSED else None,
            "number": ticket.number if ticket else None, "ticket_state": ticket.state if ticket else None,
            "ticket_since": (ticket.started_at or ticket.called_at) if ticket else None,
        })
    shown_devices = [{"device": d.name, "role": d.role, "online": False, "seen_at": d.seen_at, "status": json.loads(d.status), "id": d.id} for d in devices if d.revoked_at is None]
    return {
        **hall.head(), "totals": {"issued": sum(totals.values()), **totals, "no_shows": totals["absent"]}, "fields": fields, "counters": counters, "devices": shown_devices,
        "alerts": _alerts(hall, fields, shown_devices), "rules": {"target_minutes": c.rules.target_minutes, "guard_minutes": c.rules.guard_minutes},
    }


def _alerts(hall, fields, devices):
    alerts = []
    for f in fields:
        if f["waiting"] and not f["open_counters"]:
            alerts.append({"code": "field_unstaffed", "level": "bad", "params": {"field": f["field"], "waiting": f["waiting"]}, "at": f["oldest_at"]})
        elif f["oldest_at"] and hall.now - f["oldest_at"] > hall.centre.rules.guard_minutes * MINUTE:
            alerts.append({"code": "wait_over_guard", "level": "warn", "params": {"field": f["field"], "minutes": int((hall.now - f["oldest_at"]) / MINUTE), "waiting": f["waiting"]}, "at": f["oldest_at"]})
    for d in devices:
        paper = d["status"].get("paper")
        if d["role"] == "kiosk" and paper in ("near_end", "low", "out"):
            alerts.append({"code": "kiosk_paper_out" if paper == "out" else "kiosk_paper_low", "level": "bad" if paper == "out" else "warn", "params": {"device": d["device"]}, "at": d["seen_at"]})
        elif d["role"] == "kiosk" and d["status"].get("printer") not in (None, "ok", "ready"):
            alerts.append({"code": "kiosk_printer", "level": "bad", "params": {"device": d["device"], "printer": d["status"]["printer"]}, "at": d["seen_at"]})
    return alerts


def facts_for_boards(centre, facts, langs):
    """`[(event, payload)]` of the calls among facts: what boards chime and speak. `langs` maps ticket ids to their language and priority."""
    out = []
    for fact in facts:
        if fact.kind not in ("called", "recalled") or fact.counter not in centre.counters:
            continue
        counter_ = centre.counters[fact.counter]
        lang, priority = langs.get(fact.ticket, ("vi", False))
        out.append((fact.kind, {
            "seq": fact.seq, "number": fact.number, "counter": counter_.shown, "calls": fact.data["calls"], "at": fact.at, "zone": counter_.zone, "priority": priority,
            "say": say_of_call(fact.number, counter_.shown, fact.data["calls"], lang, centre.voice),
        }))
    return out


__all__ = ["Hall", "board", "counter", "facts_for_boards", "kiosk", "manager"]
