"""The worker of long reports: an order as JSON on standard input; on standard output one line of
JSON, then the bytes.
"""

import gc
import json
import sys

from .run import from_order

if __name__ == "__main__":
    gc.disable()  # it lives for one report; collecting would take a quarter of its time
    head, body = from_order(json.load(sys.stdin))
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
