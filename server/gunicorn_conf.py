"""gunicorn's settings for the hub (docs/operations.md).

Started by `luot hub`, which puts the hub's own settings into the environment.
"""

import gc
import logging
import os
import sys
from pathlib import Path
from typing import Any

# gunicorn reads this file by its path
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from server.serving import faults

bind = f"{os.environ.get('LUOT_HOST', '127.0.0.1')}:{os.environ.get('LUOT_PORT', '8100')}"
workers = 1
_mode = os.environ.get("LUOT_ASYNC_MODE", "eventlet")
worker_class = {
    "eventlet": "server.worker.EventletWorker",
    "gevent": "server.serving.gevent_worker.GeventWorker",
    "threading": "server.serving.thread_worker.ThreadWorker",
}[_mode]
worker_connections = 10_000
if _mode == "threading":
    threads = 400
    worker_connections = 1_400
timeout = 60
keepalive = 75
graceful_timeout = 2
backlog = 2048
control_socket_disable = True
max_requests = 0
preload_app = False
# a browser's head is 1 or 2 kB; the defaults would let a stranger have 800 kB looked through
limit_request_fields = 60
limit_request_field_size = 4094
loglevel = "info"
accesslog = None
if os.environ.get("LUOT_LOG_FORMAT") == "json":
    logger_class = "server.serving.json_logger.JsonLogger"
forwarded_allow_ips = "127.0.0.1"
proc_name = "luot-hub"


def post_fork(server: Any, worker: Any) -> None:
    """From here on no line of the log is a stranger's to write."""
    faults.install(logging.getLogger("gunicorn.error"))


def worker_exit(server: Any, worker: Any) -> None:
    """What was counted since the last summary is not lost, no background task is cut off in the
    middle, and nothing erased stays in the database's write-ahead log.
    """
    faults.sum_up()
    app = getattr(worker, "wsgi", None)
    if app is not None:
        app.extensions["luot"].end()


def post_worker_init(worker: Any) -> None:
    """What is loaded now stays; collections become rare (measured: removes pauses of 0.3 s with
    3000 screens).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 5, 1000)
