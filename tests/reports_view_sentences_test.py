"""What a view says before its picture: the answer, with its figures, from views made by hand."""

import pytest

from server.reports.view import View, ViewRow, sentence
from server.reports.view_sentences import sentences_of
from server.reports.words import text

MINUTE = 60.0
TREND = {
    "leg_all": 300,
    "leg_p90_s": 40 * MINUTE,
    "p90_before_s": 31 * MINUTE,
    "p90_change_s": 9 * MINUTE,
}


def a_view(name, rows, total=None, bounds=(), **more):
    """A view with these rows (`{label: figures}`) and the figures of its total."""
    made = [ViewRow(label, label, figures) for label, figures in rows.items()]
    whole = None if total is None else ViewRow(None, "", total, bounds)
    return View(name, None, (), made, whole, "", more)


def keys(view):
    return [one.key for one in sentences_of(view, "vi")]


def trend(bounds=(), rows=None, **figures):
    own = {**TREND, **figures}
    return a_view("trend", rows or {"Đất đai": own}, own, bounds)


def test_people_waited_longer_than_in_the_period_before():
    assert sentence(trend(), "en") == (
        "People waited 9 minutes longer than in the period before:"
        " 9 in 10 waits were no longer than 40 minutes, then no longer than 31 minutes."
    )
    assert sentence(trend(), "vi") == (
        "Chờ lâu hơn kỳ trước 9 phút: 9 trên 10 lượt chờ không quá 40 phút,"
        " kỳ trước không quá 31 phút."
    )


@pytest.mark.parametrize(
    ("figures", "key"),
    [
        ({"p90_before_s": 49 * MINUTE}, "trend_shorter"),
        ({"p90_before_s": 40.4 * MINUTE}, "trend_same"),
        ({"p90_before_s": 39.4 * MINUTE}, "trend_longer"),
        ({"p90_before_s": None, "p90_change_s": None}, "trend_alone"),
        ({"leg_p90_s": None, "p90_change_s": None}, "trend_few"),
        ({"bounds": ("leg_p90_s",)}, "trend_both"),
        ({"bounds": ("p90_before_s",)}, "trend_both"),
    ],
)
def test_the_trend_says_no_more_than_is_sure(figures, key):
    assert keys(trend(**figures)) == [key]


def test_the_field_that_grew_most_is_named_where_there_are_others():
    shorter = {**TREND, "p90_change_s": -5 * MINUTE}
    rows = {"Đất đai": TREND, "Thuế": {**TREND, "p90_change_s": 12 * MINUTE}, "Hộ tịch": shorter}
    less = trend(rows={"Đất đai": shorter, "Thuế": shorter}, p90_before_s=45 * MINUTE)
    assert keys(less) == ["trend_shorter"]
    assert "Most of all Thuế: 12 minutes longer." in sentence(trend(rows=rows), "en")


def cell(waits, p90, counters=2.5, line=0):
    figures = {"leg_all": waits, "leg_p90_s": p90 and p90 * MINUTE, "counters_open": counters}
    return {**figures, "line_most": line}


def test_the_week_names_the_hour_that_was_waited_longest():
    rows = {"Thứ Hai, 8 giờ": cell(40, 25), "Thứ Ba, 9 giờ": cell(35, 32), "Thứ Tư": cell(29, 90)}
    assert sentence(a_view("week", rows), "vi") == (
        "Trong các giờ có từ 30 lượt, chờ lâu nhất: Thứ Ba, 9 giờ."
        " 9 trên 10 lượt chờ không quá 32 phút,"
        " trung bình có 2,5 quầy mở."
    )
    closed = {"Thứ Hai": cell(40, 25), "Thứ Ba": cell(40, 30, counters=0)}
    assert keys(a_view("week", closed)) == ["week_closed"]
    assert keys(a_view("week", {"Thứ Ba": cell(40, 30, counters=0)})) == ["week_alone"]
    assert keys(a_view("week", {"Thứ Ba": cell(29, 30)})) == ["week_few"]
    assert keys(a_view("week", {})) == []


