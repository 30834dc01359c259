"""What spreadsheets would run as a formula goes out as text, and comes in as it was."""

import pytest

from domain.spreadsheet_cells import never_a_formula, procedure_cell, without_mark


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+84", "'+84"),
        ("-", "'-"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("Chứng thực", "Chứng thực"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ],
)
def test_a_name_is_never_a_formula(text, cell):
    assert never_a_formula(text) == cell
    assert without_mark(cell) == text


@pytest.mark.parametrize(
    ("code", "cell"),
    [("1.000110", "TTHC 1.000110"), ("007", "TTHC 007"), ("copy", "copy"), ("=1", "'=1"), ("", "")],
)
def test_a_procedure_s_code_is_never_a_number(code, cell):
    assert procedure_cell(code) == cell
