"""The voices a hub speaks with: which pack is in force for a centre, what it lacks (looked for when
the hub starts and every minute), and its files for the boards.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, send_from_directory

from domain.centre import Centre
from domain.languages import default_first

from ..acts import Refusal, StorageError
from ..voice import check, installed_packs
from ..voice.pack import MANIFEST, BadPack, about_pack
from .auth import parts

log = logging.getLogger("luot.voice")
REFRESH_S, SOON_S = 60, 1
YEAR_S = 365 * 86_400

voices = Blueprint("voices", __name__)


def places(centre: Centre) -> tuple[list[str], list[int | str]]:
    """(prefixes, counters) of a centre, for the clips its calls can need."""
    return list(centre.fields), [counter.label for counter in centre.counters.values()]


def health(data: str, centre: Centre) -> list[dict[str, Any]]:
    """How well a centre can speak, the default language first:
    [{lang, name, whole, missing, problem, pack}], by what lies on the disk now.
    """
    out = []
    lacks = check.centre_lacks(*places(centre), centre.voice, data, centre.code)
    for lang in default_first(sorted(lacks)):
        pack, missing, problem = lacks[lang]
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


def origin(folder: Path, data: str, centre: str) -> str:
    """Whose pack it is: centre, hub or shipped."""
    if installed_packs.SHIPPED in folder.parents:
        return "shipped"
    return "centre" if Path(data) / "voices" / centre in folder.parents else "hub"


class VoiceWatch:
    """Looks at the voice of every centre that lives here (`is_mine`) or whose managers were shown
    here; a lack is one line in the log when it appears, and one when it has gone. `pause` lets
    others go on between two centres.
    """

    def __init__(
        self,
        data: str,
        context: Any,
        pause: Callable[[], Any],
        is_mine: Callable[[str], bool] = lambda centre: True,
    ) -> None:
        self._data, self._context, self._pause = data, context, pause
        self._is_mine = is_mine
        self._shown = set[str]()
        #: `{centre: health}` as last looked at.
        self.by_centre: dict[str, list[dict[str, Any]]] = {}

    def refresh(self) -> list[str]:
        """Look once at the centres; returns what went wrong, a sentence a centre. Raises
        StorageError.
        """
        troubles = []
        for code in list(self._context.seqs()):
            if not self._is_mine(code) and code not in self._shown:
                self.by_centre.pop(code, None)
                continue
            try:
                _log_changes(self.by_centre, code, health(self._data, self._context.centre(code)))
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
        self._shown.add(centre)
        return alerts(self.by_centre.get(centre, []))

    def state(self) -> dict[str, str]:
        """`{centre: ok | gaps}` as last looked at, for /readyz; a lack never makes the hub
        unready.
        """
        return {
            code: "ok" if all(voice["whole"] for voice in of_centre) else "gaps"
            for code, of_centre in self.by_centre.items()
        }


def alerts(of_centre: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the manager's page says of voices with gaps."""
    return [
        {
            "code": "voice_gaps",
            "level": "warn",
            "params": {"lang": voice["lang"], "n": len(voice["missing"])},
            "at": None,
        }
        for voice in of_centre
        if not voice["whole"]
    ]


def _log_changes(
    last: dict[str, list[dict[str, Any]]], code: str, of_centre: list[dict[str, Any]]
) -> None:
    """Write to the log what changed since the `last` look, and keep the new one there."""
    with_gaps = [voice for voice in of_centre if not voice["whole"]]
    lacks = [f"{voice['lang']}: {_lack(voice)}" for voice in with_gaps]
    before, last[code] = last.get(code), of_centre
    was = None if before is None else [voice["missing"] for voice in before if not voice["whole"]]
    if lacks and was != [voice["missing"] for voice in with_gaps]:
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
            ", ".join(f"{voice['lang']} {voice['pack']['voice']}" for voice in of_centre),
        )


def _lack(voice: Mapping[str, Any]) -> str:
    lack: str = voice["problem"] or f"the pack {voice['name']} lacks {' '.join(voice['missing'])}"
    return lack


@voices.get("/display/voice/<centre>/<lang>/<name>")
def pack_file(centre: str, lang: str, name: str) -> Response:
    """A file of the pack in force for a centre's language: the centre's own, the hub's, or the
    shipped one.
    """
    luot = parts()
    try:
        loaded = luot.context.centre(centre)
        pack = installed_packs.find(
            check.pack_name(loaded.voice, lang), lang, luot.settings.data, centre
        )
    except (Refusal, BadPack):
        abort(404)
    if name != MANIFEST and name not in {clip["file"] for clip in pack.clips.values()}:
        abort(404)
    response = send_from_directory(pack.folder, name, max_age=0 if name == MANIFEST else YEAR_S)
    if name == MANIFEST:
        response.headers["Cache-Control"] = "no-cache"
    return response
