"""Strange input for the whole API and for sockets: what comes back is an answer, never a fault.

The requests are schemathesis' own, made of the OpenAPI document; what sockets are sent is made
here, of the models of their verbs. The hub runs in this process, so a fault is seen as it is.
"""

import argparse
import gc
import json
import logging
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from flask import Flask
from flask_socketio import SocketIOTestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.config import SchemathesisConfig

from server import config
from server.app import create_app
from server.demo.prepare import prepare
from server.payloads import BOARD_VERBS, COUNTER_VERBS, KIOSK_VERBS
from server.sockets.roles import NAMESPACES
from tests.support.hub_in_process import end_hub

#: Namespace → the verbs it knows; a manager's socket only listens.
VERBS = {"/kiosk": KIOSK_VERBS, "/counter": COUNTER_VERBS, "/board": BOARD_VERBS, "/manager": {}}
#: Longer than any answer may take, on a loaded machine.
HANG_S = 60.0
#: How many times its memory after two rounds a long run may have at its end.
MOST_GROWTH = 1.15
STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, 1.5, float("inf"), float("-inf"), 1e308),
    *("", " ", "A", "A001", "0", "-1", "\0", "\ud800", "\u202e", "a" * 41, "x" * 9000, "' OR 1=1"),
    *("press-00000001", "../../etc/passwd", "{{7*7}}", "<script>", "🧾", "Ồ" * 30, "2026-13-45"),
    *([], [None], [[]], ["A"] * 300, {}, {"": None}, {"$ne": 1}, {"vi": "x"}, {"a": {"b": {}}}),
)


@dataclass
class Outcome:
    """What a run did, and what went wrong: a sentence each."""

    requests: int = 0
    messages: int = 0
    faults: list[str] = field(default_factory=list)
    #: Megabytes of memory after each round.
    memory: list[float] = field(default_factory=list)


class Errors(logging.Handler):
    """Keeps what the hub logs as an error: a fault that was answered for is one all the same."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record with its traceback."""
        if record.exc_info:
            self.texts.append(self.format(record)[-1500:])


def hub_in(folder: Path) -> Flask:
    """A hub over a prepared folder, in this process."""
    return create_app(
        config.load(environ={}, data=str(folder), async_mode="threading", hours="always")
    )


class Callers:
    """The credentials of every role: headers of devices, cookies of the staff."""

    def __init__(self, app: Flask, prepared: Mapping[str, Any]) -> None:
        self._app, self._prepared = app, prepared
        tokens = prepared["tokens"]
        self.devices: dict[str, str] = {
            "kiosk": tokens["kiosk"],
            "board": tokens["board"],
            "counter": next(iter(tokens["counter"].values())),
            "manager device": tokens["manager"],
        }
        self.staff = {person["role"]: person for person in prepared["staff"]}

    @property
    def roles(self) -> list[str]:
        """Every role, and nobody; whoever may do most is asked as most often."""
        return ["admin", *self.devices, "admin", *sorted(self.staff), "admin", "nobody"]

    def of(self, role: str) -> tuple[dict[str, str], dict[str, str]]:
        """`(headers, cookies)` of a role; the staff log in anew, whatever was done before."""
        if role in self.devices:
            return {"Authorization": f"Bearer {self.devices[role]}"}, {}
        if role not in self.staff:
            return {}, {}
        person, client = self.staff[role], self._app.test_client()
        log_in = {"name": person["name"], "password": person["password"]}
        answer = client.post("/api/v1/login", json=log_in).get_json()
        cookie = client.get_cookie("luot_session") or client.get_cookie("__Host-luot_session")
        if not answer.get("ok") or cookie is None:
            return {}, {}  # a request before shut this person out: nobody, then
        return {"X-CSRF-Token": answer["csrf"]}, {cookie.key: cookie.value}


