"""The page and API of a hub's first run: from a code at the machine to a hall that works.

What is done by itself shows in the database (a centre, an administrator, machines), so that steps
can be left and taken up. From the first administrator on the page asks as that person, by the same
routes as every page of the staff.
"""

import json
import logging
import os
import signal
import sys
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..accounts.first_run import FirstRun
from ..acts import Actor, Refusal
from ..acts.loading import load_first_centre
from ..payloads.base import read
from ..payloads.first_run import BeginFirstRun, EndFirstRun, FirstAdmin, FirstCentre
from ..worker_pool import NotDone, run_in_worker
from .auth import NotAllowed, allowed, caller, json_body, language, parts, remember_session
from .pages import choose_language, remember_language, words
from .slots import Slots

log = logging.getLogger("luot.first_run")
first_run = Blueprint("first_run", __name__, template_folder="templates")
first_run.before_request(choose_language)
first_run.after_request(remember_language)
first_run.context_processor(words)

API = "/api/v1/first-run"
COOKIE = "luot_first_run"
#: A page of another site cannot send this header with a request of its own making.
HEADER = "X-First-Run"
#: The key of an encrypted backup: no address, no log and no file holds it.
KEY_HEADER = "X-Backup-Key"
#: What server/store/check_backup.py says of the key.
KEY_PROBLEMS = ("key_missing", "key_wrong")
SECONDS, CHECK_S = 60, 600
_slots = Slots(2, retry_after_s=10)
#: A backup sent by the browser lies here until the hub has restarted with it.
BACKUP_FILE = "first-run-backup.tar"
PIECE = 2**20
LEAVE_FREE = 200 * 2**20


def _first_run() -> FirstRun:
    return parts().first_run


@first_run.get("/first-run")
def page() -> ResponseReturnValue:
    """Setting up this hub; to the first page where that has ended."""
    if not _first_run().is_open():
        return redirect("/")
    return render_template("first_run.html")


def _has_session() -> bool:
    return _first_run().holds(request.cookies.get(COOKIE, ""))


def _as_admin() -> Actor | None:
    """The administrator who is signed in, or None."""
    try:
        actor, _ = caller()
    except NotAllowed:
        return None
    return actor if actor.role == "admin" and actor.staff is not None else None


def _only_in_session() -> None:
    """Raises NotAllowed where the code was not typed here, or the request may be forged."""
    if not _first_run().is_open() or not _has_session() or HEADER not in request.headers:
        raise NotAllowed(403)


@first_run.get(API)
def state() -> Response:
    """How far it is: whether the code was typed here, the centre, whether there is an
    administrator and who is signed in. Refused once it has ended.
    """
    if not _first_run().is_open():
        raise NotAllowed(403)
    admin = _as_admin()
    begun = _has_session() or admin is not None
    answer: dict[str, Any] = {"ok": True, "begun": begun}
    if begun:
        loaded = parts().centres()
        centre = loaded[0] if loaded else None
        answer.update(
            centre=None if centre is None else {"code": centre.code, "name": centre.name},
            has_admin=_first_run().has_admin(),
            signed_in=admin is not None,
        )
    return jsonify(answer)


@first_run.get(f"{API}/templates")
def templates() -> Response:
    """The samples a centre may be made of."""
    if not _first_run().is_open() or not _has_session():
        raise NotAllowed(403)
    return jsonify({"ok": True, "templates": _templates()})


@cache
def _templates() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(_in_worker({"do": "templates"}))
    return listed


@first_run.post(f"{API}/begin")
def begin() -> Response:
    """The code that stands at the machine, good once: this browser may go on."""
    if HEADER not in request.headers:
        raise NotAllowed(403)
    asked = read(BeginFirstRun, json_body())
    session = _first_run().begin(asked["code"], request.remote_addr or "")
    response = jsonify({"ok": True})
    response.set_cookie(
        COOKIE,
        session,
        max_age=24 * 3600,
        httponly=True,
        samesite="Strict",
        secure=parts().settings.secure_cookies,
        path="/",
    )
    return response


