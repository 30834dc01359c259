"""Official codes and short names of procedures.

A code of the national list is one figure, a point and six figures ("1.004082"), perhaps with the
mark of the province behind it ("1.004082.H29"). Spreadsheets take codes for numbers and eat zeros.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

CODE = re.compile(r"([1-9])\.(?!0{6})(\d{6})(\.[A-Z]\d{2})?")
#: The national list numbers its procedures one after another and has not come to 100,000.
BEGINS = "0"
#: A name where it is chosen has at most so many letters.
LONGEST_SHORT = 60
_SAID_BEFORE = re.compile(r"^thủ tục( hành chính)?( về)?(:)? +", re.IGNORECASE)
_CUT_BEFORE = " \t,;:.(–-/"


@dataclass(frozen=True, slots=True)
class ReadCode:
    """An official code as it was read.

    code: None when it cannot be told which was meant; `perhaps` are then those it could be.
    repaired: it was not written like that.
    """

    code: str | None
    repaired: bool = False
    perhaps: tuple[str, ...] = ()


def is_official(text: str) -> bool:
    """Whether a text is an official code, whole."""
    return CODE.fullmatch(text) is not None


def national_code(official: str | None) -> str | None:
    """An official code without the mark of a province; None for what is none."""
    code = CODE.fullmatch(official or "")
    return f"{code[1]}.{code[2]}" if code else None


def official_code(official: str | None, own: str) -> str | None:
    """The official code of a procedure: the one its row names, else its own where that is one."""
    return official or (own if is_official(own) else None)


def read_code(value: object, in_use_codes: Collection[str] = ()) -> ReadCode:
    """The official code that a text or a number out of a spreadsheet stands for.

    `in_use_codes` are codes of this centre: where zeros are missing at either end, one of them
    decides. Never guesses between two that could both be.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ReadCode(None)
    text, mark = _plain(value)
    if is_official(text + mark):
        written = isinstance(value, str) and value.strip().upper() == text + mark
        return ReadCode(text + mark, repaired=not written)
    if re.fullmatch(r"[1-9]\d{6}", text):  # the point was taken for one between thousands
        return ReadCode(f"{text[0]}.{text[1:]}{mark}", repaired=True)
    short = re.fullmatch(r"([1-9])\.(\d{3,5})", text)  # "1.2" numbers a row, not a procedure
    if short is None:
        return ReadCode(None)
    group, figures = short.groups()
    at_the_end = f"{group}.{figures.ljust(6, '0')}"
    at_the_front = f"{group}.{figures.rjust(6, '0')}"
    # a number keeps the zeros before its figures and loses those behind; a text may lose either
    both = [at_the_end] if isinstance(value, float) and figures[0] == "0" else []
    both = both or list(dict.fromkeys((at_the_end, at_the_front)))
    likely = [code for code in both if code[2] == BEGINS and is_official(code)]
    in_use = [code for code in likely if code + mark in in_use_codes or code in in_use_codes]
    chosen = in_use if len(in_use) == 1 else likely
    if len(chosen) == 1:
        return ReadCode(chosen[0] + mark, repaired=True)
    return ReadCode(None, perhaps=tuple(code + mark for code in likely))


def _plain(value: str | int | float) -> tuple[str, str]:
    """Figures and points of a code, and the mark of a province behind it ("" without one); what
    older lists write between them (".000.00.00") says nothing.
    """
    text = str(value).strip().upper().replace(",", ".").replace("\u00a0", "").replace(" ", "")
    parts = re.fullmatch(r"(.*?)(?:\.000\.00\.00)?(\.[A-Z]\d{2})?", text)
    figures, mark = (parts[1], parts[2] or "") if parts else (text, "")
    parted = re.fullmatch(r"([1-9])\.(\d{3})\.(\d{3})", figures)  # thousands, once more
    return (f"{parted[1]}.{parted[2]}{parted[3]}" if parted else figures), mark


def proposed_short(official: str, most: int = LONGEST_SHORT) -> str:
    """A short name made of an official one: without "Thủ tục", cut at a word and ended by "…" where
    it is longer than `most` letters.
    """
    name = " ".join(official.split())
    if name == name.upper():
        name = name.lower()
    name = _SAID_BEFORE.sub("", name).rstrip(".") or name
    name = name[:1].upper() + name[1:]
    if len(name) <= most:
        return name
    cut = name[:most]
    if name[most - 1 : most + 1].strip(_CUT_BEFORE) != "" and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return cut[: most - 1].rstrip(_CUT_BEFORE) + "…"