def test_staffing_tells_the_line_the_waits_and_how_busy_counters_were():
    rows = {"08:00": cell(40, 25, line=7), "09:30": cell(35, 32, line=12)}
    assert sentence(a_view("staffing", rows, {"busy_pct": 61.5}), "en") == (
        "The line was longest at 09:30: 12 people."
        " Of half hours with 30 waits or more, who joined at 09:30 waited longest:"
        " 9 in 10 waits were no longer than 32 minutes."
        " Open counters were busy 62 % of the time."
    )
    quiet = a_view("staffing", {"08:00": cell(3, 2)}, {"busy_pct": None, "serving_s": 0})
    assert keys(quiet) == ["no_line", "none_open"]
    served = a_view("staffing", {"08:00": cell(3, 2)}, {"busy_pct": None, "serving_s": 60.0})
    assert keys(served) == ["no_line"], "who served had opened"
    assert keys(a_view("staffing", {}, {"busy_pct": None})) == []


def test_counters_name_the_busiest_and_the_least_busy():
    rows = {
        "Quầy 1": {"busy_pct": 40.0},
        "Quầy 2": {"busy_pct": 90.4},
        "Quầy 3": {"busy_pct": None},
    }
    assert sentence(a_view("counters", rows, {"busy_pct": 66.0}), "vi") == (
        "Quầy mở thì bận 66 % thời gian. Bận nhất: Quầy 2 (90 %); rảnh nhất: Quầy 1 (40 %)."
    )
    one = {"Quầy 1": {"busy_pct": 40.0}}
    assert keys(a_view("counters", one, {"busy_pct": 40.0})) == ["busy"]


def spread(counts):
    """`{first minute: (waits, called by then)}` as a view of the distribution."""
    rows = {
        f"{start:03d}": {"leg_all": n, "called_by_pct": share}
        for start, (n, share) in counts.items()
    }
    return a_view("distribution", rows, {"leg_all": sum(n for n, _ in counts.values())})


def test_the_distribution_tells_shares_before_15_and_30_minutes_and_the_hours():
    shares = {0: (50, 45.0), 10: (20, 60.0), 15: (9, 65.0), 20: (1, 70.6), 30: (0, 70.6)}
    assert sentence(spread({**shares, 60: (3, 80.0), 120: (1, 81.0)}), "en") == (
        "Of 84 waits, 60 % ended in a call before 15 minutes, 71 % before 30."
        " 4 waits took an hour or longer."
    )
    assert keys(spread(shares)) == ["distribution"]
    assert keys(spread({0: (0, None)})) == []


def test_outcomes_and_leavers_are_counted():
    counts = {"issued": 1200, "served": 1100, "abandoned": 60, "no_shows": 1}
    assert sentence(a_view("outcomes", {}, counts), "vi") == (
        "1.200 số đã lấy: 1.100 đã xong, 60 bỏ về, 1 vắng khi gọi."
    )
    hours = {"09 giờ": {"leg_left": 2}, "10 giờ": {"leg_left": 5}}
    total = {"leg_left": 7, "leg_left_p50_s": 22 * MINUTE}
    assert "Nhiều nhất lúc 10 giờ: 5 lượt." in sentence(a_view("leavers", hours, total), "vi")
    once = a_view("leavers", {"09 giờ": {"leg_left": 7}}, total)
    assert keys(once) == ["leavers_once"]
    assert keys(a_view("leavers", {}, {"leg_left": 0, "leg_left_p50_s": None})) == []


def test_why_names_what_kept_most_people():
    rows = {
        "Quầy mở, đông người": {"leg_over_15": 30, "share_pct": 75.0},
        "Ngoài giờ": {"leg_over_15": 10, "share_pct": 25.0},
    }
    assert sentence(a_view("why", rows, {"leg_over_15": 40}), "vi") == (
        "40 lượt chờ quá 15 phút; 75 % vì quầy mở, đông người."
    )
    assert keys(a_view("why", rows, {"leg_over_15": 0})) == ["why_none"]
    assert sentence(a_view("tickets", {}, count=1), "en") == "1 number."


def test_both_languages_of_the_staff_have_the_same_sentences():
    vietnamese, english = (text(lang, "views.sentences") for lang in ("vi", "en"))
    assert vietnamese.keys() == english.keys()
