"""`luot demo`: everything at once, to look at and to try.

`luot up`: the same processes for real work.
"""

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click

from domain.phone_address import for_phones

from ..acts import StorageError
from ..centre.yaml_file import CentreFileError
from ..clock import now_ms
from ..config import SettingError
from ..demo.children import ChildFailed, Children, port_to_use
from ..demo.lan import at, lan_address
from ..demo.ready import write_ready_file
from ..texts import on_terminal
from .first_run import tell_code
from .hub import SENT_BACKUP
from .options import Between

CENTRES = Path(__file__).resolve().parents[2] / "centres"


@click.command()
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep everything in this folder; without it the demo forgets all when it ends.",
)
@click.option(
    "--centre",
    default="thu_duc",
    show_default=True,
    help="thu_duc, ward, city_centre, or a centre file of your own.",
)
@click.option(
    "--citizens",
    type=Between(0, 2000),
    default=0,
    metavar="RATE",
    help="Simulated citizens an hour, and the clerks to serve them.",
)
@click.option(
    "--speed",
    type=Between(0.1, 600),
    default=1,
    show_default=True,
    help="How many times faster than life the hall lives, its people and its clock alike.",
)
@click.option(
    "--history",
    type=click.IntRange(0, 250),
    default=60,
    show_default=True,
    metavar="DAYS",
    help="Past service days a new store is given, for reports and trends; 0 for none.",
)
@click.option(
    "--lan",
    is_flag=False,
    flag_value="auto",
    metavar="[=ADDRESS]",
    help=(
        "Serve this machine's address in its local network instead of 127.0.0.1, so that phones"
        " there open the page and the slips' QR codes."
    ),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8100,
    show_default=True,
    help="The hub's port; 0 takes a free one.",
)
@click.option(
    "--kiosk-port",
    type=click.IntRange(0, 65535),
    default=8101,
    show_default=True,
    help="The kiosk page's port; 0 takes a free one.",
)
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=(
        "Write addresses, process ids, tokens and passwords there (JSON, for your eyes only) once"
        " everything answers."
    ),
)
def demo(
    data: Path | None,
    centre: str,
    citizens: float,
    speed: float,
    history: int,
    lan: str | None,
    port: int,
    kiosk_port: int,
    ready_file: Path | None,
) -> None:
    """Run a hub, a kiosk with a virtual printer, a sample centre with its staff, and simulated
    citizens if wanted. Ctrl-C ends all of it.

    Numbers are given at any hour. Every start makes new passwords and tokens.
    """
    from ..demo.hall_time import hall_time
    from ..demo.prepare import ToldToEnd, prepare

    file = _centre_file(centre)
    if ready_file:
        ready_file.unlink(missing_ok=True)
    with _one_line_errors(), _folder(data) as folder, Children() as children:
        host = "127.0.0.1" if lan is None else lan_address("" if lan == "auto" else lan)
        port = port_to_use(port, "--port", host)
        kiosk_port = port_to_use(kiosk_port, "--kiosk-port", host)
        try:
            prepared = prepare(folder, file, past_days=history, told_to_end=children.stop.is_set)
        except ToldToEnd:
            return
        hub, kiosk = at(host, port), at(host, kiosk_port)
        page_settings = _page_of(prepared, hub, kiosk, host)
        time = hall_time(now_ms(), prepared["last_fact_at"], speed)
        page = folder / "page.json"
        write_ready_file(
            page, {**page_settings, "hall_time": time.document() if time is not None else None}
        )
        logs = folder / "logs"
        logs.mkdir(exist_ok=True)
        started = {
            "hub": children.start(
                "hub",
                [
                    *("server.demo.hub", str(page), "--host", host),
                    *("--port", str(port), "--data", str(folder)),
                ],
                _environment(
                    LUOT_HOURS="always",
                    LUOT_KIOSK_URL=kiosk,
                    **({} if lan is None else {"LUOT_PUBLIC_URL": hub}),
                ),
                logs / "hub.log",
            )
        }
        if not children.wait_until_answers(started["hub"], f"{hub}/readyz"):
            return
        started["kiosk"] = children.start(
            "kiosk",
            ["kiosk"],
            _environment(
                LUOT_KIOSK_HUB=hub,
                LUOT_KIOSK_TOKEN=prepared["tokens"]["kiosk"],
                LUOT_KIOSK_CENTRE=prepared["centre"],
                LUOT_KIOSK_DEVICE=prepared["kiosk"],
                LUOT_KIOSK_HOST=host,
                LUOT_KIOSK_PORT=kiosk_port,
                LUOT_KIOSK_PRINTER="virtual:",
                LUOT_KIOSK_DATA=folder / "kiosk",
            ),
            logs / "kiosk.log",
        )
        # with its line to the hub up, so that the first press already takes the hub's number
        if not children.wait_until_answers(
            started["kiosk"], f"{kiosk}/api/status", says=lambda status: status["hub"] == "up"
        ):
            return
        started["forecaster"] = children.start_helper(
            "forecaster",
            ["server.demo.forecaster", str(page), "--data", str(folder)],
            _environment(LUOT_HOURS="always"),
            logs / "forecaster.log",
        )
        started["delivery"] = children.start_helper(
            "delivery",
            ["server", "delivery", "--data", str(folder)],
            _environment(),
            logs / "delivery.log",
        )
        started["city"] = children.start_helper(
            "city",
            ["server", "city", "--data", str(folder)],
            _environment(LUOT_HOURS="always"),
            logs / "city.log",
        )
        if citizens:
            plan = folder / "people.json"
            write_ready_file(
                plan,
                {
                    "centre_file": str(file),
                    "centre": prepared["centre"],
                    "hub": hub,
                    "kiosk": kiosk,
                    "tokens": prepared["tokens"],
                    "rate": citizens,
                    "speed": speed,
                    "by_hand": [prepared["by_hand"]],
                },
            )
            started["people"] = children.start(
                "people",
                ["server.demo.people_process", str(plan)],
                _environment(),
                logs / "people.log",
            )
        _tell(prepared, page_settings, hub, kiosk, folder if data else None, citizens, speed)
        if ready_file:
            write_ready_file(
                ready_file,
                {
                    "centre": prepared["centre"],
                    "hub": hub,
                    "kiosk": kiosk,
                    "pids": {
                        "demo": os.getpid(),
                        **{name: child.pid for name, child in started.items()},
                    },
                    "tokens": prepared["tokens"],
                    "staff": [
                        {k: person[k] for k in ("name", "role", "password")}
                        for person in prepared["staff"]
                    ],
                },
            )
        children.watch()
        click.echo(on_terminal("demo", "stopping"))


