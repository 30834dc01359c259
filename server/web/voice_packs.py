"""A voice as one file (`.luotvoice`), taken from a page and given to one: how a province shares a
reader with its centres.
"""

import json

from flask import Blueprint, Response, jsonify, request

from ..acts import StorageError
from ..payloads import BadPayload
from ..voice import check, installed_packs
from ..voice.child import run
from ..voice.pack import BadPack, gone
from ..voice.pack_file import MOST_BYTES, SUFFIX, lacking_for_others, pack_bytes
from ..worker_pool import NotDone
from .auth import allowed, parts
from .sign_clips import signs
from .voices import places

voice_packs = Blueprint("voice_packs", __name__)
#: What else the studio keeps in files.
voice_packs.register_blueprint(signs)


@voice_packs.get("/api/v1/<centre>/voice/pack/<lang>")
def take(centre: str, lang: str) -> Response:
    """The pack in force for a language as one file; a person's voice only with licence and consent
    in its manifest.
    """
    allowed("voices", centre)
    name = _pack_name(centre, lang)
    try:
        pack = installed_packs.find(name, lang, parts().settings.data, centre)
    except BadPack as bad:
        raise BadPayload("lang", str(bad)) from None
    if gone(pack):
        raise BadPayload("lang", "pack_not_whole")
    if lacking := lacking_for_others(pack):
        raise BadPayload("lang", "pack_not_free", keys=", ".join(lacking))
    manifest = json.dumps(pack.manifest, ensure_ascii=False, indent=1) + "\n"
    content = pack_bytes(pack, manifest.encode())
    response = Response(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}{SUFFIX}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@voice_packs.put("/api/v1/<centre>/voice/pack/<lang>")
def give(centre: str, lang: str) -> Response:
    """A pack's file (16 MB at most) becomes the voice of the centre, or with `?for=all` of every
    centre of this hub that has none of its own; each clip is held against its manifest first.
    """
    for_all = request.args.get("for") == "all"
    allowed("voices", centre)
    if for_all:
        allowed("doctor", centre)
    name = _pack_name(centre, lang)
    request.max_content_length = MOST_BYTES
    if (request.content_length or 0) > MOST_BYTES:
        raise BadPayload("body", "heavy", most=MOST_BYTES // 1024 // 1024)
    try:
        room = installed_packs.room(parts().settings.data, None if for_all else centre, name)
    except BadPack as bad:
        raise BadPayload("voice.packs", str(bad)) from None
    order = {"do": "install", "locale": lang, "place": str(room.resolve())}
    try:
        with parts().voice_slots.hold():
            answer, _ = run(order, request.get_data(cache=False))
    except NotDone as failed:
        raise StorageError(f"the pack could not be read: {failed}") from None
    if not answer["ok"]:
        raise BadPayload("body", answer["problem"], keys=answer.get("found", ""))
    return jsonify({"ok": True, **{key: answer[key] for key in ("version", "clips", "sha256")}})


def _pack_name(centre: str, lang: str) -> str:
    """The name of the pack that a centre speaks a language with."""
    loaded = parts().context.centre(centre)
    spoken = check.needed(*places(loaded), loaded.voice)
    if lang not in spoken:
        raise BadPayload("lang", "one_of", expected=", ".join(spoken))
    return check.pack_name(loaded.voice, lang)
