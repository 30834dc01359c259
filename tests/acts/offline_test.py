"""Numbers for the time without a hub: leased ahead, uploaded afterwards, each in its own place."""

import pytest

from server import acts
from server.acts import show
from server.store import lines, people
from tests.acts.conftest import CENTRE, block, slip
from tests.support.centres import put_in_force


def test_each_kiosk_holds_numbers_of_its_own(hall):
    two = hall.device("kiosk-2")
    assert block(hall.kiosk.lease_blocks()) == (801, 820)
    assert block(two.lease_blocks()) == (821, 840)
    seq = hall.seq
    assert block(hall.kiosk.lease_blocks()) == (801, 820) and hall.seq == seq, (
        "asked again, the same"
    )
    hall.clock.set("2026-11-24", "08:00")
    assert block(two.lease_blocks()) == (821, 840), (
        "leased ahead on the day before: a kiosk has numbers in the morning even if the hub does"
        " not wake up"
    )
    assert {b["day"] for b in two.lease_blocks()["blocks"]} == {"2026-11-24", "2026-11-25"}


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
    answer = hall.kiosk.upload(
        [
            slip("A801", taken, "s1", service="copy", lang="en"),
            slip("B801", taken, "s2", priority="NKT"),
        ]
    )
    assert [
        (t["request_id"], t["ok"], t["ticket"]["number"], t["ticket"]["issued_at"])
        for t in answer["tickets"]
    ] == [("s1", True, "A801", taken), ("s2", True, "B801", taken)]
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
    assert (
        again["tickets"][0]["ok"]
        and again["tickets"][0]["ticket"]["id"] == first["tickets"][0]["ticket"]["id"]
    )
    assert hall.rows() == rows


@pytest.mark.parametrize(
    ("number", "field", "error"),
    [
        ("A821", "A", "bad_request"),
        ("A001", "A", "bad_request"),
        ("Z801", "Z", "unknown_field"),
        ("B801", "A", "bad_request"),
        ("A8x1", "A", "bad_request"),
    ],
)
def test_a_kiosk_may_give_only_numbers_it_holds(hall, number, field, error):
    hall.kiosk.lease_blocks()
    rows = hall.rows()
    result = hall.kiosk.upload([{**slip(number, hall.clock()), "field": field}])["tickets"][0]
    assert (result["ok"], result["error"]) == (False, error) and hall.rows() == rows


def test_one_bad_slip_does_not_keep_the_others_out(hall):
    hall.kiosk.lease_blocks()
    result = hall.kiosk.upload(
        [
            slip("A801", hall.clock(), "s1"),
            slip("A900", hall.clock(), "s2"),
            slip("A802", hall.clock(), "s3"),
        ]
    )["tickets"]
    assert [t["ok"] for t in result] == [True, False, True]


def test_two_people_with_one_number_are_found_out(hall):
    hall.kiosk.lease_blocks()
    hall.device("kiosk-2").lease_blocks()
    at = hall.clock()
    hall.kiosk.upload([slip("A801", at)])
    result = hall.kiosk.upload([slip("A801", at - 60_000, "s9")])["tickets"][0]
    assert (result["ok"], result["error"]) == (False, "request_id_reused")
    assert hall.device("kiosk-2").upload([slip("A801", at, "s9")])["tickets"][0]["ok"] is False


def test_a_kiosk_whose_clock_runs_ahead_gains_nothing(hall):
    hall.kiosk.lease_blocks()
    result = hall.kiosk.upload([slip("A801", hall.clock() + 3_600_000)])["tickets"][0]
    assert result["ticket"]["issued_at"] == hall.clock()


@pytest.mark.parametrize(
    "ghost", [False, True], ids=["pressed without the hub", "the hub's own number lost on the way"]
)
def test_a_kiosk_whose_clock_runs_ahead_may_tell_again_what_it_told(hall, ghost):
    """The answer to its first upload was lost: by then the moment it says has come nearer, and it
    is the same ticket all the same.
    """
    hall.kiosk.lease_blocks()
    if ghost:
        hall.kiosk.issue("A", press="s1")
    taken = slip("A801", hall.clock() + 3600_000, "s1")
    first = hall.kiosk.upload([taken], press="box-1")["tickets"][0]
    hall.clock.pass_(1)
    rows = hall.rows()
    again = hall.kiosk.upload([taken], press="box-2")["tickets"][0]
    assert again == first and first["ok"] and hall.rows() == rows
    other = hall.kiosk.upload([{**taken, "request_id": "s2"}], press="box-3")["tickets"][0]
    assert (other["ok"], other["error"]) == (
        False,
        "request_id_reused",
    ), "another press with the same number is another person"