@click.command()
@click.option(
    "--data",
    type=click.Path(file_okay=False),
    help="Folder of the database; ./data unless LUOT_DATA says else.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The hub's port; 8100 unless LUOT_PORT says else."
)
@click.option(
    "--kiosk/--no-kiosk",
    default=False,
    help="Run the kiosk of this machine too; its settings are LUOT_KIOSK_*.",
)
@click.option(
    "--kiosk-port",
    type=click.IntRange(0, 65535),
    help="The kiosk page's port; 8101 unless LUOT_KIOSK_PORT says else.",
)
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write addresses and process ids there (JSON) once everything answers.",
)
def up(
    data: str | None,
    port: int | None,
    kiosk: bool,
    kiosk_port: int | None,
    ready_file: Path | None,
) -> None:
    """Run the production processes of this machine: the hub, and the kiosk if wanted.

    They end together; output goes to stderr.
    """
    from .. import config

    if ready_file:
        ready_file.unlink(missing_ok=True)
    with _one_line_errors(), Children() as children:
        settings = config.load(data=data, port=port)
        port = port_to_use(settings.port, "--port", settings.host)
        base = f"http://{'127.0.0.1' if settings.host in ('0.0.0.0', '') else settings.host}:{port}"
        started = {
            "hub": children.start(
                "hub",
                ["server", "hub", "--port", str(port), *(["--data", data] if data else [])],
                os.environ | {"LUOT_PORT": str(port)},
            )
        }
        if not children.wait_until_answers(started["hub"], f"{base}/readyz"):
            return
        started["forecaster"] = children.start_helper(
            "forecaster",
            ["server", "forecaster", *(["--data", data] if data else [])],
            os.environ,
        )
        started["delivery"] = children.start_helper(
            "delivery",
            ["server", "delivery", *(["--data", data] if data else [])],
            os.environ,
        )
        started["city"] = children.start_helper(
            "city",
            ["server", "city", *(["--data", data] if data else [])],
            os.environ,
        )
        page: str | None = None
        if kiosk:
            page_port = port_to_use(
                (
                    int(os.environ.get("LUOT_KIOSK_PORT", "8101"))
                    if kiosk_port is None
                    else kiosk_port
                ),
                "--kiosk-port",
            )
            page = f"http://127.0.0.1:{page_port}"
            started["kiosk"] = children.start(
                "kiosk",
                ["kiosk"],
                {k: v for k, v in os.environ.items() if k != "LUOT_KIOSK_URL"}
                | {
                    "LUOT_KIOSK_HUB": os.environ.get("LUOT_KIOSK_HUB", base),
                    "LUOT_KIOSK_PORT": str(page_port),
                },
            )
            if not children.wait_until_answers(started["kiosk"], f"{page}/api/status"):
                return
        if ready_file:
            from ..demo.prepare import first_centre

            write_ready_file(
                ready_file,
                {
                    "centre": first_centre(settings),
                    "hub": base,
                    "kiosk": page,
                    "pids": {"up": os.getpid(), **{n: c.pid for n, c in started.items()}},
                },
            )
        click.echo(f"hub {base}" + (f"  kiosk {page}" if page else ""), err=True)
        tell_code(settings, base)
        children.watch(starts_again={"hub": lambda: (Path(settings.data) / SENT_BACKUP).exists()})


