"""The words of a call.

One grammar gives both the text that can be read and the clips that are played, so they never
differ.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from domain.grammars import GRAMMARS, SHIPPED_PACKS
from domain.languages import DEFAULT

CHIME = "chime"
LARGEST = 9999
#: The voice settings of a centre: a mapping, or an object with these attributes.
Voice = Mapping[str, Any] | object
#: A grammar of grammars.py, or one of its entries that may differ by dialect.
Grammar = Mapping[str, Any]
DEFAULTS: dict[str, Any] = {
    "packs": SHIPPED_PACKS,
    "dialect": "south",
    "wording": {},
    "times": 2,
    "ticket_style": "digits",
    "counter_style": "cardinal",
    "place": "counter",
    "rooms": (),
    "last_call": None,
}


def _setting(voice: Voice, name: str) -> Any:
    value = voice.get(name) if isinstance(voice, Mapping) else getattr(voice, name, None)
    return DEFAULTS[name] if value is None else value


def _by_dialect(entry: Any, dialect: str) -> Any:
    if not isinstance(entry, dict):
        return entry
    return entry.get(dialect) or next(iter(entry.values()))


def cardinal(n: int, lang: str, dialect: str = "south") -> list[str]:
    """The clip keys of a whole number, 0 to 9999."""
    if not 0 <= n <= LARGEST:
        raise ValueError(f"{n} is beyond what is read out (0 to {LARGEST})")
    g: Grammar = GRAMMARS[lang]
    if n in g["small"]:
        return list(g["small"][n])
    thousands, hundreds, tens, unit = n // 1000, n // 100 % 10, n // 10 % 10, n % 10
    keys: list[str] = []
    if thousands:
        counted = [*g["small"][thousands], _by_dialect(g["thousand"], dialect)]
        keys += g["thousands"].get(thousands, counted)
    if hundreds or (thousands and n % 1000 and g["zero_hundreds"]):
        keys += g["hundreds"].get(hundreds, [*g["small"][hundreds], g["hundred"]])
    rest = n % 100
    if thousands and not hundreds and rest >= 10 and g.get("gap"):
        keys += [g["gap"]]
    if rest == 10 and keys and "ten_after" in g:
        keys += g["ten_after"]
    elif rest and rest in g["small"]:
        lone = _by_dialect(g["lone"], dialect)
        keys += [lone] if lone and rest < 10 and keys else []
        keys += g["small"][rest]
    elif rest:
        keys += g["ten_after"] if tens == 1 and keys and "ten_after" in g else g["tens"][tens]
        forms = g["after_ten"] if tens == 1 else g["after_tens"]
        if unit in forms:
            keys += [forms[unit]]
        elif unit:
            keys += g["small"][unit]
    return keys


def digits(figures: str, lang: str) -> list[str]:
    """The clip keys of figures read one by one; they never change their form."""
    g: Grammar = GRAMMARS[lang]
    return [g["digits"][int(figure)] for figure in figures]


def letter(character: str, lang: str) -> str:
    """The clip key of a letter's name."""
    character = unicodedata.normalize("NFC", character).upper()
    g: Grammar = GRAMMARS[lang]
    named: str | None = g["letters"].get(character)
    if named:
        return named
    plain = unicodedata.normalize("NFD", character.replace("Đ", "D"))[0]
    return f"L_{plain}"


def number_keys(number: str, lang: str, style: str = "digits", dialect: str = "south") -> list[str]:
    """The clip keys of a ticket's number, as its centre writes it: letters by name, figures one by
    one or as a whole: "A012", "A-012", "012A".
    """
    keys: list[str] = []
    for run in _runs(number):
        if not run.isdecimal():
            keys += [letter(c, lang) for c in run]
        elif style == "cardinal" and int(run) <= LARGEST:
            keys += cardinal(int(run), lang, dialect)
        else:
            keys += digits(run, lang)
    return keys


def counter_keys(
    counter: object,
    lang: str,
    style: str = "cardinal",
    dialect: str = "south",
    place: str = "counter",
) -> list[str]:
    """The clip keys that lead to a counter: 24 → "đến quầy số hai mươi tư"; 3A → "đến quầy số ba
    A"; HD1 → "đến bàn hướng dẫn số một"; U1 → "đến quầy U một". Some languages say the place after
    its number, or on both sides of it.
    """
    g: Grammar = GRAMMARS[lang]
    runs = _runs(counter)
    if len(runs) > 1 and runs[0] in g["desks"]:
        before, after = g["desks"][runs[0]], g["after_desk"].get(runs[0])
        runs = runs[1:]
    else:
        form = 0 if runs and runs[0].isdecimal() else 1
        before = g["place"].get(place, g["place"]["counter"])[form]
        after = g["after_place"].get(place, (None, None))[form]
    keys = _read(runs, lang, style, dialect)
    return [*([before] if before else []), *keys, *([after] if after else [])]


def _read(runs: Iterable[str], lang: str, style: str, dialect: str) -> list[str]:
    """Runs of letters and of figures, one after the other and none left out: half a name sends
    people to another door.
    What begins with a zero ("2.05") is read figure by figure.
    """
    keys: list[str] = []
    for at, run in enumerate(runs):
        if not run.isdecimal():
            keys += [letter(c, lang) for c in run]
        else:
            whole = style == "cardinal" and int(run) <= LARGEST and not (at and run[0] == "0")
            keys += cardinal(int(run), lang, dialect) if whole else digits(run, lang)
    return keys


def _runs(name: object) -> list[str]:
    """The runs of letters and of figures in a name, capitals: "AK-034" → ["AK", "034"]."""
    return re.findall(r"\d+|[^\W\d_]+", unicodedata.normalize("NFC", str(name)).upper())


