"""The broker: real Mosquitto on the file, a publish that is allowed and one that is forged; the
units of broker and bridge.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .debian import install_list
from .frame import Broken, Check, ask, free_port, program
from .units import STAND_INS, hardened_unit

USERS = ("luot-bridge", "led-3", "pad-3", "pad-4")


class Running:
    """Mosquitto on the two files of the folder, with accounts whose passwords are their names."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        ask(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            folder / "server.key",
            "-out",
            folder / "server.crt",
        )
        (folder / "passwd").write_text("".join(f"{user}:{user}\n" for user in USERS), "utf-8")
        ask("mosquitto_passwd", "-U", folder / "passwd")
        text = (
            (folder / "luot.conf")
            .read_text("utf-8")
            .replace("/var/lib/luot/mosquitto", str(folder))
            .replace("/run/luot-mosquitto", str(folder))
            .replace("listener 8883", f"listener {self.port} 127.0.0.1")
        )
        file = folder / "started.conf"
        # root gives way to nobody here: the folder is ours
        file.write_text(text + "user root\n", "utf-8")
        self.log = folder / "mosquitto.log"
        self.accounts: list[Account] = []
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program("mosquitto"), "-c", str(file)], stdout=log, stderr=subprocess.STDOUT
            )

    def came_up(self) -> str | None:
        """None once it listens; else what it said when it ended."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return (
                    self.log.read_text("utf-8", "replace")
                    or f"ended with {self.process.returncode}"
                )
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return None
            time.sleep(0.02)
        return "does not listen"

    def end(self) -> None:
        """Everybody hangs up, and it ends."""
        for account in self.accounts:
            account.hang_up()
        self.process.kill()
        self.process.wait()

    def client(self, user: str | None, topics: Sequence[str] = ()) -> Account:
        """Somebody who connects: `.heard` its topics, `.refused` why it was not let in."""
        account = Account(user, str(self.folder / "server.crt"))
        self.accounts.append(account)
        account.connect(self.port, topics)
        return account


class Account:
    """A client of the broker with an account (or none)."""

    def __init__(self, user: str | None, authority: str) -> None:
        import paho.mqtt.client as mqtt
        from paho.mqtt.enums import CallbackAPIVersion

        self.heard: list[str] = []
        self.refused: str | None = None
        self._met, self._subscribed = threading.Event(), threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        self.client.on_connect = self._is_met
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.on_message = lambda _client, _data, message: self.heard.append(message.topic)
        if user:
            self.client.username_pw_set(user, user)
        self.client.tls_set(ca_certs=authority)

    def _is_met(
        self, _client: object, _data: object, _flags: object, reason: Any, _properties: object
    ) -> None:
        self.refused = str(reason) if reason.is_failure else None
        self._met.set()

    def connect(self, port: int, topics: Sequence[str]) -> None:
        """Meet the broker, and hear these topics."""
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self._met.wait(10)
        if topics:
            self.client.subscribe([(topic, 1) for topic in topics])
            self._subscribed.wait(10)

    def hang_up(self) -> None:
        """Disconnect, and end its thread."""
        self.client.disconnect()
        self.client.loop_stop()


def _started(folder: Path) -> str | None:
    broker = Running(folder)
    try:
        fault = broker.came_up()
        if fault:
            return fault
        stranger = broker.client(None)
        return None if stranger.refused else "a stranger without an account was let in"
    finally:
        broker.end()


def broker_starts(file: Path) -> str | None:
    """Mosquitto comes up on the file, and lets nobody in without an account."""
    return _started(file.parent)


def rights_hold(file: Path) -> str | None:
    """What each account may say arrives, what it may not does not."""
    folder = file.parent
    text = file.read_text("utf-8")
    file.write_text(
        text + "\nuser led-3\ntopic read luot/c/hub\ntopic read luot/c/counter/3/now\n\nuser"
        " pad-3\ntopic read luot/c/hub\n",
        "utf-8",
    )
    broker = Running(folder)
    try:
        fault = broker.came_up()
        if fault:
            return fault
        bridge = broker.client(
            "luot-bridge", ["luot/+/counter/+/now", "luot/+/pad/+/cmd", "luot/+/device/+/status"]
        )
        board, pad = (
            broker.client("led-3", ["luot/c/counter/3/now", "luot/c/hub", "luot/c/pad/pad-3/ack"]),
            broker.client(
                "pad-3", ["luot/c/pad/pad-3/ack", "luot/c/pad/pad-4/ack", "luot/c/pad/pad-4/cmd"]
            ),
        )
        tries = [
            (board, "luot/c/counter/3/now"),
            (pad, "luot/c/counter/3/now"),
            (board, "luot/c/hub"),
            (board, "luot/c/pad/pad-3/cmd"),
            (pad, "luot/c/pad/pad-4/cmd"),
            (pad, "luot/c/pad/pad-3/ack"),
            (board, "luot/c/device/pad-3/status"),
            (board, "other/topic"),
            (bridge, "luot/c/counter/3/now"),
            (bridge, "luot/c/pad/pad-3/ack"),
            (bridge, "luot/c/pad/pad-4/ack"),
            (pad, "luot/c/pad/pad-3/cmd"),
            (board, "luot/c/device/led-3/status"),
            (bridge, "luot/c/hub"),
        ]
        for account, topic in tries:
            account.client.publish(topic, "x", qos=1).wait_for_publish(10)
        right = {
            "bridge": [
                "luot/c/counter/3/now",
                "luot/c/pad/pad-3/cmd",
                "luot/c/device/led-3/status",
            ],
            "led-3": ["luot/c/counter/3/now", "luot/c/hub"],
            "pad-3": ["luot/c/pad/pad-3/ack"],
        }
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and any(
            len(account.heard) < len(right[name])
            for name, account in (("bridge", bridge), ("led-3", board), ("pad-3", pad))
        ):
            time.sleep(0.02)
        time.sleep(0.1)
        wrong = [
            f"{name} heard {account.heard} instead of {right[name]}"
            for name, account in (("bridge", bridge), ("led-3", board), ("pad-3", pad))
            if sorted(account.heard) != sorted(right[name])
        ]
        without = [
            line for line in text.splitlines() if line.startswith("pattern") and "%u" not in line
        ]
        return (
            "\n".join(
                [
                    *wrong,
                    *(f"{line}: a pattern without %u is everybody's right" for line in without),
                ]
            )
            or None
        )
    finally:
        broker.end()


def instance(file: Path) -> str | None:
    """A template unit is read as the instance of one centre."""
    copy_ = file.with_name(file.name.replace("@.", "@thu-duc."))
    shutil.copy(file, copy_)
    return hardened_unit(copy_, (*STAND_INS, "/usr/sbin/mosquitto"))


CHECKS = [
    Check(
        "mosquitto/luot.conf",
        "mosquitto",
        broker_starts,
        (
            Broken("listener 8883", "listner 8883", "listner"),
            Broken(
                "allow_anonymous false\npassword_file /var/lib/luot/mosquitto/passwd",
                "allow_anonymous true",
                "without an account",
            ),
        ),
    ),
    Check(
        "mosquitto/acl",
        "mosquitto",
        rights_hold,
        (
            Broken(
                "pattern write luot/+/pad/%u/cmd", "pattern write luot/+/pad/+/cmd", "pad-4/cmd"
            ),
            Broken("pattern write luot/+/device/%u/status", "topic write luot/#", "counter/3/now"),
            Broken("pattern read luot/+/pad/%u/ack", "patern read luot/+/pad/%u/ack", ""),
        ),
    ),
    Check(
        "mosquitto/luot-mosquitto.service",
        "systemd-analyze",
        lambda file: hardened_unit(file, (*STAND_INS, "/usr/sbin/mosquitto")),
        (Broken("Restart=always", "Restart=sometimes", "sometimes"),),
    ),
    Check(
        "mosquitto/luot-bridge@.service",
        "systemd-analyze",
        instance,
        (Broken("ProtectSystem=strict", "ProtectSytem=strict", "ProtectSytem"),),
    ),
    Check(
        "mosquitto/install.txt",
        "install.sh",
        install_list,
        (Broken("file mosquitto/luot.conf", "file mosquitto/luto.conf", "luto.conf"),),
    ),
]
