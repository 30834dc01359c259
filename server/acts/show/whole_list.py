"""Snapshots with the whole list of procedures in them, for kiosks and consoles of an older version,
which do not fetch it (docs/catalogue.md).
"""

from typing import Any

from domain.centre import Centre

from .shapes import ConsoleSnapshot, KioskSnapshot, ListedConsoleSnapshot, ListedKioskField


def kiosk_with_list(snapshot: KioskSnapshot, centre: Centre) -> KioskSnapshot:
    """The snapshot for a kiosk that does not fetch the list: each field with its procedures."""
    listed: dict[str, list[dict[str, Any]]] = {}
    for service in centre.services.values():
        row: dict[str, Any] = {"code": service.code, "name": service.name}
        if service.words:
            row["words"] = list(service.words)
        if service.bring:
            row["bring"] = service.bring
        for field in service.fields:
            listed.setdefault(field, []).append(row)
    fields: list[ListedKioskField] = [
        {**field, "services": listed.get(field["field"], [])} for field in snapshot["fields"]
    ]
    return {**snapshot, "fields": [*fields]}


def console_with_list(snapshot: ConsoleSnapshot, centre: Centre) -> ListedConsoleSnapshot:
    """The snapshot for a console that does not fetch the list: with the procedures."""
    services = [
        {"code": service.code, "field": service.field, "name": service.name}
        for service in centre.services.values()
    ]
    return {**snapshot, "services": services}
