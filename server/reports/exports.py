"""Long exports: each a record and a file in a folder, made by a process of its own with progress,
to be cancelled, and kept for seven days. Whoever holds the folder holds the truth; a hub that was
restarted goes on with what waits.
"""

import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
KEPT_MS = 7 * 86_400_000
#: A process that has said nothing for so long is gone.
SILENT_MS = 60_000
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Export:
    """One export. what: waits or tickets; query: as for `run_report` or `run_tickets`; by: who
    asked (actor id); created_at: ms; alive_at: when its process was last heard of (ms);
    progress: 0 to 1; bytes: of the finished file.
    """

    id: str
    centre: str
    what: str
    query: dict[str, str]
    by: str
    created_at: int
    alive_at: int = 0
    state: str = WAITING
    progress: float = 0.0
    filename: str | None = None
    media: str | None = None
    bytes: int | None = None
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As the API says it: without who asked; `until` is the moment (ms) it is deleted."""
        about = asdict(self)
        del about["by"], about["alive_at"]
        return {**about, "until": self.created_at + KEPT_MS}


class Exports:
    """The exports of one centre in `folder`."""

    def __init__(self, folder: Path, clock: Callable[[], int]) -> None:
        self.folder, self.clock = folder, clock

    def add(
        self, centre: str, what: str, query: Mapping[str, str], by: str, now: int, request_id: str
    ) -> Export:
        """A new export that waits its turn; the same request id gives the same one again. Raises
        OSError where the folder cannot be written to; nothing is left then.
        """
        export_id = secrets.token_hex(8)
        self.folder.mkdir(parents=True, exist_ok=True)
        for export in self.all():
            if self._press(export.id) == request_id:
                return export
        export = Export(export_id, centre, what, dict(query), by, now)
        try:
            (self.folder / f"{export_id}.press").write_text(request_id, "utf-8")
            self.write(export)
        except OSError:
            self.remove(export_id)
            raise
        return export

    def _press(self, export_id: str) -> str | None:
        try:
            return (self.folder / f"{export_id}.press").read_text("utf-8")
        except OSError:
            return None

    def all(self) -> list[Export]:
        """Every export, the newest first; one whose process went silent has failed."""
        read = (self.get(file.stem) for file in self.folder.glob("*.json"))
        return sorted((e for e in read if e is not None), key=lambda e: (-e.created_at, e.id))

    def get(self, export_id: str) -> Export | None:
        """The export of an id, or None."""
        if not _ID.fullmatch(export_id):
            return None
        file = self.folder / f"{export_id}.json"
        try:
            export = Export(**json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        if export.state == RUNNING and self.clock() - export.alive_at > SILENT_MS:
            return replace(export, state=FAILED, error="stopped")
        return export

    def write(self, export: Export) -> None:
        """Write a record, whole or not at all."""
        file = self.folder / f"{export.id}.json"
        part = file.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(asdict(export), ensure_ascii=False), "utf-8")
        os.replace(part, file)

    def file_of(self, export: Export) -> Path:
        """Where its file is, or will be."""
        return self.folder / f"{export.id}.data"

    def is_cancelled(self, export_id: str) -> bool:
        """Whether somebody asked it to stop."""
        return (self.folder / f"{export_id}.cancel").exists()

    def cancel(self, export_id: str) -> Export | None:
        """Stop one that waits or runs, delete one that is finished; the export as it is then."""
        export = self.get(export_id)
        if export is None:
            return None
        if export.state == RUNNING:
            (self.folder / f"{export_id}.cancel").touch()
            return replace(export, state=CANCELLED)
        self.remove(export_id)
        return replace(export, state=CANCELLED)

    def remove(self, export_id: str) -> None:
        """Delete everything of an export."""
        for file in self.folder.glob(f"{export_id}.*"):
            file.unlink(missing_ok=True)

    def forget_old(self, now: int) -> None:
        """Delete what is older than seven days."""
        for export in self.all():
            if now - export.created_at > KEPT_MS:
                self.remove(export.id)

    def next_waiting(self) -> Export | None:
        """The oldest that waits its turn."""
        waiting = [export for export in self.all() if export.state == WAITING]
        return waiting[-1] if waiting else None


def exports_of(data: str | Path, centre: str, clock: Callable[[], int]) -> Exports:
    """The exports of a centre in a data folder, by the clock given (ms)."""
    return Exports(Path(data) / "exports" / centre, clock)
