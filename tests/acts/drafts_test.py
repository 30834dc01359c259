"""What the screens would show with a draft: made by the code of the real ones, of a sample morning,
and nothing of it is written down.
"""

import json

import pytest

from domain.day import moment
from server.acts import Refusal
from server.acts.settings import BadSettings
from server.acts.show import drafts
from tests.acts.conftest import CENTRE, HERE
from tests.acts.settings_test import in_force


@pytest.fixture
def shown(hall):
    """shown(changes, …): the screens with `{place: value}`; no row of the database has changed."""
    actor = hall.staff("bao", "admin").actor

    def show(changes=(), **about):
        before = hall.rows()
        rows = [{"place": list(place), "value": value} for place, value in dict(changes).items()]
        screens = drafts.previews(hall.context, actor, in_force(hall), rows, **about)
        assert hall.rows() == before and hall.heard == []
        assert hall.context.centre(CENTRE).fields["C"].name["vi"] != "Đất"
        return json.loads(json.dumps(screens))

    return show


def test_the_screens_show_the_draft_on_a_morning_at_work(hall, shown):
    hall.clock.set("2026-11-29", "22:00")  # a Sunday
    screens = shown({("fields", "C", "name"): {"vi": "Đất", "en": "Land"}}, field="C")
    (field,) = [row for row in screens["kiosk"]["fields"] if row["field"] == "C"]
    assert (field["name"]["vi"], field["state"], field["waiting"] > 0) == ("Đất", "open", True)
    assert screens["at"] == screens["kiosk"]["at"] == moment("2026-11-30", "09:41", HERE)
    newest = screens["board"]["calls"][0]
    assert (newest["number"], newest["state"]) == ("C046", "CALLED")
    assert len({row["number"] for row in screens["board"]["counters"] if row["number"]}) == 6
    assert screens["screen"]["display"]["zone"] == hall.context.centre(CENTRE).fields["C"].zone
    services = json.loads(screens["catalogue"])["services"]
    assert len(services) == len(hall.context.centre(CENTRE).services)
    assert shown(catalogue=screens["kiosk"]["catalogue"]["version"])["catalogue"] is None


def test_a_board_and_a_counter_are_shown_by_name(hall, shown):
    screens = shown(display="tv-hd-1", counter="5")
    assert screens["screen"]["display"]["name"] == "tv-hd-1"
    assert screens["counter"] == "5"
    gone = shown({("counters", "5"): None}, counter="5")
    assert gone["counter"] != "5"


def test_a_field_of_the_draft_alone_is_called_like_the_others(shown):
    new = {"prefix": "Z", "name": {"vi": "Thử", "en": "Trial"}, "zone": "K2", "minutes": 10}
    screens = shown({("fields", "Z"): new, ("counters", "5", "fields"): ["A", "Z"]}, field="Z")
    (field,) = [row for row in screens["kiosk"]["fields"] if row["field"] == "Z"]
    assert field["counters"] == [5]
    assert screens["board"]["calls"][0]["number"] == "Z046"


def test_a_draft_that_is_not_sound_shows_nothing(shown):
    with pytest.raises(BadSettings):
        shown({("fields", "C", "cap"): 0})


def test_the_slip_of_a_draft_is_that_of_the_field_or_the_procedure_meant(hall):
    actor = hall.staff("bao", "admin").actor
    rows = [{"place": ["slip", "note"], "value": {"vi": "Giữ phiếu", "en": "Keep it"}}]

    def paper(rows, field, service):
        return drafts.slip(
            hall.context, actor, in_force(hall), rows, lang="en", field=field, service=service
        )

    of_field = paper(rows, "C", None)
    assert of_field["content"]["number"] == "C047" and of_field["content"]["lang"] == "en"
    assert of_field["template"]["note"]["vi"] == "Giữ phiếu"
    of_one = paper([], None, "copy")
    copy = hall.context.centre(CENTRE).services["copy"]
    assert of_one["content"]["service"] == copy.name and of_one["content"]["number"][0] == "A"
    for wrong in (("Q", None), (None, "nothing")):
        with pytest.raises(Refusal, match="unknown_field"):
            paper([], *wrong)