def utterance(number: str, counter: object, calls: int, lang: str, voice: Voice) -> list[str]:
    """The clip keys of one reading of a call in one language, without the chime."""
    g: Grammar = GRAMMARS[lang]
    dialect = _setting(voice, "dialect")
    last = _setting(voice, "last_call")
    wording = _setting(voice, "wording")
    chosen = wording.get(lang) if isinstance(wording, dict) else wording
    before: list[str] = []
    if calls >= 2:
        before = [g["last"] if last and calls >= last else g["again"]]
    return [
        *before,
        g["call"].get(chosen) or next(iter(g["call"].values())),
        *number_keys(number, lang, _setting(voice, "ticket_style"), dialect),
        *([g["after_number"]] if g.get("after_number") else []),
        *counter_keys(
            counter, lang, _setting(voice, "counter_style"), dialect, place_of(counter, voice)
        ),
    ]


def place_of(counter: object, voice: Voice) -> str:
    """What kind of place a counter is:

    `room` for those named in the setting `rooms`, else the centre's `place` (counter or room).
    """
    if str(counter) in {str(room) for room in _setting(voice, "rooms")}:
        return "room"
    return str(_setting(voice, "place"))


def kind_of(key: str, lang: str) -> str:
    """What a clip is, for the silence around it: letter, number, phrase or chime."""
    return CHIME if key == CHIME else _kind(key, GRAMMARS[lang])


def _kind(key: str, g: Grammar) -> str:
    if key.startswith("L_"):
        return "letter"
    return "number" if key in _number_words(g) else "phrase"


def _number_words(g: Grammar) -> set[str]:
    words: set[str] = {
        *g["digits"],
        g["hundred"],
        *itertools.chain(*g["small"].values(), *g["tens"].values()),
        *g["after_ten"].values(),
        *g["after_tens"].values(),
        *itertools.chain(*g["hundreds"].values(), *g["thousands"].values()),
    }
    for entry in (g["thousand"], g["lone"]):
        if isinstance(entry, dict):
            words |= set(entry.values())
        elif entry:
            words |= {entry}
    return words


def _letter_of(key: str) -> str:
    """The letter whose name a clip is."""
    return "Đ" if key == "L_DD" else key.removeprefix("L_")


def phrases_of_places(g: Grammar) -> set[str]:
    """The keys of all that is said before or after a counter's name."""
    pairs = itertools.chain(*g["place"].values(), *g["after_place"].values())
    return {key for key in (*pairs, *g["desks"].values(), *g["after_desk"].values()) if key}


def text_of(number: str, counter: object, calls: int, lang: str, voice: Voice) -> str:
    """The same reading as words, as it may be shown:

    "Mời công dân có số A, không, một, hai, đến quầy số ba".
    """
    g: Grammar = GRAMMARS[lang]
    keys = utterance(number, counter, calls, lang, voice)
    apart = _setting(voice, "ticket_style") == "digits"
    text, at_counter = "", False
    before: str | None = None
    where = phrases_of_places(g)
    for key in keys:
        kind = _kind(key, g)
        at_counter = at_counter or key in where
        word = _letter_of(key) if kind == "letter" else g["clips"][key]
        if before is None:
            text = word
        else:
            joined = (
                (before == "phrase" and kind != "phrase")
                or (kind == before == "number" and not apart)
                or (at_counter and "phrase" not in (before, kind))
            )
            text += (" " if joined else ", ") + word
        before = kind
    return text[:1].upper() + text[1:]


def languages_of(lang: str, voice: Voice) -> list[str]:
    """In which languages a call is read, first Vietnamese: those of the centre's packs that are
    known.
    """
    readable = [code for code in _setting(voice, "packs") if code in GRAMMARS]
    first = DEFAULT if DEFAULT in readable or not readable else readable[0]
    return [first] + ([lang] if lang in readable and lang != first else [])


def say_of_call(
    number: str, counter: object, calls: int, lang: str, voice: Voice
) -> list[dict[str, Any]]:
    """What the loudspeaker says for a call: [{lang, text, clips, times}], Vietnamese as often as
    the centre wants, then once in the ticket's own language.
    """
    times = max(1, int(_setting(voice, "times")))
    return [
        {
            "lang": code,
            "text": text_of(number, counter, calls, code, voice),
            "clips": utterance(number, counter, calls, code, voice),
            "times": times if place == 0 else 1,
        }
        for place, code in enumerate(languages_of(lang, voice))
    ]


def clip_keys_possible(
    prefixes: Iterable[object], counters: Iterable[object], voice: Voice
) -> dict[str, list[str]]:
    """Every clip key a centre's calls can ever need: {lang: [keys]}, the chime included.

    For the check at start-up.
    """
    possible: dict[str, list[str]] = {}
    for lang in (code for code in _setting(voice, "packs") if code in GRAMMARS):
        g: Grammar = GRAMMARS[lang]
        dialect = _setting(voice, "dialect")
        keys: set[str] = {CHIME, *g["digits"], g["again"]} | (
            {g["last"]} if _setting(voice, "last_call") else set()
        )
        for prefix in prefixes:
            keys |= {letter(c, lang) for c in str(prefix) if c.isalpha()}
        if _setting(voice, "ticket_style") == "cardinal":
            keys |= {key for n in range(LARGEST + 1) for key in cardinal(n, lang, dialect)}
        keys |= set(utterance("0", 1, 1, lang, voice))
        for counter in counters:
            keys |= set(
                counter_keys(
                    counter,
                    lang,
                    _setting(voice, "counter_style"),
                    dialect,
                    place_of(counter, voice),
                )
            )
        possible[lang] = sorted(keys)
    return possible
