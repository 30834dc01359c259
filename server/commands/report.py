"""`luot report`: managers' questions on the command line.

The same figures as the page, to the digit.
"""

import gc
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from domain.languages import COMMAND_LINE, DEFAULT

from .. import config
from ..clock import now_ms
from ..reports import (
    ALL_CENTRES_BY,
    ALL_CENTRES_FORMATS,
    FORMATS,
    PROMISE_FORMATS,
    RAW_FORMATS,
    STORY_FORMATS,
    BadQuestion,
    Report,
    monthly,
    report_centre,
    run_all_centres,
    run_promises,
    run_report,
    run_story,
    run_tickets,
)
from ..reports.question import BY, DECIMALS, SEPARATORS
from ..store import centres
from ..store.engine import Store
from ..texts import languages, problem_in_words
from .common import centre_option, data_option, one_line_errors, only_centre, opened

Command = TypeVar("Command", bound=Callable[..., Any])


def _format_option(formats: Mapping[str, Any], default: str, note: str = "") -> Callable[..., Any]:
    """`--format` of one of these."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(list(formats)),
        default=default,
        show_default=True,
        help=f"How to write it{note}.",
    )


def _file_options(of_what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--lang` (of what, in the help), `--out`, and the options of every command on a centre."""

    def options(command: Callable[..., Any]) -> Callable[..., Any]:
        here = centre_option(data_option(one_line_errors(command)))
        to_file = click.option(
            "--out",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write to this file instead of standard output.",
        )(here)
        return click.option(
            "--lang",
            type=click.Choice(languages().for_staff()),
            default=DEFAULT,
            show_default=True,
            help=f"Language of {of_what}.",
        )(to_file)

    return options


def _csv_options(command: Command) -> Command:
    """`--separator` and `--decimal` of a CSV."""
    command = click.option(
        "--decimal",
        type=click.Choice(list(DECIMALS)),
        help="Decimal mark of a CSV; as the language has it unless given.",
    )(command)
    return click.option(
        "--separator",
        type=click.Choice(list(SEPARATORS)),
        help="What parts the cells of a CSV; as the language has it unless given.",
    )(command)


def _span_options(command: Command) -> Command:
    """`--from` and `--to`: the service days asked about."""
    command = click.option(
        "--to", "last", metavar="DAY", help="Last service day; today unless given."
    )(command)
    return click.option(
        "--from", "first", metavar="DAY", help="First service day; today unless given."
    )(command)


#: Why a month's files cannot be written, and the mend.
FOLDER_TROUBLES = {
    "full": "the disk is full: make room",
    "read_only": "the hub may not write to the folder: give it the right to",
    "no_folder": "there is no such folder: remove the file in its place, or set another",
    "internal": "the folder cannot be written to: see the log",
}


@click.group(invoke_without_command=True)
@click.option("--schedule", is_flag=True, help="When the files of each month are written, where.")
@data_option
@click.pass_context
@one_line_errors
def report(context: click.Context, schedule: bool, data: str | None) -> None:
    """Answer a manager's question from the journal."""
    if not schedule:
        if context.invoked_subcommand is None:
            click.echo(context.get_help())
        return
    if context.invoked_subcommand is not None:
        raise click.UsageError("--schedule stands alone")
    settings, store = opened(data)
    folder = monthly.folder_of(settings.data, settings.reports_folder)
    try:
        with store.read() as conn:
            codes = centres.codes(conn)
        for centre in (report_centre(store, code) for code in codes):
            click.echo(_schedule_line(monthly.schedule(store, centre, folder, now_ms())))
    finally:
        store.close()


def _schedule_line(plan: Mapping[str, Any]) -> str:
    if plan["next_at"] is None:
        return f"{plan['centre']}: none (reports: monthly is false in its file)"
    line = f"{plan['centre']}: {plan['next_at']}, {plan['month']} into {plan['folder']}"
    missing = ", ".join(plan["missing"])
    if missing:
        line += f"; not written yet: {missing}"
    return f"{line}; {FOLDER_TROUBLES[plan['trouble']]}" if plan["trouble"] else line


@report.command()
@click.option(
    "--from", "first", metavar="DAY", help="First service day (2026-11-23); today unless given."
)
@click.option(
    "--to",
    "last",
    metavar="DAY",
    help="Last service day; today unless given. --to alone asks for that one day.",
)
@click.option(
    "--by", type=click.Choice(BY), default="field", show_default=True, help="What a row is."
)
@_format_option(FORMATS, "text")
@_file_options("headings and names")
@_csv_options
def waits(
    first: str | None,
    last: str | None,
    by: str,
    format_: str,
    lang: str,
    separator: str | None,
    decimal: str | None,
    out: Path | None,
    centre: str | None,
    data: str | None,
) -> None:
    """How long people waited, over a range of service days."""
    question = {"from": first, "to": last, "by": by, "format": format_, "lang": lang}
    question |= {"separator": separator, "decimal": decimal}
    _answer(
        data,
        centre,
        out,
        format_,
        lambda store, code, cache: run_report(store, code, question, now_ms(), cache),
    )


