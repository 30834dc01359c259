"""Numbers for the time without a hub: leased ahead, uploaded afterwards, each in its own place."""
import pytest


def slip(number, at, request_id="slip-1", **more):
    return {"request_id": request_id, "number": number, "field": number[0], "issued_at": at, **more}


def block(answer, field="A"):
    return next((b["first"], b["last"]) for b in answer["blocks"] if b["field"] == field)


def test_each_kiosk_holds_numbers_of_its_own(hall):
    two = hall.device("kiosk-2")
    assert block(hall.kiosk.lease_blocks()) == (801, 820)
    assert block(two.lease_blocks()) == (821, 840)
    seq = hall.seq
    assert block(hall.kiosk.lease_blocks()) == (801, 820) and hall.seq == seq, "asked again, the same"
    hall.clock.set("2026-11-24", "08:00")
    assert block(two.lease_blocks()) == (801, 820), "a new day, new blocks"


def test_there_are_blocks_for_nine_kiosks(hall):
    held = [block(hall.device(f"kiosk-{n}").lease_blocks()) for n in range(1, 10)]
    assert len(set(held)) == 9 and held[-1][1] <= 999
    assert hall.device("kiosk-10").lease_blocks()["blocks"] == []


def test_uploaded_tickets_take_their_place_by_their_own_time(hall, lan):
    hall.kiosk.lease_blocks()
    taken = hall.clock()
    hall.clock.pass_(5)
    hall.citizen()
    hall.clock.pass_(5)
    answer = hall.kiosk.upload([slip("A801", taken, "s1", service="copy", lang="en"), slip("B801", taken, "s2", priority="NKT")])
    assert [(t["request_id"], t["ok"], t["ticket"]["number"], t["ticket"]["issued_at"]) for t in answer["tickets"]] == [("s1", True, "A801", taken), ("s2", True, "B801", taken)]
    assert hall.ticket("B801").line_at == taken - 20 * 60_000
    assert lan.call_next()["ticket"]["number"] == "A801", "it came before A001"
    assert hall.citizen()["number"] == "A002", "the hub's own series is not moved"


def test_uploading_again_changes_nothing(hall):
    hall.kiosk.lease_blocks()
    hall.citizen()
    slips = [slip("A801", hall.clock())]
    first = hall.kiosk.upload(slips, press="box-1")
    rows = hall.rows()
    assert hall.kiosk.upload(slips, press="box-1") == first
    again = hall.kiosk.upload(slips, press="box-2")
    assert again["tickets"][0]["ok"] and again["tickets"][0]["ticket"]["id"] == first["tickets"][0]["ticket"]["id"]
    assert hall.rows() == rows


@pytest.mark.parametrize(("number", "field", "error"), [("A821", "A", "bad_request"), ("A001", "A", "bad_request"), ("Z801", "Z", "unknown_field"), ("B801", "A", "bad_request"), ("A8x1", "A", "bad_request")])
def test_a_kiosk_may_give_only_numbers_it_holds(hall, number, field, error):
    hall.kiosk.lease_blocks()
    rows = hall.rows()
    told = hall.kiosk.upload([{**slip(number, hall.clock()), "field": field}])["tickets"][0]
    assert (told["ok"], told["error"]) == (False, error) and hall.rows() == rows


def test_one_bad_slip_does_not_keep_the_others_out(hall):
    hall.kiosk.lease_blocks()
    told = hall.kiosk.upload([slip("A801", hall.clock(), "s1"), slip("A900", hall.clock(), "s2"), slip("A802", hall.clock(), "s3")])["tickets"]
    assert [t["ok"] for t in told] == [True, False, True]


def test_two_people_with_one_number_are_found_out(hall):
    hall.kiosk.lease_blocks()
    hall.device("kiosk-2").lease_blocks()
    at = hall.clock()
    hall.kiosk.upload([slip("A801", at)])
    told = hall.kiosk.upload([slip("A801", at - 60_000, "s9")])["tickets"][0]
    assert (told["ok"], told["error"]) == (False, "request_id_reused")
    assert hall.device("kiosk-2").upload([slip("A801", at, "s9")])["tickets"][0]["ok"] is False


def test_a_kiosk_whose_clock_runs_ahead_gains_nothing(hall):
    hall.kiosk.lease_blocks()
    told = hall.kiosk.upload([slip("A801", hall.clock() + 3_600_000)])["tickets"][0]
    assert told["ticket"]["issued_at"] == hall.clock()


def test_uploaded_numbers_count_towards_the_cap_but_are_never_refused_for_it(make_hall, thu_duc_profile):
    import copy
    profile = copy.deepcopy(thu_duc_profile)
    profile["fields"][0]["cap"] = 2
    hall = make_hall(profile=profile)
    hall.kiosk.lease_blocks()
    hall.citizen()
    told = hall.kiosk.upload([slip("A801", hall.clock(), "s1"), slip("A802", hall.clock(), "s2")])["tickets"]
    assert [t["ok"] for t in told] == [True, True], "the people hold their slips already"
    assert hall.kiosk.issue("A")["error"] == "cap_reached"
