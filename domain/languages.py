"""Languages: which there are, whose words are shown to whom, and how each writes numbers and
plurals. Pure; the folders `ui/texts/CODE` are read by whoever serves them (`server/texts.py`,
`kiosk/words.py`), and nothing else in the program names a language.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

#: Who names no language is answered in this one, and it stands in where another has no words.
DEFAULT: Final = "vi"
#: What the command line and the logs speak.
COMMAND_LINE: Final = "en"
#: A language is named as BCP 47 does: language, perhaps script, perhaps region.
CODE: Final = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?"
#: The file of a folder that says what the language is, and the one that says what was checked.
FACTS, STATUS = "language", "status"
#: What citizens read and hear; a language may have words for these alone.
FOR_CITIZENS: Final = (
    "booking",
    "city",
    "display",
    "kiosk",
    "notices",
    "open",
    "phone",
    "phrases",
    "slip",
)
#: What stands among it and only staff see: a citizens' language need not have words for it.
FOR_STAFF_ONLY: Final = ("display.pair.", "display.refused.", "kiosk.staff.")

#: The weights that screens draw.
WEIGHTS = (400, 500, 600, 700)

Texts = Mapping[str, Any]


def in_language(names: Mapping[str, str] | None, lang: str) -> str:
    """A text by language in the one wanted, else in the default one, else in any; "" for none."""
    if not names:
        return ""
    return names.get(lang) or names.get(DEFAULT) or next(iter(names.values()), "")


def default_first(codes: Iterable[str]) -> list[str]:
    """Codes of languages, the default one first, the others as they come."""
    return sorted(codes, key=lambda code: code != DEFAULT)


# plurals, as CLDR writes them


@lru_cache(maxsize=256)
def plural_rule(rule: str) -> Callable[[int], bool]:
    """Whether a whole number falls under a rule of CLDR ("i = 1 and v = 0", "n % 10 = 2..4").

    Raises ValueError for what is no rule.
    """
    either = [
        [_relation(part) for part in both.split(" and ")]
        for both in re.sub(r"\s+", " ", rule.partition("@")[0]).strip().split(" or ")
    ]
    return lambda n: any(all(holds(n) for holds in both) for both in either)


_RELATION = re.compile(r"([nivwftce])(?: ?% ?(\d+))? ?(!?=) ?([\d., ]+)")


def _relation(text: str) -> Callable[[int], bool]:
    parts = _RELATION.fullmatch(text.strip())
    if parts is None:
        raise ValueError(f"not a plural rule: {text}")
    operand, modulo, sign, values = parts.groups()
    spans = [span.strip().partition("..") for span in values.split(",")]
    allowed = [(int(low), int(high or low)) for low, _, high in spans]

    def holds(n: int) -> bool:
        value = abs(n) if operand in "ni" else 0
        value = value % int(modulo) if modulo else value
        return any(low <= value <= high for low, high in allowed) == (sign == "=")

    return holds


_PLACE = re.compile(r"\{(\w+)\}")
_COUNTED = re.compile(r"\{(\w+)((?:\|[^|}]*)+)\}")


@dataclass(frozen=True, slots=True)
class Language:
    """One language and its words: `areas` maps the name of a file to its texts, those without
    words in this language left out.
    """

    code: str
    facts: Texts
    areas: Mapping[str, Texts]
    status: Texts = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name in itself."""
        return str(self.facts.get("name", self.code))

    @property
    def for_staff(self) -> bool:
        """Whether the staff's pages speak it too."""
        return "staff" in self.areas

    @property
    def names_required(self) -> bool:
        """Whether a centre that uses it has to give every name in it."""
        return bool(self.facts.get("names_required"))

    def form_of(self, n: int) -> int:
        """The place of the plural form that goes with a number."""
        for place, rule in enumerate((self.facts.get("plural") or {}).values()):
            if plural_rule(rule)(n):
                return place
        return len(self.facts.get("plural") or {})

    def fill(self, text: str, values: Mapping[str, Any]) -> str:
        """A text with its {places} filled; {n|person|people} is the word that goes with n."""

        def counted(match: re.Match[str]) -> str:
            forms = match[2][1:].split("|")
            number = str(values.get(match[1], ""))
            place = self.form_of(int(number)) if number.lstrip("-").isdecimal() else len(forms)
            return forms[min(place, len(forms) - 1)]

        return _COUNTED.sub(counted, text).format(**values)

    def whole(self, n: int) -> str:
        """14935 → "14.935", "14,935" …"""
        return f"{n:,}".replace(",", self._marks()[0])

    def decimal(self, value: float, digits: int = 1) -> str:
        """19.1 → "19,1", "19.1" …"""
        group, point = self._marks()
        written = f"{value:,.{digits}f}"
        return written.translate({ord(","): group, ord("."): point})

    def _marks(self) -> tuple[str, str]:
        numbers = self.facts.get("numbers") or {}
        return numbers.get("group", ","), numbers.get("decimal", ".")

    def font_sheets(self) -> list[str]:
        """The style sheets that bring in its own letters, none where the usual ones do."""
        fonts = self.facts.get("fonts")
        if not fonts:
            return []
        own = f"/ui/fonts/{self.code}.css"
        if "files" in fonts:
            return [own]
        return [*(f"/lib/{fonts['package']}/{weight}.css" for weight in WEIGHTS), own]

    def drafts(self, areas: Iterable[str] = FOR_CITIZENS) -> list[str]:
        """The texts (AREA.KEY) that no named person has checked as they stand now."""
        if self.status.get("written_here"):
            return []
        checked = self.status.get("checked") or {}
        return [
            key
            for area in areas
            for key, text in texts_of(self.areas.get(area) or {}, f"{area}.")
            if (checked.get(key) or {}).get("text") != print_of(text)
        ]


