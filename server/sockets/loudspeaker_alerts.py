"""What managers are told of a loudspeaker area: that it is behind, that another board speaks than
the one that should, that the only board with sound stands nobody knows where.
"""

from typing import Any

from domain.loudspeaker_area import MOVED_SHOWN_MS, voice_of
from domain.loudspeaker_states import Area, Scene


def alerts_of(area: Area, group: str, scene: Scene) -> list[dict[str, Any]]:
    """The alerts of one area, in the shape of the manager's snapshot."""
    return [
        *_behind(area, group, scene),
        *_moved(area, group, scene),
        *_unknown(area, group, scene),
    ]


def _behind(area: Area, group: str, scene: Scene) -> list[dict[str, Any]]:
    """A new call would wait long for the loudspeaker."""
    lag = area.queue.lag_ms(scene.rules) if area.queue else 0
    if lag <= scene.rules.long_queue_ms:
        return []
    params = {"area": group, "seconds": round(lag / 1000)}
    return [_alert("announcements_behind", params, scene.at)]


def _moved(area: Area, group: str, scene: Scene) -> list[dict[str, Any]]:
    """The voice is another board's, or was a short while ago."""
    moved = area.moved
    if moved is None or (moved.back and scene.at - moved.at > MOVED_SHOWN_MS):
        return []
    params = {"area": group, "device": moved.to.name, "before": moved.instead_of.name}
    return [_alert("voice_back" if moved.back else "voice_moved", params, moved.at)]


def _unknown(area: Area, group: str, scene: Scene) -> list[dict[str, Any]]:
    """A board with sound is kept silent, since others are set for this place and it is not."""
    if voice_of(area, scene) is not None:
        return []
    unknown = [b for b in scene.boards if b.sound == "on" and not scene.may_speak(b)]
    return [
        _alert("voice_unplaced", {"area": group, "device": board.name}, None)
        for board in unknown[:1]
    ]


def _alert(code: str, params: dict[str, Any], at: int | None) -> dict[str, Any]:
    return {"code": code, "level": "warn", "params": params, "at": at}
