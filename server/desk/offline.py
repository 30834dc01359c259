"""Numbers a kiosk holds for the time without the hub, and the tickets it brings back."""

from ..domain import numbers
from ..store import journal, lines
from .act import run
from .citizen import citizen_view, give
from .day import today


def lease_blocks(desk, actor, request_id):
    """Give a kiosk numbers for the time without a hub: one block per field and service day, the same again when asked again. Returns `{blocks}`."""

    def work(act):
        today(act)
        date = act.day.date
        held = {field: (first, last) for _, field, first, last in journal.blocks_of(act.tx.conn, act.tx.centre, date, actor.device)}
        blocks = []
        for field in act.centre.fields:
            if field not in held:
                series = lines.series_of(act.tx.conn, act.tx.centre, date, field)
                first = max(numbers.OFFLINE_FIRST, (series.leased if series else 0) + 1)
                last = first + numbers.BLOCK_SIZE - 1
                if last > numbers.OFFLINE_LAST:
                    continue
                act.record("block_leased", field=field, device=actor.device, first=first, last=last)
                lines.change_series(act.tx.conn, act.tx.centre, date, field, leased=last)
                held[field] = (first, last)
            blocks.append({"field": field, "day": date, "first": held[field][0], "last": held[field][1]})
        return {"blocks": blocks}

    return run(desk, actor, request_id, "lease_blocks", {"device": actor.device}, work)


def upload(desk, actor, request_id, tickets):
    """Take in tickets a kiosk gave out while it could not reach the hub: each once, at its own time. Returns `{tickets: [{request_id, ok, ticket | error}]}`."""

    def work(act):
        today(act)
        blocks = {field: (first, last) for _, field, first, last in journal.blocks_of(act.tx.conn, act.tx.centre, act.day.date, actor.device)}
        return {"tickets": [_take_in(act, one, blocks) for one in tickets]}

    return run(desk, actor, request_id, "upload", {"tickets": tickets}, work)


def _take_in(act, one, blocks):
    known = act.tx.ticket(number=one["number"], day=act.day.date)
    field = act.centre.fields.get(one["field"])
    first, last = blocks.get(one["field"], (0, -1))
    n = numbers.count_of(one["number"], one["field"])
    if known is not None:
        mine = known.device == act.actor.device and known.issued_at == min(one["issued_at"], act.now)
        return {"request_id": one["request_id"], "ok": mine, **({"ticket": citizen_view(known, 0, None)} if mine else {"error": "request_id_reused"})}
    if field is None or n is None or not first <= n <= last:
        return {"request_id": one["request_id"], "ok": False, "error": "bad_request" if field else "unknown_field"}
    grade = act.centre.priorities.get(one.get("priority"))
    service = one.get("service") if one.get("service") in act.centre.services else None
    ticket = give(act, field, service, one.get("lang") or act.centre.locales[0], grade, n, min(one["issued_at"], act.now), one["number"])
    series = lines.series_of(act.tx.conn, act.tx.centre, act.day.date, one["field"])
    lines.change_series(act.tx.conn, act.tx.centre, act.day.date, one["field"], issued=(series.issued if series else 0) + 1)
    return {"request_id": one["request_id"], "ok": True, "ticket": citizen_view(ticket, 0, None)}