def operations(app: Flask) -> list[Any]:
    """Every operation of the OpenAPI document."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=SchemathesisConfig())
    return [result.ok() for result in schema.get_all_operations()]


def ask(
    operation: Any,
    callers: Callers,
    role: str,
    centre: str,
    examples: int,
    n: int,
    outcome: Outcome,
) -> None:
    """Send some requests of one operation as one role; faults go to `outcome`."""
    headers, cookies = callers.of(role)

    @seed(n)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        if "centre" in (case.path_parameters or {}) and random.Random(n).random() < 0.9:
            case.path_parameters["centre"] = centre
        begun = time.monotonic()
        answer = case.call(headers=headers, cookies=cookies)
        outcome.requests += 1
        what = f"{operation.method.upper()} {operation.path} as {role}, seed {n}"
        if answer.status_code >= 500:
            outcome.faults.append(f"{what}: {answer.status_code}: {answer.text[:300]}")
        if time.monotonic() - begun > HANG_S:
            outcome.faults.append(f"{what}: no answer for {HANG_S:.0f} s")

    send()


def strange_payload(model: Any, chance: random.Random) -> Any:
    """A payload of a verb: its own keys with strange values, sometimes right, sometimes none."""
    if chance.random() < 0.1:
        return chance.choice(STRANGE)
    payload: dict[str, Any] = {"request_id": f"fuzz-{chance.getrandbits(64):016x}"}
    for key in getattr(model, "model_fields", {}):
        if key != "request_id" and chance.random() < 0.6:
            payload[key] = chance.choice(STRANGE)
    if chance.random() < 0.2:
        payload[str(chance.choice(STRANGE))[:50]] = chance.choice(STRANGE)
    if chance.random() < 0.1:
        payload["request_id"] = chance.choice(STRANGE)
    return payload


def talk(app: Flask, callers: Callers, messages: int, n: int, outcome: Outcome) -> None:
    """Send each namespace so many strange messages, now and then from a new socket."""
    socketio, chance = app.extensions["socketio"], random.Random(n)
    tokens = {
        "/kiosk": callers.devices["kiosk"],
        "/counter": callers.devices["counter"],
        "/board": callers.devices["board"],
        "/manager": callers.devices["manager device"],
    }
    for namespace in NAMESPACES:
        socket = None
        for _ in range(messages):
            if socket is None or chance.random() < 0.02:
                gone(socket, namespace)
                auth: Any = {"token": tokens[namespace], "version": "fuzz"}
                if chance.random() < 0.3:
                    auth[chance.choice(("last_seq", "device", "lang"))] = chance.choice(STRANGE)
                socket = socketio.test_client(app, namespace=namespace, auth=auth)
            if not socket.is_connected(namespace):
                socket = None
                continue
            verbs = VERBS[namespace]
            verb = chance.choice([*verbs, "drop_table", "snapshot"])
            payload = strange_payload(verbs.get(verb), chance)
            outcome.messages += 1
            try:
                answer = socket.emit(verb, payload, namespace=namespace, callback=True)
            except Exception as error:
                what = f"{namespace} {verb} {json.dumps(payload, default=str)[:300]}, seed {n}"
                outcome.faults.append(f"{what}: {type(error).__name__}: {error}")
                continue
            if verb in verbs and not isinstance(answer, Mapping):
                outcome.faults.append(f"{namespace} {verb}, seed {n}: answered {answer!r}")
            if socket.is_connected(namespace):
                socket.get_received(namespace)  # it keeps what nobody fetched
        gone(socket, namespace)


def gone(socket: Any, namespace: str) -> None:
    """A socket leaves, and is forgotten: the test client keeps each that was ever made."""
    if socket is None:
        return
    if socket.is_connected(namespace):
        socket.disconnect(namespace)
    SocketIOTestClient.clients.pop(socket.eio_sid, None)


def turns(roles: list[str], n: int) -> Iterator[str]:
    """The roles in turn, for ever, from another one each run."""
    while True:
        yield roles[n % len(roles)]
        n += 1


def resident_mb() -> float:
    """The memory of this process, in megabytes, once nothing is left to collect."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def grown(memory: list[float]) -> list[str]:
    """What is wrong with the memory after each round; the first two warm the process up."""
    settled = memory[1:]
    if len(settled) > 1 and settled[-1] > settled[0] * MOST_GROWTH:
        return [f"memory grew from {settled[0]:.0f} to {settled[-1]:.0f} MB"]
    return []


def run(folder: Path, prepared: Mapping[str, Any], n: int, seconds: float = 0) -> Outcome:
    """One round over everything with seed `n`, or rounds for so many seconds."""
    errors, outcome = Errors(), Outcome()
    logging.getLogger().addHandler(errors)
    app = hub_in(folder)
    callers, end = Callers(app, prepared), time.monotonic() + seconds
    every = operations(app)
    try:
        while True:
            for operation, role in zip(every, turns(callers.roles, n), strict=False):
                ask(operation, callers, role, prepared["centre"], 6 if seconds else 1, n, outcome)
            talk(app, callers, 500 if seconds else 60, n, outcome)
            n += 1
            outcome.memory.append(resident_mb())
            if time.monotonic() > end:
                break
    finally:
        logging.getLogger().removeHandler(errors)
        end_hub(app)
    outcome.faults += errors.texts
    outcome.faults += grown(outcome.memory)
    return outcome


def main() -> None:
    """`python -m tests.security.fuzzing --seconds 600`: exit code 1 when there was a fault."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--centre", default="centres/thu_duc.yaml")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(Path(folder), Path(asked.centre))
        outcome = run(Path(folder), prepared, asked.seed, asked.seconds)
    print(f"{outcome.requests} requests, {outcome.messages} messages, {len(outcome.faults)} faults")
    print("megabytes after each round:", *(round(mb) for mb in outcome.memory))
    for fault in dict.fromkeys(outcome.faults):
        print(f"- {fault}")
    sys.exit(1 if outcome.faults else 0)


if __name__ == "__main__":
    main()
