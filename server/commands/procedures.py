"""Commands on the list of procedures: in from a spreadsheet, out to one."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from domain.languages import DEFAULT

from .. import acts
from ..centre import CentreDocument, read_stored
from ..centre.sentences import in_words
from ..clock import now_ms
from ..store import centres
from ..texts import area, languages
from .common import (
    as_admin,
    centre_option,
    context_of,
    data_option,
    one_line_errors,
    only_centre,
    opened,
    or_exit,
    press,
)

#: What a cell of the screen holds of a list of notes of one kind.
MOST_OF_A_KIND = 20


def load_procedures(
    file: str,
    data: str | None,
    centre: str | None,
    called: tuple[str, ...],
    remove: bool,
    apply: bool,
    lang: str,
) -> None:
    """Say what a list of procedures changes, and put it in force if that is asked for."""
    from ..spreadsheets import ListFault, plan_of, read_table, sentences_of

    settings, store = opened(data)
    code = only_centre(store, centre)
    with store.read() as conn:
        version, in_force = _in_force(conn, code)
    try:
        plan = plan_of(read_table(_content(file)), in_force, _named(called), remove)
    except ListFault as fault:
        sys.exit("\n".join(f"luot: {file}: {line}" for line in sentences_of(fault.notes, lang)))
    texts = area(lang, "spreadsheet")
    for what, head in plan.columns.heads.items():
        click.echo("# " + texts["column"].format(head=head, what=_what(texts, what)))
    if plan.columns.unused:
        click.echo("# " + texts["unused"].format(heads=", ".join(plan.columns.unused)))
    _say(
        ["# " + line for line in sentences_of((n for n in plan.notes if not n.refuses), lang)], lang
    )
    if plan.document is None or plan.refusals:
        sys.exit("\n".join(f"luot: {file}: {line}" for line in sentences_of(plan.refusals, lang)))
    for line in plan.differences or [texts["nothing"].format(centre=code)]:
        click.echo(line)
    click.echo("# " + _counts(texts, plan.differences, plan.count))
    with store.read() as conn:
        consequences = acts.consequences(conn, now_ms(), in_force, plan.document)
    for consequence in consequences:
        click.echo(f"! {consequence.sentence(lang)}")
    if not plan.differences:
        return
    if not apply:
        click.echo("# " + texts["not_applied"])
        return
    context = context_of(settings, store)
    answer = acts.load_centre(context, as_admin(code), press(), plan.document, version)
    if answer.get("error") == "load_refused":
        sys.exit(
            "\n".join(
                f"luot: {in_words('consequences', row['code'], row['params'], lang)}"
                for row in answer["params"]["reasons"]
            )
        )
    or_exit(answer)
    click.echo(texts["in_force"].format(centre=code))


def _in_force(conn: centres.Connection, code: str) -> tuple[int, CentreDocument]:
    stored = centres.stored(conn, code)
    assert stored is not None, "only_centre gives a centre that is loaded"
    return stored[0], read_stored(json.loads(stored[1]))[0]


def _content(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        sys.exit(f"luot: {file} cannot be read ({error.strerror}); check the name")


def _named(called: tuple[str, ...]) -> dict[str, str]:
    """`--field "Hộ tịch (Bộ Tư pháp)=B"` as {name: prefix}."""
    named = {}
    for pair in called:
        name, sign, prefix = pair.rpartition("=")
        if not sign or not name.strip() or not prefix.strip():
            sys.exit(
                f'luot: --field "{pair}": write "name in the list=B", or "…=-" to leave it out'
            )
        named[name.strip()] = prefix.strip()
    return named


def _what(texts: Mapping[str, Any], column: str) -> str:
    kind, _, lang = column.rpartition("_")
    if column in texts["heads"]:
        return str(texts["heads"][column])
    return f"{texts['heads'][kind]} ({lang})"


def _say(lines: list[str], lang: str) -> None:
    """The notes, at most so many: whoever has hundreds of one kind has seen the pattern."""
    for line in lines[:MOST_OF_A_KIND]:
        click.echo(line)
    if len(lines) > MOST_OF_A_KIND:
        click.echo("# " + area(lang, "spreadsheet")["more"].format(n=len(lines) - MOST_OF_A_KIND))


def _counts(texts: Mapping[str, Any], differences: Sequence[str], count: int) -> str:
    new, gone, changed = (
        sum(line.startswith(f"{sign} service ") for line in differences) for sign in "+-~"
    )
    return str(texts["counts"]).format(count=count, new=new, gone=gone, changed=changed)


@click.command()
@data_option
@centre_option
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False),
    help="The file to write, .xlsx or .csv.",
)
@click.option(
    "--lang",
    type=click.Choice(languages().for_staff()),
    default=DEFAULT,
    help="Language of the heads.",
)
@one_line_errors
def services(data: str | None, centre: str | None, out: str, lang: str) -> None:
    """Write the list of procedures as a spreadsheet, which `luot load --services` reads again."""
    from ..spreadsheets import written

    target = Path(out)
    format_ = target.suffix.lower().removeprefix(".")
    if format_ not in ("xlsx", "csv"):
        sys.exit(f"luot: {out}: name it .xlsx or .csv")
    _, store = opened(data)
    code = only_centre(store, centre)
    with store.read() as conn:
        _, document = _in_force(conn, code)
    try:
        target.write_bytes(written(document, format_, lang))
    except OSError as error:
        sys.exit(f"luot: {out} cannot be written ({error.strerror}); choose another place")
    click.echo(f"{code}: {len(document.services)} procedures in {out}")
