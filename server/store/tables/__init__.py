"""The tables.

Times are milliseconds since 1970 UTC; JSON is text, so SQLite and PostgreSQL hold the same bytes.
"""

from .base import metadata
from .centres import (
    base_document,
    centre,
    centre_document,
    hub_process,
    planned_change,
    settings_draft,
)
from .hall import (
    announcement,
    clock,
    hall_screens,
    loudspeaker,
    media,
    pairing,
    pairing_guess,
    probe,
    screen,
)
from .line import counter, journal, note, request, series, service_day, slip_secret, ticket
from .staff import (
    ACCESS_LOG_KEPT_MS,
    access_log,
    device,
    recovery_code,
    session,
    staff,
    staff_name,
)

__all__ = [
    "ACCESS_LOG_KEPT_MS",
    "access_log",
    "announcement",
    "base_document",
    "centre",
    "centre_document",
    "clock",
    "counter",
    "device",
    "hall_screens",
    "hub_process",
    "journal",
    "loudspeaker",
    "media",
    "metadata",
    "note",
    "pairing",
    "pairing_guess",
    "planned_change",
    "probe",
    "recovery_code",
    "request",
    "screen",
    "series",
    "service_day",
    "session",
    "settings_draft",
    "slip_secret",
    "staff",
    "staff_name",
    "ticket",
]
