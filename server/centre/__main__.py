"""`python -m server.centre`: a centre's file written or read in a process beside the hub, since a
large one takes a second. The first line of standard input says what is asked, as JSON; the rest is
the file.
"""

import json
import sys
from typing import Any

from .places import differences
from .proposals import proposed_holidays
from .samples import SAMPLES, new_centre, sample
from .stored import read_stored
from .words import searchable, words_of_keys
from .yaml_file import CentreFileError, read_text, written


def answer_of(asked: dict[str, Any], content: bytes) -> str:
    """`do: write`: the stored `document` as YAML. `do: read`: the file's text held against it:
    `{code, changes: [{place, value}], refusals}` as JSON. `do: holidays`: those of a `year`.
    `do: search`: everything that is said, to be searched. `do: templates`: the samples a new
    centre may be made of; `do: new`: one made of a sample or of the file's text (samples.py).
    """
    if asked["do"] == "templates":
        return json.dumps([sample(name) for name in SAMPLES])
    if asked["do"] == "new":
        return json.dumps(new_centre(asked, content))
    if asked["do"] == "holidays":
        return json.dumps(proposed_holidays(asked["year"], asked["lang"]))
    document, _ = read_stored(asked["document"])
    if asked["do"] == "search":
        entries = searchable(document.plain(), asked["lang"])
        return json.dumps({"entries": entries, "words": words_of_keys()})
    if asked["do"] == "write":
        return written(document)
    try:
        new = read_text(content.decode("utf-8-sig", "replace"), asked["lang"])
    except CentreFileError as error:
        refusals = [mistake.split("centre.yaml:", 1)[-1] for mistake in error.mistakes]
        return json.dumps({"code": document.code, "changes": [], "refusals": refusals})
    made = differences(document.plain(), new.plain())
    changes = [{"place": list(change.place), "value": change.new} for change in made]
    return json.dumps({"code": new.code, "changes": changes, "refusals": []})


if __name__ == "__main__":
    order = json.loads(sys.stdin.buffer.readline())
    sys.stdout.buffer.write(answer_of(order, sys.stdin.buffer.read()).encode())
