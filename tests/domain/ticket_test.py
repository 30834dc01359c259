"""A ticket's life: every fact in every state, and the fold that makes a row of facts."""

import itertools
from dataclasses import replace

import pytest

from domain.facts import KINDS, fact_of, table
from domain.ticket import TRANSITIONS, WrongState, apply, before_image, check

STATES = ("WAITING", "CALLED", "SERVING", "PARKED", "ABSENT", "DONE", "CANCELLED", "EXPIRED")
#: the states each fact may come from and where it leads ("=": stays), as the design says it, not as
#: the code does
LIFE = {
    "called": ("WAITING PARKED ABSENT", "CALLED"),
    "recalled": ("CALLED", "CALLED"),
    "started": ("CALLED", "SERVING"),
    "parked": ("CALLED SERVING", "PARKED"),
    "transferred": ("CALLED SERVING", "WAITING"),
    "missed": ("CALLED", "ABSENT"),
    "requeued": ("CALLED ABSENT", "WAITING"),
    "finished": ("CALLED SERVING", "DONE"),
    "cancelled": ("WAITING CALLED PARKED ABSENT", "CANCELLED"),
    "expired": ("WAITING CALLED SERVING PARKED ABSENT", "EXPIRED"),
    "service_added": ("CALLED SERVING", "="),
    "service_dropped": ("CALLED SERVING", "="),
    "service_begun": ("CALLED SERVING", "SERVING"),
    "noted": ("WAITING CALLED SERVING PARKED ABSENT", "="),
    "printed": (" ".join(STATES), "="),
    "joined": (" ".join(STATES), "="),
    "reprint_asked": (" ".join(STATES), "="),
    "let_passed": ("WAITING", "="),
    "field_changed": ("WAITING", "="),
    "released": ("WAITING", "="),
    "moved": (" ".join(STATES), "="),
    "undone": (" ".join(STATES), "="),
}
WAY_TO = {
    "WAITING": [],
    "CALLED": ["called"],
    "SERVING": ["called", "started"],
    "PARKED": ["called", "parked"],
    "ABSENT": ["called", "missed"],
    "DONE": ["called", "started", "finished"],
    "CANCELLED": ["cancelled"],
    "EXPIRED": ["expired"],
}
SAYS = {
    "called": {"clerk": "staff:lan", "calls": 1, "reason": "longest_wait"},
    "recalled": {"calls": 2},
    "transferred": {"field": "B", "since": 1, "line_at": 1},
    "requeued": {"since": 9, "line_at": 9},
    "printed": {"ok": True},
    "service_added": {"service": "birth"},
    "service_dropped": {"service": "birth"},
    "service_begun": {"field": "B", "service": "birth"},
    "noted": {"on": True},
    "joined": {"issued_at": 7, "since": 7, "line_at": 7, "lang": "en"},
    "reprint_asked": {"device": "kiosk-1"},
    "field_changed": {"field": "B"},
    "let_passed": {"since": 9, "line_at": 9},
    "moved": {"from": "2027-11-22", "shift": 5},
    "undone": {"undoes": [1], "restore": {}, "verb": "called"},
}
_seq = itertools.count(1)


def fact(kind, **more):
    n = next(_seq)
    return fact_of(
        kind,
        {**SAYS.get(kind, {}), **more},
        at=1000 * n,
        day="2026-11-23",
        act=f"press-{n}",
        actor="staff:lan",
        ticket="t1",
        number="A001",
        field="A",
        counter="5",
        seq=n,
    )


def issued(**more):
    return fact("issued", lang="vi", since=500, line_at=500, n=1, **more)


def ticket_that_is(state):
    row = apply(None, issued())
    for kind in WAY_TO[state]:
        row = apply(row, fact(kind))
    assert row.state == state
    return row


def test_the_table_holds_every_fact_a_ticket_can_have_and_no_other():
    assert set(TRANSITIONS) == {"issued", *LIFE} <= set(KINDS)


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(STATES, LIFE)))
def test_every_fact_in_every_state(state, kind):
    row = ticket_that_is(state)
    sources, after = LIFE[kind]
    if state in sources.split():
        assert apply(row, fact(kind)).state == (state if after == "=" else after)
    else:
        with pytest.raises(WrongState):
            apply(row, fact(kind))


@pytest.mark.parametrize("state", STATES)
def test_a_number_is_given_out_only_once(state):
    with pytest.raises(WrongState):
        check(state, "issued")


def test_a_fact_may_carry_only_its_own_keys():
    with pytest.raises(ValueError, match=r"may not carry \['phone'\]$"):
        fact("called", phone="0903")
    with pytest.raises(ValueError, match="unknown fact"):
        fact_of("whistled", {}, at=0, day="2026-11-23", act="a", actor="hub")
    with pytest.raises(ValueError, match="not whole.*calls"):
        fact_of("recalled", {})


