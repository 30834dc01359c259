"""Which language the simulated people of a demo speak."""

import random
from collections.abc import Sequence

from domain.languages import DEFAULT


def some_language(locales: Sequence[str] | None, chance: random.Random, foreign: float) -> str:
    """The language of somebody who comes: the centre's first, in a share `foreign` another one."""
    first, *others = locales or [DEFAULT]
    draw = chance.random()
    return others[int(draw / foreign * len(others))] if others and draw < foreign else first
