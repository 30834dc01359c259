"""What a file that says nothing of procedures leaves as it is: the list that came in as a
spreadsheet.
"""

from typing import Any

from .mistakes import Mistake
from .models import CentreDocument, check


def with_list_of(
    document: CentreDocument, in_force: CentreDocument
) -> tuple[CentreDocument | None, list[Mistake]]:
    """The document with the procedures in force, and what lists call its fields, where it says
    nothing of them; None and what is wrong where the two do not fit together (a procedure of a
    field that is gone).
    """
    if "services" in document.model_fields_set:
        return document, []
    plain: dict[str, Any] = document.plain()
    kept = in_force.plain()
    called = {row["prefix"]: row["called"] for row in kept["fields"] if row.get("called")}
    for row in plain["fields"]:
        if "called" not in row and row["prefix"] in called:
            row["called"] = called[row["prefix"]]
    plain["services"] = kept.get("services") or []
    return check(plain)
