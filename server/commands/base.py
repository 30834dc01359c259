"""`luot base`: the document a province shares among its centres."""

import sys
from typing import Any

import click

from domain.languages import COMMAND_LINE

from ..acts import Refusal
from ..acts import base as acts
from ..centre.changes_of_base import values_of
from ..centre.sentences import in_words
from ..centre.yaml_file import CentreFileError, read_plain
from ..texts import complete
from .common import (
    as_admin,
    context_of,
    data_option,
    one_line_errors,
    only_centre,
    opened,
    press,
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False), required=False)
@data_option
@click.option("--join", metavar="CENTRE", help="This centre stands on the base from now on.")
@click.option(
    "--only",
    metavar="A,B,…",
    default="",
    help="With FILE or --rest: only these centres take it; try it in five first.",
)
@click.option("--rest", is_flag=True, help="The newest base reaches the centres that have not it.")
@click.option("--apply", is_flag=True, help="Do it; without it is only said what would change.")
@click.option("--reason", default="", help="Why, as the history shows it.")
@click.option(
    "--put-back",
    metavar="PLACE",
    help='A place as "fields/C/name": every centre (of --only) holds what the base says again.',
)
@one_line_errors
def base(
    file: str | None,
    data: str | None,
    join: str | None,
    only: str,
    rest: bool,
    apply: bool,
    reason: str,
    put_back: str | None,
) -> None:
    """Say what the centres have of their own beside the base; or let a new base, the part of a
    centre's file that a province shares, reach the centres that stand on it.
    """
    settings, store = opened(data)
    context = context_of(settings, store)
    wanted = [code for code in only.split(",") if code]
    if join is not None:
        code = only_centre(store, join)
        _or_exit(code, acts.join_base(context, as_admin(code), press()))
        click.echo(f"{code}: stands on the base, version {acts.newest_base(context)[0]}")
    elif put_back is not None:
        place = tuple(put_back.split("/"))
        for code in acts.own_places(context):
            if wanted and code not in wanted:
                continue
            answer = acts.give_back(context, as_admin(code), press(), [place])
            _or_exit(code, answer)
            click.echo(f"{code}: {answer['changed']} places put back")
    elif file is not None or rest:
        _reach(context, file, wanted, apply, reason)
    else:
        version, document = acts.newest_base(context)
        click.echo(f"base version {version}: {len(list(values_of(document)))} places")
        for code, own in acts.own_places(context).items():
            for change in own:
                place_text = "/".join(change.place)
                click.echo(f"{code}\t{place_text}\t{change.old!r} -> {change.new!r}")


def _reach(context: Any, file: str | None, wanted: list[str], apply: bool, reason: str) -> None:
    version, document = acts.newest_base(context)
    if file is not None:
        try:
            document = read_plain(file)
        except CentreFileError as error:
            sys.exit("\n".join(f"luot: {mistake}" for mistake in error.mistakes))
        try:
            version = acts.keep_base(context, as_admin(""), document, reason) if apply else version
        except Refusal as refusal:
            sys.exit(f"luot: {file}: {complete(refusal.answer(), COMMAND_LINE)['message']}")
    if not apply:
        click.echo(f"# {len(list(values_of(document)))} places; add --apply to let it reach them")
        return
    failed = False
    for reach in acts.reach_of(context, version, wanted):
        answer = acts.take_base(context, as_admin(reach.centre), press(), version)
        if not answer["ok"]:
            failed = True
            click.echo(f"{reach.centre}: not taken, {reach.problem or _why(answer)}")
            continue
        keeps = f", keeps {len(reach.keeps)} of its own" if reach.keeps else ""
        click.echo(f"{reach.centre}: {answer['changed']} places changed{keeps}")
    if failed:
        sys.exit("luot: some centres did not take it; mend them, then `luot base --rest --apply`")


def _why(answer: Any) -> str:
    reasons = answer.get("params", {}).get("reasons")
    if reasons:
        return in_words("consequences", reasons[0]["code"], reasons[0]["params"], COMMAND_LINE)
    return str(complete(answer, COMMAND_LINE)["message"])


def _or_exit(code: str, answer: Any) -> None:
    if not answer["ok"]:
        sys.exit(f"luot: {code}: {_why(answer)}")
