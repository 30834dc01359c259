"""Changes and mistakes of a document in the words of the settings' pages, from
`ui/texts/*/settings.json`: no key of the file stands in them.
"""

from collections.abc import Mapping
from functools import cache
from textwrap import shorten
from typing import Any

from domain.languages import DEFAULT, in_language

from ..texts import area, languages
from .form import form, leaves, page_of
from .mistakes import NAMED, Mistake
from .models.texts import texts_of_citizens
from .places import ORDER, Change, Place, key_of, place_of, rows_of, value_at

#: A text of more letters is cut in a line that tells of a change.
LONGEST = 120
#: So many letters of a text stand where it is named.
QUOTED = 48


def change_in_words(
    change: Change, before: Mapping[str, Any], after: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    """`{place, page, where, label, old, new}`: whose value it is ("Field C, Land"), what it is
    called, and both values as a page shows them. Old and new are None where nothing was said.
    """
    key = key_of(change.place)
    return {
        "place": list(change.place),
        "key": key,
        "page": page_of(key),
        "where": where(change.place, after, before, lang),
        "label": label_of(change.place, lang),
        "old": shown(change.old, key, lang),
        "new": shown(change.new, key, lang),
    }


def where(
    place: Place,
    document: object,
    before: object,
    lang: str,
    rows_before: dict[Place, str] | None = None,
) -> str:
    """The row a place belongs to ("Field C, Land"), else the page it stands on. `rows_before`
    remembers rows between two questions about one document.
    """
    texts = area(lang, "settings")
    key = key_of(place)
    for n in range(len(place) - 1, 0, -1):
        if place[n] == ORDER or place[n - 1] not in texts["rows"]:
            continue
        around = key_of(place[:n])
        if around not in texts["row_keys"]:
            continue
        remembered = rows_before.get(place[: n + 1]) if rows_before is not None else None
        if remembered is not None:
            return remembered
        row = value_at(document, place[: n + 1]) or value_at(before, place[: n + 1])
        words = str(texts["rows"][place[n - 1]]).format(name=_known_as(around, place[n], lang))
        name = name_of(row, lang) if isinstance(row, Mapping) else ""
        row_words = f"{words}, {name}" if name else words
        if rows_before is not None:
            rows_before[place[: n + 1]] = row_words
        return row_words
    return str(texts["pages"].get(page_of(key) or "", ""))


def _known_as(section: str, name: str, lang: str) -> str:
    """What a row is known by to people: a text of citizens by its first words as shipped."""
    if section != "texts":
        return name
    shipped = texts_of_citizens(lang).get(name, name)
    return f"“{shorten(shipped, QUOTED, placeholder='…')}”"


def name_of(row: Mapping[str, Any], lang: str) -> str:
    """What a row is called, short, in a language."""
    for key in ("short", "name"):
        name = row.get(key)
        if isinstance(name, Mapping):
            return in_language(name, lang)
    return ""


def label_of(place: Place, lang: str) -> str:
    """What the value at a place is called."""
    texts = area(lang, "settings")
    key = key_of(place)
    labels = texts["labels"]
    if place[-1] == ORDER:
        return str(texts["words"]["order"])
    if key in labels:
        is_row = len(place) > 1 and place[-2] in NAMED and key_of(place[:-1]) == key
        return str(texts["words"]["row"] if is_row else labels[key])
    around, rest = key, list[str]()
    while "." in around and around not in labels:  # a text in one language, an entry of a map
        around, _, last = around.rpartition(".")
        rest.insert(0, str(texts["languages"].get(last, last)))
    return f"{labels.get(around, around)} ({', '.join(rest)})" if rest else str(labels[around])


def shown(value: Any, key: str, lang: str) -> str | None:
    """A value as a page shows it; None for nothing."""
    if value is None:
        return None
    text = _words(value, key, lang)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _words(value: Any, key: str, lang: str) -> str:
    texts = area(lang, "settings")
    if isinstance(value, bool):
        return str(texts["words"]["yes" if value else "no"])
    if isinstance(value, Mapping):
        if key in _chosen_by_language():
            return ", ".join(_words(inner, key, lang) for inner in value.values())
        if DEFAULT in value:
            return in_language(value, lang)
        own = value.get("words")
        name = in_language(own, lang) if isinstance(own, Mapping) else name_of(value, lang)
        return name or ", ".join(_words(inner, key, lang) for inner in value.values())
    if isinstance(value, list):
        return ", ".join(_words(inner, key, lang) for inner in value) or str(texts["words"]["none"])
    if isinstance(value, float):
        text = f"{value:g}"
        return text.replace(".", texts["words"]["decimal"])
    choices = texts["choices"]
    return str(choices.get(f"{key}.{value}") or choices.get(str(value)) or value)


def choices_in_words(key: str, lang: str) -> list[tuple[str, str]]:
    """`[(value, words)]` of a key that is one of a few; empty for any other."""
    leaf = next((leaf for leaf in leaves(form()) if leaf["key"] == key), {})
    return [(str(name), _words(name, key, lang)) for name in leaf.get("choices", ())]


def columns_in_words(key: str, lang: str) -> list[tuple[str, str]]:
    """`[(name, words)]` of what each entry of a list holds, in the order of its form; empty for
    any other key.
    """
    labels = area(lang, "settings")["labels"]
    inside = (leaf for leaf in leaves(form()) if leaf["key"].startswith(f"{key}."))
    return [(leaf["name"], labels[leaf["key"]]) for leaf in inside]


@cache
def _chosen_by_language() -> frozenset[str]:
    """The keys that hold a choice for each language."""
    return frozenset(leaf["key"] for leaf in leaves(form()) if "choices_of" in leaf)


def mistake_in_words(mistake: Mistake, document: object, lang: str) -> dict[str, Any]:
    """`{place, key, page, where, label, text}` of what is wrong, with its mend."""
    place = place_of(mistake.path, document)
    key = key_of(place)
    label = label_of(place, lang) if place else ""
    return {
        "place": list(place),
        "key": key,
        "page": page_of(key),
        "where": where(place, document, document, lang) if place else "",
        "label": label,
        "text": _mended(mistake, label, lang),
    }


def _mended(mistake: Mistake, label: str, lang: str) -> str:
    """What is wrong and the mend, in words that know nothing of files where there are any."""
    template = area(lang, "settings")["mistakes"].get(mistake.code)
    return str(template).format(key=label) if template else mistake.words(label, lang)


def searchable(document: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """Everything the settings hold, to be searched: `{place, page, where, label, value}`, one a
    value that is said, and one a key that is not.
    """
    entries = []
    seen: set[str] = set()
    rows: dict[Place, str] = {}
    for place, value in _values((), document):
        key = key_of(place)
        if page_of(key) is None:
            continue
        seen.add(key)
        entries.append(_entry(place, key, shown(value, key, lang), document, lang, rows))
    for leaf in leaves(form()):
        if leaf["key"] not in seen and not any(s.startswith(f"{leaf['key']}.") for s in seen):
            place = tuple(leaf["key"].split("."))
            entries.append(_entry(place, leaf["key"], None, document, lang, rows))
    return entries


def words_of_keys() -> dict[str, str]:
    """`{key: words}` by which a setting is found besides what it is called and holds on the page:
    its name, its hint, its choices and its page in every language of the staff.
    """
    words: dict[str, list[str]] = {}
    for lang in languages().for_staff():
        texts = area(lang, "settings")
        for leaf in leaves(form()):
            key, choices = leaf["key"], texts["choices"]
            offered = [*leaf.get("choices", ()), *leaf.get("item", {}).get("choices", ())]
            offered += leaf.get("offered", ())
            about = words.setdefault(key, [])
            about += [texts["labels"].get(key, ""), texts["helps"].get(key, "")]
            about.append(texts["pages"].get(page_of(key), ""))
            about += [
                choices.get(f"{key}.{name}") or choices.get(str(name), "") for name in offered
            ]
    return {key: " ".join(filter(None, dict.fromkeys(about))) for key, about in words.items()}


def _entry(
    place: Place,
    key: str,
    value: str | None,
    document: object,
    lang: str,
    rows: dict[Place, str],
) -> dict[str, Any]:
    return {
        "place": list(place),
        "key": key,
        "page": page_of(key),
        "where": where(place, document, None, lang, rows),
        "label": label_of(place, lang),
        "value": value,
    }


def _values(place: Place, value: Any) -> Any:
    rows = rows_of(place, value)
    if rows is not None:
        for name, row in rows.items():
            yield from _values((*place, name), row)
    elif isinstance(value, Mapping) and DEFAULT not in value:
        for key, inner in value.items():
            yield from _values((*place, key), inner)
    else:
        yield place, value
