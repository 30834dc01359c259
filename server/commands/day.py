"""Commands on the service day and on the hub's clock."""

import sys
from typing import Any

import click

from domain.day import local

from .. import acts
from ..acts import ActContext, show
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

DOUBTS = {
    "jumped": "it was changed while the machine ran",
    "behind": "it says less than when something last happened",
    "far_ahead": "it says over three months more than when the hub last ran",
    "too_early": "it shows a year long past",
}


@click.command("open-day")
@data_option
@centre_option
@one_line_errors
def open_day(data: str | None, centre: str | None) -> None:
    """Open today's service day by hand: numbers are given until it is closed, whatever the ticket
    hours say.
    """
    settings, store = opened(data)
    code = only_centre(store, centre)
    day = or_exit(acts.open_day(context_of(settings, store), as_admin(code), press()))["day"]
    click.echo(f"{code}: service day {day['date']} is open")


@click.command("close-day")
@data_option
@centre_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@one_line_errors
def close_day(data: str | None, centre: str | None, yes: bool) -> None:
    """Close the service day: open tickets expire, counters close. On a terminal it says first whom
    that ends, and asks.
    """
    settings, store = opened(data)
    code = only_centre(store, centre)
    context = context_of(settings, store)
    if not yes and sys.stdin.isatty():
        click.confirm(_whom_it_ends(context, code), abort=True)
    answer = or_exit(acts.close_day(context, as_admin(code), press()))
    click.echo(
        f"{code}: service day {answer['day']['date']} is closed, {answer['expired']} open tickets"
        " expired; `luot reopen-day` takes it back until ten minutes after the next number"
    )


def _whom_it_ends(context: ActContext, code: str) -> str:
    reading = show.CentreReading(context, code)
    totals = show.manager(reading)["totals"]
    at_counters = totals["called"] + totals["serving"]
    return (
        f"{code}: closing ends the turns of {totals['waiting']} waiting, {at_counters} at"
        f" counters, {totals['parked']} parked and {totals['absent']} absent. Close the day?"
    )


@click.command("reopen-day")
@data_option
@centre_option
@one_line_errors
def reopen_day(data: str | None, centre: str | None) -> None:
    """Take back the last closing of today: everybody has their place again, new numbers are kept.
    Until ten minutes after the first new number.
    """
    settings, store = opened(data)
    code = only_centre(store, centre)
    answer = or_exit(acts.reopen_day(context_of(settings, store), as_admin(code), press()))
    click.echo(
        f"{code}: service day {answer['day']['date']} goes on, {answer['restored']} tickets have"
        " their place again"
    )


@click.command()
@data_option
@centre_option
@click.option(
    "--confirm",
    metavar="TIME",
    help="Say what time it is: machine, hub, or the local date and time, 2026-11-23T07:02.",
)
@click.option(
    "--move-day",
    is_flag=True,
    help="With --confirm: the day that a wrong clock dated becomes today's.",
)
@one_line_errors
def clock(data: str | None, centre: str | None, confirm: str | None, move_day: bool) -> None:
    """Say what the hub believes of the time, and mend it. Exit code 1 while it is in doubt."""
    settings, store = opened(data)
    code = only_centre(store, centre)
    context = context_of(settings, store)
    if move_day and confirm is None:
        raise click.UsageError("--move-day goes with --confirm machine, hub or the time")
    if confirm is not None:
        answer = or_exit(acts.confirm_clock(context, as_admin(code), press(), confirm, move_day))
        _say_what_moved(code, answer["moved"])
    about = acts.about_clock(context, code)
    for line in _in_words(about):
        click.echo(f"{code}: {line}")
    if about["doubt"]:
        sys.exit(
            f"luot: the clock is in doubt: {DOUBTS[about['doubt']]}; no day opens or closes by"
            " itself until `luot clock --confirm machine`, `--confirm hub` or"
            " `--confirm 2026-11-23T07:02`"
        )
    if about["question"]:
        sys.exit(
            f"luot: the stored service day {about['question']} was dated by a wrong clock; if its"
            " people came today, `luot clock --confirm machine --move-day` puts it right"
        )


def _in_words(about: dict[str, Any]) -> list[str]:
    def clock_text(at: int) -> str:
        return f"{local(at, about['timezone']):%Y-%m-%d %H:%M}"

    service = {True: "a time service keeps it right", False: "no time service sets it"}.get(
        about["synchronised"], "whether a time service sets it is not known"
    )
    day = about["day"]
    return [
        f"the hub's time is {clock_text(about['at'])}",
        f"the machine's clock says {clock_text(about['machine'])}; {service}",
        f"the service day is {day['date']}, {day['state']}" if day else "no service day yet",
    ]


def _say_what_moved(code: str, moved: dict[str, Any]) -> None:
    if moved["days"]:
        click.echo(f"{code}: {moved['tickets']} tickets of {', '.join(moved['days'])} are today's")
    for before, after in moved["renumbered"]:
        click.echo(f"{code}: two people held {before}; the later one has {after} now, tell them")
