"""A centre that takes bookings, for tests: the Thủ Đức hall with times of field A."""

import copy

CENTRE = "thu-duc"
BOOKING = {
    "on": True,
    "days_ahead": 6,
    "lead_minutes": 60,
    "slot_minutes": 15,
    "share_of_capacity": 0.4,
    "per_person_per_day": 2,
    "slots": [
        {"field": "A", "from": "07:30", "to": "11:30", "places": 5, "staff_places": 1},
        {"field": "B", "from": "07:30", "to": "11:30", "places": 2},
    ],
    "claims": {"on": True, "share": 0.4},
}


def with_bookings(profile, **changes):
    """The profile with bookings turned on, and some of their rules changed."""
    changed = copy.deepcopy(profile)
    changed["booking"] = {**copy.deepcopy(BOOKING), **changes}
    return changed