@first_run.post(f"{API}/centre")
def centre() -> Response:
    """The first centre, of a sample or of a file."""
    _only_in_session()
    request.max_content_length = 4 * 2**20
    asked = read(FirstCentre, json_body())
    if parts().centres():
        raise Refusal("wrong_state", number="", state="has_centre")
    if (asked.get("template") is None) == (asked.get("file") is None):
        raise Refusal("bad_request", key="template", problem="missing")
    order = {"do": "new", "lang": language(), **{k: v for k, v in asked.items() if k != "file"}}
    made = json.loads(_in_worker(order, (asked.get("file") or "").encode()))
    if made["refusals"]:
        raise Refusal("bad_request", key="file", problem=made["refusals"][0])
    return jsonify({"ok": True, "code": load_first_centre(parts().context, made["document"])})


@first_run.post(f"{API}/admin")
def admin() -> Response:
    """The first administrator, who is signed in at once."""
    _only_in_session()
    asked = read(FirstAdmin, json_body())
    loaded = parts().centres()
    if not loaded:
        raise Refusal("wrong_state", number="", state="no_centre")
    code, address = loaded[0].code, request.remote_addr or ""
    _first_run().add_admin(code, asked["name"], asked["full_name"], asked["password"])
    token, csrf, _ = parts().identity.log_in(
        code, asked["name"], asked["password"], address, agent=request.user_agent.string
    )
    response = jsonify({"ok": True, "csrf": csrf})
    remember_session(response, token)
    return response


@first_run.post(f"{API}/restore")
def restore() -> Response:
    """A backup (the body), opened by the key in the header where it is encrypted: checked, then
    the hub starts anew with it. The key is kept nowhere.
    """
    _only_in_session()
    if parts().centres():
        raise Refusal("wrong_state", number="", state="has_centre")
    folder = Path(parts().settings.data)
    size = request.content_length or 0
    free = os.statvfs(folder)
    if size <= 0 or size * 3 + LEAVE_FREE > free.f_bavail * free.f_frsize:
        raise Refusal("bad_request", key="backup", problem="no_room")
    request.max_content_length = size + 1  # at the limit itself a read asks whether there is more
    part = folder / f"{BACKUP_FILE}.part"
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            while piece := request.stream.read(PIECE):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        with _slots.hold():
            run_in_worker(
                [sys.executable, "-P", "-m", "server.store.check_backup", str(part)],
                "\n".join(request.headers.get(KEY_HEADER, "").split()).encode(),
                seconds=CHECK_S,
                knows={},
            )
    except NotDone as error:
        part.unlink(missing_ok=True)
        log.warning("no backup was restored: %s", error)
        problem = str(error) if str(error) in KEY_PROBLEMS else "no_backup"
        raise Refusal("bad_request", key="backup", problem=problem) from None
    part.rename(folder / BACKUP_FILE)
    # gunicorn ends its worker and itself; whoever started it starts it again, with the backup
    os.kill(os.getppid(), signal.SIGTERM)
    return jsonify({"ok": True})


@first_run.post(f"{API}/end")
def end() -> Response:
    """The hub is set up: everything here is shut."""
    if not _first_run().is_open():
        raise NotAllowed(403)
    actor, _ = caller()
    if actor.role != "admin":
        raise NotAllowed(403)
    allowed("people", actor.centre)  # with the session's CSRF token
    read(EndFirstRun, json_body())
    _first_run().end()
    response = jsonify({"ok": True})
    response.delete_cookie(COOKIE, path="/")
    return response


def _in_worker(asked: dict[str, Any], content: bytes = b"") -> bytes:
    """The answer of server/centre/__main__.py, found out in a process beside the hub."""
    with _slots.hold():
        try:
            return run_in_worker(
                [sys.executable, "-P", "-m", "server.centre"],
                json.dumps(asked).encode() + b"\n" + content,
                SECONDS,
                knows={},
            )
        except NotDone as error:
            log.warning("a centre's file was not read: %s", error)
            raise Refusal("bad_request", why="unreadable") from None
