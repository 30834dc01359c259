"""How a visit was, said by whoever holds the slip: once for each number, without a name."""

from domain.ticket import DONE

from .. import payloads
from ..store import ratings
from .act import Act, ActContext, Answer, Refusal, new_id, verb

#: A number can be rated until so long after its visit; then nothing ties the rating to it.
TIED_FOR_MS = 24 * 3_600_000
#: Who pressed the wrong step may press another so long; words may be added so long.
CHANGED_WITHIN_MS, WORDS_WITHIN_MS = 60_000, 600_000
#: A tablet at a counter asks about a visit that ended at most so long ago.
ON_TABLET_MS = 30_000


def visit_to_rate(context: ActContext, centre: str, counter: str) -> dict[str, str] | None:
    """`{ticket, number}` of the visit that has just ended at a counter, for the tablet there; None
    where there is none, or it was rated. Raises Refusal("unknown_counter").
    """
    the_centre, now = context.centre(centre), context.clock()
    if counter not in the_centre.counters:
        raise Refusal("unknown_counter", counter=counter)
    day = the_centre.date_of(now)
    with context.store.read() as conn:
        visit = ratings.last_visit(conn, centre, day, counter, now - ON_TABLET_MS)
    return {"ticket": visit[0], "number": visit[1]} if visit else None


@verb("rate", payloads.RateTicket)
def rate(act: Act, ticket: str, score: int, words: str = "") -> Answer:
    """Keep a rating of a visit that has ended: the step at once; it may be changed for a minute,
    and words added for ten.

    The clerk is kept only where the centre allows figures by clerk. Refused with wrong_state where
    the visit has not ended, ended more than a day ago, or was rated before, and with bad_request
    for a step the centre's scale has not.
    """
    row = act.ticket(ticket)
    ended_at = row.ended_at or 0
    if row.state != DONE or act.now - ended_at >= TIED_FOR_MS:
        raise Refusal("wrong_state", number=row.number, state=row.state)
    if score not in act.as_loaded.rating_scale:
        raise Refusal("bad_request", key="score", problem="not_in_list")
    conn, code = act.tx.conn, act.tx.centre
    before = ratings.of_ticket(conn, code, row.id)
    if before is None:
        ratings.add(
            conn,
            ratings.Rating(
                centre=code,
                id=new_id(),
                ticket=row.id,
                day=row.day,
                field=row.field,
                clerk=row.clerk if act.as_loaded.rating_by_clerk else None,
                score=score,
                words=words.strip(),
                made_at=act.now,
                service=row.service,
                counter=row.counter,
            ),
        )
        return {}
    age = act.now - before.made_at
    same_step = score == before.score
    if age >= WORDS_WITHIN_MS or (not same_step and age >= CHANGED_WITHIN_MS):
        raise Refusal("wrong_state", number=row.number, state="rated")
    ratings.change(conn, code, before.id, score, words.strip() or before.words)
    return {}
