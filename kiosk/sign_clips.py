"""Clips in sign language at the kiosk: fetched from the hub, kept over restarts and while the hub
is away, handed to the kiosk's page. None is needed for a number.
"""

import hashlib
import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
#: The hub is asked again after this, when the page asks.
AGAIN_S = 60.0
FILE = re.compile(r"^[A-Za-z0-9_-]{1,40}\.(?:webm|mp4)$")
LIST = "clips.json"


class SignClips:
    """The clips kept in a folder; `fetch(name)` reads `clips.json` or a clip from the hub, or gives
    None when it cannot.
    """

    def __init__(self, folder: Path, fetch: Callable[[str], bytes | None]) -> None:
        self._folder, self._fetch = folder, fetch
        self._asked_at = -AGAIN_S
        self._busy = threading.Lock()

    def listed(self) -> dict[str, Any]:
        """`{clips: {key: {file, type, sha256}}}` of what is here whole; the hub is asked beside it
        whether there are others now.
        """
        self._refresh_soon()
        clips = {
            key: about
            for key, about in self._kept().items()
            if (self._folder / about["file"]).is_file()
        }
        return {"clips": clips}

    def file(self, name: str) -> Path | None:
        """Where a clip of the list lies."""
        listed = any(about["file"] == name for about in self._kept().values())
        path = self._folder / name
        return path if listed and path.is_file() else None

    def refresh(self) -> None:
        """Bring the folder to what the hub has; what cannot be fetched is fetched next time."""
        with self._busy:
            listed = _list_of(self._fetch(LIST))
            if listed is None:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            kept = self._kept()
            for key, about in listed.items():
                if kept.get(key) != about or not (self._folder / about["file"]).is_file():
                    self._take_in(about)
            part = self._folder / f".{LIST}"
            part.write_text(json.dumps(listed), "utf-8")
            os.replace(part, self._folder / LIST)
            names = {about["file"] for about in listed.values()}
            for path in self._folder.iterdir():
                if FILE.fullmatch(path.name) and path.name not in names:
                    path.unlink(missing_ok=True)

    def _refresh_soon(self) -> None:
        now = time.monotonic()
        if now - self._asked_at < AGAIN_S or self._busy.locked():
            return
        self._asked_at = now
        threading.Thread(target=self._try_to_refresh, name="sign clips", daemon=True).start()

    def _try_to_refresh(self) -> None:
        try:
            self.refresh()
        except OSError as error:
            log.warning("clips in sign language cannot be kept: %s", error)

    def _kept(self) -> dict[str, dict[str, str]]:
        try:
            return _list_of((self._folder / LIST).read_bytes(), within=None) or {}
        except OSError:
            return {}

    def _take_in(self, about: Mapping[str, str]) -> None:
        content = self._fetch(about["file"])
        if content is None or hashlib.sha256(content).hexdigest() != about["sha256"]:
            (self._folder / about["file"]).unlink(missing_ok=True)
            return
        part = self._folder / f".{about['file']}"
        part.write_bytes(content)
        os.replace(part, self._folder / about["file"])


def _list_of(
    content: bytes | None, within: str | None = "clips"
) -> dict[str, dict[str, str]] | None:
    """The clips of a list; None for what is none."""
    try:
        listed = json.loads(content or b"")
        listed = listed[within] if within else listed
        return {
            str(key): {name: str(about[name]) for name in ("file", "type", "sha256")}
            for key, about in listed.items()
            if FILE.fullmatch(about["file"])
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
