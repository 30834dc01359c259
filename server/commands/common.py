"""What the commands share: acting on the store as the command line.

What needs no store stands in `options.py`.
"""

import secrets
import sys
from collections.abc import Mapping
from typing import Any

import click

from domain.languages import COMMAND_LINE

from .. import config
from ..acts import ActContext, Actor
from ..acts.hub_clock import HubClock
from ..clock import Machine
from ..store import centres
from ..store.engine import Store, open_store
from ..texts import complete
from .options import (  # noqa: F401  (for the commands that act)
    centre_option,
    data_option,
    one_line_errors,
)


def opened(data: str | None) -> tuple[config.Settings, Store]:
    """`(settings, store)` of a data folder."""
    settings = config.load(data=data)
    return settings, open_store(settings.database_url or settings.data, data_folder=settings.data)


def context_of(settings: config.Settings, store: Store) -> ActContext:
    """An ActContext for the command line, by the hub's time; a running hub notices its acts within
    a second.
    """
    machine = Machine()
    clock = HubClock(store, machine.read, machine.read_whole)
    return ActContext(store, clock, settings.hours, settings.undo_seconds, settings.public_url)


def only_centre(store: Store, code: str | None) -> str:
    """The centre asked for, or the only one. Raises click.UsageError with the mend."""
    with store.read() as conn:
        codes = centres.codes(conn)
    if code:
        if code not in codes:
            raise click.UsageError(
                f"there is no centre {code!r}; loaded:"
                f" {', '.join(codes) or 'none (run `luot load FILE`)'}"
            )
        return code
    if len(codes) != 1:
        raise click.UsageError(
            "name the centre with --centre: "
            + (", ".join(codes) if codes else "none is loaded yet; run `luot load FILE`")
        )
    return codes[0]


def as_admin(code: str) -> Actor:
    """The command line as an actor."""
    return Actor(code, "hub:command", "admin", name="luot")


def press() -> str:
    """A request id of the command line's own."""
    return f"cli-{secrets.token_hex(12)}"


def or_exit(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer of an act; a refusal ends the command with its sentence."""
    if not answer["ok"]:
        sys.exit(f"luot: {complete(answer, COMMAND_LINE)['message']}")
    return answer
