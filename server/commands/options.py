"""The options of the commands and how they say what went wrong; loads nothing of the store, so that
`luot hub` becomes the hub at once.
"""

import functools
import sys
from collections.abc import Callable
from math import isnan
from typing import Any, ParamSpec, TypeVar

import click

from domain.languages import COMMAND_LINE

P = ParamSpec("P")
R = TypeVar("R")

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False),
    help="Folder of the database; ./data unless LUOT_DATA says else.",
)
centre_option = click.option(
    "--centre", metavar="CODE", help="Code of the centre; may be left out where there is only one."
)


class Between(click.FloatRange):
    """A number between two bounds; "nan", which compares with neither, is refused too."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number. Raises BadParameter."""
        number = super().convert(value, param, ctx)
        if isnan(number):
            self.fail(f"{value} is no number", param, ctx)
        return number


def one_line_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what may go wrong into one line on stderr that says the mend, and exit code 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Exception as error:
            error_text = _mend(error)
            if error_text is None:
                raise
            sys.exit(error_text)

    return wrapped


def _mend(error: Exception) -> str | None:
    """The lines for an error the commands know, or None."""
    from ..acts import Refusal, StorageError
    from ..centre.yaml_file import CentreFileError
    from ..config import SettingError
    from ..texts import complete

    if isinstance(error, (SettingError, StorageError)):
        return f"luot: {error}"
    if isinstance(error, CentreFileError):
        return "\n".join(f"luot: {mistake}" for mistake in error.mistakes)
    if isinstance(error, Refusal):
        return f"luot: {complete(error.answer(), COMMAND_LINE)['message']}"
    return None