def texts_of(texts: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Every text below a node with its dotted key."""
    if isinstance(texts, str):
        yield before.removesuffix("."), texts
    elif isinstance(texts, Mapping):
        for key, node in texts.items():
            yield from texts_of(node, f"{before}{key}.")
    elif isinstance(texts, list):
        for place, node in enumerate(texts):
            yield from texts_of(node, f"{before}{place}.")


def print_of(text: str) -> str:
    """The fingerprint of a text: once it is changed, nobody has checked it."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Languages:
    """All languages there are, by code, the default one first."""

    def __init__(self, languages: Iterable[Language]) -> None:
        by_code = {language.code: language for language in languages}
        self._by_code = {code: by_code[code] for code in _in_order(by_code)}
        if DEFAULT not in self._by_code:
            raise ValueError(f"the language {DEFAULT} has no texts")
        self._merged: dict[tuple[str, str], Texts] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Language:
        """The language of a code, the default one for a code without words."""
        return self._by_code.get(code) or self._by_code[DEFAULT]

    def for_staff(self) -> list[str]:
        """The languages of the staff's pages."""
        return [code for code, language in self._by_code.items() if language.for_staff]

    def area(self, lang: str, name: str) -> Texts:
        """The texts of an area in a language; the default one stands in for what it lacks.

        Raises KeyError for an area that no language has.
        """
        key = (lang if lang in self._by_code else DEFAULT, name)
        if key not in self._merged:
            language = self._by_code[key[0]]
            parent = self._by_code.get(str(language.facts.get("stands_in", DEFAULT)))
            base = (parent or self._by_code[DEFAULT]).areas.get(name)
            if base is None:
                base = self._by_code[DEFAULT].areas[name]
            self._merged[key] = merged(base, language.areas.get(name) or {})
        return self._merged[key]

    def wanted(self, codes: Iterable[str | None], offered: Iterable[str] | None = None) -> str:
        """The first of the codes that is offered (here: that there are words for), else the
        default; "zh" and "zh-CN" find "zh-Hans".
        """
        choice = list(self if offered is None else offered)
        for code in codes:
            if code in choice:
                return str(code)
            main = (code or "").partition("-")[0].lower()
            near = [other for other in choice if main and other.partition("-")[0] == main]
            if near:
                return near[0]
        return DEFAULT if DEFAULT in choice or not choice else choice[0]

    def listing(self) -> dict[str, Any]:
        """What pages need to know of all languages (`/ui/languages.json`)."""
        return {
            "default": DEFAULT,
            "languages": {
                code: {
                    "name": language.name,
                    "mark": language.facts.get("mark", code[:2].title()),
                    "plural": list((language.facts.get("plural") or {}).values()),
                    "numbers": dict(language.facts.get("numbers") or {}),
                    "dates": dict(language.facts.get("dates") or {}),
                    "draft": language.facts.get("draft", code) if language.drafts() else "",
                    "speaks": "speech" in language.facts,
                    "fonts": language.font_sheets(),
                    "keys": list(language.facts.get("keys", [])),
                    "sounds": language.facts.get("sounds", ""),
                    "collation": language.facts.get("collation", code),
                    "staff": language.for_staff,
                }
                for code, language in self._by_code.items()
            },
        }


def font_file(fonts: Texts, weight: int) -> str:
    """The font file of a weight, below node_modules: the one that `files` names for the nearest
    weight, else the part of a package laid out as Fontsource does.
    """
    package, files = str(fonts["package"]), fonts.get("files")
    if files:
        nearest = min(files, key=lambda named: (abs(int(named) - weight), -int(named)))
        return f"{package}/{files[nearest]}"
    name = package.removeprefix("@fontsource/")
    return f"{package}/files/{name}-{fonts['part']}-{weight}-normal.woff"


def font_css(language: Language) -> str:
    """The rules that give the letters of a language (`fonts` of its language.json) to what is
    written in it.
    """
    fonts = language.facts["fonts"]
    words = _families("Be Vietnam Pro", fonts["family"], "BC Sans")
    figures = _families("IBM Plex Sans", "BC Sans", "Be Vietnam Pro", fonts["family"])
    rule = f"--font: {words}; --num: {figures}; font-family: var(--font);"
    return f'{_faces(fonts)}[lang="{language.code}"] {{ {rule} }}\n'


def _families(*names: str) -> str:
    quoted = (f'"{name}"' for name in dict.fromkeys(names))
    return f'{", ".join(quoted)}, "Noto Sans Math", system-ui, sans-serif'


def _faces(fonts: Texts) -> str:
    """The faces of a package that brings no style sheets of Fontsource's form."""
    among = f" unicode-range: {fonts['range']};" if "range" in fonts else ""
    return "".join(
        f'@font-face {{ font-family: "{fonts["family"]}"; font-weight: {weight};'
        f' font-display: swap; src: url("/lib/{fonts["package"]}/{file}");{among} }}\n'
        for weight, file in (fonts.get("files") or {}).items()
    )


def _in_order(languages: Mapping[str, Language]) -> list[str]:
    """The default one first, then by the `order` of each, then by code."""
    return sorted(
        languages,
        key=lambda code: (code != DEFAULT, languages[code].facts.get("order", 100), code),
    )


def merged(base: Any, own: Any) -> Any:
    """A tree of texts with those of another put over it."""
    if isinstance(base, Mapping) and isinstance(own, Mapping):
        return {
            key: merged(base[key], own[key]) if key in base and key in own else own.get(key, value)
            for key, value in {**base, **own}.items()
        }
    return own


def asked_for(header: str) -> list[str]:
    """The languages of an Accept-Language header, the most wished for first; what is none of the
    form is passed over.
    """
    wishes = []
    for place, part in enumerate(header.split(",")[:20]):
        code, _, weight = (piece.strip() for piece in part.partition(";"))
        share = re.fullmatch(r"q=([01](?:\.\d{0,3})?)", weight)
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", code) and (share or not weight):
            wishes.append((-float(share[1]) if share else -1.0, place, code))
    return [code for weight, _, code in sorted(wishes) if weight]


def languages_of(files: Mapping[str, Mapping[str, Texts]]) -> Languages:
    """Languages out of the content of their folders: `{code: {file: texts}}`; a folder without
    `language.json` is none.
    """
    return Languages(
        Language(
            code,
            areas[FACTS],
            {name: texts for name, texts in areas.items() if name not in (FACTS, STATUS)},
            areas.get(STATUS) or {},
        )
        for code, areas in files.items()
        if FACTS in areas and re.fullmatch(CODE, code)
    )
