"""The commands. Each is loaded only when it is asked for, so that the second start is quick."""

import importlib
import sys

import click

#: command → where it is defined
COMMANDS = {
    "demo": "demo:demo", "up": "demo:up", "hub": "hub:hub", "init": "data:init", "load": "data:load", "migrate": "data:migrate", "verify": "data:verify", "rebuild": "data:rebuild",
    "open-day": "data:open_day", "close-day": "data:close_day", "report": "report:report", "backup": "data:backup", "restore": "data:restore", "user": "people:user", "token": "people:token",
    "settings": "hub:settings", "device": "device:device", "bridge": "bridge:bridge", "voice": "voice:voice",
}
#: Commands that ./luot runs itself: they need more than the hub's packages.
ELSEWHERE = {"test": "Install what the tests need and run them all.", "bench": "Run the benchmarks, each beside its floor.", "kiosk": "Run a touch kiosk (its settings: LUOT_KIOSK_*).",
             "slip": "Draw a centre's slip as a PNG, dot for dot as a kiosk prints it."}


class Lazy(click.Group):
    """Finds a command's module by the table above."""

    def list_commands(self, ctx):
        """All commands, also those ./luot runs itself."""
        return sorted([*COMMANDS, *ELSEWHERE])

    def get_command(self, ctx, name):
        """The command of a name, or None."""
        if name in ELSEWHERE:
            return click.Command(name, help=f"{ELSEWHERE[name]} Run as `./luot {name}`.", callback=lambda: sys.exit(f"luot: run this as `./luot {name}`"))
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name].split(":")
        return getattr(importlib.import_module(f"server.commands.{module}"), function)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def luot():
    """Lượt: queue tickets of public administrative service centres."""


if __name__ == "__main__":
    luot(prog_name="luot")
