"""Ratings as a file: a spreadsheet reads codes and months as what they are."""

import csv
import io

import pytest

from server.reports.question import ask
from server.web.ratings import _as_csv
from tests.support.centres import document_of, profile_of


def first_cells(by, what, lang="vi"):
    """The name and the code of a row in the file."""
    from server.centre import centre_of

    centre = centre_of(document_of(profile_of("thu_duc")), 1)
    answer = {"by": by, "rows": [{"what": what, "n": 5, "mean": 4.2}], "whole": None}
    text = _as_csv(centre, answer, ask({"lang": lang}, "2026-11-23")).decode("utf-8-sig")
    signs = ask({"lang": lang}, "2026-11-23").csv_signs
    return list(csv.reader(io.StringIO(text), delimiter=signs[0]))[1][:2]


@pytest.mark.parametrize(
    "by, what, cells",
    [
        ("month", "2026-11", ["Tháng 11/2026", "2026-M11"]),
        ("service", "1.000110", ["1.000110", "TTHC 1.000110"]),
        ("day", "2026-11-23", ["2026-11-23", "2026-11-23"]),
        ("field", None, ["Khác, ít người đánh giá", ""]),
    ],
)
def test_the_cells_of_a_row(by, what, cells):
    assert first_cells(by, what) == cells
