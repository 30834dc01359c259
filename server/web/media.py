"""Pictures and films for the boards, the playlist, the emergency text; and the page on which they
are looked after.
"""

import re
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from domain.languages import DEFAULT

from ..acts import Refusal, StorageError
from ..acts import media as acts
from ..media.incoming import MOST_BYTES, DiskFull, Incoming, folder_of
from ..payloads import Press, read
from ..payloads.screens import RaiseEmergency, SetPlaylist
from .auth import allowed, answered, json_body, parts
from .pages import choose_language, remember_language, words
from .staff_page import staff_page

media = Blueprint("media", __name__, template_folder="templates")
media.before_request(choose_language)
media.after_request(remember_language)
media.context_processor(words)

FILE = re.compile(r"^[0-9a-f]{64}\.(?:jpg|png|webp|mp4|webm)$")
#: What surrounds the file in a multipart body.
ENVELOPE = 64 * 1024
#: How much of the body is held in memory at a time.
PIECE = 1024 * 1024
MOST = max(MOST_BYTES.values())
YEAR_S = 365 * 86_400
PLAYLIST_BYTES = 256 * 1024


def _folder() -> Path:
    return folder_of(parts().settings.data).resolve()


@media.get("/media")
def page() -> ResponseReturnValue:
    """What the boards play: files, order, days and hours."""
    return staff_page(
        "media.html",
        "playlist",
        most={kind: size // 1024 // 1024 for kind, size in MOST_BYTES.items()},
    )


@media.get("/media/<name>")
def file(name: str) -> Response:
    """A picture or film by the sha256 of its content: it never changes, so a board keeps it for
    good. Parts of it on request (Range).
    """
    if not FILE.match(name):
        abort(404)
    response = send_from_directory(_folder(), name, max_age=YEAR_S)
    response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = "inline"
    return response


@media.get("/api/v1/<centre>/media")
def listed(centre: str) -> Response:
    """The files of a centre and its playlist."""
    allowed("playlist", centre)
    held, playlist = acts.shown_media(parts().context, centre)
    return jsonify({"ok": True, "media": held, "playlist": playlist, "at": parts().context.clock()})


@media.post("/api/v1/<centre>/media")
def upload(centre: str) -> ResponseReturnValue:
    """Take in one file (multipart, field `file`), straight to the disk."""
    actor = allowed("media", centre)
    arrived: list[Incoming] = []

    def open_file(*_: Any, **__: Any) -> Any:
        if arrived:
            raise Refusal("bad_request", key="file", problem="one_file")
        arrived.append(Incoming(_folder()))
        return arrived[0]

    try:
        if (request.content_length or 0) > MOST + ENVELOPE:
            raise Refusal("bad_media", why="heavy", most=MOST // 1024 // 1024)
        try:
            parser = FormDataParser(
                stream_factory=open_file,
                max_content_length=MOST + ENVELOPE,
                max_form_memory_size=PIECE,
                max_form_parts=4,
                silent=False,
            )
            _, _, files = parser.parse_from_environ(request.environ)
        except RequestEntityTooLarge:
            raise Refusal("bad_media", why="heavy", most=MOST // 1024 // 1024) from None
        except ValueError:
            raise Refusal("bad_request", key="file", problem="multipart") from None
        given = files.get("file")
        if given is None or not arrived or arrived[0].bytes == 0:
            raise Refusal("bad_media", why="empty")
        return (
            jsonify(
                {
                    "ok": True,
                    "media": acts.take_in(
                        parts().context, actor, arrived[0], given.filename, _folder()
                    ),
                }
            ),
            201,
        )
    except Refusal as refusal:
        return answered(refusal.answer())
    except DiskFull as full:
        raise StorageError(str(full)) from full
    finally:
        for incoming in arrived:
            incoming.drop()


@media.delete("/api/v1/<centre>/media/<file>")
def remove(centre: str, file: str) -> Response:
    """Delete a file that the playlist does not play."""
    actor = allowed("media", centre)
    return answered(
        acts.remove_media(
            parts().context, actor, read(Press, json_body())["request_id"], file, _folder()
        )
    )


@media.put("/api/v1/<centre>/playlist")
def playlist(centre: str) -> Response:
    """Put the playlist in force."""
    actor = allowed("playlist", centre)
    request.max_content_length = PLAYLIST_BYTES
    asked = read(SetPlaylist, json_body())
    items = [
        {
            ("from" if key == "from_" else key): value
            for key, value in item.items()
            if value is not None
        }
        for item in asked["items"]
    ]
    return answered(acts.set_playlist(parts().context, actor, asked["request_id"], items))


@media.post("/api/v1/<centre>/emergency")
def emergency(centre: str) -> Response:
    """Put a text on every board and sign at once."""
    actor = allowed("emergency", centre)
    asked = read(RaiseEmergency, json_body())
    text = {
        lang: words_.strip() for lang, words_ in asked["text"].items() if words_ and words_.strip()
    }
    if DEFAULT not in text:
        raise Refusal("bad_request", key=f"text.{DEFAULT}", problem="missing")
    return answered(acts.raise_emergency(parts().context, actor, asked["request_id"], text))


@media.delete("/api/v1/<centre>/emergency")
def all_clear(centre: str) -> Response:
    """Take the emergency text down."""
    actor = allowed("emergency", centre)
    return answered(
        acts.end_emergency(parts().context, actor, read(Press, json_body())["request_id"])
    )
