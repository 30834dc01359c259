"""Clips in sign language: recorded or imported in the studio, shown on kiosk and phone."""

from flask import Blueprint, Response, abort, g, jsonify, request, send_from_directory

from domain.centre import Centre
from domain.languages import in_language

from ..acts import Refusal, StorageError
from ..media import sign_clips as clips
from ..media.incoming import DiskFull, Incoming
from ..payloads import BadPayload
from ..texts import area
from .auth import allowed, parts
from .pages import choose_language

signs = Blueprint("signs", __name__)
signs.before_request(choose_language)
#: How much of a film is held in memory at a time.
PIECE = 256 * 1024


@signs.get("/api/v1/<centre>/signs")
def all_clips(centre: str) -> Response:
    """Every prompt and field that may have a clip in sign language: its words and the clip."""
    allowed("voices", centre)
    loaded = parts().context.centre(centre)
    held = clips.listed(parts().settings.data, centre)
    return jsonify(
        {
            "ok": True,
            "most_seconds": clips.MOST_SECONDS,
            "prompts": [
                {"key": key, "text": text, "clip": held.get(key)}
                for key, text in _captions(loaded).items()
            ],
        }
    )


def _captions(centre: Centre) -> dict[str, str]:
    """`{key: words}` of what each clip says, in the page's language."""
    words = area(g.language, "studio")["signs"]["prompts"]
    fields = {
        clips.field_key(field.prefix): in_language(field.name, g.language)
        for field in centre.fields.values()
    }
    return {key: words[key] for key in clips.PROMPTS} | fields


@signs.put("/api/v1/<centre>/signs/<key>")
def give(centre: str, key: str) -> Response:
    """A silent film (WebM, MP4; 30 s, 12 MB at most) becomes the clip of a prompt or field."""
    allowed("voices", centre)
    folder = clips.folder_of(parts().settings.data, centre)
    _check_key(centre, key)
    request.max_content_length = clips.MOST_BYTES + 1
    if (request.content_length or 0) > clips.MOST_BYTES:
        raise BadPayload("body", "clip_heavy", most=clips.MOST_BYTES // 1024 // 1024)
    try:
        incoming = Incoming(folder)
        try:
            while part := request.stream.read(PIECE):
                incoming.write(part)
            kept = clips.take_in(incoming, folder, key)
        finally:
            incoming.drop()
    except clips.BadClip as bad:
        raise BadPayload("body", bad.why, **bad.values) from None
    except DiskFull as full:
        raise StorageError(str(full)) from full
    except OSError as error:
        raise StorageError(f"the clip cannot be kept ({error.strerror})") from None
    return jsonify({"ok": True, "key": key, "clip": {**kept, "own": True}})


@signs.delete("/api/v1/<centre>/signs/<key>")
def forget(centre: str, key: str) -> Response:
    """Delete the centre's clip of a prompt or field; the hub's own, if there is one, comes back."""
    allowed("voices", centre)
    _check_key(centre, key)
    clips.forget(clips.folder_of(parts().settings.data, centre), key)
    return jsonify({"ok": True})


def _check_key(centre: str, key: str) -> None:
    if key not in clips.keys_of(parts().context.centre(centre).fields):
        raise BadPayload("key", "no_prompt")


@signs.get("/display/signs/<centre>/<name>")
def clip(centre: str, name: str) -> Response:
    """A clip, or `clips.json`, which says which there are; kiosks and phones read them."""
    data = parts().settings.data
    try:
        parts().context.centre(centre)
        held = clips.listed(data, centre)
    except (Refusal, ValueError):
        abort(404)
    if name == "clips.json":
        shown = {
            key: {"file": about["file"], "type": about["type"], "sha256": about["sha256"]}
            for key, about in held.items()
        }
        response = jsonify({"clips": shown})
        response.headers["Cache-Control"] = "no-cache"
        return response
    about = next((about for about in held.values() if about["file"] == name), None)
    if about is None:
        abort(404)
    folder = clips.folder_of(data, centre if about["own"] else None).resolve()
    response = send_from_directory(folder, name, mimetype=about["type"], max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Accept-Ranges"] = "bytes"
    return response
