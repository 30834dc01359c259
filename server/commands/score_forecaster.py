"""The forecaster among the tellers of `luot simulate --score`: taught by other days of the same
centre first.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.centre import Centre, Counter
from domain.day import moment
from domain.simulation import Demand, Moment, Teller, simulate_day

from ..centre import CentreDocument

if TYPE_CHECKING:
    from ..forecast.score import SimulatedForecaster

#: The days it learns from have seeds from here on, so that no scored day is among them.
FIRST_TRAINING_SEED = 7_000_000


def with_wrong_minutes(centre: Centre, percent: float, seed: int) -> Centre:
    """The centre as configured by somebody who is off by so much (sd) in each field's minutes."""
    chance = random.Random(f"minutes {seed}")
    fields = {
        prefix: replace(field, minutes=field.minutes * chance.lognormvariate(0, percent / 100))
        for prefix, field in centre.fields.items()
    }
    return replace(centre, fields=fields) if percent else centre


def of_configured(tellers: Mapping[str, Teller], configured: Centre) -> dict[str, Teller]:
    """The same tellers, who believe what is configured."""

    def believing(teller: Teller) -> Teller:
        def tell(moment: Moment, prefix: str, line_at: int) -> object:
            return teller(replace(moment, centre=configured), prefix, line_at)

        return tell

    return {name: believing(teller) for name, teller in tellers.items()}


def trained(
    configured: Centre,
    document: CentreDocument,
    lived: Centre,
    demand: Demand,
    counters: Sequence[Counter],
    speeds: Mapping[str, float],
    dates: Sequence[str],
    days: int,
) -> "SimulatedForecaster":
    """A forecaster that has followed so many days of the centre that is lived; on the first it
    knew what is configured.
    """
    from ..forecast.score import SimulatedForecaster
    from ..forecast.watch import configured_day

    forecaster = SimulatedForecaster(configured, configured_day(document, configured))
    for day in range(days):
        date = dates[day % len(dates)]
        forecaster.begin(moment(date, "00:00", lived.timezone), lived.windows("service", date))
        simulate_day(
            lived,
            date,
            demand,
            counters,
            FIRST_TRAINING_SEED + day,
            {"forecaster": forecaster.tell},
            speeds,
            forecaster.watch,
        )
        forecaster.end()
    return forecaster
