"""A forecast as JSON: how it gets from the forecaster to the hubs, which believe nothing unread."""

from collections.abc import Mapping
from typing import Any

from .day import MINUTE
from .estimate import LONGEST_MS, STEP, Promise
from .promises import Forecast, Outlook

#: Nobody is promised a call later than this.
MOST_MINUTES = 2 * LONGEST_MS // MINUTE


def document_of(forecast: Forecast) -> dict[str, Any]:
    """A forecast as JSON: an outlook is [low, high, before]."""
    return {
        "model": forecast.model,
        "made_at": forecast.made_at,
        "newcomers": [
            [field, priority, *_row(outlook)]
            for (field, priority), outlook in forecast.newcomers.items()
        ],
        "waiting": [[ticket, *_row(outlook)] for ticket, outlook in forecast.waiting.items()],
    }


def forecast_of(document: Any) -> Forecast:
    """The forecast that `document_of` wrote. Raises ValueError for anything else, a range that no
    rule would tell included.
    """
    try:
        if not isinstance(document, Mapping) or not isinstance(document["made_at"], int):
            raise ValueError("no forecast")
        return Forecast(
            str(document["model"])[:20],
            document["made_at"],
            {
                (str(field), None if priority is None else str(priority)): _outlook(*row)
                for field, priority, *row in document["newcomers"]
            },
            {str(ticket): _outlook(*row) for ticket, *row in document["waiting"]},
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"no forecast: {error}") from None


def _row(outlook: Outlook) -> tuple[int, int, int]:
    return outlook.promise.low, outlook.promise.high, outlook.before


def _outlook(low: Any, high: Any, before: Any) -> Outlook:
    for number in (low, high, before):
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise ValueError(f"no number: {number!r}")
    if not low < high <= MOST_MINUTES or low % STEP or high % STEP:
        raise ValueError(f"no range: {low}–{high}")
    return Outlook(Promise(low, high), before)
