"""Every rule of the file's `alerts`, key by key, in a hall that works: not before its figure, told to
whom the file names once it is crossed, taken by name, gone when its cause is.
"""

import pytest

from domain.alerts import RULES
from server import acts
from server.acts import show
from server.centre import check
from server.store import people
from tests.acts.conftest import CENTRE
from tests.support.centres import profile_of, put_in_force

ROLES = ("manager", "clerk", "admin", "greeter")


def in_the_file(hall, code, params, to):
    """The only rule of the file."""
    profile = profile_of("thu_duc")
    profile["alerts"] = [{"code": code, "params": params, "to": to}]
    put_in_force(hall.store, hall.clock(), profile, f"load-{code}", CENTRE)
    hall.context.forget(CENTRE)


def kiosk(hall, **status):
    """A kiosk that says this of itself."""
    with hall.store.change() as conn:
        if not [d for d in people.devices(conn, CENTRE) if d.id == "kiosk-9"]:
            about = {"role": "kiosk", "name": "kiosk-9", "counter": None, "zone": None}
            about |= {"sound": True, "token": "token-of-9", "created_at": hall.clock()}
            people.add_device(conn, id="kiosk-9", centre=CENTRE, **about)
        people.device_status(conn, "kiosk-9", status, hall.clock())


def slow_waits(hall):
    """Longer than 2 minutes for one minute."""
    hall.citizen()
    hall.clock.pass_(2.9)
    yield None
    hall.clock.pass_(0.2)
    yield "wait_p90_over:A"
    hall.clerk("lan", 5).call_next()
    hall.clock.pass_(0.2)
    yield None


def unstaffed(hall):
    hall.citizen()
    yield None
    hall.citizen()
    yield "field_unstaffed:A"
    hall.clerk("lan", 5)
    yield None


def idle(hall):
    lan = hall.clerk("lan", 5)
    hall.citizen(hall.context.centre(CENTRE).counters["5"].overflow[0])
    hall.clock.pass_(1)
    yield None
    hall.citizen(hall.context.centre(CENTRE).counters["5"].overflow[0])
    hall.clock.pass_(0.5)
    yield "idle_while_overflow_waits:5"
    lan.call_next()
    yield None


def paper(hall):
    hall.citizen()
    kiosk(hall, paper="ok", printer="ready")
    yield None
    kiosk(hall, paper="low", printer="ready")
    yield "kiosk_paper_low:kiosk-9"
    kiosk(hall, paper="ok", printer="ready")
    yield None


def offline(hall):
    hall.citizen()
    kiosk(hall, paper="ok", printer="ready")
    hall.clock.pass_(1.9)
    yield None
    hall.clock.pass_(0.2)
    yield "device_offline:kiosk-9"
    kiosk(hall, paper="ok", printer="ready")
    yield None


def forgotten(hall):
    """Told a time at most, and waiting for one and a half of it."""
    lan = hall.clerk("lan", 5)
    hall.citizen()
    lan.call_next()
    ticket = hall.citizen()
    most = ticket["estimate"]["high"]
    hall.clock.pass_(1.5 * most - 0.1)
    yield None
    hall.clock.pass_(0.2)
    yield f"ticket_forgotten:{ticket['number']}"
    lan.start()
    lan.finish(outcome="received")
    lan.call_next()
    hall.clock.pass_(0.2)
    yield None


#: Rule, its figures with other values than those that hold unless the file says any, whom it tells.
KEYS = [
    ("wait_p90_over", {"minutes": 2, "for_seconds": 60}, "manager", slow_waits),
    ("field_unstaffed", {"waiting": 2}, "greeter", unstaffed),
    ("idle_while_overflow_waits", {"idle_seconds": 60, "waiting": 2}, "clerk", idle),
    ("kiosk_paper_low", {}, "admin", paper),
    ("device_offline", {"seconds": 120}, "admin", offline),
    ("ticket_forgotten", {"eta_factor": 1.5}, "greeter", forgotten),
]


def test_the_table_has_every_rule_and_every_figure():
    assert {code: set(params) for code, params, _, _ in KEYS} == {
        code: set(rule.figures) for code, rule in RULES.items()
    }


@pytest.mark.parametrize(("code", "params", "to", "story"), KEYS)
def test_a_rule_is_told_taken_and_over(hall, code, params, to, story):
    in_the_file(hall, code, params, to)
    moments = story(hall)
    assert next(moments) is None and standing(hall, code) == {}
    key = next(moments)
    (alert,) = standing(hall, code).values()
    assert (alert["key"], alert["to"], alert["taken"]) == (key, to, None)
    reading = show.CentreReading(hall.context, CENTRE)
    roles_that_hear = {role for role in ROLES if show.told_to(reading, role, heard)}
    assert roles_that_hear == ({to} if code != "kiosk_paper_low" else set()), (
        "paper is told beside its kiosk"
    )
    size = show.size_of(alert)
    assert acts.take_alert(hall.context, hall.manager.actor, "take-1", key, size)["ok"]
    assert standing(hall, code)[key]["taken"]["by"] == "staff:hanh"
    assert next(moments) is None and standing(hall, code) == {}


def test_two_forgotten_in_one_field_are_taken_one_by_one(hall):
    in_the_file(hall, "ticket_forgotten", {"eta_factor": 1.5}, "greeter")
    lan = hall.clerk("lan", 5)
    hall.citizen()
    lan.call_next()
    numbers = hall.citizens(2, every=0)
    hall.clock.pass_(120)
    keys = [f"ticket_forgotten:{number}" for number in numbers]
    alerts = standing(hall, "ticket_forgotten")
    assert list(alerts) == keys
    size = show.size_of(alerts[keys[0]])
    assert acts.take_alert(hall.context, hall.manager.actor, "take-1", keys[0], size)["ok"]
    taken = [alert["taken"] is not None for alert in standing(hall, "ticket_forgotten").values()]
    assert taken == [True, False]


@pytest.mark.parametrize("code", RULES)
def test_a_figure_that_is_no_key_of_the_rule_is_refused(code):
    """Each rule with each figure of all, and with one that is no number."""
    own = set(RULES[code].figures)
    profile = profile_of("thu_duc")
    for figure in {figure for rule in RULES.values() for figure in rule.figures} | {"no_figure"}:
        profile["alerts"] = [{"code": code, "params": {figure: 2}, "to": "manager"}]
        sentences = [mistake.sentence(profile) for mistake in check(profile)[1]]
        assert bool(sentences) == (figure not in own)
        assert all("alerts" in sentence and figure in sentence for sentence in sentences)
    for figure in own:
        for value in (0, -1, "two"):
            profile["alerts"] = [{"code": code, "params": {figure: value}, "to": "manager"}]
            assert any(figure in mistake.sentence(profile) for mistake in check(profile)[1])


def heard(device, seen_at):
    """Only the machine of the story may be gone."""
    return device != "kiosk-9"


def standing(hall, code):
    """What the hall page shows of one rule, by key."""
    reading = show.CentreReading(hall.context, CENTRE)
    alerts = show.with_takers(reading, show.manager(reading, None)["alerts"])
    return {alert["key"]: alert for alert in alerts if alert["code"] == code}
