"""The audit: what was done, by whom and from where, with the heads that seal it; as a page and as a
file for inspectors. Who took the file is written down.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from domain.spreadsheet_cells import never_a_formula

from ..acts.audit import PARTS, audit_of_day, compared, heads, names_of
from ..acts.retention import erased as erased_lately
from ..payloads import BadPayload
from ..texts import area
from .audit_words import in_words, place_in_words, who_in_words
from .auth import allowed, parts
from .pages import choose_language, remember_language, words
from .staff_page import staff_page

audit = Blueprint("audit", __name__, template_folder="templates")
audit.before_request(choose_language)
audit.after_request(remember_language)
audit.context_processor(words)

#: The most rows on the page, and in one answer of JSON.
MOST = 1000
#: So many lines of a file are sent at once.
LINES = 500
COLUMNS = ("at", "by", "name", "what", "about", "address", "times", "row")


@audit.get("/audit/<centre>")
def page(centre: str) -> ResponseReturnValue:
    """What was done on a day, and the heads to compare with paper."""
    luot = parts()

    def shown() -> dict[str, Any]:
        context, texts = luot.context, area(g.language, "audit")
        zone = ZoneInfo(context.centre(centre).timezone)
        rows, more = _newest(centre, _day(centre), _part())
        names = names_of(context, centre)
        for row in rows:
            row["sentence"], row["about"] = in_words(row, texts, names)
            row["name"] = who_in_words(row["by"], row["name"], texts)
            row["row"] = place_in_words(row["row"], texts)
            row["clock"] = _local(row["at"], zone).strftime("%H:%M:%S")
        erased = [
            {
                **row,
                "what": texts["page"]["gone"][row["kind"]],
                "day": _local(row["at"], zone).date().isoformat(),
            }
            for row in erased_lately(context, centre)
        ]
        typed = request.args.get("head", "").strip()
        return {
            "rows": rows,
            "more": more,
            "day": _day(centre),
            "part": _part(),
            "typed": typed,
            "compared": compared(luot.context, centre, typed) if typed else [],
            "erased": erased[:20],
            **heads(luot.context, centre),
        }

    return staff_page("audit.html", "audit", centre, shown=shown, parts=list(PARTS))


@audit.get("/api/v1/<centre>/audit")
def rows(centre: str) -> Response:
    """A day's rows as JSON, the newest first, or all of them as CSV."""
    actor = allowed("audit", centre)
    parts().context.centre(centre)
    day, part = _day(centre), _part()
    form = request.args.get("format", "json")
    if form not in ("json", "csv"):
        raise BadPayload("format", "one_of", expected="json, csv")
    if form == "json":
        newest, more = _newest(centre, day, part)
        return jsonify({"ok": True, "rows": newest, "more": more, **heads(parts().context, centre)})
    log = parts().identity.access_log
    log.looked(actor.centre, actor.id, actor.address, f"audit:{day}:{part}")
    response = Response(
        _lines(audit_of_day(parts().context, centre, day, part)), mimetype="text/csv"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{centre}-{day}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)


def _newest(centre: str, day: str, part: str) -> tuple[list[dict[str, Any]], bool]:
    every = sorted(
        audit_of_day(parts().context, centre, day, part), key=lambda row: row["at"], reverse=True
    )
    return every[:MOST], len(every) > MOST


def _lines(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow(COLUMNS)
    for n, row in enumerate(rows, 1):
        writer.writerow([_plain(row[name]) for name in COLUMNS])
        if n % LINES == 0:
            yield out.getvalue()
            out.seek(0), out.truncate()
    yield out.getvalue()


def _plain(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
    return never_a_formula(value) if isinstance(value, str) else value


def _day(centre: str) -> str:
    """The day asked for; today where none is. Raises BadPayload."""
    asked = request.args.get("day")
    if not asked:
        return parts().context.centre(centre).date_of(parts().context.clock())
    try:
        return date.fromisoformat(asked).isoformat()
    except ValueError:
        raise BadPayload("day", "date") from None


def _part() -> str:
    asked = request.args.get("part", "changes")
    if asked not in PARTS:
        raise BadPayload("part", "one_of", expected=", ".join(PARTS))
    return asked