def _centre_file(centre: str) -> Path:
    """The file of a sample centre by its short name, or the file itself."""
    file = (
        CENTRES / f"{centre}.yaml"
        if "/" not in centre and not centre.endswith((".yaml", ".yml"))
        else Path(centre)
    )
    if not file.is_file():
        raise click.BadParameter(
            f"there is no centre {centre!r}; use"
            f" {', '.join(sorted(p.stem for p in CENTRES.glob('*.yaml')))} or a file",
            param_hint="--centre",
        )
    return file.resolve()


def _environment(**more: object) -> dict[str, str]:
    """Our environment with what the demo decides: whatever LUOT_* is set outside, except where the
    data lies.
    """
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("LUOT_")
        or k in ("LUOT_DATABASE_URL", "LUOT_REDIS_URL", "LUOT_ASYNC_MODE")
    }
    return kept | {name: str(value) for name, value in more.items()}


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """The folder given, or one that is gone afterwards."""
    if data:
        data.mkdir(parents=True, exist_ok=True)
        yield data.resolve()
        return
    temporary = Path(tempfile.mkdtemp(prefix="luot-demo-"))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except (ChildFailed, SettingError, StorageError) as error:
        click.echo(f"luot: {error}", err=True)
        raise SystemExit(1) from None
    except CentreFileError as error:
        for mistake in error.mistakes:
            click.echo(f"luot: {mistake}", err=True)
        raise SystemExit(1) from None


def _page_of(prepared: Mapping[str, Any], hub: str, kiosk: str, host: str) -> dict[str, Any]:
    """What the page of this demo shows (`DemoPage`), with a key made now."""
    admin = next(person for person in prepared["staff"] if person["role"] == "admin")
    return {
        "key": secrets.token_urlsafe(12),
        "centre": prepared["centre"],
        "counter": prepared["by_hand"],
        "kiosk": kiosk,
        "board_token": prepared["tokens"]["board"],
        "name": admin["name"],
        "password": admin["password"],
        "hub": hub,
        "own": ["127.0.0.1", "localhost", "::1", host],
    }


def _tell(
    prepared: Mapping[str, Any],
    page_settings: Mapping[str, Any],
    hub: str,
    kiosk: str,
    folder: Path | None,
    citizens: float,
    speed: float,
) -> None:
    """What a person needs to look around, on the terminal."""
    centre, tokens, counter = prepared["centre"], prepared["tokens"], prepared["by_hand"]
    link = f"{hub}/demo/{page_settings['key']}"
    page = f"{hub}/hall/{centre}#board={tokens['board']}&sign={tokens['board']}"
    addresses = {
        "hall": page,
        "kiosk": kiosk,
        "board": f"{hub}/board/{centre}#token={tokens['board']}",
        "sign": f"{hub}/sign/{centre}/{counter}#token={tokens['board']}",
        "console": f"{hub}/console/{centre}/{counter}",
        "greeter": f"{hub}/greeter/{centre}",
        "manager": f"{hub}/manager/{centre}",
    }
    words = partial(on_terminal, "demo")
    click.echo(f"\nLượt · {prepared['name']}\n")
    click.echo(f"  {words('open')}:\n  {link}\n")
    if for_phones(link):
        _draw_qr(link)
        click.echo(f"  {words('lan', hub=hub)}\n")
    for what, address in addresses.items():
        click.echo(f"  {words(what, counter=counter):<24} {address}")
    click.echo(f"\n  {words('log_in')}")
    for person in prepared["staff"]:
        click.echo(
            f"  {person['name']:<8} {person['password']:<16} {person['role']:<8}"
            f" {person['full_name']}"
        )
    if citizens:
        many = words("citizens", rate=f"{citizens:g}", speed=f"{speed:g}", counter=counter)
        click.echo(f"\n  {many}")
    kept = words("kept", folder=folder) if folder else words("not_kept")
    click.echo(f"\n  {kept}. {words('stop')}.\n")


def _draw_qr(link: str) -> None:
    """The link as a QR code of half blocks, light on dark as terminals mostly are."""
    import qrcode

    code = qrcode.QRCode(border=2)
    code.add_data(link)
    code.print_ascii(out=sys.stdout, invert=True)
