"""How a new screen comes by an account.

A screen without a token makes a secret of its own (256 bits), tells it to the hub and shows the
short code it gets for it. Whoever has the right types that code and says what the screen is
(server/acts/pairing.py); from then on the screen's secret is its token. The secret never leaves the
hub again, which keeps only its hash, so it cannot be shown a second time.
"""

import json
import secrets
from typing import Any

from domain.refusal import Refusal

from ..store import pairing as rows
from ..store import people
from ..store.engine import Connection, Store

#: Letters and figures nobody mistakes for one another on a screen: no 0 O Q, 1 I L, 2 Z, 5 S, 8 B,
#: U V.
LETTERS = "ACDEFGHJKMNPRTWXY34679"
CODE_LENGTH = 6
CODE_MS = 10 * 60_000
MOST_FROM_ONE, MOST_IN_ALL = 12, 300
WRONG_CODES, WRONG_MS = 10, 10 * 60_000


def ask_code(
    store: Store,
    now: int,
    claim: str,
    kind: str,
    address: str,
    centre: str | None = None,
    about: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A new screen asks for a code: `{code, expires_at}`. The same secret (`claim`) gets the same
    code until it runs out.

    Raises Refusal("too_many") for an address that asks too often, and
    Refusal("request_id_reused") for a secret that is in use.
    """
    with store.read() as conn:
        waiting = rows.of_claim(conn, claim)
    if waiting is not None and waiting.device is None and waiting.expires_at > now:
        return {"code": waiting.code, "expires_at": waiting.expires_at}
    with store.change() as conn:
        rows.forget_old(conn, now)
        waiting = rows.of_claim(conn, claim)
        if people.device_of(conn, claim) is not None or waiting is not None:
            raise Refusal("request_id_reused")
        from_address, in_all = rows.waiting_from(conn, address, now)
        if from_address >= MOST_FROM_ONE or in_all >= MOST_IN_ALL:
            raise Refusal("too_many", retry_after=60)
        code = _new_code(conn, now)
        rows.put(
            conn,
            claim,
            code=code,
            centre=centre,
            kind=kind,
            about=about or {},
            address=address,
            created_at=now,
            expires_at=now + CODE_MS,
            device=None,
        )
    return {"code": code, "expires_at": now + CODE_MS}


def _new_code(conn: Connection, now: int) -> str:
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        if rows.of_code(conn, code, now) is None:
            return code


def state_of_claim(store: Store, now: int, claim: str) -> dict[str, Any]:
    """What became of a screen's secret:

    `{state: "waiting", code, expires_at}`, `{state: "paired", centre, kind, name, zone, counter}`
    or `{state: "gone"}` (run out, shut off or replaced).
    """
    with store.read() as conn:
        device = people.device_of(conn, claim)
        if device is not None:
            kind = rows.screen_of(conn, device.id)[0] or device.role
            return {
                "state": "paired",
                "centre": device.centre,
                "kind": kind,
                "name": device.name,
                "zone": device.zone,
                "counter": device.counter,
            }
        row = rows.of_claim(conn, claim)
    if row is None or row.expires_at <= now or row.device is not None:
        return {"state": "gone"}
    return {"state": "waiting", "code": row.code, "expires_at": row.expires_at}


def waiting_screen(store: Store, now: int, who: str, centre: str, code: str) -> people.Row[Any]:
    """The screen that shows a code, for a person (`who`) of a centre who typed it.

    Raises Refusal("unknown_code"), or too_many after ten wrong ones in ten minutes.
    """
    code = "".join(code.split()).upper()
    with store.change() as conn:
        if rows.wrong_codes(conn, who, now - WRONG_MS) >= WRONG_CODES:
            raise Refusal("too_many", retry_after=WRONG_MS // 1000)
        row = rows.of_code(conn, code, now)
        if row is not None and row.centre in (None, centre):
            return row
        rows.add_guess(conn, who, now)
    raise Refusal("unknown_code", typed=code[:12])


def look_up(store: Store, now: int, who: str, centre: str, code: str) -> dict[str, Any]:
    """What a code stands for, for the form that pairs it: `{code, kind, expires_at, screen?,
    browser?}`. Raises as `waiting_screen`.
    """
    row = waiting_screen(store, now, who, centre, code)
    return {
        "code": row.code,
        "kind": row.kind,
        "expires_at": row.expires_at,
        **json.loads(row.about),
    }
