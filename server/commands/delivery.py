"""`luot delivery`: the process that carries notices out of the house; `luot delivery-secret`: what
its providers and receivers know us by.
"""

import signal
import sys
from threading import Event

import click

from ..delivery.tokens import TokenFile
from ..outside_keys import OutsideKeys
from ..serving import log_lines
from ..store import deliveries
from .common import context_of, only_centre, opened
from .ending import when_told_to_end
from .options import centre_option, data_option, one_line_errors


@click.command()
@click.option("--turn-on", metavar="CODE", help="Turn on a webhook that said it is gone, and end.")
@data_option
@centre_option
@one_line_errors
def delivery(turn_on: str | None, data: str | None, centre: str | None) -> None:
    """Carry notices to phones, mailboxes and programs outside, beside the hub and until it is
    stopped. Without it they wait; the hall goes on.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    settings, store = opened(data)
    if turn_on:
        code = only_centre(store, centre)
        with store.change() as conn:
            was_off = deliveries.switch_on(conn, code, f"webhook:{turn_on}")
        if not was_off:
            raise click.UsageError(f"no webhook {turn_on!r} of {code} is off")
        click.echo(f"on again: {turn_on}", err=True)
        return
    log_lines.start(settings.log_format)
    from ..delivery.channels import deliverer

    keys = OutsideKeys(settings.data)
    program = deliverer(settings, store, keys, context_of(settings, store).clock)
    # there before the first phone asks for it
    keys.vapid_pem()
    stop = Event()
    when_told_to_end(stop.set)
    program.run(stop)
    store.close()


@click.command("delivery-secret")
@click.argument("name")
@click.option("--show", is_flag=True, help="Print the secret of a webhook, for its receiver.")
@click.option(
    "--refresh-token",
    is_flag=True,
    help="Read a provider's refresh token (delivery.messages[].renewal) from standard input.",
)
@click.option("--rotate", is_flag=True, help="Give a webhook a new secret; both hold for a week.")
@data_option
@centre_option
@one_line_errors
def delivery_secret(
    name: str,
    show: bool,
    refresh_token: bool,
    rotate: bool,
    data: str | None,
    centre: str | None,
) -> None:
    """Keep a secret of `delivery:` in the data folder, never in the centre's document.

    NAME: `mail`, the code of a provider of messages (the secret is read from standard input), or
    `webhook:CODE` with --show or --rotate.
    """
    settings, store = opened(data)
    code = only_centre(store, centre)
    keys = OutsideKeys(settings.data)
    now = context_of(settings, store).clock()
    kind, _, hook = name.partition(":")
    if kind == "webhook" and hook:
        own = f"{code}:{hook}"
        if rotate:
            keys.put(f"webhook:{own}", keys.new_webhook_secret(), now)
        if show or rotate:
            click.echo(keys.webhook_secrets(own, now)[0])
            return
        raise click.UsageError("a webhook's secret is made here: --show prints it")
    value = sys.stdin.readline().strip()
    if not value:
        raise click.UsageError("give the secret on standard input, in one line")
    if refresh_token:
        TokenFile(settings.data, code, name).put(value)
    else:
        keys.put(f"{code}:{name}", value, now)
    click.echo(f"kept for {code}: {name}", err=True)
