"""A manager signs the figures of days that are over."""

from dataclasses import dataclass
from typing import Any

from domain.day import OPEN
from domain.facts import ReportSigned

from .act import Act, ActContext, Actor, Refusal, run


@dataclass(frozen=True, slots=True)
class Figures:
    """What the hub counted: the hash of the figures, up to which seq of the journal, and by which
    version of the definitions.
    """

    hash: str
    seq: int
    definitions_version: int


def sign_report(
    context: ActContext,
    actor: Actor,
    request_id: str,
    first: str,
    last: str,
    hash: str,
    figures: Figures,
) -> dict[str, Any]:
    """Sign the figures of the days `first`…`last` whose hash the person was shown. Answers
    `{signed: {from, to, hash, seq, definitions_version}}`.

    `figures` are what the hub counts now. Refused with wrong_state while a day of the period is not
    over (`day_not_over`), and when the figures are no longer those that were shown
    (`figures_changed`); with not_allowed for a program: only a person signs.
    """
    if actor.staff is None:
        return Refusal("not_allowed", why="only_people_sign").answer()

    def work(act: Act) -> dict[str, Any]:
        day, today = act.tx.day(), act.centre.date_of(act.now)
        if day is not None and day.state == OPEN and first <= day.date <= last:
            raise Refusal("wrong_state", number="", state="day_not_over")
        if last > today or (last == today and (day is None or day.date != today)):
            raise Refusal("wrong_state", number="", state="day_not_over")
        if figures.hash != hash:
            raise Refusal("wrong_state", number="", state="figures_changed")
        act.day = day
        act.record(
            ReportSigned(
                first=first,
                last=last,
                hash=hash,
                counted=figures.seq,
                definitions=figures.definitions_version,
            )
        )
        return {
            "signed": {
                "from": first,
                "to": last,
                "hash": hash,
                "seq": figures.seq,
                "definitions_version": figures.definitions_version,
            }
        }

    content = {"from": first, "to": last, "hash": hash}
    return run(context, actor, request_id, "sign_report", content, work)
