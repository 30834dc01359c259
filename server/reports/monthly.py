"""The files of each month that are written by themselves: a spreadsheet and a paper of the month
before, from the first day of a month on.
"""

from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from pathlib import Path

from domain.centre import Centre
from domain.day import local, moment

from ..store import reports as report_rows
from ..store.engine import Store
from .writable import why_not

#: On the first day of a month, local time; or as soon after it as a hub runs.
AT = "06:00"
FORMATS = ("pdf", "xlsx")
#: A hub that was off for longer writes nothing of the time before.
MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class MonthlyFile:
    """A file that is due: its month's first and last day, its form, where it belongs."""

    centre: str
    first: str
    last: str
    format: str
    path: Path

    @property
    def query(self) -> dict[str, str]:
        """The question it answers."""
        return {"from": self.first, "to": self.last, "by": "field", "format": self.format}


def folder_of(data: str | Path, chosen: str) -> Path:
    """Where the files go: the folder of the settings, else `reports` in the data folder."""
    return Path(chosen) if chosen else Path(data) / "reports"


def due(store: Store, centre: Centre, folder: Path, now: int) -> list[MonthlyFile]:
    """The files of the last month with a ticket that are not there yet, also where no hub ran in
    the months since; none of a month before six o'clock of the first of the next, none where the
    centre's file does not want them.
    """
    if not centre.reports.monthly:
        return []
    last = Date.fromisoformat(f"{local(now, centre.timezone):%Y-%m-01}") - timedelta(days=1)
    if now < begins_at(centre, now):
        last = last.replace(day=1) - timedelta(days=1)
    for _ in range(MONTHS_BACK):
        files = files_of(centre, folder, last)
        with store.read() as conn:
            given = report_rows.issued_in(conn, centre.code, files[0].first, files[0].last, 1)
        if given:
            return [file for file in files if not file.path.exists()]
        last = last.replace(day=1) - timedelta(days=1)
    return []


def files_of(centre: Centre, folder: Path, last: Date) -> list[MonthlyFile]:
    """The files of the month that ends with a day."""
    first = last.replace(day=1).isoformat()
    return [
        MonthlyFile(
            centre.code,
            first,
            last.isoformat(),
            format_,
            folder / centre.code / f"luot-{centre.code}-waits-{last:%Y-%m}.{format_}",
        )
        for format_ in FORMATS
    ]


def begins_at(centre: Centre, now: int) -> int:
    """The moment (ms) from which this month writes the files of the one before."""
    return moment(f"{local(now, centre.timezone):%Y-%m-01}", AT, centre.timezone)


def schedule(
    store: Store, centre: Centre, folder: Path, now: int
) -> dict[str, str | list[str] | None]:
    """`{centre, next_at, month, folder, missing, trouble}` of the files that come next; next_at is
    local, and None where the centre's file wants none. `missing`: those that are due and not
    written yet; `trouble`: why the folder takes none (full, read_only, no_folder), or None.
    """
    here = local(now, centre.timezone)
    month = Date(here.year, here.month, 1)
    following = (month + timedelta(days=32)).replace(day=1)
    before = now < begins_at(centre, now)
    about, at = (month - timedelta(days=1), month) if before else (following, following)
    missing = [file.path.name for file in due(store, centre, folder, now)]
    wanted = centre.reports.monthly
    return {
        "centre": centre.code,
        "next_at": f"{at.isoformat()} {AT}" if wanted else None,
        "month": f"{about:%Y-%m}" if before else f"{month:%Y-%m}",
        "folder": str(folder / centre.code),
        "missing": missing,
        "trouble": why_not(folder / centre.code) if missing else None,
    }
