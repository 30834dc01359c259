"""What people asked for stands in the list, counted once a day over thirty days; an act changes
neither the counts nor the version of the list.
"""

from server.acts.asked import DAYS

DAY = 24 * 60


def counted(hall):
    """The hub's own count of this moment."""
    pauses = []
    centre = hall.context.centre("thu-duc")
    today = centre.date_of(hall.clock())
    done = hall.context.asked.count(centre.code, today, lambda: pauses.append(1))
    return done, len(pauses), dict(hall.context.asked.of(centre.code))


def version(hall):
    return hall.context.catalogues.of(hall.context.centre("thu-duc")).version


def next_day(hall, days=1):
    hall.manager.close_day()
    hall.clock.pass_(days * DAY)
    assert hall.manager.open_day()["ok"]


def test_the_days_before_today_are_counted_once_each(hall):
    for service in ("birth", "birth", "death"):
        hall.citizen("B", service=service)
    hall.citizen("B")  # for the field alone
    assert counted(hall) == (True, 0, {}), "today does not count yet"
    next_day(hall)
    assert counted(hall) == (True, 1, {"birth": 2, "death": 1})
    assert counted(hall)[0] is False, "once a day"
    hall.citizen("B", service="birth")
    next_day(hall)
    assert counted(hall) == (True, 1, {"birth": 3, "death": 1}), "only the day that is new is read"
    next_day(hall, DAYS - 1)
    assert counted(hall)[2] == {"birth": 1}, "the first day has left the thirty"
    next_day(hall, DAYS + 1)
    assert counted(hall)[2] == {}


def test_the_list_changes_once_a_day_and_at_no_act(hall, lan):
    first = version(hall)
    hall.citizen("A", service="copy")
    lan.call_next()
    counted(hall)
    assert version(hall) == first
    lan.finish()
    next_day(hall)
    counted(hall)
    second = version(hall)
    assert second != first
    hall.citizen("A", service="signature")
    assert version(hall) == second
    rows = hall.context.catalogues.of(hall.context.centre("thu-duc")).body.decode()
    assert '"asked":1' in rows and rows.count('"asked"') == 1
