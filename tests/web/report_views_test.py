"""The usual times beside a report."""

import pytest

from server.web.report_views import span_shown, spans_beside


@pytest.mark.parametrize(
    "first, last, today, shown",
    [
        ("2026-12-01", "2026-12-01", "2026-12-01", "today"),
        ("2026-12-01", "2026-12-07", "2026-12-07", "last_7"),
        ("2026-12-01", "2026-12-15", "2026-12-15", "this_month"),
        ("2026-11-01", "2026-11-30", "2026-12-15", "last_month"),
        ("2026-11-02", "2026-11-30", "2026-12-15", None),
    ],
)
def test_one_of_the_usual_times_is_shown_or_none(first, last, today, shown):
    assert span_shown(spans_beside(first, last, today), first, last) == shown
