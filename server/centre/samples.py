"""The sample centres a new one may be made of: what they hold, and a copy under another name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domain.languages import DEFAULT

from .mistakes import Mistake
from .models import check
from .stored import to_store
from .yaml_file import CentreFileError, read_centre, read_text

FOLDER = Path(__file__).resolve().parents[2] / "centres"
#: The smallest first: most who begin are a ward.
SAMPLES = ("ward", "thu_duc", "city_centre")


def sample(name: str) -> dict[str, Any]:
    """What a sample holds: `{template, kind, fields: [letter], counters, desks, kiosks,
    procedures}`.
    """
    document = read_centre(FOLDER / f"{name}.yaml")
    return {
        "template": name,
        "kind": document.site.kind,
        "fields": [field.prefix for field in document.fields],
        "counters": len(document.counters),
        "desks": len(document.guidance_desks),
        "kiosks": len(document.kiosks),
        "procedures": len(document.services),
    }


def new_centre(asked: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """A new centre's document, stored form: of the sample `template`, else of a file's text, with
    the `name` (by language; a language left out gets the default one's) and `code` asked for.
    Returns `{document, refusals}`.
    """
    lang = asked["lang"]
    try:
        if asked.get("template"):
            document = read_centre(FOLDER / f"{asked['template']}.yaml", lang)
        else:
            document = read_text(content.decode("utf-8-sig", "replace"), lang)
    except CentreFileError as error:
        refusals = [mistake.split("centre.yaml:", 1)[-1] for mistake in error.mistakes]
        return {"document": None, "refusals": refusals}
    site = document.plain()["site"]
    if asked.get("name"):
        names = {lang: text for lang, text in asked["name"].items() if text.strip()}
        typed = names.get(DEFAULT) or next(iter(names.values()), "")
        site["name"] = dict.fromkeys(site["name"], typed) | names
    if asked.get("code"):
        site["code"] = asked["code"]
    whole, mistakes = check({**document.plain(), "site": site})
    if whole is None or mistakes:
        return {"document": None, "refusals": _in_words(mistakes, site, lang)}
    return {"document": to_store(whole), "refusals": []}


def _in_words(mistakes: list[Mistake], site: Mapping[str, Any], lang: str) -> list[str]:
    return [mistake.sentence({"site": site}, lang) for mistake in mistakes]
