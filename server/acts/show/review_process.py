"""`python -m server.acts.show.review_process`: what changes of a large document would do, found out
in a process beside the hub, since 1,200 procedures would hold its loop.

Standard input is what is asked, as JSON: `{store, data, now, lang, centre, version, changes}`.
Writes the answer of `settings.review`, or `{refusal: {code, params}}`.
"""

import json
import sys
from typing import Any

from ...accounts.actor import Actor
from ...store.engine import open_store
from ..act import ActContext, Refusal
from .settings import review


def answer_of(asked: dict[str, Any]) -> dict[str, Any]:
    """The review, or the refusal, as JSON holds it. Raises StorageError."""
    store = open_store(asked["store"], data_folder=asked["data"])
    try:
        context = ActContext(store, lambda: asked["now"])
        actor = Actor(asked["centre"], "hub:review", "admin")
        return review(context, actor, asked["version"], asked["changes"], asked["lang"])
    except Refusal as refusal:
        return {"refusal": {"code": refusal.code, "params": dict(refusal.params)}}
    finally:
        store.close()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer_of(json.loads(sys.stdin.buffer.read()))))
