"""All centres beside each other: who needs help now, and what is a long wait for so many people."""

from types import SimpleNamespace

from domain.day import MINUTE
from server.acts.show import FieldGlance, HallGlance, centres_now, in_need
from server.acts.show.centres_now import FEWEST, SILENT_MS, SOON_MS
from server.store.halls import HallRow

NOW = 10_000_000_000


def hall(code, lines=(), counters_open=2, state="open", devices=None):
    row = HallRow(code, 1, day_state=state)
    row.devices.update(devices or {})
    fields = tuple(FieldGlance(*line) for line in lines)
    return HallGlance(SimpleNamespace(code=code), row, fields, counters_open)


def seen(*halls, hours=True):
    return centres_now(halls, NOW, lambda one, at: hours)


def kinds(centre):
    return [trouble.kind for trouble in centre.troubles]


def test_people_in_a_line_without_an_open_counter_come_first_then_halls_that_did_not_open():
    centres = seen(
        hall("calm", [("A", 3, 4 * MINUTE, 1)]),
        hall("long", [("A", 3, 31 * MINUTE, 1)]),
        hall("shut", state="none", counters_open=0),
        hall("unserved", [("A", 9, 40 * MINUTE, 2), ("B", 4, 6 * MINUTE, 0)]),
    )
    assert [(c.hall.row.code, kinds(c)) for c in in_need(centres)] == [
        ("unserved", ["unserved", "long"]),
        ("shut", ["not_open"]),
        ("long", ["long"]),
    ]
    trouble = in_need(centres)[0].troubles[0]
    assert (trouble.field, trouble.n, trouble.ms) == ("B", 4, 6 * MINUTE)


def test_a_moment_is_no_trouble_and_neither_is_a_holiday():
    assert kinds(seen(hall("a", [("A", 4, SOON_MS - 1, 0)]))[0]) == []
    assert kinds(seen(hall("a", [("A", 4, SOON_MS, 0)]))[0]) == ["unserved"]
    assert kinds(seen(hall("a", state="none"), hours=False)[0]) == []
    just_begun = centres_now([hall("a", state="none")], NOW, lambda one, at: at > NOW - SOON_MS)
    assert kinds(just_begun[0]) == []


def test_a_kiosk_that_was_heard_of_and_is_silent_is_told_one_that_was_never_is_not():
    here, gone = NOW - 1_000, NOW - SILENT_MS - 1
    assert kinds(seen(hall("a", devices={"kiosk": [gone, None]}))[0]) == ["silent"]
    assert kinds(seen(hall("a", devices={"kiosk": [gone, here]}))[0]) == []
    assert kinds(seen(hall("a", devices={"board": [None]}))[0]) == []
    assert kinds(seen(hall("a", devices={"counter": [gone]}))[0]) == []


def test_a_wait_is_held_against_those_with_as_many_people_at_a_counter():
    light = [hall(f"light-{n}", [("A", 2, 4 * MINUTE, 2)]) for n in range(15)]
    heavy = [hall(f"heavy-{n}", [("A", 20, 24 * MINUTE, 2)]) for n in range(15)]
    odd, normal = (
        hall("odd", [("A", 2, 24 * MINUTE, 2)]),
        hall("normal", [("A", 20, 25 * MINUTE, 2)]),
    )
    centres = {c.hall.row.code: c for c in seen(*light, *heavy, odd, normal)}
    assert (centres["odd"].usual_ms, kinds(centres["odd"])) == (4 * MINUTE, ["slow"])
    assert (centres["normal"].usual_ms, kinds(centres["normal"])) == (24 * MINUTE, [])
    assert centres["normal"].per_counter == 10
    assert kinds(centres["light-3"]) == []


def test_few_centres_are_not_compared_and_nothing_is_divided_by_no_counter():
    few = [hall(f"ward-{n}", [("A", 2, 4 * MINUTE, 2)]) for n in range(FEWEST)]
    odd = hall("odd", [("A", 2, 29 * MINUTE, 2)])
    assert seen(*few[1:], odd)[-1].usual_ms is None
    assert seen(*few, odd)[-1].usual_ms == 4 * MINUTE
    without = seen(*few, hall("without", [("A", 5, 9 * MINUTE, 0)], counters_open=0))[-1]
    assert (without.per_counter, without.usual_ms, kinds(without)) == (None, None, ["unserved"])
