"""Taking back the last act: a new fact that puts everything back, within a minute, if nobody
touched it since.
"""

import pytest

from domain.waits import visits
from server import acts
from server.acts import show

GOES_BACK = (
    "state",
    "counter",
    "clerk",
    "calls",
    "reason",
    "since",
    "line_at",
    "field",
    "to_counter",
    "to_clerk",
    "come_back",
    "outcome",
    "services",
    "then_services",
    "remind_at",
    "back_clerk",
    "absences",
    "park_reason",
    "called_at",
    "first_called_at",
    "started_at",
    "ended_at",
    "parked_at",
    "missed_at",
)


def looks(hall, number):
    row = hall.ticket(number)
    return {name: getattr(row, name) for name in GOES_BACK}


WAY = {
    "call_next": ("", lambda c: c.call_next()),
    "call": ("", lambda c: c.call(ticket="A001")),
    "recall": ("call", lambda c: c.recall()),
    "start": ("call", lambda c: c.start()),
    "miss": ("call", lambda c: c.miss()),
    "requeue": ("call", lambda c: c.requeue(place="end")),
    "cancel": ("call", lambda c: c.cancel(reason="left")),
    "park": ("call start", lambda c: c.park(reason="fee")),
    "transfer": ("call start", lambda c: c.transfer(field="B", come_back=True)),
    "finish": ("call start", lambda c: c.finish(outcome="received", services=["copy"])),
    "add_service": ("call start", lambda c: c.add_service(service="birth")),
    "drop_service": ("call more", lambda c: c.drop_service(service="birth")),
    "the next service": (
        "call start more",
        lambda c: c.finish(outcome="received", services=["copy"]),
    ),
    "the next service elsewhere": ("call start far", lambda c: c.finish()),
}
STEPS = {
    "call": lambda c: c.call(ticket="A001"),
    "start": lambda c: c.start(),
    "more": lambda c: c.add_service(service="birth"),
    "far": lambda c: c.add_service(service="land-cert"),
}


@pytest.mark.parametrize("verb", WAY)
def test_every_act_of_a_clerk_can_be_taken_back(hall, lan, verb):
    hall.citizens(2)
    before, do = WAY[verb]
    for step in before.split():
        STEPS[step](lan)
        hall.clock.pass_(0.1)
    was, seq = looks(hall, "A001"), hall.seq
    assert do(lan)["ok"]
    assert looks(hall, "A001") != was
    hall.clock.pass_(0.9)
    assert lan.undo()["ticket"]["number"] == "A001"
    assert looks(hall, "A001") == was
    facts = hall.facts(seq)
    assert facts[-1].kind == "undone" and facts[-1].data["undoes"] == [f.seq for f in facts[:-1]], (
        "nothing was erased"
    )


@pytest.mark.parametrize("verb", ["open", "pause", "resume", "close"])
def test_so_can_what_was_done_to_the_counter(hall, lan, verb):
    if verb == "resume":
        lan.pause(reason="rest")
    someone = hall.staff("tuan", counter=5) if verb == "open" else lan
    was = hall.rows()["counter"]
    hall.clock.pass_(0.2)
    assert getattr(someone, verb)()["ok"]
    assert hall.rows()["counter"] != was
    assert someone.undo()["ok"] and hall.rows()["counter"] == was


def test_a_call_that_finished_the_visit_before_it_is_taken_back_whole(hall, lan):
    hall.citizens(2)
    lan.call_next()
    lan.start()
    first, second = looks(hall, "A001"), looks(hall, "A002")
    lan.call_next(outcome="received")
    assert lan.undo()["ok"]
    assert (looks(hall, "A001"), looks(hall, "A002")) == (first, second)
    assert lan.finish()["ticket"]["number"] == "A001", "she is at the counter again"


def test_after_a_minute_it_is_too_late(hall, lan, refused):
    hall.citizen()
    lan.call_next()
    hall.clock.pass_(1.01)
    refused("wrong_state", lan.undo)


def test_the_minute_is_a_setting(make_hall):
    hall = make_hall(undo_seconds=10)
    lan = hall.clerk("lan", 5)
    hall.citizen()
    lan.call_next()
    hall.clock.pass_(0.2)
    assert lan.undo()["error"] == "wrong_state"


def test_only_the_last_act_and_only_once(hall, lan, refused):
    hall.citizen()
    lan.call_next()
    lan.start()
    lan.undo()
    assert hall.ticket("A001").state == "CALLED"
    refused("wrong_state", lan.undo)


