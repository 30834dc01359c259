"""Whether the slips' QR codes open on people's phones, as managers are told."""

from collections.abc import Iterable, Mapping
from typing import Any

from .reading import KNOWN_MS, CentreReading


def phone_alerts(
    reading: CentreReading, devices: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Why slips carry no QR code: no phone opens the hub's public address, or, where it has none,
    the address a kiosk knows it by (the kiosk says so itself).
    """
    if reading.context.phone_url is None:
        params = {"address": reading.context.public_url}
        return [{"code": "phones_unreached", "level": "warn", "params": params, "at": reading.now}]
    if reading.context.phone_url:
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
        and reading.now - device["seen_at"] < KNOWN_MS
    ]
