"""The hub's side of the voice worker: one order to a process of its own, its answer back."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from ..worker_pool import NotDone, run_in_worker

GIVE_UP_AFTER_S = 60


def run(order: Mapping[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
    """`(answer, bytes)` of an order with the bytes that belong to it. Raises NotDone."""
    head, _, rest = run_in_worker(
        [sys.executable, "-P", "-m", "server.voice"],
        json.dumps(order).encode() + b"\n" + body,
        GIVE_UP_AFTER_S,
    ).partition(b"\n")
    if not head:
        raise NotDone("no answer")
    return json.loads(head), rest
