"""Whoever asks what is kept of them, or wants it gone: found by the address they gave (a phone
number, a mail address), exported first, erased with the code that stands in the export.
"""

import hashlib
import json
from typing import Any

from ..store import contacts, erasures
from .act import ActContext

CODE_LETTERS = 12


class WrongCode(Exception):
    """The code is not that of what is kept now: export it again."""


def export_person(context: ActContext, centre: str, address: str) -> dict[str, Any]:
    """What is kept of whoever gave this address at a centre: `{address, contacts: [{purpose,
    subject, kind, address, lang, created_at, erase_after}], code}`; the code erases it.

    May raise StorageError.
    """
    with context.store.read() as conn:
        rows = contacts.at_address(conn, centre, address, context.store.house_key)
    kept = [{key: row[key] for key in row if key != "id"} for row in rows]
    return {"address": address, "contacts": kept, "code": _code_of(rows)}


def erase_person(context: ActContext, centre: str, address: str, code: str, by: str) -> int:
    """Erase it; how many contacts there were. Raises WrongCode, and then nothing was erased: the
    code is another one, or something came since it was exported.
    """
    now = context.clock()
    with context.store.change() as conn:
        rows = contacts.at_address(conn, centre, address, context.store.house_key)
        if _code_of(rows) != code.strip().lower():
            raise WrongCode
        gone = contacts.erase(conn, centre, [row["id"] for row in rows])
        if gone:
            erasures.add(
                conn,
                centre=centre,
                at=now,
                what="person",
                n=gone,
                why=erasures.ASKED,
                by=by,
            )
    return gone


def _code_of(rows: list[dict[str, Any]]) -> str:
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:CODE_LETTERS]
