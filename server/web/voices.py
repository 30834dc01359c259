"""The voices a hub speaks with: which pack is in force for a centre, what it lacks (looked for when
the hub starts and every minute), and its files for the boards.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, send_from_directory

from ..acts import Refusal, StorageError
from ..voice import check, installed_packs
from ..voice.pack import MANIFEST, BadPack, about_pack
from .auth import parts

log = logging.getLogger("luot.voice")
REFRESH_S, SOON_S = 60, 1
YEAR_S = 365 * 86_400

voices = Blueprint("voices", __name__)


def places(centre):
    """(prefixes, counters) of a centre, for the clips its calls can need."""
    return list(centre.fields), [c.shown for c in centre.counters.values()]


def health(data, centre):
    """How well a centre can speak, Vietnamese first: [{lang, name, whole, missing, problem, pack}],
    by what lies on the disk now.
    """
    out = []
    for lang, (pack, missing, problem) in sorted(
        check.centre_lacks(*places(centre), centre.voice, data, centre.code).items(),
        key=lambda one: (one[0] != "vi", one[0]),
    ):
        out.append(
            {
                "lang": lang,
                "name": check.pack_name(centre.voice, lang),
                "whole": not missing,
                "missing": missing,
                "problem": problem,
                "pack": (
                    {**about_pack(pack), "origin": origin(pack.folder, data, centre.code)}
                    if pack
                    else None
                ),
            }
        )
    return out


def origin(folder, data, centre):
    """Whose pack it is: centre, hub or shipped."""
    if installed_packs.SHIPPED in folder.parents:
        return "shipped"
    return "centre" if Path(data) / "voices" / centre in folder.parents else "hub"


class VoiceWatch:
    """Looks at every centre's voice; a lack is one line in the log when it appears, and one when it
    has gone. `pause` lets others go on between two centres.
    """

    def __init__(self, data: str, context: Any, pause: Callable[[], Any]):
        self._data, self._context, self._pause = data, context, pause
        #: `{centre: health}` as last looked at.
        self.found: dict[str, list[dict[str, Any]]] = {}

    def refresh(self) -> list[str]:
        """Look once at all centres; returns what went wrong, a sentence a centre. Raises
        StorageError.
        """
        troubles = []
        for code in list(self._context.seqs()):
            try:
                _tell(self.found, code, health(self._data, self._context.centre(code)))
            except (StorageError, Refusal, OSError) as trouble:
                log.warning("the voice of %s could not be looked at: %s", code, trouble)
                troubles.append(f"{code}: {trouble}")
            except Exception as trouble:
                log.exception("the voice of %s could not be looked at", code)
                troubles.append(f"{code}: {trouble}")
            self._pause()
        return troubles

    def alerts(self, centre: str) -> list[dict[str, Any]]:
        """What the centre's managers are told."""
        return alerts(self.found.get(centre, []))

    def state(self) -> dict[str, str]:
        """`{centre: ok | gaps}` as last looked at, for /readyz; a lack never makes the hub
        unready.
        """
        return {
            code: "ok" if all(v["whole"] for v in found) else "gaps"
            for code, found in self.found.items()
        }


def alerts(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the manager's page says of voices with gaps."""
    return [
        {
            "code": "voice_gaps",
            "level": "warn",
            "params": {"lang": one["lang"], "n": len(one["missing"])},
            "at": None,
        }
        for one in found
        if not one["whole"]
    ]


def _tell(said, code, found):
    lacks = [
        f"{v['lang']}:"
        f" {v['problem'] or 'the pack ' + v['name'] + ' lacks ' + ' '.join(v['missing'])}"
        for v in found
        if not v["whole"]
    ]
    before, said[code] = said.get(code), found
    was = None if before is None else [v["missing"] for v in before if not v["whole"]]
    if lacks and was != [v["missing"] for v in found if not v["whole"]]:
        log.warning(
            "voice of %s: %s; calls that need them are chimed and shown, not spoken. Record them in"
            " /studio/%s or run: luot voice check",
            code,
            "; ".join(lacks),
            code,
        )
    elif not lacks and was != []:
        log.info(
            "voice of %s: whole (%s)",
            code,
            ", ".join(f"{v['lang']} {v['pack']['voice']}" for v in found),
        )


@voices.get("/display/voice/<centre>/<lang>/<name>")
def pack_file(centre, lang, name):
    """A file of the pack in force for a centre's language: the centre's own, the hub's, or the
    shipped one.
    """
    luot = parts()
    try:
        found = luot.context.centre(centre)
        pack = installed_packs.find(
            check.pack_name(found.voice, lang), lang, luot.settings.data, centre
        )
    except (Refusal, BadPack):
        abort(404)
    if name != MANIFEST and name not in {clip["file"] for clip in pack.clips.values()}:
        abort(404)
    response = send_from_directory(pack.folder, name, max_age=0 if name == MANIFEST else YEAR_S)
    if name == MANIFEST:
        response.headers["Cache-Control"] = "no-cache"
    return response
