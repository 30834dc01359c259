"""`luot languages`: which languages there are, which of their texts are drafts, and who checked
them.
"""

import json
import sys
from datetime import date

import click

from domain.languages import FOR_CITIZENS, STATUS, print_of, texts_of

from ..clock import now_ms
from ..texts import FOLDER, languages


@click.group(name="languages", help="Languages: which there are, what of them is a draft, checks.")
def languages_command() -> None:
    pass


@languages_command.command(name="list", help="Lists every language with its texts and drafts.")
def list_() -> None:
    """One line a language."""
    for code in languages():
        language = languages()[code]
        texts = sum(1 for area in language.areas.values() for _ in texts_of(area))
        whose = "staff and citizens" if language.for_staff else "citizens"
        drafts = len(language.drafts())
        click.echo(f"{code}\t{language.name}\t{whose}\t{texts} texts\t{drafts} drafts for citizens")


def _existing(code: str) -> str:
    if code not in languages():
        sys.exit(f"luot: there is no language {code!r}; there are {', '.join(languages())}")
    return code


@languages_command.command(help="Prints the drafts of a language beside the default language.")
@click.argument("code")
def drafts(code: str) -> None:
    """Key, the default language's words, its own: parted by tabs, for a spreadsheet."""
    language = languages()[_existing(code)]
    default = dict(_texts(next(iter(languages()))))
    own = dict(_texts(code))
    for key in language.drafts():
        click.echo(f"{key}\t{default.get(key, '')}\t{own[key]}")


@languages_command.command(help="Notes that a native speaker has checked texts as they stand now.")
@click.argument("code")
@click.option("--by", required=True, help="Who checked them: a name.")
@click.option(
    "--key",
    "begins",
    multiple=True,
    help="Only texts whose key begins so (kiosk.welcome); may be given again. All by default.",
)
def check(code: str, by: str, begins: tuple[str, ...]) -> None:
    """Writes status.json of the language; a text that changes later is a draft again."""
    language = languages()[_existing(code)]
    if not by.strip():
        sys.exit("luot: --by is empty; name the person who checked the texts")
    own = dict(_texts(code))
    chosen = [key for key in language.drafts() if not begins or key.startswith(begins)]
    if not chosen:
        sys.exit("luot: no draft begins so; luot languages drafts CODE lists them")
    status = dict(language.status)
    today = f"{date.fromtimestamp(now_ms() / 1000):%Y-%m-%d}"
    checked = dict(status.get("checked") or {})
    checked |= {k: {"by": by.strip(), "on": today, "text": print_of(own[k])} for k in chosen}
    content = json.dumps({**status, "checked": checked}, ensure_ascii=False, indent=2)
    (FOLDER / code / f"{STATUS}.json").write_text(content + "\n", "utf-8")
    languages.cache_clear()
    click.echo(
        f"{len(chosen)} texts checked by {by.strip()}; {len(languages()[code].drafts())} left"
    )


def _texts(code: str) -> list[tuple[str, str]]:
    areas = languages()[code].areas
    return [pair for area in FOR_CITIZENS for pair in texts_of(areas.get(area) or {}, f"{area}.")]
