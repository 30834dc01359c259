"""The last forecast of each hall, in the memory of a hub process.

Acts and screens read it and never wait for it; whoever foresees puts what it made here. Empty, too
old or of another line: the plain rule tells (server/acts/estimates.py).
"""

from domain.promises import GREATEST_AGE_MS, Forecast, Outlook, PromiseMade


class ForecastTable:
    """The last forecast by centre."""

    def __init__(self) -> None:
        self._forecasts: dict[str, Forecast] = {}

    def put(self, code: str, forecast: Forecast) -> None:
        """Keep the newest forecast of a centre; one that saw an earlier hall is dropped, unless the
        clock was set back since.
        """
        kept = self._forecasts.get(code)
        if kept is None or not 0 < kept.made_at - forecast.made_at <= GREATEST_AGE_MS:
            self._forecasts[code] = forecast

    def forget(self, code: str) -> None:
        """What was foreseen of a centre holds no more: its file or its day changed."""
        self._forecasts.pop(code, None)

    def newcomer(
        self, code: str, field: str, priority: str | None, before: int, now: int
    ) -> PromiseMade | None:
        """What somebody who takes a number now is told, with `before` people to be called first;
        None where nothing fresh is known that fits.
        """
        forecast = self._fresh(code, now)
        outlook = forecast.newcomers.get((field, priority)) if forecast is not None else None
        return _promise_of(forecast, outlook, before, now)

    def waiting(self, code: str, ticket_id: str, before: int, now: int) -> PromiseMade | None:
        """The same for the holder of a ticket that waits."""
        forecast = self._fresh(code, now)
        outlook = forecast.waiting.get(ticket_id) if forecast is not None else None
        return _promise_of(forecast, outlook, before, now)

    def ages(self, now: int) -> dict[str, int]:
        """`{centre: how old its last forecast is}` (ms)."""
        return {code: now - forecast.made_at for code, forecast in list(self._forecasts.items())}

    def _fresh(self, code: str, now: int) -> Forecast | None:
        forecast = self._forecasts.get(code)
        return forecast if forecast is not None and forecast.is_fresh(now) else None


def _promise_of(
    forecast: Forecast | None, outlook: Outlook | None, before: int, now: int
) -> PromiseMade | None:
    if forecast is None or outlook is None or not outlook.fits(before):
        return None
    return PromiseMade(outlook.promise, forecast.model, (now - forecast.made_at) // 1000)