@report.command()
@_span_options
@_format_option(RAW_FORMATS, "csv", "; parquet needs requirements-extra.txt")
@_file_options("names")
@_csv_options
def tickets(
    first: str | None,
    last: str | None,
    format_: str,
    lang: str,
    separator: str | None,
    decimal: str | None,
    out: Path | None,
    centre: str | None,
    data: str | None,
) -> None:
    """The tickets of a time as rows, without personal data."""
    question = {"from": first, "to": last, "format": format_, "lang": lang}
    question |= {"separator": separator, "decimal": decimal}
    _answer(
        data,
        centre,
        out,
        format_,
        lambda store, code, cache: run_tickets(store, code, question, now_ms()),
    )


@report.command()
@_span_options
@_format_option(PROMISE_FORMATS, "csv")
@_file_options("names and titles")
@_csv_options
def promises(
    first: str | None,
    last: str | None,
    format_: str,
    lang: str,
    separator: str | None,
    decimal: str | None,
    out: Path | None,
    centre: str | None,
    data: str | None,
) -> None:
    """How what people were told of their wait was kept."""
    question = {"from": first, "to": last, "format": format_, "lang": lang}
    question |= {"separator": separator, "decimal": decimal}
    _answer(
        data,
        centre,
        out,
        format_,
        lambda store, code, cache: run_promises(store, code, question, now_ms()),
    )


@report.command("all-centres")
@click.option(
    "--from",
    "first",
    metavar="MONTH",
    help="First month (2026-01); the last twelve that are over unless given.",
)
@click.option("--to", "last", metavar="MONTH", help="Last month.")
@click.option(
    "--by",
    type=click.Choice(ALL_CENTRES_BY),
    default="official_field",
    show_default=True,
    help="What a row is.",
)
@_format_option(ALL_CENTRES_FORMATS, "text")
@_file_options("headings and names")
@_csv_options
def every_centre(
    first: str | None,
    last: str | None,
    by: str,
    format_: str,
    lang: str,
    separator: str | None,
    decimal: str | None,
    out: Path | None,
    centre: str | None,
    data: str | None,
) -> None:
    """How long people waited at all centres of the database together (or at one of them), by field
    of the national list or by centre.
    """
    question = {"from": first, "to": last, "by": by, "centre": centre}
    question |= {"format": format_, "lang": lang}
    question |= {"separator": separator, "decimal": decimal}
    _answer(
        data,
        None,
        out,
        format_,
        lambda store, code, cache: run_all_centres(store, question, now_ms()),
        of_one=False,
    )


@report.command()
@click.argument("number")
@click.option("--day", metavar="DAY", help="Its service day; today unless given.")
@_format_option(STORY_FORMATS, "csv")
@_file_options("the words")
def ticket(
    number: str,
    day: str | None,
    format_: str,
    lang: str,
    out: Path | None,
    centre: str | None,
    data: str | None,
) -> None:
    """What happened to one number, for whoever complains."""
    question = {"number": number, "day": day, "format": format_, "lang": lang}
    _answer(
        data,
        centre,
        out,
        format_,
        lambda store, code, cache: run_story(store, code, question, now_ms()),
    )


def _answer(
    data: str | None,
    centre: str | None,
    out: Path | None,
    format_: str,
    run: Callable[[Store, str, Path], Report],
    of_one: bool = True,
) -> None:
    """Run a question on a data folder and write what it answers; `of_one`: about one centre.

    Raises click.UsageError.
    """
    if format_ in ("xlsx", "pdf", "parquet") and out is None and sys.stdout.isatty():
        raise click.UsageError(f"a {format_} file is not for a terminal: say --out FILE")
    settings = config.load(data=data)
    if not settings.database_url and not (Path(settings.data) / "luot.db").exists():
        sys.exit(
            f"luot: there is no database in {settings.data}: say --data DIR, or run `luot init`"
            " there"
        )
    settings, store = opened(data)
    # collecting would take a quarter of the time, and soon all of it is let go at once
    gc.disable()
    try:
        code = only_centre(store, centre) if of_one else ""
        answer = run(store, code, Path(settings.data) / "cache")
    except BadQuestion as bad:
        raise click.UsageError(
            f"--{bad.key}: {problem_in_words(bad.problem, bad.params, COMMAND_LINE)}"
        ) from None
    finally:
        gc.enable()
        store.close()
    if out:
        out.write_bytes(answer.body)
    else:
        sys.stdout.buffer.write(answer.body + (b"\n" if format_ == "json" else b""))
        sys.stdout.buffer.flush()
