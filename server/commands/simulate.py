"""`luot simulate`: days of a centre on the product's own rules, without a hub or a database."""

import csv
import json
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date as Date
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from domain.centre import Centre, Counter
from domain.day import MINUTE, local, moment
from domain.estimate import Promise
from domain.lengths import percentile
from domain.scoring import TELLERS, Estimate, Score, score
from domain.seen_days import staffed
from domain.simulation import Demand, Person, Teller, simulate_day

from ..centre import CentreDocument, centre_of
from ..centre.yaml_file import read_centre
from ..clock import now_ms
from ..demo.people import staffing
from ..forecast.compiled import available
from ..reports.seen_days import usual_day
from ..store import centres
from ..store.engine import open_store
from .options import Between, one_line_errors
from .score_forecaster import of_configured, trained, with_wrong_minutes

MOST_DAYS = 2000


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=20, help="Working days to live.")
@click.option("--seed", type=int, default=1, help="The same seed gives the same days.")
@click.option("--tickets", type=Between(1, 20000), help="People a day; else the file's.")
@click.option("--from", "first", help="The first day (2026-11-02); else today.")
@click.option(
    "--learned-from",
    "journal",
    type=click.Path(file_okay=False),
    help="A data folder: arrivals, services, counters and no-shows as the journal of the file's"
    " centre there has them.",
)
@click.option("--score", "scored", is_flag=True, help="Also how estimates were kept.")
@click.option(
    "--train",
    type=click.IntRange(0, 200),
    default=20,
    show_default=True,
    help="With --score: other days that the forecaster has learned from before.",
)
@click.option(
    "--wrong-minutes",
    type=Between(0, 200),
    default=0,
    metavar="PERCENT",
    help="With --score: what the file says of services is so far off (sd) from what they take.",
)
@click.option("--json", "into", type=click.Path(dir_okay=False), help="Write the figures there.")
@click.option(
    "--csv", "people_file", type=click.Path(dir_okay=False), help="Write everybody there."
)
@one_line_errors
def simulate(
    file: str,
    days: int,
    seed: int,
    tickets: float | None,
    first: str | None,
    journal: str | None,
    scored: bool,
    train: int,
    wrong_minutes: float,
    into: str | None,
    people_file: str | None,
) -> None:
    """Live so many days of a centre's file on the real rules of the line, and say how long people
    waited in each field.
    """
    document = read_centre(file)
    centre = centre_of(document)
    for target in filter(None, (into, people_file)):
        if not Path(target).resolve().parent.is_dir():
            raise click.ClickException(f"there is no folder for {target}: make it first")
    if journal is not None:
        demand, counters = learned_day(journal, centre, tickets)
        speeds = {counter.number: 1.0 for counter in counters}
    else:
        demand = configured_demand(document, centre, tickets)
        counters = staffed_counters(centre, demand)
        speeds = clerk_speeds([counter.number for counter in counters], seed)
    people: list[Person] = []
    overtime: list[float] = []
    dates = working_days(centre, first, days)
    configured = with_wrong_minutes(centre, wrong_minutes, seed)
    tellers: dict[str, Teller] = of_configured(TELLERS, configured) if scored else {}
    forecaster = None
    if scored and available():
        forecaster = trained(configured, document, centre, demand, counters, speeds, dates, train)
        tellers["forecaster"] = forecaster.tell
    elif scored:
        click.echo("luot: numba is not installed: scored without the forecaster", err=True)
    for day in dates:
        if forecaster is not None:
            forecaster.begin(moment(day, "00:00", centre.timezone), centre.windows("service", day))
        watcher = forecaster.watch if forecaster is not None else None
        of_day = simulate_day(centre, day, demand, counters, seed, tellers, speeds, watcher)
        if forecaster is not None:
            forecaster.end()
        people += of_day
        overtime.append(_overtime(centre, day, of_day))
    figures: dict[str, Any] = {
        "centre": centre.code,
        "days": days,
        "seed": seed,
        "tickets_a_day": round(demand.tickets, 1),
        "learned": journal is not None,
        "counters": [counter.number for counter in counters],
        "busy_pct": _busy(centre, people, counters, days, first),
        "overtime_min": round(sum(overtime) / len(overtime), 1),
        "fields": {prefix: _waits(people, prefix) for prefix in [*centre.fields, None]},
        "scores": {name: _rounded(score(people, name)) for name in tellers},
    }
    figures["fields"]["all"] = figures["fields"].pop(None)
    _say(figures)
    if into:
        Path(into).write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")
    if people_file:
        _write_people(people, centre, people_file)


