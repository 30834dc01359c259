"""`python -m server.acts.show.review_process`: what changes of a large document would do, found out
in a process beside the hub, since 1,200 procedures would hold its loop.

Standard input is what is asked, as JSON: `{do, store, data, now, hours, public_url, lang, centre,
version, changes}`, and what else the answer takes by name. Writes the answer of `settings.review`,
of `drafts.previews` or of `drafts.slip` (as `do` says), or `{refusal: {code, params}}`, or
`{mistakes}`.
"""

import json
import sys
from typing import Any

from ...accounts.actor import Actor
from ...store.engine import open_store
from ..act import ActContext, Refusal
from ..settings import BadSettings
from . import drafts
from .settings import mistakes_in_words, review

ALWAYS = frozenset(
    ("do", "store", "data", "now", "hours", "public_url", "lang", "centre", "version", "changes")
)


def answer_of(asked: dict[str, Any]) -> dict[str, Any]:
    """What is asked, or the refusal, as JSON holds it. Raises StorageError."""
    store = open_store(asked["store"], data_folder=asked["data"])
    try:
        context = ActContext(
            store, lambda: asked["now"], hours=asked["hours"], public_url=asked["public_url"]
        )
        actor = Actor(asked["centre"], "hub:review", "admin")
        about = (context, actor, asked["version"], asked["changes"])
        more = {key: value for key, value in asked.items() if key not in ALWAYS}
        if asked["do"] == "previews":
            return drafts.previews(*about, **more)
        if asked["do"] == "slip":
            return {**drafts.slip(*about, lang=asked["lang"], **more)}
        return review(*about, asked["lang"])
    except BadSettings as bad:
        return {"mistakes": mistakes_in_words(bad, asked["lang"])}
    except Refusal as refusal:
        return {"refusal": {"code": refusal.code, "params": dict(refusal.params)}}
    finally:
        store.close()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer_of(json.loads(sys.stdin.buffer.read()))))
