"""Text in the cells of spreadsheets, which take some of it for formulas, some for numbers."""

#: A cell that begins with one of these would be run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MARK = "'"
#: Before the code of a procedure (thủ tục hành chính) in a CSV: spreadsheets read "1.000110" as
#: 1.00011 or as 1000110.
PROCEDURE = "TTHC "


def never_a_formula(text: str) -> str:
    """The text with the mark by which spreadsheets leave it a text, where it needs one."""
    return f"{MARK}{text}" if text.startswith(FORMULA_STARTS) else text


def without_mark(text: str) -> str:
    """The text that `never_a_formula` was given, of what it made."""
    bare = text.removeprefix(MARK)
    return bare if bare.startswith(FORMULA_STARTS) else text


def procedure_cell(code: str) -> str:
    """The code of a procedure as no spreadsheet reads it for a number, in any country's settings:
    "TTHC 1.000110"; a code that begins with a letter as it is.
    """
    return f"{PROCEDURE}{code}" if code[:1].isdigit() else never_a_formula(code)
