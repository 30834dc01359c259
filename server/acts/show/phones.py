"""Whether the slips' QR codes open on people's phones, as managers are told."""

from collections.abc import Iterable, Mapping
from typing import Any

from .hall import KNOWN_MS, Hall


def phone_alerts(hall: Hall, devices: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Why slips carry no QR code: no phone opens the hub's public address, or, where it has none,
    the address a kiosk knows it by (the kiosk says so itself).
    """
    if hall.context.phone_url is None:
        params = {"address": hall.context.public_url}
        return [{"code": "phones_unreached", "level": "warn", "params": params, "at": hall.now}]
    if hall.context.phone_url:
        return []
    return [
        {
            "code": "kiosk_phones",
            "level": "warn",
            "params": {"device": device["device"], "why": device["status"]["phones"]},
            "at": device["seen_at"],
        }
        for device in devices
        if device["role"] == "kiosk"
        and isinstance(device["status"].get("phones"), str)
        and device["status"]["phones"] != "ok"
        and device["seen_at"]
        and hall.now - device["seen_at"] < KNOWN_MS
    ]
