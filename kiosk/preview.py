"""`luot slip --preview OUT.png`: the slip of a centre as the printer would print it, without a hub
or a printer. The hub asks the same of it for the pages of the settings, over `-`.
"""

import base64
import io
import sys
from pathlib import Path
from typing import Any

import click
import yaml

from domain.centre import Counter
from domain.languages import DEFAULT
from domain.numbers import USUAL_FORMAT, number
from domain.procedures import is_official
from domain.slip import USUAL_BADGE, SlipContent, counters_named, slip_content
from kiosk.profiles import PROFILES
from kiosk.settings import HERE
from kiosk.slip import SlipMaker
from kiosk.words import named

SAMPLE_COUNT, SAMPLE_OFFLINE = 47, 803
SAMPLE_AT = 1795398120000  # Monday 23 November 2026, 08:42 in Việt Nam
WIDTHS = {"80": PROFILES["80mm"].dots, "58": PROFILES["58mm"].dots}


class PreviewError(Exception):
    """The slip cannot be shown; the text says the mend."""


@click.command("slip", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--preview",
    "out",
    required=True,
    metavar="OUT.png",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the picture there; - for standard output.",
)
@click.option(
    "--centre",
    metavar="FILE",
    default=str(HERE.parent / "centres" / "thu_duc.yaml"),
    help="The centre's file; its slip: section shapes the slip. - for standard input.",
)
@click.option("--field", metavar="LETTER", help="The field on the slip; the procedure's otherwise.")
@click.option(
    "--service", metavar="CODE", help="The procedure on the slip; the first one otherwise."
)
@click.option(
    "--width", type=click.Choice(sorted(WIDTHS)), default="80", help="Paper in millimetres."
)
@click.option("--lang", default=DEFAULT, help="The slip's language.")
@click.option(
    "--offline",
    is_flag=True,
    help="As given without the hub: a number of the kiosk's own, no wait, no code.",
)
@click.option("--reprint", is_flag=True, help="As a second paper.")
def slip(
    out: Path,
    centre: str,
    field: str | None,
    service: str | None,
    width: str,
    lang: str,
    offline: bool,
    reprint: bool,
) -> None:
    """Draw a centre's slip as a PNG, dot for dot as it is printed."""
    try:
        profile = read_profile(Path(centre))
        sample = sample_slip(profile, service, lang, offline, field)
        maker = SlipMaker(HERE.parent / "node_modules", HERE.parent / "ui" / "texts")
        picture = maker.draw(
            sample,
            WIDTHS[width],
            profile["site"].get("timezone", "Asia/Ho_Chi_Minh"),
            "reprint" if reprint else "slip",
            profile.get("slip"),
        )
        if str(out) == "-":
            drawn = io.BytesIO()
            picture.save(drawn, "PNG")
            sys.stdout.buffer.write(drawn.getvalue())
            return
        picture.save(out, "PNG")
    except (PreviewError, OSError) as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(
        f"{out}: {picture.width} × {picture.height} dots, {picture.height * 25.4 / 203:.0f} mm of"
        f" paper ({named(sample['field'], lang)})"
    )


def read_profile(file: Path) -> dict[str, Any]:
    """The centre's file as it stands, its logo in it.

    Raises PreviewError; `luot load --dry-run` checks a file whole.
    """
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
        profile = yaml.safe_load(text)
    except OSError as error:
        raise PreviewError(
            f"{file} cannot be read ({error.strerror}); name a centre's file with --centre"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PreviewError(
            f"{file} is not YAML; `luot load --dry-run {file}` names the line"
        ) from error
    if not isinstance(profile, dict) or not all(
        profile.get(section) for section in ("site", "fields", "zones", "counters")
    ):
        raise PreviewError(
            f"{file} is no centre's file; `luot load --dry-run {file}` says what is missing"
        )
    template = dict(profile.get("slip") or {})
    if template.get("logo") and str(file) != "-":  # what the hub says has the picture in it
        try:
            template["logo"] = base64.b64encode(
                (file.parent / template["logo"]).read_bytes()
            ).decode()
        except OSError as error:
            raise PreviewError(
                f"{file}: the logo {template['logo']} cannot be read ({error.strerror}); put it"
                " beside the file"
            ) from error
    return {**profile, "slip": template}


def sample_slip(
    profile: dict[str, Any],
    code: str | None,
    lang: str,
    offline: bool,
    letter: str | None = None,
) -> SlipContent:
    """What a press for a procedure, or for a field by its letter, would give, with the waits of an
    ordinary morning.
    """
    services = profile.get("services") or []
    service = (
        next((row for row in services if row["code"] == code), None)
        if code
        else next(iter(services), None)
    )
    if code and service is None:
        raise PreviewError(
            f"there is no service {code}; the codes are"
            f" {', '.join(row['code'] for row in services)}"
        )
    if letter and service and service["field"] != letter:
        service = None
    prefix = letter or (service["field"] if service else profile["fields"][0]["prefix"])
    field = next((row for row in profile["fields"] if row["prefix"] == prefix), None)
    if field is None:
        raise PreviewError(
            f"there is no field {prefix}; the letters are"
            f" {', '.join(row['prefix'] for row in profile['fields'])}"
        )
    zone = next(
        (row for row in profile["zones"] if str(row["id"]) == str(field["zone"])), {"name": None}
    )
    site = profile["site"]
    count = SAMPLE_OFFLINE if offline else SAMPLE_COUNT
    return slip_content(
        centre=site["name"],
        field=field["name"],
        service=service["name"] if service else None,
        code=_national_code(service) if service else None,
        short=service.get("short") if service else None,
        papers=_papers(service) if service else (),
        number=number(site.get("ticket_format") or USUAL_FORMAT, prefix, count),
        badge=(profile.get("priority") or {}).get("badge") or USUAL_BADGE,
        counters=counters_named(map(_counter, profile["counters"]), prefix),
        zone=zone["name"],
        ahead=None if offline else 12,
        estimate=None if offline else {"low": 15, "high": 25},
        issued_at=SAMPLE_AT,
        lang=lang,
        url=None if offline else "https://luot.example/t/0193a7c27d417b3e9a555f0f6f2b9d11",
        device="kiosk-1",
    )


def _national_code(service: dict[str, Any]) -> str | None:
    code = service.get("official") or service["code"]
    return code if is_official(code) else None


def _papers(service: dict[str, Any]) -> list[dict[str, str]]:
    """What to bring: the file says one text or a list."""
    bring = service.get("bring") or []
    return bring if isinstance(bring, list) else [bring]


def _counter(row: dict[str, Any]) -> Counter:
    return Counter(
        number=str(row["number"]),
        zone=str(row.get("zone")),
        fields=tuple(row.get("fields") or ()),
        overflow=(),
        mode=row.get("mode") or "normal",
        bulk=bool(row.get("bulk")),
        name=None,
    )
