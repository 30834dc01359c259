"""`luot report`: managers' questions on the command line. The same figures as the page, to the digit."""

import sys
from pathlib import Path

import click

from .. import config
from ..clock import now_ms
from ..reports import FORMATS, BadQuestion, run_report
from ..reports.question import BY
from ..store import centres
from ..store.engine import StorageError, open_store


@click.group()
def report():
    """Answer a manager's question from the journal."""


@report.command()
@click.option("--from", "first", metavar="DAY", help="First service day (2026-11-23); today unless given.")
@click.option("--to", "last", metavar="DAY", help="Last service day; today unless given, or the same day when only --to is given.")
@click.option("--by", type=click.Choice(BY), default="field", show_default=True, help="What a row is.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="How to write it.")
@click.option("--lang", type=click.Choice(("vi", "en")), default="vi", show_default=True, help="Language of headings and names.")
@click.option("--centre", metavar="CODE", help="Which centre; may be left out where the store holds one.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead of standard output.")
@click.option("--data", type=click.Path(file_okay=False), help="Folder of the database; ./data unless LUOT_DATA says else.")
def waits(first, last, by, format_, lang, centre, out, data):
    """How long people waited, over a range of service days."""
    if format_ in ("xlsx", "pdf") and out is None and sys.stdout.isatty():
        raise click.UsageError(f"a {format_} file is not for a terminal: say --out FILE")
    try:
        settings = config.load(data=data)
        _refuse_empty(settings)
        store = open_store(settings.database_url or settings.data)
    except (config.SettingError, StorageError) as error:
        raise click.ClickException(str(error)) from None
    try:
        said = {"from": first, "to": last, "by": by, "format": format_, "lang": lang}
        done = run_report(store, centre or _only_centre(store), said, now_ms(), Path(settings.data) / "cache")
    except BadQuestion as bad:
        raise click.UsageError(f"--{bad.key}: {bad.problem}") from None
    except StorageError as error:
        raise click.ClickException(str(error)) from None
    finally:
        store.close()
    if out:
        out.write_bytes(done.body)
    else:
        sys.stdout.buffer.write(done.body + (b"\n" if format_ == "json" else b""))
        sys.stdout.buffer.flush()


def _refuse_empty(settings):
    """Opening would make an empty database where there is none; a report should say so instead."""
    if not settings.database_url and not (Path(settings.data) / "luot.db").exists():
        raise click.ClickException(f"there is no database in {settings.data}: say --data DIR, or run `luot init` there")


def _only_centre(store):
    with store.read() as conn:
        known = centres.codes(conn)
    if len(known) != 1:
        raise click.UsageError(f"--centre is needed, one of: {', '.join(known)}" if known else "no centre is loaded: run `luot load CENTRE.yaml`")
    return known[0]
