"""A list held against a centre's document, or written out, in a process beside the hub: a line of
JSON and the file, if there is one, on standard input; the answer on standard output.
"""

import json
import sys
from typing import Any

from ..centre import CentreDocument, read_stored
from .notes import ListFault, sentences_of
from .plan import plan_of
from .table import read_table
from .write import written


def looked_at(asked: dict[str, Any], in_force: CentreDocument, content: bytes) -> dict[str, Any]:
    """What the list would change: `{refusals, notes, differences, columns, unused, unknown_fields,
    count, document}`; lines in the language asked for, `document` None where it is refused.
    """
    lang = asked["lang"]
    made: dict[str, Any] = {
        "refusals": [],
        "notes": [],
        "differences": [],
        "columns": {},
        "unused": [],
        "unknown_fields": [],
        "count": 0,
        "document": None,
    }
    try:
        plan = plan_of(read_table(content), in_force, asked["called"], asked["remove"])
    except ListFault as fault:
        return {**made, "refusals": sentences_of(fault.notes, lang)}
    refused = bool(plan.refusals) or plan.document is None
    unknown = [note.params for note in plan.notes if note.code == "unknown_field"]
    return {
        "refusals": sentences_of((n for n in plan.refusals if n.code != "unknown_field"), lang),
        "notes": sentences_of((note for note in plan.notes if not note.refuses), lang),
        "differences": list(plan.differences),
        "columns": dict(plan.columns.heads),
        "unused": list(plan.columns.unused),
        "unknown_fields": [dict(params) for params in unknown],
        "count": plan.count,
        "document": None if refused or plan.document is None else plan.document.plain(),
    }


def main() -> None:
    """`{do: "look" | "write", document, …}` on the first line."""
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(head)
    in_force, _ = read_stored(asked["document"])
    if asked["do"] == "write":
        sys.stdout.buffer.write(written(in_force, asked["format"], asked["lang"]))
        return
    sys.stdout.buffer.write(json.dumps(looked_at(asked, in_force, content)).encode())


if __name__ == "__main__":
    main()
