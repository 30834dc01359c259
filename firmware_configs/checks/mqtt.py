"""The broker: real Mosquitto on the file, a publish that is allowed and one that is forged; the
units of broker and bridge.
"""

import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from .debian import install_list
from .frame import Broken, Check, ask, free_port, program
from .units import STAND_INS, hardened_unit

USERS = ("luot-bridge", "led-3", "pad-3", "pad-4")


class Running:
    """Mosquitto on the two files of the folder, with accounts whose passwords are their names."""

    def __init__(self, folder: Path):
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
        self.said, self.lines = folder / "mosquitto.log", []
        with open(self.said, "wb") as log:
            self.process = subprocess.Popen(
                [program("mosquitto"), "-c", str(file)], stdout=log, stderr=subprocess.STDOUT
            )

    def came_up(self):
        """None once it listens; else what it said when it ended."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return (
                    self.said.read_text("utf-8", "replace")
                    or f"ended with {self.process.returncode}"
                )
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return None
            time.sleep(0.02)
        return "does not listen"

    def end(self):
        """Everybody hangs up, and it ends."""
        for line in self.lines:
            line.disconnect()
            line.loop_stop()
        self.process.kill()
        self.process.wait()

    def line(self, user, topics=()):
        """A client: `.heard` its topics, `.refused` why it was not let in."""
        import paho.mqtt.client as mqtt

        line, met, subscribed = (
            mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, reconnect_on_failure=False),
            threading.Event(),
            threading.Event(),
        )
        line.heard, line.refused = [], None

        def on_connect(line, _data, _flags, reason, _properties):
            line.refused = str(reason) if reason.is_failure else None
            met.set()

        line.on_connect, line.on_subscribe = on_connect, lambda *_: subscribed.set()
        line.on_message = lambda line, _data, message: line.heard.append(message.topic)
        if user:
            line.username_pw_set(user, user)
        line.tls_set(ca_certs=str(self.folder / "server.crt"))
        self.lines.append(line)
        line.connect("127.0.0.1", self.port)
        line.loop_start()
        met.wait(10)
        if topics:
            line.subscribe([(topic, 1) for topic in topics])
            subscribed.wait(10)
        return line


def _started(folder):
    broker = Running(folder)
    try:
        said = broker.came_up()
        if said:
            return said
        stranger = broker.line(None)
        return None if stranger.refused else "a stranger without an account was let in"
    finally:
        broker.end()


def broker_starts(file: Path) -> "str | None":
    """Mosquitto comes up on the file, and lets nobody in without an account."""
    return _started(file.parent)


def rights_hold(file: Path) -> "str | None":
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
        said = broker.came_up()
        if said:
            return said
        bridge = broker.line(
            "luot-bridge", ["luot/+/counter/+/now", "luot/+/pad/+/cmd", "luot/+/device/+/status"]
        )
        board, pad = (
            broker.line("led-3", ["luot/c/counter/3/now", "luot/c/hub", "luot/c/pad/pad-3/ack"]),
            broker.line(
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
        for line, topic in tries:
            line.publish(topic, "x", qos=1).wait_for_publish(10)
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
            len(line.heard) < len(right[name])
            for name, line in (("bridge", bridge), ("led-3", board), ("pad-3", pad))
        ):
            time.sleep(0.02)
        time.sleep(0.1)
        wrong = [
            f"{name} heard {line.heard} instead of {right[name]}"
            for name, line in (("bridge", bridge), ("led-3", board), ("pad-3", pad))
            if sorted(line.heard) != sorted(right[name])
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


def instance(file: Path) -> "str | None":
    """A template unit is read as the instance of one centre."""
    one = file.with_name(file.name.replace("@.", "@thu-duc."))
    shutil.copy(file, one)
    return hardened_unit(one, (*STAND_INS, "/usr/sbin/mosquitto"))


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