def clerk_speeds(counters: Iterable[str], seed: int) -> dict[str, float]:
    """How fast each counter's clerk is, the same on every day: above 1 is slow."""
    chance = random.Random(seed)
    return {number: chance.uniform(0.75, 1.25) for number in counters}


def learned_day(folder: str, centre: Centre, tickets: float | None) -> tuple[Demand, list[Counter]]:
    """Who comes and which counters are staffed, as a journal says. Raises ClickException."""
    if not (Path(folder) / "luot.db").exists():
        raise click.ClickException(
            f"there is no database in {folder}: name the data folder of a hub (--learned-from)"
        )
    store = open_store(folder)
    try:
        with store.read() as conn:
            if centre.code not in centres.codes(conn):
                raise click.ClickException(
                    f"{centre.code} is not in {folder}: take the file of a centre that is"
                )
        usual = usual_day(store, centre, now_ms())
        demand = usual.seen.demand(centre.fields)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    finally:
        store.close()
    numbers = staffed(usual.open_share)
    counters = [centre.counters[number] for number in numbers if number in centre.counters]
    if not counters:
        raise click.ClickException(
            "no counter of the file was open for half of the hours of the days in the journal"
        )
    return replace(demand, tickets=tickets or demand.tickets), counters


def _overtime(centre: Centre, day: str, people: list[Person]) -> float:
    """Minutes from the end of the last window to the end of the last service; 0 when before."""
    closes = centre.windows("service", day)[-1][1]
    last = max((p.ended_at for p in people if p.ended_at is not None), default=closes)
    return max(0, last - closes) / MINUTE


def _busy(
    centre: Centre, people: list[Person], counters: list[Counter], days: int, first: str | None
) -> dict[str, float]:
    """The share of the open hours in which each counter had somebody, in percent."""
    hours = sum(
        end - start
        for day in working_days(centre, first, days)
        for start, end in centre.windows("service", day)
    )
    busy = {counter.number: 0 for counter in counters}
    for person in people:
        if person.counter in busy and person.called_at is not None and person.ended_at is not None:
            busy[person.counter] += person.ended_at - person.called_at
    return {number: round(100 * length / hours, 1) for number, length in busy.items()}


def configured_demand(document: CentreDocument, centre: Centre, tickets: float | None) -> Demand:
    """Who comes, as the centre's file says. Raises ClickException."""
    usual = document.site.tickets_per_day.usual or 200
    curve = [(row.begin, row.end, row.share) for row in document.arrivals]
    shares = {field.prefix: field.share for field in centre.fields.values() if field.share}
    if not curve:
        raise click.ClickException("the file has no arrivals: say when people come (arrivals:)")
    if not shares:
        raise click.ClickException("no field of the file has a share of the day's people (share:)")
    return Demand(tickets or usual, curve, shares)


def staffed_counters(centre: Centre, demand: Demand) -> list[Counter]:
    """The counters that so many people need."""
    hours = sum(share for *_, share in demand.curve) and 8
    opened = staffing(centre, demand.tickets / hours)
    return [centre.counters[number] for number in opened if number in centre.counters]


def working_days(centre: Centre, first: str | None, days: int) -> list[str]:
    """So many days from the first on which the centre is open. Raises ClickException."""
    try:
        day = Date.fromisoformat(first) if first else local(now_ms(), centre.timezone).date()
    except ValueError:
        raise click.ClickException(f"--from {first!r} is no date; write 2026-11-02") from None
    days_open: list[str] = []
    for _ in range(days * 8 + 400):
        if centre.windows("service", day.isoformat()):
            days_open.append(day.isoformat())
        if len(days_open) == days:
            return days_open
        day += timedelta(days=1)
    raise click.ClickException("the centre's hours open on no day; look at hours: in the file")