def test_the_first_call_ends_the_wait_and_later_ones_do_not_move_it():
    row = apply(ticket_that_is("WAITING"), first := fact("called"))
    row = apply(row, fact("missed"))
    row = apply(row, again := fact("called", calls=2))
    assert (row.first_called_at, row.called_at, row.calls, row.absences) == (
        first.at,
        again.at,
        2,
        1,
    )


def test_a_transfer_keeps_number_and_place_and_forgets_the_counter():
    row = apply(ticket_that_is("SERVING"), fact("transferred", field="B", since=500, line_at=500))
    assert (
        row.number,
        row.field,
        row.since,
        row.line_at,
        row.counter,
        row.calls,
        row.started_at,
    ) == ("A001", "B", 500, 500, None, 0, None)
    assert row.first_called_at is not None


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (s, k)
        for s, k in itertools.product(STATES, LIFE)
        if s in LIFE[k][0].split()
        and k not in ("undone", "printed", "joined", "reprint_asked", "noted", "expired")
        and s not in ("DONE", "CANCELLED")
    ],
)
def test_whatever_was_done_can_be_put_back(state, kind):
    before = ticket_that_is(state)
    after = apply(before, fact(kind))
    restore = {
        k: list(v) if isinstance(v, tuple) else v for k, v in before_image(before, after).items()
    }
    back = apply(after, fact("undone", restore=restore))
    assert before_image(before, back) == {} and back.seq > after.seq


def test_one_visit_does_several_services_under_one_number():
    row = ticket_that_is("SERVING")
    for service in ("birth", "death", "contract"):
        row = apply(row, fact("service_added", service=service))
    row = apply(row, fact("service_dropped", service="death"))
    assert row.then_services == ("birth", "contract")
    row = apply(
        row,
        here := fact(
            "service_begun",
            field="B",
            service="birth",
            then=["contract"],
            outcome="received",
            services=["copy"],
        ),
    )
    assert (row.state, row.field, row.service, row.started_at, row.then_services, row.number) == (
        "SERVING",
        "B",
        "birth",
        here.at,
        ("contract",),
        "A001",
    )
    row = apply(
        row,
        fact(
            "transferred",
            field="A",
            service="contract",
            then=[],
            services=["birth"],
            since=row.since,
            line_at=row.line_at,
        ),
    )
    assert (row.state, row.field, row.service, row.then_services, row.since) == (
        "WAITING",
        "A",
        "contract",
        (),
        500,
    )
    for kind in ("called", "started"):
        row = apply(row, fact(kind))
    row = apply(row, fact("finished", services=["contract"]))
    assert (row.state, row.outcome, row.services) == (
        "DONE",
        "received",
        ("copy", "birth", "contract"),
    )


def test_a_note_is_a_flag_that_ends_with_the_ticket_and_no_undo_brings_it_back():
    before = apply(ticket_that_is("SERVING"), fact("noted", on=True))
    after = apply(before, fact("finished"))
    assert before.noted and not after.noted and "noted" not in before_image(before, after)


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_a_note_ends_with_a_ticket_that_is_given_up(end):
    row = apply(ticket_that_is("PARKED"), fact("noted", on=True))
    assert row.noted and not apply(row, fact(end)).noted


def test_the_fold_changes_nothing_it_was_given():
    row = ticket_that_is("CALLED")
    kept = repr(row)
    apply(row, fact("finished", outcome="received", services=["copy"]))
    assert repr(row) == kept


def test_a_number_is_a_ticket_that_waits():
    given = issued(service="birth", priority="NKT", credit_ms=300, dossiers=2, key_hash="abc")
    row = apply(None, given)
    assert (row.number, row.field, row.service, row.priority) == ("A001", "A", "birth", "NKT")
    assert (row.issued_at, row.since, row.line_at, row.credit_ms) == (given.at, 500, 500, 300)
    assert (row.dossiers, row.key_hash, row.seq) == (2, "abc", given.seq)
    assert (row.calls, row.absences, row.noted, row.time_doubted) == (0, 0, False, False)


def test_a_kiosk_without_the_hub_says_when_its_number_was_taken():
    assert apply(None, issued(issued_at=0)).issued_at == 0
    doubted = apply(None, issued(issued_at=450, claimed_at=0))
    assert doubted.issued_at == 450 and doubted.time_doubted


@pytest.mark.parametrize("missing", ["ticket", "number", "field"])
def test_a_number_without_ticket_number_or_field_is_refused(missing):
    with pytest.raises(ValueError, match="needs its id, number and field"):
        apply(None, replace(issued(), **{missing: None}))


