"""The hub's side of the voice worker: one order to a process of its own, its answer back. Sleeping while it works lets every other request go on, in all of the hub's modes."""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GIVE_UP_AFTER_S, LOOK_EVERY_S = 60, 0.02


class WorkerFailed(Exception):
    """The process ended without an answer, or took too long."""


def run(order, body=b""):
    """`(answer, bytes)` of an order with the bytes that belong to it. Raises WorkerFailed."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as trouble:
        asked.write(json.dumps(order).encode() + b"\n" + body)
        asked.seek(0)
        worker = subprocess.Popen([sys.executable, "-P", "-m", "server.voice"], stdin=asked, stdout=told, stderr=trouble, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)})
        try:
            began = time.monotonic()
            while worker.poll() is None:
                if time.monotonic() - began > GIVE_UP_AFTER_S:
                    raise WorkerFailed("the sound took too long")
                time.sleep(LOOK_EVERY_S)
        finally:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
        told.seek(0)
        head, _, rest = told.read().partition(b"\n")
        if worker.returncode != 0 or not head:
            trouble.seek(0)
            raise WorkerFailed(" ".join(trouble.read().decode(errors="replace").strip().splitlines()[-1:]) or f"ended with {worker.returncode}")
        return json.loads(head), rest
