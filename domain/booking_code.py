"""Codes that people write down and read out: letters that look and sound apart, no figures."""

import secrets
from collections.abc import Callable

#: No D beside Đ, no I J L O Q S Z, no figure.
LETTERS = "ABCEFGHKMNPRTUVWXY"
#: Of a booking or a number kept from home, and of the door.
LENGTH, DOOR_LENGTH = 8, 10
#: What nobody should have to read out at a desk: Vietnamese and English words of these letters.
REFUSED_WORDS = (
    "ANC", "CAC", "CHET", "CUC", "CUT", "FAT", "FUC", "FUK", "GAY", "KKK", "MATUY", "NGU", "NHU",
    "PEE", "PHE", "RAPE", "THAM", "VCH", "VCN", "XAU",
)  # fmt: skip

Choose = Callable[[str], str]


def is_refused(code: str) -> bool:
    """Whether a word that nobody should read out stands in a code."""
    return any(word in code for word in REFUSED_WORDS)


def new_code(length: int = LENGTH, choose: Choose = secrets.choice) -> str:
    """A code without a refused word."""
    while True:
        code = "".join(choose(LETTERS) for _ in range(length))
        if not is_refused(code):
            return code


def typed_code(text: str, length: int = LENGTH) -> str | None:
    """The code that somebody typed or scanned, whatever its case and however it is spaced; None
    for what is none.
    """
    code = "".join(letter for letter in text.upper() if not letter.isspace() and letter not in "-·")
    return code if len(code) == length and all(letter in LETTERS for letter in code) else None


def in_groups(code: str) -> str:
    """As it is shown: in fours ("ABCE FGHK")."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))
