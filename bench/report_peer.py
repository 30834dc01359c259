"""What DuckDB is asked beside a report: the bare percentiles of who was called or left, and the
same figures as ours, waits that ended without a call counted as censored (Kaplan and Meier).
"""

# ruff: noqa: S608  (rows and conditions of our own)

#: Rows of a table: by what.
FIELD, MONTH, DAY, COUNTER = "field", "date_trunc('month', date)", "date", "counter"
CELL = "dayofweek(date) * 100 + (450 + at_ms // 60000) // 60"
#: The tickets with the columns they would have, were each wait in opening hours, each until the
#: begin of the service and each visit told apart from the wait.
_TICKETS = (
    "SELECT *, wait_ms AS open_ms, wait_ms + 60000 AS start_ms,"
    " wait_ms + 60000 + served_ms AS visit_ms FROM tickets {of}"
)
_CALLED = "FILTER (NOT gone)"


def bare(by: str, of: str) -> str:
    """Three percentiles and a count a row, as if nobody had left."""
    return (
        f"SELECT {by} k, quantile_disc(wait_ms, 0.5), quantile_disc(wait_ms, 0.9),"
        f" quantile_disc(wait_ms, 0.95), count(*) FROM tickets {of} GROUP BY k"
    )


def waits(by: str, of: str) -> str:
    """Of each row the waits: percentiles, the longest, within 15 and 30 minutes, who left; and of
    all together.
    """
    return (
        f"WITH r AS ({_TICKETS.format(of=of)}), c AS ({_censored(by, 'wait_ms')}),"
        f" t AS ({_censored('0', 'wait_ms')}), n AS (SELECT {by} k, count(*),"
        f" count(*) FILTER (gone), {_within()} FROM r GROUP BY GROUPING SETS (({by}), ()))"
        " SELECT n.*, c.*, t.* FROM n LEFT JOIN c ON n.k = c.k, t"
    )


def every_figure(by: str, of: str) -> str:
    """Of each row, and of all together, what a report says of it: the waits to the call, those in
    opening hours and those to the begin of the service as censored; first waits of the called, the
    whole wait, the leavers, services and visits.
    """
    kinds = ("wait_ms", "open_ms", "start_ms")
    censored = "".join(
        f", c{n} AS ({_censored(by, kind)}), t{n} AS ({_censored('0', kind)})"
        for n, kind in enumerate(kinds)
    )
    joined = " ".join(f"LEFT JOIN c{n} ON n.k = c{n}.k" for n in range(3))
    return (
        f"WITH r AS ({_TICKETS.format(of=of)}), n AS (SELECT {by} k, count(*),"
        f" count(*) FILTER (gone), quantile_disc(wait_ms, [0.5, 0.9, 0.95]) {_CALLED},"
        f" max(wait_ms) {_CALLED}, avg(wait_ms) {_CALLED}, {_within()}, avg(open_ms) {_CALLED},"
        f" quantile_disc(wait_ms, [0.5, 0.9]) {_CALLED}, avg(served_ms) {_CALLED},"
        f" sum(served_ms) {_CALLED}, avg(visit_ms) {_CALLED},"
        " quantile_disc(wait_ms, 0.5) FILTER (gone), max(wait_ms) FILTER (gone)"
        f" FROM r GROUP BY GROUPING SETS (({by}), ())){censored}"
        f" SELECT * FROM n {joined}, t0, t1, t2"
    )


def heat(of: str) -> str:
    """The 90th percentile of each weekday and hour, and how many came."""
    return f"WITH r AS ({_TICKETS.format(of=of)}) {_censored(CELL, 'wait_ms')}"


def _within() -> str:
    return ", ".join(
        f"count(*) FILTER (wait_ms <= {minutes * 60_000} AND NOT gone)" for minutes in (15, 30)
    )


def _censored(by: str, length: str) -> str:
    """The product-limit estimate of each row: who left counts as there until then."""
    each = f"SELECT {by} k, {length} w, count(*) {_CALLED} d, count(*) n FROM r GROUP BY ALL"
    there = f"SELECT k, w, d, sum(n) OVER (PARTITION BY k ORDER BY w DESC) risk FROM ({each})"
    share = f"SELECT k, w, product(1 - d / risk) OVER (PARTITION BY k ORDER BY w) s FROM ({there})"
    least = ", ".join(f"min(w) FILTER (s < {left})" for left in (0.5, 0.1, 0.05))
    return f"SELECT k, count(*), {least}, max(w) FROM ({share}) GROUP BY k"