def test_uploaded_numbers_count_towards_the_cap_but_are_never_refused_for_it(
    make_hall, thu_duc_profile
):
    import copy

    profile = copy.deepcopy(thu_duc_profile)
    profile["fields"][0]["cap"] = 2
    hall = make_hall(profile=profile)
    hall.kiosk.lease_blocks()
    hall.citizen()
    result = hall.kiosk.upload(
        [slip("A801", hall.clock(), "s1"), slip("A802", hall.clock(), "s2")]
    )["tickets"]
    assert [t["ok"] for t in result] == [True, True], "the people hold their slips already"
    assert hall.kiosk.issue("A")["error"] == "cap_reached"


def test_half_used_a_block_is_followed_by_another(hall):
    hall.kiosk.lease_blocks()
    at = hall.clock()
    hall.kiosk.upload([slip(f"A{n}", at, f"half-{n}") for n in range(801, 810)])
    assert [
        b["first"]
        for b in hall.kiosk.lease_blocks()["blocks"]
        if b["field"] == "A" and b["day"] == "2026-11-23"
    ] == [801]
    hall.kiosk.upload([slip("A810", at, "half-810")])
    mine = [
        (b["first"], b["last"], b["used"])
        for b in hall.kiosk.lease_blocks()["blocks"]
        if b["field"] == "A" and b["day"] == "2026-11-23"
    ]
    assert mine == [(801, 820, 810), (821, 840, None)]
    assert block(hall.device("kiosk-2").lease_blocks()) == (841, 860)


def test_the_range_and_the_size_of_blocks_are_the_centres(make_hall, thu_duc_profile):
    profile = {
        **thu_duc_profile,
        "limits": {
            **thu_duc_profile["limits"],
            "offline_numbers": {"first": 201, "last": 260, "block": 30},
        },
    }
    hall = make_hall(profile=profile)
    assert block(hall.kiosk.lease_blocks()) == (201, 230)
    with hall.store.change() as conn:
        lines.change_series(conn, "thu-duc", "2026-11-23", "A", last=199)
    assert [hall.citizen()["number"] for _ in range(2)] == [
        "A200",
        "A261",
    ], "the hub's own count steps over it"


def test_blocks_leased_before_the_range_was_moved_stay_the_kiosks(make_hall, thu_duc_profile):
    limits = thu_duc_profile["limits"]
    hall = make_hall(
        profile={
            **thu_duc_profile,
            "limits": {**limits, "offline_numbers": {"first": 201, "last": 260, "block": 30}},
        }
    )
    hall.kiosk.lease_blocks()
    put_in_force(
        hall.store,
        hall.clock(),
        {
            **thu_duc_profile,
            "limits": {**limits, "offline_numbers": {"first": 801, "last": 999, "block": 20}},
        },
        "load-2",
    )
    hall.context.forget("thu-duc")
    with hall.store.change() as conn:
        lines.change_series(conn, "thu-duc", "2026-11-23", "A", last=200)
    assert hall.citizen()["number"] == "A231"
    assert hall.kiosk.upload([slip("A201", hall.clock())])["tickets"][0]["ok"]


# ---- days, reinstalls, backups
# ---------------------------------------------------------------------


def test_a_ticket_of_a_day_that_closed_meanwhile_joins_that_day_and_expires(hall):
    hall.kiosk.lease_blocks()
    taken = hall.clock()
    hall.clock.set("2026-11-24", "08:00")
    hall.kiosk.lease_blocks()
    result = hall.kiosk.upload(
        [
            slip("A801", taken, "late-1", day="2026-11-23"),
            slip("A801", hall.clock(), "late-2", day="2026-11-24"),
        ]
    )["tickets"]
    assert [t["ok"] for t in result] == [True, True], "the same number on two days is two tickets"
    assert [(f.day, f.number, f.kind) for f in hall.facts() if f.number == "A801"] == [
        ("2026-11-23", "A801", "issued"),
        ("2026-11-23", "A801", "expired"),
        ("2026-11-24", "A801", "issued"),
    ]
    assert hall.kiosk.printed(result[0]["ticket"]["id"], True)["ok"]
    hall.clock.set("2026-11-24", "23:00")
    hall.manager.close_day()
    late = hall.kiosk.upload([slip("A802", hall.clock() - 60_000, "late-3", day="2026-11-24")])[
        "tickets"
    ][0]
    assert late["ok"] and hall.ticket("A802").state == "EXPIRED"


def test_a_kiosk_that_was_away_for_a_day_works_on_from_what_it_was_leased_ahead(hall):
    ahead = [
        b
        for b in hall.kiosk.lease_blocks()["blocks"]
        if b["day"] == "2026-11-24" and b["field"] == "A"
    ]
    hall.clock.set("2026-11-24", "07:40")
    given = hall.clock()
    hall.clock.set("2026-11-24", "09:00")
    hall.greeter.issue("A")
    result = hall.kiosk.upload(
        [slip(f"A{ahead[0]['first']}", given, "morning-1", day="2026-11-24")]
    )["tickets"][0]
    assert (
        result["ok"]
        and hall.ticket("A801").state == "WAITING"
        and hall.ticket("A801").line_at == given
    )


