"""`led`: from the clerk's press until the counter's LED board shows the number:
hub, bridge, Mosquitto with TLS, and the board's own logic as a program of this machine; beside one
bare message through the same broker.
"""

from tests.support.led_machines import in_a_namespace

from .figures import Figure, percentile
from .hub import BenchFailed

CALLS = 200


def run() -> list[Figure]:
    """The figure."""
    try:
        happened = in_a_namespace("bench", CALLS)
    except Exception as error:  # a missing program, a hall that did not come up: said in one line
        raise BenchFailed(f"led: {str(error).strip().splitlines()[-1]}") from error
    if "failed" in happened:
        raise BenchFailed(f"led: {happened['failed'].strip().splitlines()[-1]}")
    ours, floor = happened["ours"], happened["floor"]
    return [
        Figure(
            "led",
            "call_next to LED board",
            "ms",
            percentile(ours, 99),
            percentile(floor, 99),
            "bare publish and subscribe, p99",
            p50=percentile(ours, 50),
            p99=percentile(ours, 99),
            aim=300,
        )
    ]
