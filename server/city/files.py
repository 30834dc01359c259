"""The files of the open data: whole or not at all, and written only when they changed."""

import gzip
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

#: Version of the form of these files (docs/city.md). A new key leaves it; a key that goes or means
#: something else raises it.
VERSION = "1.0"
#: What stands in the public folder: the open data, and the page that reads them.
OPEN, PAGE = "open", "city"


def moment_words(at: int) -> str:
    """A moment (ms) as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def headed(at: int, ttl_s: int, content: Mapping[str, Any]) -> dict[str, Any]:
    """A file's content after what each begins with: form, when it was made, and for how many
    seconds it is good.
    """
    return {"version": VERSION, "last_updated": moment_words(at), "ttl": ttl_s, **content}


def write_json(file: Path, content: Mapping[str, Any]) -> None:
    """Put a JSON file there whole: who reads sees the old one or the new one. Beside it the same
    packed, so that nginx does not pack it anew for everybody who asks. Raises OSError.
    """
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    write(file.with_name(f"{file.name}.gz"), gzip.compress(plain, mtime=0))
    write(file, plain)


def write(file: Path, content: bytes) -> None:
    """Put a file there whole, readable for the web server. Raises OSError."""
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), "wb") as out:
        out.write(content)
    part.replace(file)
