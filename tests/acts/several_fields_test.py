"""A procedure of several fields (liên thông): wherever it is listed a number may be taken for it, and
a visit goes on with it at the counter that is nearest.
"""

import pytest

from tests.support.centres import profile_of


@pytest.fixture
def hall(make_hall):
    """Registration of a birth is listed under civil status and under residence; Monday at eight."""
    profile = profile_of("thu_duc")
    birth = next(service for service in profile["services"] if service["code"] == "birth")
    birth |= {"also_in": ["X"], "short": {"vi": "Khai sinh"}, "official": "1.001193"}
    birth["bring"] = [{"vi": "Giấy chứng sinh"}, {"vi": "Căn cước"}]
    return make_hall(profile)


def test_a_number_is_taken_in_the_field_named_else_in_the_first(hall, refused):
    assert hall.kiosk.issue(service="birth")["ticket"]["field"] == "B"
    assert hall.kiosk.issue(service="birth", field="X")["ticket"]["field"] == "X"
    refused("bad_request", lambda: hall.kiosk.issue(service="birth", field="A"))
    waiting = hall.citizen("B", service="birth")
    changed = hall.greeter.change_field(ticket=waiting["id"], field="X", service="birth")
    assert changed["ticket"]["field"] == "X"


def test_the_slip_names_it_by_its_short_name_with_code_and_papers(hall):
    slip = hall.kiosk.issue(service="birth")["slip"]
    # English has no short name of its own: its whole one, not the Vietnamese
    assert slip["short"] == {"vi": "Khai sinh", "en": "Birth registration"}
    assert slip["code"] == "1.001193"
    assert [paper["vi"] for paper in slip["papers"]] == ["Giấy chứng sinh", "Căn cước"]
    other = hall.kiosk.issue(service="copy")["slip"]
    assert (other["code"], other["papers"]) == (None, [])
    assert other["short"]["vi"] == "Chứng thực bản sao từ bản chính"


def test_a_visit_goes_on_with_it_where_the_clerk_serves_one_of_its_fields(hall):
    police = hall.clerk("hoa", 12)  # residence
    hall.citizen("X", service="residence")
    police.call_next()
    police.start()
    police.add_service(service="birth")
    ticket = police.finish()["ticket"]
    assert (ticket["state"], ticket["field"], ticket["counter"]) == ("SERVING", "X", 12)
