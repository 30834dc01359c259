"""The data disk is watched: managers and the log are told before it is full, and room is kept for that hour."""

import logging

log = logging.getLogger("luot.disk")
LOOK_EVERY_S = 60
MB = 1024 * 1024


def watch_disk(luot):
    """Look at the disk for as long as the hub runs. Below `disk_alarm_mb` every manager has an alert until there is room again;
    with a database elsewhere (PostgreSQL) its disk is watched there."""
    low = {}
    luot.publisher.hub_alerts.append(lambda centre: [{"code": "hub_disk", "level": "bad", "params": {"free": low["free"]}, "at": low["at"]}] if low else [])
    while luot.store.reserve:
        luot.socketio.sleep(LOOK_EVERY_S)
        try:
            look(low, luot.store.reserve, luot.settings.disk_alarm_mb, luot.desk.clock())
        except OSError as trouble:
            log.warning("the data disk could not be looked at: %s", trouble)


def look(low, reserve, alarm_mb, now):
    """`low` is {free (MB), at} while there is too little room, else empty."""
    reserve.lay_aside()
    free = reserve.free() // MB
    if free >= alarm_mb:
        low.clear()
        return
    if not low:
        log.warning("only %d MB are free on the disk of the data folder: make room before numbers can no longer be kept", free)
    low.update(free=free, at=low.get("at", now))