def test_numbers_of_a_lost_journal_are_never_leased_again(hall):
    old, new = {"journal": "journal-old-1"}, {"journal": "journal-new-2"}
    assert block(hall.kiosk.lease_blocks(remembered=old)) == (801, 820)
    fresh = hall.kiosk.lease_blocks(remembered=new)
    assert block(fresh) == (821, 840) and {b["journal"] for b in fresh["blocks"]} == {
        "journal-new-2"
    }
    assert block(hall.kiosk.lease_blocks(remembered=new)) == (821, 840)
    assert hall.kiosk.upload([slip("A805", hall.clock())])["tickets"][0]["ok"], (
        "papers of the old file are good papers"
    )


def test_after_yesterdays_backup_no_number_on_paper_is_given_again_and_kiosks_bring_back_what_they_know(
    make_hall, thu_duc_profile
):
    """The hub of today has lost the day. One kiosk remembers; the other has not called yet."""
    before = make_hall(profile=thu_duc_profile)
    remembered = {"journal": "journal-one-1"}
    blocks = [
        {k: b[k] for k in ("field", "day", "first", "last")}
        for b in before.kiosk.lease_blocks(remembered=remembered)["blocks"]
    ]
    papers = [before.citizen() for _ in range(3)]
    hall = make_hall(profile=thu_duc_profile)
    hall.clock.pass_(30)
    answer = hall.kiosk.lease_blocks(
        remembered={**remembered, "day": "2026-11-23", "seq": before.seq + 1000, "blocks": blocks}
    )
    assert block(answer) == block({"blocks": blocks}), "it keeps what it holds"
    assert [
        b for b in hall.device("kiosk-2").lease_blocks()["blocks"] if b["day"] == "2026-11-23"
    ] == [], "and nobody is leased what may be on paper"
    assert hall.citizen()["number"] == "A1000"
    result = hall.kiosk.upload(
        [slip(p["number"], p["issued_at"], f"again-{p['number']}", id=p["id"]) for p in papers]
        + [slip("A801", hall.clock(), "again-801")]
    )["tickets"]
    assert [t["ok"] for t in result] == [True] * 4 and [t["ticket"]["id"] for t in result[:3]] == [
        p["id"] for p in papers
    ], "the code on the paper leads to it again"
    assert hall.clerk("lan", 5).call_next()["ticket"]["number"] == "A001"
    assert hall.citizen()["number"] == "A1001"
    hall.clock.set("2026-11-24", "08:00")
    assert hall.citizen()["number"] == "A001", "the next day is an ordinary one"


def test_a_restore_by_command_keeps_todays_numbers_from_being_given_again(hall):
    assert acts.memory_lost(hall.context, hall.manager.actor, "restore-1")["day"] == "2026-11-23"
    assert hall.citizen()["number"] == "A1000" and hall.citizen("B")["number"] == "B1000"


def test_a_second_paper_comes_from_a_machine_that_has_paper(hall):
    """The first did not come out because the machine had none: it is not asked again while another
    one prints.
    """
    kiosks = {name: hall.device(name) for name in ("kiosk-1", "kiosk-2")}

    def says(name, printer):
        with hall.store.change() as conn:
            people.device_status(conn, name, {"printer": printer}, hall.clock())

    with hall.store.change() as conn:
        for name in kiosks:
            people.add_device(
                conn,
                id=name,
                centre=CENTRE,
                role="kiosk",
                name=name,
                sound=False,
                token=name,
                created_at=hall.clock(),
            )
    ticket = kiosks["kiosk-1"].issue("A")["ticket"]["id"]
    for first, second, chosen in (
        ("paper_out", "ready", "kiosk-2"),
        ("ready", "ready", "kiosk-1"),
        ("ready", "paper_out", "kiosk-1"),
        ("offline", "cover_open", "kiosk-1"),
    ):
        says("kiosk-1", first)
        says("kiosk-2", second)
        assert hall.greeter.reprint(ticket)["kiosk"] == chosen, (first, second)
    assert hall.greeter.reprint(ticket, kiosk="kiosk-2")["kiosk"] == "kiosk-2", (
        "who is named is asked"
    )


def test_a_kiosk_is_shown_the_numbers_it_holds_and_no_others(hall):
    hall.citizen()
    leased = hall.kiosk.lease_blocks()["blocks"]
    hall.device("kiosk-2").lease_blocks()
    reading = show.CentreReading(hall.context, CENTRE)
    shown = show.kiosk(reading, "kiosk-1")
    assert shown["blocks"] == leased and shown["lost"] is None
    assert show.kiosk(reading)["blocks"] == []
    hall.manager.close_day()
    days = {
        row["day"]
        for row in show.kiosk(show.CentreReading(hall.context, CENTRE), "kiosk-1")["blocks"]
    }
    assert days and "2026-11-23" not in days, "a closed day gives no more numbers"
