"""Consoles of a hall are made anew where something is new for them, and only there."""

from server.acts import show


def test_a_neighbour_who_takes_somebody_changes_what_is_estimated(hall, lan):
    """Two counters serve A: whoever takes a number now is told another wait once both are busy."""
    anh = hall.clerk("anh", 1)
    anh.walk_direct(field="A")
    before = show.CentreReading(hall.context, "thu-duc")
    show.counter(before, "1")
    lan.walk_direct(field="A")
    following = show.CentreReading(hall.context, "thu-duc", before)
    fresh = show.CentreReading(hall.context, "thu-duc")
    assert show.counter(following, "1") == show.counter(fresh, "1")


def test_a_console_for_which_nothing_is_new_is_the_same_object(hall, lan):
    """The control of what is kept: without it each act would make every console anew."""
    hall.clerk("hoa", 20)
    before = show.CentreReading(hall.context, "thu-duc")
    kept = show.counter(before, "20")
    lan.note(text="gọi lại", ticket=None)
    following = show.CentreReading(hall.context, "thu-duc", before)
    assert show.counter(following, "20")["fields"] is kept["fields"]
