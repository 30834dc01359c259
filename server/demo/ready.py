"""The ready file for scripts, and what a person reads on the terminal once everything answers."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_ready_file(path: str | Path, facts: Mapping[str, Any]) -> None:
    """Write one JSON object, complete or not at all, readable by its owner only."""
    path = Path(path)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as out:
        os.fchmod(out.fileno(), 0o600)
        json.dump(facts, out, ensure_ascii=False)
        out.write("\n")
    os.replace(half, path)