def _waits(people: list[Person], prefix: str | None) -> dict[str, float | int | None]:
    mine = [person for person in people if prefix in (None, person.field)]
    waits = sorted(p.called_at - p.issued_at for p in mine if p.called_at is not None)
    within = sum(wait <= 15 * MINUTE for wait in waits)
    return {
        "people": len(mine),
        "not_called": len(mine) - len(waits),
        "mean_min": round(sum(waits) / len(waits) / MINUTE, 1) if waits else None,
        "p50_min": _minutes(percentile(waits, 50)),
        "p90_min": _minutes(percentile(waits, 90)),
        "within_15_pct": round(100 * within / len(mine), 1) if mine else None,
    }


def _minutes(ms: int | None) -> float | None:
    return None if ms is None else round(ms / MINUTE, 1)


def _rounded(kept: Score) -> dict[str, float | int]:
    shares = {
        "told_pct": kept.promised,
        "late_pct": kept.late,
        "inside_pct": kept.inside,
        "priority_late_pct": kept.priority_late,
    }
    return {
        "people": kept.people,
        "error_min": round(kept.error, 2),
        "width_min": round(kept.width, 1),
        **{name: round(100 * share, 1) for name, share in shares.items()},
    }


def _say(figures: dict[str, Any]) -> None:
    click.echo(
        f"{figures['centre']}: {figures['days']} days, {figures['tickets_a_day']:g} people a day,"
        f" {len(figures['counters'])} counters, seed {figures['seed']};"
        f" the last is done {figures['overtime_min']:g} min after closing"
    )
    click.echo("field  people  mean   p50    p90  <=15 min  not called")
    for prefix, row in figures["fields"].items():
        cells = [row["mean_min"], row["p50_min"], row["p90_min"], row["within_15_pct"]]
        texts = ["–" if cell is None else f"{cell:.1f}" for cell in cells]
        click.echo(
            f"{prefix:5} {row['people']:7} {texts[0]:>6} {texts[1]:>5} {texts[2]:>6}"
            f" {texts[3]:>8}% {row['not_called']:>11}"
        )
    for name, row in figures["scores"].items():
        click.echo(
            f"{name}: error {row['error_min']:.1f} min, later than told {row['late_pct']:.1f} %"
            f" (priority {row['priority_late_pct']:.1f} %), inside {row['inside_pct']:.1f} %,"
            f" width {row['width_min']:.0f} min"
        )


#: The columns of the file of people, in order.
PEOPLE_COLUMNS = (
    "day",
    "number",
    "field",
    "priority",
    "issued_at",
    "called_at",
    "started_at",
    "ended_at",
    "counter",
    "why",
    "wait_min",
    "service_min",
    "told_low_min",
    "told_high_min",
)


def _write_people(people: list[Person], centre: Centre, file: str) -> None:
    """Everybody as CSV, in the order they came; what did not come about is empty."""
    with Path(file).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(PEOPLE_COLUMNS)
        for person in people:
            estimate = person.estimates.get("rule")
            promise = estimate.range if isinstance(estimate, Estimate) else None
            low, high = (
                (promise.low, promise.high) if isinstance(promise, Promise) else (None, None)
            )
            moments = (person.issued_at, person.called_at, person.started_at, person.ended_at)
            writer.writerow(
                (
                    local(person.issued_at, centre.timezone).date().isoformat(),
                    person.number,
                    person.field,
                    person.priority or "",
                    *(_moment(at, centre) for at in moments),
                    person.counter or "",
                    person.why or "",
                    _length(person.issued_at, person.called_at),
                    _length(person.started_at, person.ended_at),
                    "" if low is None else low,
                    "" if high is None else high,
                )
            )


def _moment(at: int | None, centre: Centre) -> str:
    return "" if at is None else local(at, centre.timezone).isoformat(timespec="seconds")


def _length(start: int | None, end: int | None) -> str:
    return "" if start is None or end is None else f"{(end - start) / MINUTE:.2f}"
