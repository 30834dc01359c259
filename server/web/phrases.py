"""The phrase sheet of a clerk whose visitor speaks another language: twenty sentences in the order
of a visit, to be shown, pointed at or printed.
"""

from typing import Any

from flask import Blueprint, abort, g, render_template

from domain.centre import Centre
from domain.grammars import GRAMMARS
from domain.languages import DEFAULT, texts_of

from ..texts import area, languages
from ..voice import check, installed_packs
from ..voice.pack import BadPack, gone, prompts_of
from .auth import parts
from .pages import choose_language, known_centre, remember_language, words

#: Where in the twenty sentences each group of them begins.
GROUPS = (0, 5, 10, 14, 17)

phrases = Blueprint("phrases", __name__, template_folder="templates")
phrases.before_request(choose_language)
phrases.after_request(remember_language)
phrases.context_processor(words)


@phrases.get("/phrases/<centre>/<lang>")
def page(centre: str, lang: str) -> str:
    """The sheet of one language; nothing on it is about anybody."""
    here = known_centre(centre)
    if lang not in languages() or "phrases" not in languages()[lang].areas:
        abort(404)
    language = languages()[lang]
    return render_template(
        "phrases.html",
        centre=here,
        language=language,
        rows=_rows(lang),
        answers=list(zip(area(lang, "phrases")["answers"], area(g.language, "phrases")["answers"])),
        sheets=language.font_sheets(),
        sounds=_sounds(here, lang),
        draft=bool(language.drafts(["phrases"])),
        default=DEFAULT,
    )


def _sounds(centre: Centre, lang: str) -> dict[int, str]:
    """`{number of a sentence: address}` of those the centre's voice of a language can say."""
    if lang not in GRAMMARS:
        return {}
    try:
        name = check.pack_name(centre.voice, lang)
        pack = installed_packs.find(name, lang, parts().settings.data, centre.code)
    except BadPack:
        return {}
    there = set(prompts_of(lang)) & pack.clips.keys() - set(gone(pack))
    return {
        int(key.removeprefix("phrase_")): f"/display/voice/{centre.code}/{lang}/{clip['file']}"
        for key, clip in pack.clips.items()
        if key in there and key.startswith("phrase_")
    }


def _rows(lang: str) -> list[dict[str, Any]]:
    """The sentences in both languages, numbered, each group's name before its first."""
    own, theirs = area(g.language, "phrases"), area(lang, "phrases")
    sentences = [text for _, text in texts_of(own["sentences"])]
    return [
        {
            "n": n + 1,
            "group": own["groups"][GROUPS.index(n)] if n in GROUPS else "",
            "own": text,
            "theirs": theirs["sentences"][n],
        }
        for n, text in enumerate(sentences)
    ]
