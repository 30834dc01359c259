"""The city page as files of its own, so that it is there when no hub is."""

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from domain.languages import DEFAULT

from ..texts import area, languages
from .files import write, write_json

ROOT = Path(__file__).resolve().parents[2]
UI, PACKAGES = ROOT / "ui", ROOT / "node_modules"
AREA = "city"
#: Where the page says what centres there are, for machines that read pages.
PLACES_MARK = "<!-- places -->"
_LIBRARY = re.compile(r'url\("/lib/([^"]+)"\)')


def write_page(folder: Path) -> None:
    """Put everything there that the page loads; an unchanged file is left alone. Raises OSError."""
    # with all that they import
    for file in (
        UI / "tokens.css",
        UI / "citizen.css",
        *UI.glob("*.js"),
        *(UI / AREA).glob("*.[cj]s*"),
    ):
        _put(file, folder / "ui" / file.relative_to(UI))
    _put(UI / "search" / f"{DEFAULT}.json", folder / "ui" / "search" / f"{DEFAULT}.json")
    _put(ROOT / "server" / "web" / "static" / "icon.svg", folder / "icon.svg")
    sheet = (UI / "fonts.css").read_text("utf-8")
    for path in _LIBRARY.findall(sheet):
        _put(PACKAGES / path, folder / "lib" / path)
    write(folder / "ui" / "fonts.css", _LIBRARY.sub(r'url("/city/lib/\1")', sheet).encode())
    own = [code for code in languages() if AREA in languages()[code].areas]
    listing = languages().listing()
    # letters of other scripts come from the hub; while it is away, from the phone itself
    listed = {code: facts for code, facts in listing["languages"].items() if code in own}
    write_json(folder / "languages.json", {**listing, "languages": listed})
    for code in own:
        write_json(folder / "texts" / f"{code}.json", area(code, AREA))
    if not (folder / "index.html").exists():
        write_index(folder, ())


def _put(source: Path, target: Path) -> None:
    if target.exists() and target.read_bytes() == source.read_bytes():
        return
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    part.chmod(0o644)
    part.replace(target)


def write_index(folder: Path, centres: Iterable[dict[str, Any]]) -> None:
    """Write the page itself, with its centres (as in `centres.json`) for search engines. Raises
    OSError.
    """
    graph = {"@context": "https://schema.org", "@graph": [_office(row) for row in centres]}
    # "</" would end the element it stands in
    data = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    mark = f'<script type="application/ld+json">{data}</script>'
    page = (UI / AREA / "index.html").read_text("utf-8").replace(PLACES_MARK, mark)
    write(folder / "index.html", page.encode())


def _office(row: dict[str, Any]) -> dict[str, Any]:
    """A centre in the words of schema.org (GovernmentOffice)."""
    location = row["location"]
    office = {
        "@type": "GovernmentOffice",
        "@id": f"/city/#/{row['code']}",
        "name": row["name"].get(DEFAULT, row["code"]),
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": _DAYS[day],
                "opens": window[:5],
                "closes": window[6:],
            }
            for day, windows in row["hours"].items()
            for window in windows
        ],
    }
    if row["address"].get(DEFAULT):
        office["address"] = row["address"][DEFAULT]
    if location is not None:
        office["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": location["lat"],
            "longitude": location["lon"],
        }
    return office


_DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
