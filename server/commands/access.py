"""`luot access-log`: who came in and who was turned away."""

import json

import click

from ..accounts.access_log import AccessLog
from ..clock import now_ms
from .common import centre_option, data_option, one_line_errors, opened


@click.command("access-log")
@data_option
@centre_option
@click.option("--since", type=click.IntRange(0), default=0, help="Only rows after this id.")
@one_line_errors
def access_log(data: str, centre: str | None, since: int) -> None:
    """Print who logged in, failed, was locked out or refused: one JSON object a line, oldest
    first.
    """
    _, store = opened(data)
    entries = AccessLog(store, now_ms)
    while rows := entries.since(centre, since):
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        since = rows[-1]["id"]
