"""Pictures, films and notices for the boards: taken in, looked into, put in order.

The emergency text that a manager puts on every screen.
"""

import os
from collections.abc import Mapping
from datetime import date as Date
from pathlib import Path
from typing import Any, NoReturn

from domain.centre import Centre
from domain.day import SPAN, is_window
from domain.displays import KINDS
from domain.facts import EmergencyEnded, EmergencyRaised, ScreensChanged
from domain.languages import DEFAULT

from ..media.incoming import MOST_BYTES, Incoming, checked_file, file_name, hash_of, tidy
from ..payloads import Press
from ..payloads.screens import RaiseEmergency, SetPlaylist
from ..store import media as rows
from .act import Act, ActContext, Actor, Answer, Refusal, verb

#: All media of one hub; a board keeps at most what is in its playlist.
MOST_HELD = 8 * 1024**3
SECONDS = (4, 600)
MOST_ITEMS = 60


def take_in(
    context: ActContext, actor: Actor, incoming: Incoming, name: str | None, folder: Path
) -> dict[str, Any]:
    """Look into a file that has arrived and keep it. Returns its row as the pages show it.

    Raises Refusal("bad_media", why=…) for what a board could not show: another kind, damaged, cut
    short, too large or small, a codec televisions lack.
    """
    try:
        incoming.flush()
        os.fsync(incoming.fileno())
        incoming.close()
        checked = checked_file(incoming.path)
        if not checked["ok"]:
            fault = {key: value for key, value in checked.items() if key != "ok"}
            raise Refusal("bad_media", **fault)
        size = incoming.path.stat().st_size
        most = MOST_BYTES[checked["kind"]]
        if size > most:
            raise Refusal("bad_media", why="heavy", most=most // 1024 // 1024)
        with context.store.read() as conn:
            if rows.bytes_held(conn) + size > MOST_HELD:
                raise Refusal("bad_media", why="full", most=MOST_HELD // 1024**3)
        id_ = hash_of(incoming.path)
        os.chmod(incoming.path, 0o644)
        incoming.path.replace(folder / file_name(id_, checked["type"]))
    finally:
        incoming.path.unlink(missing_ok=True)
    row = {
        "id": id_,
        "kind": checked["kind"],
        "type": checked["type"],
        "name": tidy(name),
        "bytes": size,
        "width": checked["width"],
        "height": checked["height"],
        "seconds": checked["seconds"],
    }
    with context.store.change() as conn:
        rows.add_media(conn, centre=actor.centre, by=actor.id, at=context.clock(), **row)
    return {
        **row,
        "src": f"/media/{file_name(id_, checked['type'])}",
        "changed": checked["changed"],
    }


def shown_media(
    context: ActContext, centre: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
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


def remove_media(
    context: ActContext, actor: Actor, request_id: str, id: str, folder: Path
) -> Answer:
    """Take a media file away. Refused while the playlist plays it."""
    answer = _remove_row(context, actor, request_id, id)
    file = answer.pop("file", None)
    if file:
        (folder / file).unlink(missing_ok=True)
    return answer


@verb("remove_media")
def _remove_row(act: Act, id: str) -> Answer:
    """Forget a media file; `file` is its name where no centre holds it any more."""
    row = rows.one_media(act.tx.conn, act.tx.centre, id)
    if row is None:
        raise Refusal("unknown_media")
    if any(item.get("media") == id for item in rows.hall_screens(act.tx.conn, act.tx.centre)[1]):
        raise Refusal("bad_media", why="in_use")
    last = rows.remove_media(act.tx.conn, act.tx.centre, id)
    act.record(ScreensChanged(what="media"))
    return {"file": file_name(id, row.type)} if last else {}


@verb("playlist", SetPlaylist)
def set_playlist(act: Act, items: list[dict[str, Any]]) -> Answer:
    """Put the playlist in force; boards take it at once.

    Refused whole, with the place of the mistake, when one item is wrong.
    """
    if len(items) > MOST_ITEMS:
        raise Refusal("bad_request", key="items", problem="many", max_length=MOST_ITEMS)
    held = {row.id: row for row in rows.media_of(act.tx.conn, act.tx.centre)}
    for n, item in enumerate(items):
        _refuse_mistakes(f"items.{n}", item, held, act.centre)
    version = rows.change_screens(act.tx.conn, act.tx.centre, playlist=items)
    act.record(ScreensChanged(what="playlist"))
    return {"version": version}


def _refuse_mistakes(
    at: str, item: dict[str, Any], held: Mapping[str, Any], centre: Centre
) -> None:
    """Raise Refusal for an item of the playlist that no board could play; `at` is its place."""

    def wrong(key: str, problem: str, **params: Any) -> NoReturn:
        raise Refusal("bad_request", key=f"{at}.{key}", problem=problem, **params)

    kind = item["kind"]
    if kind not in KINDS:
        wrong("kind", "one_of", expected=", ".join(KINDS))
    if kind in ("image", "video"):
        row = held.get(str(item.get("media")))
        if row is None or row.kind != kind:
            raise Refusal("unknown_media")
    if kind in ("notice", "ticker") and not (item.get("text") or {}).get(DEFAULT, "").strip():
        wrong(f"text.{DEFAULT}", "missing")
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


def _is_date(text: str) -> bool:
    try:
        return Date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@verb("emergency", RaiseEmergency)
def raise_emergency(act: Act, text: dict[str, str]) -> Answer:
    """Put a text on every board and sign at once.

    The text stays out of the journal, which cannot forget.
    """
    emergency = {"text": text, "at": act.now}
    rows.change_screens(act.tx.conn, act.tx.centre, emergency=emergency)
    act.record(EmergencyRaised())
    return {}


@verb("end_emergency", Press)
def end_emergency(act: Act) -> Answer:
    """Take the emergency text down; nothing is done when there is none."""
    if rows.hall_screens(act.tx.conn, act.tx.centre)[2] is not None:
        rows.change_screens(act.tx.conn, act.tx.centre, emergency=None)
        act.record(EmergencyEnded())
    return {}


__all__ = [
    "end_emergency",
    "raise_emergency",
    "remove_media",
    "set_playlist",
    "shown_media",
    "take_in",
]
