"""Snapshots for kiosks and consoles of the version before, which do not fetch the list."""

import pytest

from server.acts import show
from tests.acts.conftest import CENTRE


@pytest.fixture
def reading(hall):
    return show.CentreReading(hall.context, CENTRE)


def test_a_kiosk_of_the_version_before_finds_the_procedures_in_each_field(reading):
    snapshot = show.kiosk(reading)
    assert all("services" not in field for field in snapshot["fields"])
    listed = show.kiosk_with_list(snapshot, reading.centre)
    assert {**listed, "fields": None} == {**snapshot, "fields": None}
    for before, field in zip(snapshot["fields"], listed["fields"], strict=True):
        own = [s for s in reading.centre.services.values() if field["field"] in s.fields]
        assert {**field, "services": None} == {**before, "services": None}
        assert [row["code"] for row in field["services"]] == [service.code for service in own]
        for row, service in zip(field["services"], own, strict=True):
            assert row["name"] == service.name
            assert row.get("words", []) == list(service.words)
            assert row.get("bring") == (service.bring or None)


def test_a_console_of_the_version_before_finds_them_beside_its_lists(reading, lan):
    snapshot = show.counter(reading, "5")
    listed = show.console_with_list(snapshot, reading.centre)
    assert listed == {**snapshot, "services": listed["services"]}
    assert listed["services"] == [
        {"code": service.code, "field": service.field, "name": service.name}
        for service in reading.centre.services.values()
    ]
