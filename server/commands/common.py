"""What the commands share: acting on the store as the command line.

What needs no store stands in `options.py`.
"""

import secrets
import sys

import click

from .. import config
from ..acts import ActContext, Actor
from ..acts.hub_clock import HubClock
from ..clock import Machine
from ..store import centres
from ..store.engine import open_store
from ..texts import complete
from .options import (  # noqa: F401  (for the commands that act)
    centre_option,
    data_option,
    one_line_errors,
)


def opened(data):
    """`(settings, store)` of a data folder."""
    settings = config.load(data=data)
    return settings, open_store(settings.database_url or settings.data)


def context_of(settings, store):
    """An ActContext for the command line, by the hub's time; a running hub notices its acts within
    a second.
    """
    machine = Machine()
    clock = HubClock(store, machine.read, machine.read_whole)
    return ActContext(store, clock, settings.hours, settings.undo_seconds, settings.public_url)


def only_centre(store, code):
    """The centre asked for, or the only one. Raises click.UsageError with the mend."""
    with store.read() as conn:
        known = centres.codes(conn)
    if code:
        if code not in known:
            raise click.UsageError(
                f"there is no centre {code!r}; loaded:"
                f" {', '.join(known) or 'none (run `luot load FILE`)'}"
            )
        return code
    if len(known) != 1:
        raise click.UsageError(
            "name the centre with --centre: "
            + (", ".join(known) if known else "none is loaded yet; run `luot load FILE`")
        )
    return known[0]


def as_admin(code):
    """The command line as an actor."""
    return Actor(code, "hub:command", "admin", name="luot")


def press():
    """A request id of the command line's own."""
    return f"cli-{secrets.token_hex(12)}"


def or_exit(answer):
    """The answer of an act; a refusal ends the command with its sentence."""
    if not answer["ok"]:
        sys.exit(f"luot: {complete(answer, 'en')['message']}")
    return answer
