"""The door of the hall: the code shown there, and who has to have seen it."""

from domain.booking_code import DOOR_LENGTH, typed_code
from domain.door_code import STEP_MS, is_accepted, new_secret

from ..store import door_keys
from .act import Act, ActContext, Actor, Refusal

#: What somebody is who says over the internet that they are here.
CITIZEN = "citizen"


def refuse_unless_at_the_door(act: Act, door: str | None) -> None:
    """Raise Refusal("door_code") where somebody who checks in by their own phone does not name the
    code that is shown at the door now. Kiosks and staff are at the door themselves.
    """
    if act.actor.role != CITIZEN:
        return
    code = typed_code(door or "", DOOR_LENGTH)
    day = act.centre.date_of(act.now)
    secrets = door_keys.secrets_of(act.tx.conn, act.tx.centre, day)
    if code is None or not is_accepted(code, secrets, act.tx.centre, act.now):
        raise Refusal("door_code")


def door_key(context: ActContext, actor: Actor) -> dict[str, object] | None:
    """`{secret, day, until, step_ms, centre, url}` of a device for its codes of today; None where
    nothing is checked in by it. `until`: when it is to ask anew (ms). `url`: what its QR
    code holds before the code; relative where the hub has no public address, None where no phone
    reaches the one it has.
    """
    centre, now = context.centre(actor.centre), context.clock()
    rules = centre.booking
    if actor.device is None or rules is None or not rules.on:
        return None
    day = centre.date_of(now)
    with context.store.read() as conn:
        secret = door_keys.secret_of(conn, actor.centre, actor.device, day)
    if secret is None:
        made = new_secret()
        with context.store.change() as conn:
            secret = door_keys.secret_of(conn, actor.centre, actor.device, day)
            if secret is None:
                door_keys.add(conn, actor.centre, actor.device, day, made)
                secret = made
    return {
        "secret": secret,
        "day": day,
        "until": centre.calendar.day_bounds(day)[1],
        "step_ms": STEP_MS,
        "centre": actor.centre,
        "at": now,
        "url": None if context.phone_url is None else f"{context.phone_url}/d/{actor.centre}?c=",
    }
