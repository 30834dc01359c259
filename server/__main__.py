"""The commands. Each is loaded only when it is asked for, so that the second start is quick."""

import importlib
import sys
from typing import Any, NoReturn

import click

from . import VERSION

#: command → where it is defined
COMMANDS = {
    "access-log": "access:access_log",
    "demo": "demo:demo",
    "up": "demo:up",
    "hub": "hub:hub",
    "init": "data:init",
    "load": "data:load",
    "services": "procedures:services",
    "centre": "centre:centre",
    "base": "base:base",
    "migrate": "data:migrate",
    "verify": "data:verify",
    "rebuild": "data:rebuild",
    "open-day": "day:open_day",
    "close-day": "day:close_day",
    "reopen-day": "day:reopen_day",
    "clock": "day:clock",
    "report": "report:report",
    "doctor": "doctor:doctor",
    "top": "top:top",
    "first-run": "first_run:first_run",
    "simulate": "simulate:simulate",
    "person": "person:person",
    "renew-key": "person:renew_key",
    "draw": "draw:draw",
    "plan": "plan:plan",
    "backup": "data:backup",
    "restore": "data:restore",
    "user": "people:user",
    "token": "people:token",
    "settings": "hub:settings",
    "slip": "slip:slip",
    "device": "device:device",
    "bridge": "bridge:bridge",
    "forecaster": "forecaster:forecaster",
    "city": "city:city",
    "delivery": "delivery:delivery",
    "delivery-secret": "delivery:delivery_secret",
    "voice": "voice:voice",
    "languages": "languages:languages_command",
}
#: Commands that ./luot runs itself: they need more than the hub's packages.
ELSEWHERE = {
    "test": "Install what the tests need and run them all.",
    "bench": "Run the benchmarks, each beside its floor.",
    "kiosk": "Run a touch kiosk (its settings: LUOT_KIOSK_*).",
}


class Lazy(click.Group):
    """Finds a command's module by the table above."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run the command of the command line; what is wrong with it is told in one line that says
        the mend, as any other error (options.py).
        """
        try:
            code = super().main(
                *args, **{**kwargs, "standalone_mode": False}
            )  # what ctx.exit was given; a command's own answer is no exit code
            sys.exit(code if type(code) is int else 0)
        except click.exceptions.NoArgsIsHelpError as nothing:
            nothing.show()
            sys.exit(2)
        except click.UsageError as error:
            where = error.ctx.command_path if error.ctx else "luot"
            click.echo(f"luot: {_one_line(error)}; `{where} --help` says how", err=True)
            sys.exit(2)
        except click.ClickException as error:
            click.echo(f"luot: {_one_line(error)}", err=True)
            sys.exit(error.exit_code)
        except (click.Abort, EOFError, KeyboardInterrupt):
            sys.exit(1)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, also those ./luot runs itself."""
        return sorted([*COMMANDS, *ELSEWHERE])

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of a name, or None."""
        if name in ELSEWHERE:
            return click.Command(
                name,
                help=f"{ELSEWHERE[name]} Run as `./luot {name}`.",
                callback=lambda: sys.exit(f"luot: run this as `./luot {name}`"),
            )
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name].split(":")
        command: click.Command = getattr(
            importlib.import_module(f"server.commands.{module}"), function
        )
        return command


def _one_line(error: click.ClickException) -> str:
    return " ".join(error.format_message().split()).rstrip(".")


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="luot %(version)s")
def luot() -> None:
    """Lượt: queue tickets of public administrative service centres."""


if __name__ == "__main__":
    luot(prog_name="luot")
