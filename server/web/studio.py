"""The recording studio: a centre records its own announcer, prompt by prompt, listens, and
publishes the clips as its voice; an earlier voice can be put back.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, send_file
from flask.typing import ResponseReturnValue

from domain.announce import phrases_of_places, say_of_call
from domain.centre import Centre
from domain.grammars import GRAMMARS

from ..acts import Refusal, StorageError
from ..payloads import BadPayload, read
from ..payloads.voice import PublishVoice, UseVoice
from ..rights import may
from ..voice import check, installed_packs
from ..voice.child import run
from ..voice.loudness import TARGET_LUFS
from ..voice.pack import BadPack, about_pack, prompts_of, read_pack, sha256_of
from ..worker_pool import NotDone
from .auth import NotAllowed, allowed, caller, json_body, parts
from .pages import choose_language, remember_language, words
from .staff_page import staff_page
from .voices import health, places

#: A recording of 5 s at 24 kHz is 240 kB, as the page sends it; a file of another program may be
#: larger.
MOST_UPLOAD_BYTES = 2 * 1024 * 1024
#: Pieces of sound worked on at a time.
WORKERS, RETRY_AFTER_S = 2, 2

studio = Blueprint("studio", __name__, template_folder="templates")
studio.before_request(choose_language)
studio.context_processor(words)


@studio.after_request
def remember(response: Response) -> Response:
    """Nobody keeps these pages; the microphone is open to this page and to no other."""
    if request.endpoint == "studio.page":
        remember_language(response)
        response.headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=()"
    return response


@studio.get("/studio")
def mine() -> ResponseReturnValue:
    """The studio of the centre the one signed in works at."""
    try:
        return redirect(f"/studio/{caller()[0].centre}")
    except NotAllowed:
        return redirect("/login?next=/studio")


@studio.get("/studio/<centre>")
def page(centre: str) -> ResponseReturnValue:
    """The page; others than managers and admins are sent to log in."""
    return staff_page("studio.html", "voices", centre)


@studio.get("/api/v1/<centre>/voice")
def voice(centre: str) -> Response:
    """Every language of the centre: the pack in force and what it lacks, the prompts and what is
    recorded of them, the versions.
    """
    actor = allowed("voices", centre)
    loaded = parts().context.centre(centre)
    return jsonify(
        {
            "ok": True,
            "target_lufs": TARGET_LUFS,
            "for_all": may(actor, "doctor"),
            "languages": [
                _language(loaded, spoken) for spoken in health(parts().settings.data, loaded)
            ],
        }
    )


def _language(centre: Centre, spoken: Mapping[str, Any]) -> dict[str, Any]:
    lang = spoken["lang"]
    place, prefixes, counters = _room(centre, lang), *places(centre)
    needed, kept = (
        set(check.needed(prefixes, counters, centre.voice)[lang]),
        _recorded(_draft(centre, lang)),
    )
    in_figures = (counter for counter in counters if isinstance(counter, int))
    counter = next(in_figures, counters[0] if counters else 1)
    sample = [
        reading
        for reading in say_of_call(
            f"{prefixes[0] if prefixes else 'A'}012", counter, 1, lang, centre.voice
        )
        if reading["lang"] == lang
    ]
    return {
        **spoken,
        "prompts": [
            {
                "key": key,
                "text": text,
                "part": _part(key, lang),
                "needed": key in needed,
                "recorded": kept.get(key),
            }
            for key, text in prompts_of(lang).items()
        ],
        "in_force": installed_packs.in_force(place),
        "versions": [
            _version(place, number) for number in reversed(installed_packs.versions(place))
        ],
        "sample": sample,
    }


def _version(place: Path, number: int) -> dict[str, Any]:
    try:
        return {
            **about_pack(read_pack(installed_packs.folder_of(place, number))),
            "version": number,
        }
    except BadPack as bad:
        return {"version": number, "problem": str(bad)}


def _part(key: str, lang: str) -> str:
    """Where in the sentence a prompt stands, for the hint on how to read it: call, place, before,
    number, letter, alone.
    """
    grammar = GRAMMARS[lang]
    if key in grammar["call"].values():
        return "call"
    if key in phrases_of_places(grammar):
        return "place"
    kind = check.kinds(lang)[key]
    if kind != "phrase":
        return kind
    return "before" if key in (grammar["again"], grammar["last"]) else "alone"


def _room(centre: Centre, lang: str) -> Path:
    try:
        return installed_packs.room(
            parts().settings.data, centre.code, check.pack_name(centre.voice, lang)
        )
    except BadPack as bad:
        raise BadPayload("voice.packs", str(bad)) from None


def _draft(centre: Centre, lang: str) -> Path:
    if lang not in GRAMMARS or lang not in check.needed(*places(centre), centre.voice):
        raise BadPayload(
            "lang", "one_of", expected=", ".join(check.needed(*places(centre), centre.voice))
        )
    return Path(parts().settings.data) / "voices" / centre.code / f".draft-{lang}"


def _recorded(draft: Path) -> dict[str, dict[str, Any]]:
    """{key: {ms, lufs, faults, sha256}} of the finished recordings of a draft; one half written
    counts as none.
    """
    out = {}
    for path in draft.glob("*.json"):
        try:
            about = json.loads(path.read_text("utf-8"))
            if path.with_suffix(".wav").stat().st_size == about.pop("bytes"):
                out[path.stem] = about
        except (OSError, ValueError, KeyError):
            continue
    return out


@studio.put("/api/v1/<centre>/voice/draft/<lang>/<name>")
def record(centre: str, lang: str, name: str) -> Response:
    """A recording (WAV, MP3, FLAC, Ogg) of one prompt: trimmed, levelled and kept; says what is
    wrong with it. One in which nobody speaks is not kept.
    """
    allowed("voices", centre)
    loaded = parts().context.centre(centre)
    draft = _draft(loaded, lang)
    if name not in prompts_of(lang):
        raise BadPayload("name", "no_prompt")
    request.max_content_length = MOST_UPLOAD_BYTES
    if (request.content_length or 0) > MOST_UPLOAD_BYTES:
        raise BadPayload("body", "heavy", most=MOST_UPLOAD_BYTES // 1024 // 1024)
    body = request.get_data(cache=False)
    answer, wav = _worker({"do": "clip", "locale": lang, "key": name}, body)
    if not answer["ok"]:
        raise BadPayload("body", answer["problem"])
    if not wav:
        return jsonify({"ok": True, "key": name, "recorded": None, "faults": answer["faults"]})
    kept = {
        "ms": answer["ms"],
        "lufs": answer["lufs"],
        "faults": answer["faults"],
        "sha256": sha256_of(wav),
    }
    _to_disk(draft, name, wav, kept)
    return jsonify({"ok": True, "key": name, "recorded": kept, "faults": answer["faults"]})


def _to_disk(draft: Path, name: str, wav: bytes, kept: Mapping[str, Any]) -> None:
    try:
        draft.mkdir(parents=True, exist_ok=True)
        (draft / f"{name}.json").unlink(missing_ok=True)
        for suffix, data in (
            (".wav", wav),
            (".json", json.dumps({**kept, "bytes": len(wav)}).encode()),
        ):
            handle, fresh = tempfile.mkstemp(prefix=".", dir=draft)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(fresh, draft / f"{name}{suffix}")
    except OSError as error:
        raise StorageError(f"the recording cannot be kept ({error.strerror})") from None


@studio.delete("/api/v1/<centre>/voice/draft/<lang>/<name>")
def forget(centre: str, lang: str, name: str) -> Response:
    """Take one recording out of the draft, or all of them (`all`)."""
    allowed("voices", centre)
    draft = _draft(parts().context.centre(centre), lang)
    if name == "all":
        shutil.rmtree(draft, ignore_errors=True)
    elif name in prompts_of(lang):
        for suffix in (".json", ".wav"):
            (draft / f"{name}{suffix}").unlink(missing_ok=True)
    else:
        raise BadPayload("name", "no_prompt")
    return jsonify({"ok": True})


@studio.get("/api/v1/<centre>/voice/draft/<lang>/<name>")
def listen(centre: str, lang: str, name: str) -> Response:
    """A finished recording (`KEY.wav`), or the draft's `manifest.json`, with which the boards' own
    player can speak it.
    """
    allowed("voices", centre)
    draft = _draft(parts().context.centre(centre), lang)
    kept = _recorded(draft)
    if name == "manifest.json":
        kinds = check.kinds(lang)
        return jsonify(
            {
                "locale": lang,
                "clips": {
                    key: {
                        "file": f"{key}.wav",
                        "kind": kinds[key],
                        "ms": about["ms"],
                        "sha256": about["sha256"],
                    }
                    for key, about in kept.items()
                },
            }
        )
    if name.removesuffix(".wav") not in kept or not name.endswith(".wav"):
        raise BadPayload("name", "no_recording")
    response = send_file((draft / name).resolve(), mimetype="audio/wav", max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response


@studio.post("/api/v1/<centre>/voice/publish")
def publish(centre: str) -> Response:
    """The draft becomes a new version of the centre's own pack, in force at once; the same
    request_id publishes once.
    """
    allowed("voices", centre)
    asked = read(PublishVoice, json_body())
    loaded = parts().context.centre(centre)
    lang = asked["lang"]
    draft, place = _draft(loaded, lang), _room(loaded, lang)
    if (done := _published(place, asked)) is not None:
        return jsonify(done)
    kept = _recorded(draft)
    missing = [key for key in check.needed(*places(loaded), loaded.voice)[lang] if key not in kept]
    if not kept or (missing and not asked.get("gaps")):
        raise BadPayload(
            "gaps",
            "not_recorded",
            keys=" ".join(missing[:12]) + (" …" if len(missing) > 12 else ""),
        )
    about = {
        "dialect": asked.get("dialect", ""),
        "voice": asked["speaker"],
        "speaker": asked["speaker"],
        "temporary": False,
        "label": asked["speaker"],
        "licence": asked["licence"],
        "consent": asked.get("consent", ""),
        "source": f"the studio of {centre}",
        "made_at": parts().context.clock(),
        "request": asked["request_id"],
        "gaps_agreed": missing,
    }
    answer, _ = _worker(
        {
            "do": "publish",
            "locale": lang,
            "draft": str(draft.resolve()),
            "place": str(place.resolve()),
            "keys": [key for key in prompts_of(lang) if key in kept],
            "about": about,
        }
    )
    if not answer["ok"]:
        raise StorageError(answer["problem"])
    return jsonify({"ok": True, "version": answer["version"], "missing": missing})


def _published(place: Path, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer already given to this request_id, or None.

    Raises Refusal when it was used for another publication.
    """
    for number in installed_packs.versions(place):
        try:
            manifest = read_pack(installed_packs.folder_of(place, number)).manifest
        except BadPack:
            continue
        if manifest.get("request") == asked["request_id"]:
            if manifest["speaker"] != asked["speaker"] or manifest["licence"] != asked["licence"]:
                raise Refusal("request_id_reused")
            return {"ok": True, "version": number, "missing": manifest.get("gaps_agreed", [])}
    return None


@studio.post("/api/v1/<centre>/voice/use")
def use(centre: str) -> Response:
    """Put another version in force; 0 gives way to the hub's or the shipped voice."""
    allowed("voices", centre)
    asked = read(UseVoice, json_body())
    loaded = parts().context.centre(centre)
    _draft(loaded, asked["lang"])
    place = _room(loaded, asked["lang"])
    try:
        installed_packs.use(place, asked["version"])
    except BadPack as bad:
        raise BadPayload("version", str(bad)) from None
    except OSError as error:
        raise StorageError(f"the voice cannot be put in force ({error.strerror})") from None
    return jsonify({"ok": True, "version": installed_packs.in_force(place)})


def _worker(order: Mapping[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
    """The voice worker's answer; at most a few at a time, a further asker is told to come back."""
    try:
        with parts().voice_slots.hold():
            return run(order, body)
    except NotDone as failed:
        raise StorageError(f"the sound could not be worked on: {failed}") from None