def test_not_once_somebody_else_has_touched_the_ticket(hall, lan, minh, refused):
    hall.citizen()
    lan.call_next()
    lan.transfer(field="B")
    assert (
        show.counter(show.CentreReading(hall.context, "thu-duc"), "5")["undo"]["verb"] == "transfer"
    )
    minh.call_next()
    assert show.counter(show.CentreReading(hall.context, "thu-duc"), "5")["undo"] is None, (
        "nor does her console offer it"
    )
    refused("wrong_state", lan.undo)
    assert hall.ticket("A001").counter == "6"


def test_what_others_do_about_an_absent_one_is_not_the_counters_last_act(hall, lan, minh, refused):
    """The greeter puts Lan's latecomer back while she works: her undo takes back her own call; and
    another counter that puts one back may take that back.
    """
    hall.citizens(3)
    lan.call_next()
    lan.miss()
    hall.clock.pass_(0.2)
    lan.call_next()
    hall.greeter.requeue("A001")
    assert lan.undo()["ticket"]["number"] == "A002" and hall.ticket("A001").state == "WAITING"
    lan.call(ticket="A001")
    lan.miss()
    minh.requeue(ticket="A001")
    assert minh.undo()["ticket"]["state"] == "ABSENT"


def test_what_the_hub_called_again_by_itself_goes_with_the_call(make_hall, thu_duc_profile):
    """A wrong call is taken back as one act, however often the hub has repeated it meanwhile; the
    report never hears of it.
    """
    profile = {
        **thu_duc_profile,
        "call_policy": {**thu_duc_profile["call_policy"], "auto_recall_seconds": 5},
    }
    hall = make_hall(profile)
    lan = hall.clerk("lan", 5)
    hall.citizens(2)
    was = looks(hall, "A001")
    lan.call_next()
    hall.clock.pass_(0.1)
    assert acts.run_periodic_jobs(hall.context, "thu-duc") and hall.kinds()[-1] == "recalled"
    assert lan.undo()["ticket"]["number"] == "A001" and looks(hall, "A001") == was
    assert [(v.calls, v.recalls, v.flags) for v in visits(hall.facts())] == [
        (0, 0, set()),
        (0, 0, set()),
    ]


def test_that_the_slip_came_out_is_not_taken_back(hall, lan):
    ticket = hall.citizen()
    lan.call_next()
    hall.kiosk.printed(ticket["id"], True)
    assert lan.undo()["ok"]
    assert (hall.ticket("A001").state, hall.ticket("A001").printed) == ("WAITING", True)


def test_each_counter_takes_back_its_own(hall, lan, minh):
    hall.citizens(1, "A")
    hall.citizens(1, "B")
    lan.call_next()
    minh.call_next()
    lan.undo()
    assert (hall.ticket("A001").state, hall.ticket("B001").state) == ("WAITING", "CALLED")


def test_with_nothing_done_there_is_nothing_to_take_back(hall, refused):
    hall.citizen()
    refused("wrong_state", hall.staff("lan", counter=5).undo)


def test_the_same_undo_twice_is_one(hall, lan):
    hall.citizen()
    lan.call_next()
    first = lan.undo(press="oops")
    assert lan.undo(press="oops") == first and hall.kinds().count("undone") == 1


def test_after_a_new_call_that_call_is_the_last_act(hall, lan, refused):
    hall.citizens(2)
    lan.call_next()
    lan.start()
    lan.finish()
    lan.call_next()
    assert lan.undo()["ticket"]["number"] == "A002"
    refused("wrong_state", lan.undo)


def test_the_console_offers_to_take_back_what_undo_takes_back(hall, lan, minh):
    hall.citizens(2)

    def offered():
        return show.counter(show.CentreReading(hall.context, "thu-duc"), "5")["undo"] is not None

    lan.call_next()
    assert offered() and lan.undo()["ok"] and not offered()
    lan.call_next()
    hall.clock.pass_(1)
    assert offered(), "to the last moment"
    hall.clock.now += 1
    assert not offered() and not lan.undo()["ok"]
    lan.miss()
    assert offered()
    minh.call(ticket="A001")
    assert not offered() and not lan.undo()["ok"], "somebody else has gone on with it"
    hall.manager.close_day()
    assert not offered() and not lan.undo()["ok"], "the day took the counter's last act with it"


def test_a_clock_that_was_put_back_lengthens_no_minute(hall, lan, minh, refused):
    """What was done before something that is older than a minute is older too."""
    hall.citizens(2)
    lan.call_next()
    hall.clock.pass_(-10)
    minh.call_next()
    hall.clock.pass_(1.01)
    assert show.counter(show.CentreReading(hall.context, "thu-duc"), "5")["undo"] is None
    refused("wrong_state", lan.undo)
