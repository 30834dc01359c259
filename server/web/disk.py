"""The data disk is watched: managers and the log are told before it is full, and room is kept for
that hour.
"""

import logging
import shutil
from pathlib import Path

log = logging.getLogger("luot.disk")
LOOK_EVERY_S = 60
MB = 1024 * 1024


def watch_disk(luot):
    """Look at the disk for as long as the hub runs.

    Below `disk_alarm_mb` every manager has an alert until there is room again.
    The room kept is for SQLite; PostgreSQL's own disk is watched where it stands.
    """
    low = {}
    luot.publisher.hub_alerts.append(
        lambda centre: (
            [{"code": "hub_disk", "level": "bad", "params": {"free": low["free"]}, "at": low["at"]}]
            if low
            else []
        )
    )
    while True:
        luot.socketio.sleep(LOOK_EVERY_S)
        try:
            if luot.store.reserve:
                luot.store.reserve.lay_aside()
            look(low, free(luot.settings) // MB, luot.settings.disk_alarm_mb, luot.context.clock())
        except OSError as trouble:
            log.warning("the data disk could not be looked at: %s", trouble)


def free(settings):
    """Bytes free on the disk of the data folder; on that of the hub's own folder where all data lie
    elsewhere.
    """
    data = Path(settings.data)
    return shutil.disk_usage(data if data.is_dir() else ".").free


def look(low, free_mb, alarm_mb, now):
    """`low` is {free (MB), at} while there is too little room, else empty."""
    if free_mb >= alarm_mb:
        low.clear()
        return
    if not low:
        log.warning(
            "only %d MB are free on the disk of the data folder: make room before numbers can no"
            " longer be kept",
            free_mb,
        )
    low.update(free=free_mb, at=low.get("at", now))
