"""`luot voice pack`: a voice as one file for other centres; `luot voice script`: what is read on
the day of recording, to print.
"""

import json
from html import escape
from pathlib import Path

import click

from domain.grammars import GRAMMARS
from domain.languages import DEFAULT
from server import config
from server.commands.options import one_line_errors
from server.commands.voice_options import LANGUAGES, centre_code_option, data_option, stop
from server.texts import languages
from server.voice import installed_packs
from server.voice.check import kinds
from server.voice.make import CannotMake
from server.voice.pack import BadPack, gone, keys_of, sha256_of
from server.voice.pack_file import SUFFIX, lacking_for_others, pack_bytes


@click.command(
    help=(
        "Writes the pack in force by that name as one file, for other centres and hubs: luot voice"
        " import FILE takes it. Prints its sha256."
    )
)
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--locale", type=LANGUAGES, default=DEFAULT, show_default=True, help="Language it speaks."
)
@click.option(
    "--consent",
    help="How the speaker agreed, and where the signed paper lies; put into the manifest.",
)
@centre_code_option
@data_option
@one_line_errors
def pack(
    name: str,
    file: Path,
    locale: str,
    consent: str | None,
    centre: str | None,
    data: str | None,
) -> None:
    """Refuses a pack with missing files, and a person's voice without licence or consent."""
    try:
        chosen_pack = installed_packs.find(name, locale, config.load(data=data).data, centre)
        if missing := gone(chosen_pack):
            raise CannotMake("the pack is not whole", [f"{key}: no whole file" for key in missing])
    except (BadPack, CannotMake) as trouble:
        stop(trouble)
    if consent:
        chosen_pack.manifest["consent"] = consent.strip()[:400]
    if lacking := lacking_for_others(chosen_pack):
        raise click.ClickException(
            f"the manifest does not say {', '.join(lacking)}; a person's voice leaves this hub only"
            ' with all of them: --consent "signed on …, kept at …"'
        )
    manifest = json.dumps(chosen_pack.manifest, ensure_ascii=False, indent=1) + "\n"
    content = pack_bytes(chosen_pack, manifest.encode())
    if file.suffix != SUFFIX:
        file = file.with_name(file.name + SUFFIX)
    file.write_bytes(content)
    click.echo(f"{sha256_of(content)}  {file}")


@click.command(
    help=(
        "Writes the script of one recording day as a page to print: every prompt in its order with"
        " its code, how to read it, what to prepare."
    )
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--locale",
    type=LANGUAGES,
    default=DEFAULT,
    show_default=True,
    help="Language that is read aloud.",
)
@click.option(
    "--lang",
    default=DEFAULT,
    show_default=True,
    type=click.Choice(languages().for_staff()),
    help="Language of the page itself.",
)
@one_line_errors
def script(file: Path, locale: str, lang: str) -> None:
    """One HTML file without anything from outside."""
    file.write_text(script_page(locale, lang), "utf-8")
    click.echo(f"{file}: {len(keys_of(locale))} prompts")


def script_page(locale: str, lang: str) -> str:
    """The page: rules of the day, then a table of prompts with a box to tick."""
    studio = languages().area(lang, "studio")
    words, kind_of = studio["day"], kinds(locale)
    prompts = GRAMMARS[locale]["clips"]
    rows = "".join(
        f"<tr><td>{n}</td><td class=t lang={escape(locale)}>{escape(prompts[key])}</td>"
        f"<td>{escape(studio['hint'].get(kind_of[key], studio['hint']['alone']))}</td>"
        f"<td><code>{escape(key)}</code></td><td>☐</td></tr>"
        for n, key in enumerate(keys_of(locale), 1)
    )
    rules = "".join(f"<li>{escape(rule)}</li>" for rule in words["rules"])
    named = {"language": languages()[locale].name, "n": len(keys_of(locale))}
    title = languages()[lang].fill(words["title"], named)
    heads = "".join(f"<th>{escape(head)}</th>" for head in words["columns"])
    return (
        f"<!doctype html><html lang={escape(lang)}><meta charset=utf-8>"
        f"<title>{escape(title)}</title>"
        "<style>body{font:12pt sans-serif;margin:15mm}table{border-collapse:collapse;width:100%}"
        "td,th{border-bottom:1px solid #999;padding:1.5mm;text-align:left;vertical-align:top}"
        "tr{break-inside:avoid}.t{font-size:15pt}</style>"
        f"<h1>{escape(title)}</h1><ol>{rules}</ol><p>{escape(words['signed'])}</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></html>\n"
    )
