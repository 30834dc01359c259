"""Long exports over the API, and the task of the hub that has them made one after another in
processes beside it, with the files of each month.
"""

import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, send_file

from ..acts import ActContext, Refusal
from ..payloads import BadPayload, read
from ..payloads.report import MakeExport
from ..reports import BadQuestion, check_question
from ..reports.exports import DONE, Export, Exports, exports_of
from ..reports.monthly import due, folder_of
from ..reports.open_figures import month_file, month_is_due
from ..reports.rollups import is_due as folds_are_due
from ..worker_pool import NICE, NotDone, run_in_worker
from .auth import allowed, json_body, parts
from .parts import HubParts
from .report_views import check_view

log = logging.getLogger("luot.exports")
LOOK_EVERY_S, POLL_EVERY_S = 2.0, 0.3
#: Exports that wait or run at a centre; one more is told to come back.
MOST_OPEN = 5
#: How often is looked for days to fold, files of a month to write and exports to delete.
KEEP_UP_EVERY_MS = 300_000
#: A file that could not be made is tried again after so long.
TRY_AGAIN_AFTER_MS = 3_600_000
#: How long one may take.
GIVE_UP_AFTER_S = 3 * 3600

exports = Blueprint("exports", __name__, url_prefix="/api/v1/<centre>/reports/exports")


@exports.post("")
def make(centre: str) -> Response:
    """Have a long export made beside the hub."""
    actor = allowed("reports", centre)
    asked = read(MakeExport, json_body())
    luot, request_id, what = parts(), asked.pop("request_id"), asked.pop("what", "waits")
    query = {key.rstrip("_"): value for key, value in asked.items()}
    check_view(luot.context.centre(centre), actor.role, query.get("by"))
    now = luot.context.clock()
    try:
        check_question(luot.store, centre, what, query, now)
    except BadQuestion as bad:
        raise BadPayload(bad.key, bad.problem, **bad.params) from None
    here = _here(luot, centre)
    if sum(export.state in ("waiting", "running") for export in here.all()) >= MOST_OPEN:
        raise Refusal("too_many", retry_after=60)
    try:
        export = here.add(centre, what, query, actor.id, now, request_id)
    except OSError as full:
        raise Refusal("storage") from full
    response = jsonify({"ok": True, "export": export.as_json()})
    response.status_code = 201
    return response


@exports.get("")
def listed(centre: str) -> Response:
    """The exports of the last seven days, the newest first."""
    allowed("reports", centre)
    luot = parts()
    luot.context.centre(centre)
    made = [export.as_json() for export in _here(luot, centre).all()]
    return jsonify({"ok": True, "exports": made})


@exports.get("/<export>")
def one(centre: str, export: str) -> Response:
    """How far an export is."""
    allowed("reports", centre)
    return jsonify({"ok": True, "export": _export_of(centre, export).as_json()})


