"""Alerts that somebody of the staff takes on, by name."""

from domain.day import OPEN
from domain.facts import AlertEnded, AlertTaken

from ..payloads import OneAlert
from .act import Act, ActContext, Actor, Answer, Refusal, run, verb
from .request_content import NO_CONTENT


def take_alert(
    context: ActContext, actor: Actor, request_id: str, alert: str, size: float | None
) -> Answer:
    """Take an alert on: it is this person's for a quarter of an hour. Answers `{alert, at}`.

    `size`: what the alert that stands is measured by; None where none of this key stands, then it
    is refused (`no_alert`). Refused with not_allowed for a program: only a person takes anything
    on; with day_closed where no service day is open.
    """
    if actor.staff is None:
        return Refusal("not_allowed", why="only_people_take").answer()

    def work(act: Act) -> Answer:
        _on_open_day(act)
        if size is None:
            raise Refusal("bad_request", key="alert", problem="no_alert")
        act.on(act.record(AlertTaken(alert=alert, size=size)))
        return {"alert": alert, "at": act.now}

    return run(context, actor, request_id, "take_alert", {"alert": alert}, work)


@verb("end_alert", OneAlert)
def end_alert(act: Act, alert: str) -> Answer:
    """Somebody says that what they took on is done. Refused with bad_request (`no_alert`) where
    nobody has taken it.
    """
    _end(act, alert, "done")
    return {}


@verb("release_alert", reader=NO_CONTENT)
def release_alert(act: Act, alert: str, why: str) -> Answer:
    """The hub takes an alert from whoever took it: there is no cause any longer (`over`), or it is
    everybody's again (`again`).
    """
    _end(act, alert, why)
    return {}


def _end(act: Act, alert: str, why: str) -> None:
    _on_open_day(act)
    if alert not in act.today.taken_alerts:
        raise Refusal("bad_request", key="alert", problem="no_alert")
    act.on(act.record(AlertEnded(alert=alert, why=why)))


def _on_open_day(act: Act) -> None:
    stored = act.tx.day()
    if stored is None or stored.state != OPEN:
        raise Refusal("day_closed")
    act.on(stored)
