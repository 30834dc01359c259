"""`luot draw`: who has a place of a scarce day, so that anybody can check it."""

import json
import secrets
import sys
from pathlib import Path
from typing import Any

import click

from domain.day import moment
from domain.draw import fingerprint, mistakes_of

from ..acts import draws
from ..outside_keys import KeyTrouble, OutsideKeys, draw_secret
from .common import as_admin, context_of, only_centre, opened, or_exit, press
from .options import centre_option, data_option, one_line_errors

#: What `verify` says of each thing that does not agree.
WRONG = {
    "secret": "the secret is not the one whose fingerprint was published before requests opened",
    "list": "the list is not the one whose fingerprint was published when they closed",
    "order": "the order does not follow from secret, public figure and list",
    "places": "those who have a place are not the first of the order",
    "form": "this is no record of a draw, or a part of it is missing",
}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help="Draw who has a place of a scarce day, so that anybody can check it.")
def draw() -> None:
    """The steps in their order: open, close, do; and verify, for anybody."""


@draw.command("open")
@click.argument("name")
@click.option("--places", type=click.IntRange(1, 10_000), required=True, help="How many there are.")
@click.option("--source", required=True, help="The public figure that will be used, in words.")
@click.option("--closes", required=True, metavar="MOMENT", help="When requests close.")
@click.option("--fixed", required=True, metavar="MOMENT", help="When the public figure is known.")
@click.option("--date", help="The day of the places: it is asked for on pages, winners are booked.")
@click.option("--field", help="With --date: the field of the places.")
@click.option("--service", help="With --date: the procedure of the places.")
@click.option("--opens", metavar="MOMENT", help="With --date: when requests open; at once.")
@data_option
@centre_option
@one_line_errors
def open_(
    name: str,
    places: int,
    source: str,
    closes: str,
    fixed: str,
    date: str | None,
    field: str | None,
    service: str | None,
    opens: str | None,
    data: str | None,
    centre: str | None,
) -> None:
    """Open the draw NAME: make its secret, and print the fingerprint to be published now.

    A MOMENT is a date and time of the centre, as 2026-12-03T19:00.
    """
    settings, store = opened(data)
    code = only_centre(store, centre)
    context = context_of(settings, store)
    zone = context.centre(code).timezone
    closes_at, fixed_at = _moment(closes, zone), _moment(fixed, zone)
    secret = secrets.token_hex(32)
    # kept before it is bound to: a secret that is lost can never be shown
    kept_as = draw_secret(code, fingerprint(secret))
    OutsideKeys(settings.data).put(kept_as, secret, context.clock())
    answer = or_exit(
        draws.open_draw(
            context,
            as_admin(code),
            press(),
            draw=name,
            places=places,
            source=source,
            secret_hash=fingerprint(secret),
            closes_at=closes_at,
            fixed_at=fixed_at,
            opens_at=_moment(opens, zone) if opens else None,
            field=field,
            service=service,
            date=date,
        )
    )
    click.echo(f"fingerprint of the secret: {answer['secret_hash']}")
    click.echo(f"public figure: {source}, known at {fixed}")
    click.echo("Publish both now, before the first request.")


@draw.command("close")
@click.argument("name")
@click.argument("tags", type=FILE, required=False)
@data_option
@centre_option
@one_line_errors
def close(name: str, tags: Path | None, data: str | None, centre: str | None) -> None:
    """Close the requests of the draw NAME, of all who asked on pages and of TAGS, who asked
    otherwise, one tag a line; print the fingerprint of the list.

    A tag is what an applicant was given (never a name).
    """
    settings, store = opened(data)
    code = only_centre(store, centre)
    context = context_of(settings, store)
    answer = or_exit(
        draws.close_draw(
            context, as_admin(code), press(), draw=name, tags=_lines(tags) if tags else []
        )
    )
    click.echo(f"fingerprint of the list: {answer['list_hash']} ({answer['entries']} tags)")
    click.echo("Publish it and the list now, before the public figure is known.")


@draw.command("do")
@click.argument("name")
@click.argument("value")
@click.argument("tags", type=FILE, required=False)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@data_option
@centre_option
@one_line_errors
def do(
    name: str, value: str, tags: Path | None, out: Path, data: str | None, centre: str | None
) -> None:
    """Do the draw NAME with the public figure VALUE, and the list TAGS where it is not the hub's;
    write the record that anybody checks (--out FILE).
    """
    settings, store = opened(data)
    code = only_centre(store, centre)
    context = context_of(settings, store)
    stood = draws.stands(context, code, name)
    try:
        kept_as = draw_secret(code, stood.opened.secret_hash if stood else "")
        secret = OutsideKeys(settings.data).secret(kept_as)
    except KeyTrouble:
        sys.exit(f"luot: no secret of a draw {name!r} lies here; open it with `luot draw open`")
    answer = or_exit(
        draws.do_draw(
            context,
            as_admin(code),
            press(),
            draw=name,
            secret=secret,
            value=value,
            tags=_lines(tags) if tags else None,
        )
    )
    record: dict[str, Any] = answer["record"]
    out.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for rank, tag in enumerate(record["order"], 1):
        click.echo(
            f"{rank:>5}  {tag}  {'has a place' if rank <= record['places'] else ''}".rstrip()
        )
    click.echo(f"Publish {out}.")


@draw.command("verify")
@click.argument("record", type=FILE)
def verify(record: Path) -> None:
    """Check a published RECORD of a draw; needs nothing of the centre. Exit 1 where it is wrong."""
    try:
        content = json.loads(record.read_text("utf-8"))
    except (OSError, ValueError):
        content = {}
    mistakes = mistakes_of(content)
    for mistake in mistakes:
        click.echo(f"luot: {WRONG[mistake]}", err=True)
    if mistakes:
        sys.exit(1)
    click.echo(f"right: {len(content['tags'])} tags, {content['places']} places")


def _lines(file: Path) -> list[str]:
    return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]


def _moment(text: str, zone: str) -> int:
    date, _, time = text.partition("T")
    try:
        return moment(date, time, zone)
    except ValueError:
        sys.exit(f"luot: {text!r} is no date and time; write it like 2026-12-03T19:00")