@exports.get("/<export>/file")
def file(centre: str, export: str) -> Response:
    """The finished file."""
    actor = allowed("reports", centre)
    luot, made = parts(), _export_of(centre, export)
    check_view(luot.context.centre(centre), actor.role, made.query.get("by"))
    path = _here(luot, centre).file_of(made)
    if made.state != DONE or not path.exists():
        raise Refusal("wrong_state", number="", state="export_not_done")
    parts().identity.access_log.looked(
        actor.centre, actor.id, actor.address, f"export:{made.what}:{made.id}"
    )
    response = send_file(
        path.resolve(), mimetype=made.media, as_attachment=True, download_name=made.filename
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@exports.delete("/<export>")
def cancel(centre: str, export: str) -> Response:
    """Stop an export that waits or runs; delete one that is finished."""
    allowed("reports", centre)
    try:
        gone = _here(parts(), centre).cancel(_export_of(centre, export).id)
    except OSError as read_only:
        raise Refusal("storage") from read_only
    return jsonify({"ok": True, "export": gone.as_json() if gone else None})


def _here(luot: HubParts, centre: str) -> Exports:
    return exports_of(luot.settings.data, centre, luot.context.real_clock)


def _export_of(centre: str, export: str) -> Export:
    luot = parts()
    luot.context.centre(centre)
    made = _here(luot, centre).get(export)
    if made is None:
        raise Refusal("unknown_export")
    return made


class ExportMaker:
    """Makes what waits, one after another, each in a process beside the hub; of the centres that
    live in this one (`is_mine`).
    """

    def __init__(
        self,
        context: ActContext,
        data: str,
        reports_folder: str,
        sleep: Callable[[float], Any],
        is_mine: Callable[[str], bool] = lambda centre: True,
    ) -> None:
        self._context, self._data, self._sleep = context, data, sleep
        self._is_mine = is_mine
        self._monthly = folder_of(data, reports_folder)
        #: when making a file failed last
        self._failed_at: dict[Path, int] = {}
        self._kept_up_at: dict[str, int] = {}

    def loop(self, well: Callable[[], None]) -> None:
        """Look for work again and again; `well` is called after each look. Raises OSError after a
        look in which a centre's folder could not be written to: the other centres had theirs.
        """
        while True:
            trouble: OSError | None = None
            for centre in self._context.centres():
                if not self._is_mine(centre.code):
                    continue
                try:
                    self._round(centre.code, well)
                except OSError as error:
                    trouble = error
            if trouble is not None:
                raise trouble
            well()
            self._sleep(LOOK_EVERY_S)

    def _round(self, code: str, well: Callable[[], None]) -> None:
        here = exports_of(self._data, code, self._context.real_clock)
        try:
            self._next_of(here, code, well)
        finally:
            now = self._context.clock()
            last = self._kept_up_at.get(code)
            if last is None or not 0 <= now - last < KEEP_UP_EVERY_MS:
                self._kept_up_at[code] = now
                self._keep_up(code, now, well)
                here.forget_old(now)

    def _next_of(self, here: Exports, code: str, well: Callable[[], None]) -> None:
        if here.folder.is_dir():
            export = here.next_waiting()
            if export is not None and _claimed(here, export):
                about = {"folder": str(here.folder.resolve()), "id": export.id}
                self._make(code, export.what, export.query, about, well)

    def _keep_up(self, code: str, now: int, well: Callable[[], None]) -> None:
        """What is made without being asked for: folds of closed days, the figures of the month
        before for everybody, its files.
        """
        store, centre = self._context.store, self._context.centre(code)
        if folds_are_due(store, centre, now):
            self._make(code, "rollups", {}, {}, well)
        month = month_file(self._data, centre, now)
        if self._to_try(month, now) and month_is_due(store, month, centre, now):
            self._make_once(month, code, "open_month", {}, well)
        for file in due(store, centre, self._monthly, now):
            if self._to_try(file.path, now):
                self._make_once(file.path, code, "waits", file.query, well)

    def _to_try(self, out: Path, now: int) -> bool:
        failed_at = self._failed_at.get(out)
        return failed_at is None or not 0 <= now - failed_at < TRY_AGAIN_AFTER_MS

    def _make_once(
        self, out: Path, code: str, what: str, query: dict[str, str], well: Callable[[], None]
    ) -> None:
        """Make a file; one that cannot be made (a full disk) is tried again an hour later."""
        if not self._make(code, what, query, {"out": str(out.resolve())}, well):
            self._failed_at[out] = self._context.clock()

    def _make(
        self,
        code: str,
        what: str,
        query: dict[str, str],
        about: dict[str, str],
        well: Callable[[], None],
    ) -> bool:
        """Whether it was made; why not is logged."""
        order = {
            "url": self._context.store.url,
            "centre": code,
            "what": what,
            "query": query,
            "now": self._context.clock(),
            "cache": str((Path(self._data) / "cache").resolve()),
            **about,
        }
        try:
            run_in_worker(
                [sys.executable, "-P", "-m", "server.reports.export_worker"],
                json.dumps(order).encode(),
                GIVE_UP_AFTER_S,
                poll_every_s=POLL_EVERY_S,
                each_poll=well,
                nice=NICE,
            )
        except NotDone as error:
            log.warning("%s: an export was not made: %s", code, error)
            return False
        return True


def _claimed(here: Exports, export: Export) -> bool:
    """Whether this hub process is the one that makes it."""
    try:
        os.close(os.open(here.folder / f"{export.id}.taken", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True
