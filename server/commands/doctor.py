"""`luot doctor`: what is wrong with this machine and its hall, and the mend."""

import json
import sys
from pathlib import Path

import click

from domain.languages import COMMAND_LINE

from .. import config
from ..doctor import BACKUPS, BAD, examine, in_words
from ..texts import area, languages
from .common import data_option, one_line_errors

SIGNS = {"good": "+", "care": "!", "bad": "x"}


@click.command()
@data_option
@click.option(
    "--lang", type=click.Choice(languages().for_staff()), default=COMMAND_LINE, show_default=True
)
@click.option(
    "--backups",
    type=click.Path(path_type=Path),
    default=BACKUPS,
    show_default=True,
    help="Folder of the backups.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@one_line_errors
def doctor(data: str | None, lang: str, backups: Path, as_json: bool) -> None:
    """Look at this machine, its database, clock, backups, address and devices, and say what to
    mend. Ends with 1 when something is to be mended now.
    """
    findings = [finding.as_dict() for finding in examine(config.load(data=data), backups)]
    if as_json:
        click.echo(json.dumps(findings, ensure_ascii=False))
    else:
        for finding in findings:
            words = in_words(finding, lang)
            click.echo(f"{SIGNS[finding['level']]} {words['area']}: {words['found']}")
            if words["mend"]:
                click.echo(f"    {words['mend']}")
        if all(finding["level"] == "good" for finding in findings):
            click.echo(area(lang, "doctor")["page"]["all_good"])
    sys.exit(1 if any(finding["level"] == BAD for finding in findings) else 0)
