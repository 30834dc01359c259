"""What staff announce to the hall: the API, the page, and the recordings that espeak-ng makes of it
in a process of its own.
"""

import hashlib
import logging
import re
import shutil
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, send_from_directory
from flask.typing import ResponseReturnValue

from ..acts import announcing
from ..payloads import Announce, Press, read
from ..texts import languages
from ..worker_pool import NotDone, run_in_worker
from .auth import allowed, answered, json_body, parts
from .pages import choose_language, remember_language, words
from .staff_page import staff_page

log = logging.getLogger("luot.announcements")
announcements = Blueprint("announcements", __name__, template_folder="templates")
announcements.context_processor(words)

GIVE_UP_AFTER_S = 15
KEPT = 60


class Recordings:
    """Texts as sound, each made once: `<hash>.wav` in the data folder."""

    def __init__(self, data: str) -> None:
        self.folder = Path(data) / "announced"

    def of(self, centre: str, text: str, lang: str) -> tuple[str, int] | None:
        """`(address, milliseconds)` of a text's recording, or None where this machine cannot make
        one. Other work goes on meanwhile, in all of the hub's modes.
        """
        speech = languages()[lang].facts.get("speech")
        if not speech:
            return None
        sound_of = f"{lang} {speech['voice']} {speech['pace']} {text}"
        name = hashlib.sha256(sound_of.encode()).hexdigest()[:40] + ".wav"
        file = self.folder / name
        if not file.exists() and not self._make(file, text, speech):
            return None
        try:
            with wave.open(str(file)) as sound:
                return f"/announced/{centre}/{name}", round(
                    sound.getnframes() * 1000 / sound.getframerate()
                )
        except (OSError, EOFError, wave.Error) as trouble:
            log.warning(
                "the recording %s cannot be read (%s); it is made again next time", name, trouble
            )
            file.unlink(missing_ok=True)
            return None

    def _make(self, file: Path, text: str, speech: Mapping[str, Any]) -> bool:
        program = shutil.which("espeak-ng")
        if program is None:
            log.warning(
                "espeak-ng is missing: announcements are shown, not spoken; install it with apt-get"
                " install espeak-ng"
            )
            return False
        voice, pace = speech["voice"], speech["pace"]
        half = file.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            run_in_worker(
                [program, "-v", voice, "-s", str(pace), "-w", str(half), "--stdin"],
                text.encode(),
                GIVE_UP_AFTER_S,
            )
            half.replace(file)
            self._tidy()
        except (NotDone, OSError) as trouble:
            log.warning("an announcement could not be recorded: %s", trouble)
            return False
        return True

    def _tidy(self) -> None:
        for old in sorted(
            self.folder.glob("*.wav"), key=lambda file: file.stat().st_mtime, reverse=True
        )[KEPT:]:
            old.unlink(missing_ok=True)


@announcements.get("/announce/<centre>")
def announce_page(centre: str) -> ResponseReturnValue:
    """What the hall is told: announcements, and the emergency text."""
    choose_language()
    answer = current_app.make_response(staff_page("announce.html", "announce", centre))
    return remember_language(answer)


@announcements.post("/api/v1/<centre>/announcements")
def announce(centre: str) -> Response:
    """Announce something to the hall."""
    actor = allowed("announce", centre)
    asked = read(Announce, json_body())
    answer = announcing.announce(parts().context, actor, asked.pop("request_id"), **asked)
    return answered(answer, 201 if answer["ok"] else None)


@announcements.get("/api/v1/<centre>/announcements")
def standing(centre: str) -> Response:
    """What is announced at this moment."""
    allowed("announce", centre)
    parts().context.centre(centre)
    return jsonify(
        {
            "ok": True,
            "seq": parts().context.seq(centre),
            "announcements": [
                announcing.announcement_now(row) for row in announcing.live(parts().context, centre)
            ],
            "spoken": shutil.which("espeak-ng") is not None,
        }
    )


@announcements.delete("/api/v1/<centre>/announcements/<announcement>")
def withdraw(centre: str, announcement: str) -> Response:
    """Take an announcement down."""
    actor = allowed("announce", centre)
    return answered(
        announcing.withdraw(
            parts().context, actor, read(Press, json_body())["request_id"], announcement
        )
    )


@announcements.get("/announced/<centre>/<name>")
def recording(centre: str, name: str) -> Response:
    """One recording.

    It is what a public hall hears; its name is a hash nobody guesses. Another hub process's is made
    here when it is asked for.
    """
    if not re.fullmatch(r"[0-9a-f]{40}\.wav", name):
        abort(404)
    recordings = Recordings(parts().settings.data)
    if not (recordings.folder / name).exists():
        for row in announcing.live(parts().context, centre):
            for lang, text in row["text"].items():
                recordings.of(centre, text, lang)
    if not (recordings.folder / name).exists():
        abort(404)
    response = send_from_directory(recordings.folder.resolve(), name, max_age=86_400)
    response.headers["Content-Type"] = "audio/wav"
    return response
