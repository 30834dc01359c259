"""Text in the cells of spreadsheets, which take some of it for formulas."""

#: A cell that begins with one of these would be run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MARK = "'"


def never_a_formula(text: str) -> str:
    """The text with the mark by which spreadsheets leave it a text, where it needs one."""
    return f"{MARK}{text}" if text.startswith(FORMULA_STARTS) else text


def without_mark(text: str) -> str:
    """The text that `never_a_formula` was given, of what it made."""
    bare = text.removeprefix(MARK)
    return bare if bare.startswith(FORMULA_STARTS) else text
