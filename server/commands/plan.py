"""`luot plan`: a plan for a day tried beside the usual one, on the same random days."""

import json
import re
from pathlib import Path
from typing import Any

import click

from domain.planning import BadPlan, Band, Outcome, Plan, as_json, live

from ..centre import centre_of
from ..centre.yaml_file import read_centre
from .options import Between, one_line_errors
from .simulate import clerk_speeds, configured_demand, learned_day, staffed_counters, working_days

MOST_DAYS = 400


def _assignments(texts: tuple[str, ...]) -> dict[str, list[str]]:
    """("23=A,T", …) → {"23": ["A", "T"]}. Raises ClickException."""
    assigned: dict[str, list[str]] = {}
    for text in texts:
        number, equals, fields = text.partition("=")
        if not equals or not number.strip():
            raise click.ClickException(f"--assign {text!r}: write COUNTER=FIELD,FIELD, as 23=A,T")
        assigned[number.strip()] = [field.strip() for field in fields.split(",") if field.strip()]
    return assigned


def _windows(text: str | None) -> list[tuple[str, str]]:
    """ "07:30-11:30,13:00-17:00" → its windows. Raises ClickException."""
    windows: list[tuple[str, str]] = []
    for span in filter(None, (text or "").split(",")):
        times = re.fullmatch(r"\s*([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)\s*", span)
        if times is None:
            raise click.ClickException(f"--hours {text!r}: write 07:30-11:30,13:00-17:00")
        begin, end = span.strip().split("-")
        windows.append((begin, end))
    return windows


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--open", "opened", multiple=True, metavar="COUNTER", help="Staff this counter too.")
@click.option("--shut", multiple=True, metavar="COUNTER", help="Do without this counter.")
@click.option(
    "--assign",
    "assigned",
    multiple=True,
    metavar="COUNTER=FIELDS",
    help="Let a counter serve these fields: 23=A,T.",
)
@click.option("--hours", help="Hours of the counters: 07:30-11:30,13:00-17:00.")
@click.option("--people", type=Between(-90, 400), default=0, help="So many percent more people.")
@click.option("--days", type=click.IntRange(5, MOST_DAYS), default=40, help="Days to live.")
@click.option("--seed", type=int, default=1, help="The same seed gives the same days.")
@click.option("--tickets", type=Between(1, 20000), help="People a day; else the file's.")
@click.option("--from", "first", help="The first day (2026-11-02); else today.")
@click.option(
    "--learned-from",
    "journal",
    type=click.Path(file_okay=False),
    help="A data folder, as for `luot simulate`.",
)
@click.option("--json", "into", type=click.Path(dir_okay=False), help="Write the figures there.")
@one_line_errors
def plan(
    file: str,
    opened: tuple[str, ...],
    shut: tuple[str, ...],
    assigned: tuple[str, ...],
    hours: str | None,
    people: float,
    days: int,
    seed: int,
    tickets: float | None,
    first: str | None,
    journal: str | None,
    into: str | None,
) -> None:
    """Try a plan for a day: what is changed, beside the day as it is, on the same random days."""
    document = read_centre(file)
    centre = centre_of(document)
    changed = Plan(
        opened, shut, _assignments(assigned), _windows(hours), round(1 + people / 100, 4)
    )
    if into and not Path(into).resolve().parent.is_dir():
        raise click.ClickException(f"there is no folder for {into}: make it first")
    if journal is not None:
        demand, counters = learned_day(journal, centre, tickets)
        speeds = dict.fromkeys(centre.counters, 1.0)
    else:
        demand = configured_demand(document, centre, tickets)
        counters = staffed_counters(centre, demand)
        speeds = clerk_speeds(centre.counters, seed)
    dates = working_days(centre, first, days)
    try:
        outcomes = [
            live(centre, dates, demand, counters, one, seed, speeds) for one in (Plan(), changed)
        ]
    except BadPlan as bad:
        raise click.ClickException(str(bad)) from None
    _say(outcomes[0], outcomes[1], days)
    if into:
        figures: dict[str, Any] = {
            "centre": centre.code,
            "days": days,
            "seed": seed,
            "learned": journal is not None,
            "usual": as_json(outcomes[0]),
            "plan": as_json(outcomes[1]),
        }
        Path(into).write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _say(usual: Outcome, changed: Outcome, days: int) -> None:
    click.echo(
        f"{days} days, the same people for both; of ten days eight lie between the two figures"
    )
    click.echo(f"counters  {', '.join(usual.counters)}")
    if changed.counters != usual.counters:
        click.echo(f"      ->  {', '.join(changed.counters)}")
    click.echo("field   9 in 10 waited at most, min          called within 15 min, %")
    for prefix in usual.fields:
        before, after = usual.fields[prefix], changed.fields[prefix]
        if before.p90_min is None and after.p90_min is None:
            continue
        waits = f"{_band(before.p90_min)} -> {_band(after.p90_min)}"
        shares = f"{_band(before.within_pct)} -> {_band(after.within_pct)}"
        click.echo(f"{prefix or 'all':6} {waits:>34}   {shares:>28}")
    for words, before_band, after_band in (
        ("minutes after closing", usual.overtime_min, changed.overtime_min),
        ("counters idle, %", usual.idle_pct, changed.idle_pct),
        ("people not called", usual.not_called, changed.not_called),
    ):
        click.echo(f"{words}: {_band(before_band)} -> {_band(after_band)}")


def _band(band: Band | None) -> str:
    return "-" if band is None else f"{band.low:.0f}–{band.high:.0f} ({band.middle:.0f})"
