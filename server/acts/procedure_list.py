"""The procedures of a centre as a list that is taken out, edited and put in again."""

import json
from typing import Any

from ..accounts.actor import Actor
from ..centre import check
from ..store import centres
from .act import ActContext, Refusal
from .loading import load_centre
from .settings import refuse_where_a_file_rules


def document_in_force(context: ActContext, code: str) -> tuple[int, dict[str, Any]]:
    """`(version, document as JSON)` of a centre, as it is stored: whoever works with it reads it in
    the newest form (`read_stored`). Raises Refusal unknown_centre.
    """
    with context.store.read() as conn:
        stored = centres.stored(conn, code)
    if stored is None:
        raise Refusal("unknown_centre", centre=code)
    return stored[0], json.loads(stored[1])


def load_list(
    context: ActContext, actor: Actor, request_id: str, document: dict[str, Any], replaces: int
) -> dict[str, Any]:
    """Put a document with a new list of procedures in force in the place of the version it was made
    of; answers and refusals as load_centre. Raises Refusal bad_request for what is no document.
    """
    new, mistakes = check(document)
    if new is None or mistakes or new.code != actor.centre:
        raise Refusal("bad_request", key="document", problem="not_in_list")
    refuse_where_a_file_rules(context, actor.centre)
    return load_centre(context, actor, request_id, new, replaces, source="list")