def test_nothing_happens_to_a_ticket_before_it_is_issued():
    with pytest.raises(WrongState, match="before the ticket is issued"):
        apply(None, fact("called"))


def test_whoever_does_not_come_is_counted_every_time():
    row = ticket_that_is("WAITING")
    for times in (1, 2, 3):
        row = apply(apply(row, fact("called")), away := fact("missed"))
        assert (row.absences, row.missed_at) == (times, away.at)


def test_parking_says_what_for_and_the_next_call_ends_the_reminder():
    row = apply(
        ticket_that_is("SERVING"), parked := fact("parked", reason="copies", remind_at=99_000)
    )
    assert (row.parked_at, row.park_reason, row.remind_at) == (parked.at, "copies", 99_000)
    row = apply(row, fact("called"))
    assert (row.remind_at, row.started_at, row.counter, row.clerk) == (None, None, "5", "staff:lan")


def test_back_in_line_nobody_is_called_yet():
    row = apply(ticket_that_is("ABSENT"), fact("requeued", since=9, line_at=8))
    assert (row.since, row.line_at, row.counter, row.clerk, row.calls) == (9, 8, None, None, 0)
    passed = apply(row, fact("let_passed", since=20, line_at=19))
    assert (passed.since, passed.line_at, passed.state) == (20, 19, "WAITING")


def test_what_was_sent_to_one_counter_belongs_to_its_field_again():
    row = apply(ticket_that_is("SERVING"), sent := fact("transferred", to_counter="7"))
    assert (row.to_counter, row.to_clerk) == ("7", None) and sent.to_field == row.field
    row = apply(row, fact("released", to_counter="7"))
    assert (row.to_counter, row.to_clerk, row.since) == (None, None, 1)


def test_a_transfer_that_names_nothing_else_keeps_field_service_and_what_is_still_to_be_done():
    row = apply(ticket_that_is("SERVING"), fact("service_added", service="birth"))
    row = replace(row, service="copy", outcome="received")
    after = apply(row, fact("transferred", field=None, since=1, line_at=1))
    assert (after.field, after.service, after.outcome) == ("A", "copy", "received")
    assert after.then_services == ("birth",)


def test_a_service_that_nobody_put_on_the_visit_is_not_taken_off_it():
    row = apply(ticket_that_is("SERVING"), fact("service_added", service="birth"))
    assert apply(row, fact("service_dropped", service="death")).then_services == ("birth",)
    twice = apply(row, fact("service_added", service="birth"))
    assert apply(twice, fact("service_dropped", service="birth")).then_services == ("birth",)


def test_a_ticket_called_by_hand_gets_its_true_time_and_keeps_its_slips_key():
    row = replace(ticket_that_is("CALLED"), key_hash="abc", time_doubted=True)
    joined = apply(row, fact("joined", priority="NKT", credit_ms=3))
    assert (joined.issued_at, joined.lang, joined.priority, joined.credit_ms) == (7, "en", "NKT", 3)
    assert not joined.time_doubted and joined.key_hash == "abc"
    joined = apply(row, fact("joined", claimed_at=0, key_hash=""))
    assert joined.time_doubted and joined.key_hash == ""


def test_a_ticket_of_a_misdated_day_moves_with_all_its_moments():
    row = ticket_that_is("DONE")
    moved = apply(row, replace(fact("moved"), day="2026-11-22"))
    assert (moved.day, moved.number, moved.since, moved.line_at) == ("2026-11-22", "A001", 495, 495)
    for name in ("issued_at", "called_at", "first_called_at", "started_at", "ended_at"):
        assert getattr(moved, name) == getattr(row, name) - 5
    assert moved.parked_at is None and moved.missed_at is None
    assert apply(row, fact("moved", number="A099")).number == "A099"


def test_no_undo_takes_a_slip_back_or_turns_the_journal_round():
    before = ticket_that_is("CALLED")
    printed = apply(before, fact("printed"))
    assert printed.printed is True and before_image(before, printed) == {}
    assert apply(before, fact("printed", ok=False)).printed is False
    assert before_image(before, apply(before, fact("recalled"))) == {
        "called_at": before.called_at,
        "calls": 1,
    }


def test_a_fact_of_which_nothing_more_is_said_has_no_moment_no_place_and_no_credit():
    started = fact_of("started", {})
    assert (started.at, started.seq) == (0, 0)
    assert issued().credit_ms == fact("joined").credit_ms == 0


def test_the_table_of_facts_says_the_first_sentence_and_the_keys():
    rows = {kind: (meaning, keys) for kind, meaning, keys in table()}
    assert rows["printed"] == ("The kiosk reported what became of the slip.", "ok, reason")
    assert rows["missed"] == ("Nobody came to the call.", "—")
