"""The hub's own sentences, from the language files."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.languages import COMMAND_LINE, DEFAULT, Languages, languages_of

FOLDER = Path(__file__).resolve().parents[1] / "ui" / "texts"


@lru_cache(maxsize=1)
def languages() -> Languages:
    """The languages there are: the folders of `ui/texts`, found when first asked for."""
    return languages_of(
        {
            folder.name: {
                file.stem: json.loads(file.read_text("utf-8")) for file in folder.glob("*.json")
            }
            for folder in sorted(FOLDER.iterdir())
            if folder.is_dir()
        }
    )


def area(lang: str, name: str) -> Mapping[str, Any]:
    """The texts of one area in one language."""
    return languages().area(lang, name)


def own_area(own: Mapping[str, Mapping[str, str]], lang: str, name: str) -> Mapping[str, Any]:
    """The texts of one area in one language, a centre's own words (`{"area.key": {lang: text}}`)
    in place of those that are shipped.
    """
    texts = area(lang, name)
    for key, words in own.items():
        first, *steps, last = key.split(".")
        if first == name and lang in words:
            texts = _with(texts, [*steps, last], words[lang])
    return texts


def _with(texts: Mapping[str, Any], steps: list[str], words: str) -> Mapping[str, Any]:
    first, *below = steps
    return {**texts, first: _with(texts[first], below, words) if below else words}


_PLACE = re.compile(r"\{(\w+)\}")


def filled_in(text: str, values: Mapping[str, Any], lang: str) -> str:
    """A text with its {places} filled; {n|person|people} is the word that goes with number n in
    the language of the text.
    """
    return languages()[lang].fill(text, values)


def on_terminal(area_name: str, key: str, /, **values: object) -> str:
    """A text of the part `terminal` of an area, for whoever starts a program, of whom nobody knows
    what they read: in the site's language and in that of the commands.
    """
    texts = (
        filled_in(area(lang, area_name)["terminal"][key], values, lang)
        for lang in dict.fromkeys((DEFAULT, COMMAND_LINE))
    )
    return " · ".join(texts)


def complete(answer: Mapping[str, Any], lang: str = DEFAULT) -> Mapping[str, Any]:
    """An answer as it is sent: a refusal gets its sentence, `params` become plain keys that help
    the client (again_at, retry_after). A text `KEY_unnamed` is for a refusal that cannot say what
    KEY's sentence names.
    """
    if "error" not in answer:
        return answer
    out = {k: v for k, v in answer.items() if k != "params"}
    params = {k: v for k, v in (answer.get("params") or {}).items() if v is not None}
    texts = area(lang, "errors")
    states = texts["states"]
    if answer["error"] == "wrong_state":
        key = f"wrong_state_{params.get('state')}"
        if key not in texts:
            key = "wrong_state" if params.get("number") else "wrong_state_now"
        params = {**params, "state_words": states.get(params.get("state"), params.get("state", ""))}
    else:
        key = (
            f"{answer['error']}_{params.get('why')}"
            if f"{answer['error']}_{params.get('why')}" in texts
            else answer["error"]
        )
    if f"{key}_unnamed" in texts and not all(map(params.get, _PLACE.findall(texts[key]))):
        key += "_unnamed"
    filled = {
        "number": "",
        "field": "",
        "counter": "",
        "ticket": "",
        "key": "",
        "centre": "",
        "retry_after": "",
        "state_words": "",
        **params,
        "problem": problem_in_words(params.get("problem", ""), params, lang),
    }
    out["message"] = filled_in(texts[key], filled, lang)
    out.update({k: params[k] for k in ("again_at", "retry_after", "key", "why") if k in params})
    if answer["error"] == "counter_elsewhere":
        out.update({k: params[k] for k in ("counter", "here") if k in params})
    return out


def problem_in_words(problem: str, params: Mapping[str, Any], lang: str) -> str:
    """What is wrong with a value, said in this language; a problem that is no code of `problems` is
    words already.
    """
    words: str | None = area(lang, "errors")["problems"].get(problem)
    return problem if words is None else filled_in(words, params, lang)


def problem_sentence(problem: str, params: Mapping[str, Any], lang: str) -> str:
    """The same where it stands alone on a page."""
    words = problem_in_words(problem, params, lang)
    return words[:1].upper() + words[1:].rstrip(".") + "."
