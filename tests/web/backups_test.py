"""The hub copies itself at the times of the settings; a copy that stays away is told."""

import os
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from domain.centre import BackupRules
from domain.day import moment
from server.config import Settings
from server.web import backups

HERE, HOUR = "Asia/Ho_Chi_Minh", 3_600_000


@dataclass
class Rig:
    """A hub with one centre, its clock, and a backup that works or does not."""

    folder: object
    at: tuple[str, ...] = ("12:15", "19:15")
    works: bool = True
    now: int = 0
    made: list[int] = field(default_factory=list)

    def __post_init__(self):
        centre = SimpleNamespace(
            backup=BackupRules(self.at, 7),
            timezone=HERE,
            date_of=lambda at: "2026-11-23",
        )
        context = SimpleNamespace(clock=lambda: self.now, centres=lambda: [centre])
        settings = Settings(data=str(self.folder), backup_folder=str(self.folder / "copies"))
        self.maker = backups.BackupMaker(context, settings, lambda seconds: None)
        self.maker._make = self.make

    def make(self, keep, well):
        self.made.append(keep)
        if self.works:
            file = self.folder / "copies" / f"luot-20261123-12000{len(self.made)}.tar"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(b"copy")
            os.utime(file, (self.now / 1000, self.now / 1000))
        return self.works

    def looks(self, clock, day="2026-11-23"):
        """How many backups were made once it has looked at this time."""
        self.now = moment(day, clock, HERE)
        self.maker.round(lambda: None)
        return len(self.made)


@pytest.fixture
def rig(tmp_path):
    return Rig(tmp_path)


def test_each_time_of_the_day_has_its_backup_once(rig):
    assert rig.looks("12:16") == 1 and rig.made == [7]
    assert rig.looks("12:40") == 1 and rig.looks("19:14") == 1
    assert rig.looks("19:16") == 2 and rig.looks("23:00") == 2
    assert rig.looks("03:00", "2026-11-24") == 2, "after midnight nothing is due"
    assert rig.looks("12:15", "2026-11-24") == 3
    assert rig.maker.alerts("thu-duc") == []


def test_a_backup_that_fails_is_tried_again_and_told_after_an_hour(rig):
    rig.looks("12:16")
    rig.works = False
    assert rig.looks("19:16") == 2 and rig.looks("19:20") == 2, "not at once again"
    assert rig.maker.alerts("thu-duc") == []
    assert rig.looks("20:16") == 3
    (alert,) = rig.maker.alerts("thu-duc")
    assert (alert["code"], alert["at"]) == ("backup_old", moment("2026-11-23", "19:15", HERE))
    rig.works = True
    assert rig.looks("20:27") == 4 and rig.maker.alerts("thu-duc") == []


def test_without_times_the_hub_makes_none(tmp_path):
    rig = Rig(tmp_path, at=())
    assert rig.looks("12:16") == 0 and rig.maker.alerts("thu-duc") == []
