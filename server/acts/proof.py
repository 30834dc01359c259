"""Work that a browser does before it asks for a time, where very many ask at once (ALTCHA, made and
checked here: nobody outside takes part). Below the threshold nobody is asked for any.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from domain.refusal import Refusal

from ..store import persons
from .act import ActContext, Actor

#: A browser finds the number among so many: about a second of a phone.
MOST_TRIES = 50_000
GOOD_FOR_MS = 10 * 60_000
#: So many solved challenges are remembered, so that each counts once.
MOST_USED = 20_000


def challenge(context: ActContext, centre: str) -> dict[str, Any]:
    """A new challenge: `{algorithm, challenge, maxnumber, salt, signature}` as ALTCHA's pages take
    it, good for ten minutes. Raises Refusal unknown_centre; may raise StorageError.
    """
    import altcha
    from altcha.v1 import ChallengeOptions

    until = datetime.fromtimestamp((context.clock() + GOOD_FOR_MS) / 1000, UTC)
    made = altcha.create_challenge_v1(
        ChallengeOptions(hmac_key=_key(context, centre), max_number=MOST_TRIES, expires=until)
    )
    content = dict(made.to_dict())
    # as ALTCHA's own pages name it
    return {**content, "maxnumber": content.pop("maxNumber")}


def refuse_unproven(context: ActContext, actor: Actor, proof: str | None) -> None:
    """Raise Refusal("proof_needed") where a stranger asks while more than the centre's
    `booking.proof_above` ask a minute, and brings no work, or work that is done, old or used.
    """
    if actor.role != "citizen":
        return
    rules = context.centre(actor.centre).booking
    asked = context.public_limits.asked(actor.centre)
    if rules is None or asked <= rules.proof_above:
        return
    if proof is None or not _is_good(context, actor.centre, proof):
        raise Refusal("proof_needed")


def _is_good(context: ActContext, centre: str, proof: str) -> bool:
    import altcha

    try:
        content = json.loads(base64.b64decode(proof, validate=True))
        signature, salt = str(content["signature"]), str(content["salt"])
        expires = int(parse_qs(salt.partition("?")[2])["expires"][0])
    except (ValueError, KeyError, TypeError, IndexError):
        return False
    if expires * 1000 < context.clock():
        return False
    good, _ = altcha.verify_solution_v1(proof, _key(context, centre), check_expires=False)
    return bool(good) and context.public_limits.first_use(signature, MOST_USED)


def _key(context: ActContext, centre: str) -> str:
    """What a centre's challenges are signed with; the same in every process of the hub."""
    context.centre(centre)
    with context.store.read() as conn:
        secret = persons.kept_secret(conn, centre)
    if secret is None:
        with context.store.change() as conn:
            secret = persons.secret_of(conn, centre)
    return hmac.new(bytes.fromhex(secret), b"proof of work", hashlib.sha256).hexdigest()
