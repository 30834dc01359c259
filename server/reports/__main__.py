"""The worker of reports. With a socket's descriptor: short ones, one after another
(`server/warm_worker.py`). Without: a long one; its order as JSON on standard input; on standard
output one line of JSON, then the bytes.
"""

import gc
import json
import sys

from ..warm_worker import descriptor_given, serve
from .run import ShortReports, from_order

if __name__ == "__main__":
    descriptor = descriptor_given()
    if descriptor is not None:
        gc.freeze()
        # collecting in the middle of an answer would take a fifth of its time
        gc.set_threshold(500_000, 20, 100)
        serve(descriptor, ShortReports().answer)
    else:
        gc.disable()  # it lives for one report; collecting would take a quarter of its time
        head, body = from_order(json.load(sys.stdin))
        sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
