"""Pictures, films and notices for the boards: taken in, looked into, put in order.

The emergency text that a manager puts on every screen.
"""

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from datetime import date as Date
from pathlib import Path

from domain.day import SPAN, is_window
from domain.displays import KINDS
from domain.facts import EmergencyEnded, EmergencyRaised, ScreensChanged
from domain.refusal import Refusal

from ..store import media as rows
from ..store.engine import StorageError
from ..worker_pool import NotDone, run_in_worker
from .act import run

ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
MOST_BYTES = {"image": 20 * 1024 * 1024, "video": 300 * 1024 * 1024}
#: All media of one hub; a board keeps at most what is in its playlist.
MOST_HELD = 8 * 1024**3
#: Left free on the disk: the queue's own database comes first.
KEEP_FREE = 500 * 1024 * 1024
CHECK_LIMIT_S = 60
SECONDS = (4, 600)
MOST_ITEMS = 60


class Incoming:
    """A file while it arrives: written to the disk as it comes, counted and hashed.

    Raises StorageError when the disk is full.
    """

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < KEEP_FREE:
            raise StorageError("the disk is nearly full: free some space; nothing was changed")
        self._file = tempfile.NamedTemporaryFile(dir=folder, prefix="incoming-", delete=False)  # noqa: SIM115 - closed by take_in
        self.path, self.bytes = Path(self._file.name), 0

    def write(self, part):
        """Take some bytes."""
        try:
            self._file.write(part)
        except OSError as error:
            raise StorageError(
                f"the disk takes no more ({error.strerror}): free some space; nothing was changed"
            ) from None
        self.bytes += len(part)
        return len(part)

    def __getattr__(self, name):
        return getattr(self._file, name)

    def drop(self):
        """Forget the file."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def folder_of(settings):
    """Where media files lie."""
    return Path(settings.data) / "media"


def file_name(id_, type_):
    """The name a media file is kept and served under: its sha256."""
    return f"{id_}.{ENDINGS[type_]}"


def take_in(context, actor, incoming, name, folder):
    """Look into a file that has arrived and keep it. Returns its row as the pages show it.

    Raises Refusal("bad_media", why=…) for what a board could not show: another kind, damaged, cut
    short, too large or small, a codec televisions lack.
    """
    try:
        incoming.flush()
        os.fsync(incoming.fileno())
        incoming.close()
        found = _checked_file(incoming.path)
        if not found["ok"]:
            raise Refusal("bad_media", **{k: v for k, v in found.items() if k != "ok"})
        size = incoming.path.stat().st_size
        most = MOST_BYTES[found["kind"]]
        if size > most:
            raise Refusal("bad_media", why="heavy", most=most // 1024 // 1024)
        with context.store.read() as conn:
            if rows.bytes_held(conn) + size > MOST_HELD:
                raise Refusal("bad_media", why="full", most=MOST_HELD // 1024**3)
        id_ = _hash(incoming.path)
        os.chmod(incoming.path, 0o644)
        incoming.path.replace(folder / file_name(id_, found["type"]))
    finally:
        incoming.path.unlink(missing_ok=True)
    row = {
        "id": id_,
        "kind": found["kind"],
        "type": found["type"],
        "name": _tidy(name),
        "bytes": size,
        "width": found["width"],
        "height": found["height"],
        "seconds": found["seconds"],
    }
    with context.store.change() as conn:
        rows.add_media(conn, centre=actor.centre, by=actor.id, at=context.clock(), **row)
    return {**row, "src": f"/media/{file_name(id_, found['type'])}", "changed": found["changed"]}


def _tidy(name):
    text = re.sub(r"[\x00-\x1f\x7f]", "", os.path.basename((name or "").replace("\\", "/"))).strip()
    return text[:120] or "?"


def _hash(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked_file(path):
    """What the checking process says of a file. One it dies of or cannot finish is damaged."""
    try:
        return json.loads(
            run_in_worker(
                [
                    sys.executable,
                    "-P",
                    str(Path(__file__).parents[1] / "media" / "file_check.py"),
                    str(path),
                ],
                seconds=CHECK_LIMIT_S,
                knows={"PATH": os.environ.get("PATH", "")},
            )
        )
    except (NotDone, ValueError):
        return {"ok": False, "why": "damaged"}


def shown_media(context, centre):
    """`(media rows, playlist)` as the pages show them."""
    with context.store.read() as conn:
        held, (_, playlist, _) = rows.media_of(conn, centre), rows.hall_screens(conn, centre)
    return [
        {
            "id": r.id,
            "kind": r.kind,
            "type": r.type,
            "name": r.name,
            "bytes": r.bytes,
            "width": r.width,
            "height": r.height,
            "seconds": r.seconds,
            "at": r.at,
            "src": f"/media/{file_name(r.id, r.type)}",
        }
        for r in held
    ], playlist


def remove_media(context, actor, request_id, id_, folder):
    """Take a media file away. Refused while the playlist plays it."""
    gone = []

    def work(act):
        row = rows.one_media(act.tx.conn, act.tx.centre, id_)
        if row is None:
            raise Refusal("unknown_media")
        if any(
            item.get("media") == id_ for item in rows.hall_screens(act.tx.conn, act.tx.centre)[1]
        ):
            raise Refusal("bad_media", why="in_use")
        if rows.remove_media(act.tx.conn, act.tx.centre, id_):
            gone.append(folder / file_name(id_, row.type))
        act.record(ScreensChanged(what="media"))
        return {}

    answer = run(context, actor, request_id, "remove_media", id_, work)
    for path in gone if answer["ok"] else ():
        path.unlink(missing_ok=True)
    return answer


def set_playlist(context, actor, request_id, items):
    """Put the playlist in force; boards take it at once.

    Refused whole, with the place of the mistake, when one item is wrong.
    """

    def work(act):
        if len(items) > MOST_ITEMS:
            raise Refusal("bad_request", key="items", problem="many", max_length=MOST_ITEMS)
        held = {row.id: row for row in rows.media_of(act.tx.conn, act.tx.centre)}
        for n, item in enumerate(items):
            _checked(f"items.{n}", item, held, act.centre)
        version = rows.change_screens(act.tx.conn, act.tx.centre, playlist=items)
        act.record(ScreensChanged(what="playlist"))
        return {"version": version}

    return run(context, actor, request_id, "playlist", items, work)


def _checked(at, item, held, centre):
    def wrong(key, problem, **params):
        raise Refusal("bad_request", key=f"{at}.{key}", problem=problem, **params)

    kind = item["kind"]
    if kind not in KINDS:
        wrong("kind", "one_of", expected=", ".join(KINDS))
    if kind in ("image", "video"):
        row = held.get(item.get("media"))
        if row is None or row.kind != kind:
            raise Refusal("unknown_media")
    if kind in ("notice", "ticker") and not (item.get("text") or {}).get("vi", "").strip():
        wrong("text.vi", "missing")
    if item.get("field") is not None and item["field"] not in centre.fields:
        raise Refusal("unknown_field", field=item["field"])
    if not SECONDS[0] <= item.get("seconds", 12) <= SECONDS[1]:
        wrong("seconds", "between", first=SECONDS[0], last=SECONDS[1])
    for key in ("from", "to"):
        if item.get(key) is not None and not _is_date(item[key]):
            wrong(key, "date")
    if item.get("from") and item.get("to") and item["from"] > item["to"]:
        wrong("to", "before_from")
    for span in item.get("hours") or ():
        if not SPAN.match(span) or not is_window(span[:5], span[6:]):
            wrong("hours", "span")
    for zone in item.get("zones") or ():
        if zone not in centre.zones:
            wrong("zones", "one_of", expected=", ".join(centre.zones))


def _is_date(text):
    try:
        return Date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def raise_emergency(context, actor, request_id, text):
    """Put a text on every board and sign at once.

    The text stays out of the journal, which cannot forget.
    """

    def work(act):
        rows.change_screens(act.tx.conn, act.tx.centre, emergency={"text": text, "at": act.now})
        act.record(EmergencyRaised())
        return {}

    return run(context, actor, request_id, "emergency", text, work)


def end_emergency(context, actor, request_id):
    """Take the emergency text down; nothing is done when there is none."""

    def work(act):
        if rows.hall_screens(act.tx.conn, act.tx.centre)[2] is not None:
            rows.change_screens(act.tx.conn, act.tx.centre, emergency=None)
            act.record(EmergencyEnded())
        return {}

    return run(context, actor, request_id, "end_emergency", None, work)


__all__ = [
    "Incoming",
    "end_emergency",
    "file_name",
    "folder_of",
    "raise_emergency",
    "remove_media",
    "set_playlist",
    "shown_media",
    "take_in",
]
