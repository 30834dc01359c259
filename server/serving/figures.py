"""What a hub process counts of its own work, for `/metrics` (docs/metrics.md has the list).

Labels are taken from fixed lists only (acts, error codes, methods), never from what somebody sends,
so there are no more series on a busy day than on a quiet one.
"""

from functools import cache

from prometheus_client import Counter, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library gives it no types

#: Upper ends of what is counted together, in seconds.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
#: HTTP methods told apart; any other word is "other".
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def durations(name: str, sentence: str) -> Histogram:
    """Counts durations (seconds) by their length."""
    return Histogram(name, sentence, buckets=BOUNDS, registry=None)


class ProcessFigures:
    """The counters and histograms of one hub process; `all` are its collectors."""

    def __init__(self) -> None:
        self._acts = Counter(
            "luot_acts",
            "Acts asked for, by act and result (ok, or the code of the answer).",
            ("act", "result"),
            registry=None,
        )
        self._act_seconds = durations(
            "luot_act_seconds", "How long an act took, from its call to its answer."
        )
        self.commits = durations(
            "luot_commit_seconds", "How long disk or database took to make an act safe."
        )
        self.loop_lag = durations(
            "luot_loop_lag_seconds", "By how much later the hub's loop wakes than it should."
        )
        self.telling = durations(
            "luot_telling_seconds", "From a change in a hall until its screens were sent it."
        )
        self._requests = Counter(
            "luot_http_requests",
            "HTTP requests answered, by method and status.",
            ("method", "status"),
            registry=None,
        )
        self._request_seconds = durations(
            "luot_http_request_seconds", "How long an HTTP request took in the application."
        )
        # the library looks a label up with a lock and a check of each word, every time
        self._acts_by_result = cache(self._acts.labels)
        self._requests_by_status = cache(self._requests.labels)
        self.all = (
            self._acts,
            self._act_seconds,
            self.commits,
            self.loop_lag,
            self.telling,
            self._requests,
            self._request_seconds,
        )

    def act(self, verb: str, result: str, seconds: float) -> None:
        """An act was answered."""
        self._acts_by_result(verb, result).inc()
        self._act_seconds.observe(seconds)

    def request(self, method: str, status: str, seconds: float) -> None:
        """An HTTP request was answered; `status` as WSGI has it ("200 OK")."""
        self._requests_by_status(method if method in METHODS else "other", status[:3]).inc()
        self._request_seconds.observe(seconds)
