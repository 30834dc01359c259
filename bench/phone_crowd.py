"""The phones of `bench phones`: a program of its own that reads every number as its page does, when
the hub says so, over a few kept connections as nginx holds them. Says at its end, as JSON, how many
reads there were, by status, and how long they took.
"""

import asyncio
import heapq
import json
import random
import sys
import time

#: Connections to the hub, as an nginx in front of it keeps open.
CONNECTIONS = 32
#: Phones behind one address: a Wi-Fi, or a carrier's.
BEHIND_ONE = 100
FIRST_WITHIN_S = 30.0


async def main(port: int, seconds: float) -> None:
    """Reads from standard input `{paths: [...]}`."""
    paths = json.load(sys.stdin)["paths"]
    start = time.monotonic()
    due = [(start + random.random() * FIRST_WITHIN_S, n) for n in range(len(paths))]
    heapq.heapify(due)
    etags: dict[int, str] = {}
    counts: dict[str, int] = {}
    took: list[float] = []
    lock = asyncio.Lock()

    async def phones() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.monotonic() < start + seconds:
            async with lock:
                at, n = heapq.heappop(due)
            if at > start + seconds:
                break
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            began = time.perf_counter()
            address = f"10.9.{n // BEHIND_ONE}.1"
            lines = [f"GET {paths[n]} HTTP/1.1", "Host: hub", f"X-Forwarded-For: {address}"]
            if n in etags:
                lines.append(f"If-None-Match: {etags[n]}")
            writer.write("\r\n".join([*lines, "", ""]).encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:])
            }
            if length := int(headers.get("content-length") or 0):
                await reader.readexactly(length)
            status = head[0].split()[1]
            took.append((time.perf_counter() - began) * 1e3)
            counts[status] = counts.get(status, 0) + 1
            etags[n] = headers.get("etag", etags.get(n, ""))
            pause_s = int(headers.get("x-luot-next-ms") or 10_000) / 1000
            async with lock:
                heapq.heappush(due, (time.monotonic() + pause_s, n))
            if headers.get("connection", "").lower() == "close":
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    await asyncio.gather(*(phones() for _ in range(CONNECTIONS)))
    took.sort()
    result = {"counts": counts, "p50": took[len(took) // 2], "p99": took[int(len(took) * 0.99)]}
    print(json.dumps(result))


asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
