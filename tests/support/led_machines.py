"""A hall with an LED board and a call pad, in a network namespace of its own: the real hub,
Mosquitto on the shipped file, the bridge, and the boards' logic as programs of this machine.

Run by `in_a_namespace()`; what happened is written as JSON, for tests and for `bench --only led` to
judge.
"""

import json
import math
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

import paho.mqtt.client as mqtt
import yaml

from firmware_configs.checks.frame import CONFIGS, program
from firmware_configs.checks.host_build import SECRETS, built
from tests.support.hub import ROOT, Hub, environment
from tests.support.programs import Program, port_open

COUNTER, FIELD = "3", "A"
PORT = 8883
#: Deadlines are generous: a slow machine is not a wrong board.
SOON = 40


def in_a_namespace(*words, seconds=400) -> dict:
    """Run this rig with a loopback of its own (programs of the boards listen nowhere else); what it
    wrote.
    """
    built()  # outside: building needs no namespace, and its time is not the hall's
    with tempfile.TemporaryDirectory(prefix="luot-led-") as folder:
        out = Path(folder) / "happened.json"
        rights = [] if os.geteuid() == 0 else ["--map-root-user"]
        done = subprocess.run(
            [
                program("unshare"),
                *rights,
                "--net",
                "sh",
                "-c",
                'ip link set lo up && exec "$@"',
                "sh",
                sys.executable,
                "-P",
                "-m",
                "tests.support.led_machines",
                out,
                folder,
                *map(str, words),
            ],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        if not out.exists():
            raise AssertionError(
                f"the hall did not come up:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
            )
        return json.loads(out.read_text("utf-8"))


class ScreenProgram:
    """A host program and what it showed: [(seconds, text)]."""

    def __init__(self, path, folder, secrets, what):
        folder.mkdir(exist_ok=True)
        (folder / "ca.crt").write_text(secrets["hub_ca"], "utf-8")
        self.argv, self.folder, self.what, self.texts = [path], folder, what, []
        self.environment = {**os.environ, "LUOT_MQTT_PASSWORD": secrets["mqtt_password"]}
        self.news = threading.Condition()

    def start(self):
        """Power on."""
        self.process = subprocess.Popen(
            self.argv,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()
        return self

    def _read(self, lines):
        for line in lines:
            shown = re.match(rb"(?:SHOW \d+ \[(.*)\]|LAMP (\d))", line)
            if shown:
                with self.news:
                    self.texts.append(
                        (
                            time.monotonic(),
                            (shown[1] if shown[1] is not None else shown[2]).decode(),
                        )
                    )
                    self.news.notify_all()

    def kill(self):
        """Power off."""
        self.process.kill()
        self.process.wait()

    def now(self):
        """What it shows."""
        return self.texts[-1][1] if self.texts else None

    def until(self, wanted, since=0.0, seconds=SOON):
        """The moment it first showed `wanted` after `since`."""
        deadline = time.monotonic() + seconds
        with self.news:
            while True:
                for at, text in self.texts:
                    if at >= since and text == wanted:
                        return at
                if self.now() == wanted:
                    return self.texts[-1][0]
                if not self.news.wait(deadline - time.monotonic()) and time.monotonic() > deadline:
                    raise AssertionError(
                        f"the {self.what} never showed {wanted!r}; it showed {self.texts[-12:]}"
                    )

    def since(self, moment):
        """What it showed after a moment, in order."""
        return [text for at, text in self.texts if at >= moment]

    def press(self, key, down=0.06, up=0.04):
        """A finger on a key of the pad."""
        for letter, pause in ((key.upper(), down), (key.lower(), up)):
            self.process.stdin.write(letter.encode())
            self.process.stdin.flush()
            time.sleep(pause)


class LedMachines:
    """Everybody in their place."""

    def __init__(self, folder):
        from server.demo.prepare import prepare

        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.hub = Hub(
            self.data, prepare(self.data, ROOT / "centres/thu_duc.yaml"), port=8100
        ).start()
        self.top = f"luot/{self.hub.centre}"
        self.secrets = {}
        for kind, name, counter in (
            ("led", SECRETS["name"], COUNTER),
            ("pad", SECRETS["pad_name"], COUNTER),
            ("led", "led-4", "4"),
            ("pad", "pad-4", "4"),
        ):
            self.command(
                "device",
                "new",
                kind,
                name,
                "--counter",
                counter,
                "--hub",
                "http://127.0.0.1:8100",
                "--out",
                self.folder / "devices",
            )
            secrets = next((self.folder / "devices" / name).glob("*/secrets.yaml"))
            self.secrets[name] = yaml.safe_load(secrets.read_text("utf-8"))
        self.broker = self.bridge = None
        self.start_broker()
        self.start_bridge()
        programs = built()
        self.board = ScreenProgram(
            programs["counter_led"], self.folder / "board", self.secrets[SECRETS["name"]], "board"
        )
        self.pad = ScreenProgram(
            programs["call_pad"],
            self.folder / "pad",
            self.secrets[SECRETS["pad_name"]],
            "pad's lamp",
        )
        self.clerk, self.kiosk, self.books = (
            self.hub.clerk(COUNTER),
            self.hub.citizen(),
            self.hub.http_client(self.hub.tokens["manager"]),
        )

    def command(self, *words):
        """A command of the hub's machine."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "server", *map(str, words), "--data", str(self.data)],
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_broker(self):
        """Mosquitto on the shipped file, in this hall's folder."""
        file = self.folder / "mosquitto.conf"
        text = (
            (CONFIGS / "mosquitto/luot.conf")
            .read_text("utf-8")
            .replace("/var/lib/luot/mosquitto", str(self.data / "mosquitto"))
            .replace("/run/luot-mosquitto", str(self.folder))
        )
        file.write_text(text + "user root\n", "utf-8")  # root is root in this namespace only
        self.broker = Program([program("mosquitto"), "-c", file], self.folder / "mosquitto.log")
        self.broker.wait_until(lambda: port_open(PORT), "mosquitto")

    def start_bridge(self):
        """The bridge as a process."""
        self.bridge = Program(
            [sys.executable, "-P", "-m", "server", "bridge", "--data", self.data],
            self.folder / "bridge.log",
            env=environment(),
            cwd=self.folder,
        )

    def account(self, name):
        """(user, password) of a device or the bridge."""
        if name == "luot-bridge":
            broker = json.loads(
                (self.data / "bridge" / self.hub.centre / "bridge.json").read_text("utf-8")
            )["broker"]
            return broker["user"], broker["password"]
        return name, self.secrets[name]["mqtt_password"]

    def mqtt_client(self, user, password, *topics):
        """A bare MQTT client; `.heard` is [(seconds, topic, payload)], `.reason` why it was let in
        or not.
        """
        client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            client_id=f"test-{user}-{time.monotonic_ns()}",
            reconnect_on_failure=False,
        )
        client.heard, client.reason, met = [], None, threading.Event()

        def on_connect(client, _data, _flags, reason, _properties):
            client.reason = str(reason)
            met.set()

        client.on_connect = on_connect
        client.on_message = lambda client, _data, message: client.heard.append(
            (time.monotonic(), message.topic, message.payload)
        )
        client.on_subscribe = lambda *_: subscribed.set()
        subscribed = threading.Event()
        if user:
            client.username_pw_set(user, password)
        client.tls_set(ca_certs=str(self.data / "mosquitto/ca.crt"), cert_reqs=ssl.CERT_REQUIRED)
        client.connect("127.0.0.1", PORT)
        client.loop_start()
        met.wait(SOON)
        if topics:
            client.subscribe([(topic, 1) for topic in topics])
            subscribed.wait(SOON)
        return client

    def mine(self):
        """The number at the counter."""
        ticket = self.clerk.sees()["mine"]
        return ticket["number"] if ticket else None

    def begin(self, people):
        """Open the counter, people take numbers, board and pad get power."""
        self.clerk.opens()
        for _ in range(people):
            self.kiosk.takes_number(FIELD)
        self.board.start()
        self.pad.start()

    def close(self):
        """Everybody home."""
        for shown in (self.board, self.pad):
            if getattr(shown, "process", None):
                shown.kill()
        for running in (self.bridge, self.broker):
            if running:
                running.kill()
        self.hub.remove()


def p99(values):
    """The 99th percentile."""
    return sorted(values)[max(0, math.ceil(len(values) * 0.99) - 1)]


def calls_timed(machines, count):
    """Milliseconds from the clerk's press until the board shows the number, of `count` calls."""
    took = []
    for _ in range(count):
        pressed = time.monotonic()
        number = machines.clerk.calls_next()["ticket"]["number"]
        took.append((machines.board.until(number, pressed) - pressed) * 1000)
        machines.clerk.verb("start")
        time.sleep(
            0.05
        )  # the start is told to the board, too; it shows the same number, so it cannot be awaited
    return took


def floor_timed(machines, count):
    """The same broker with nothing around it: publish to one subscriber, both over TLS."""
    hears, says = (
        machines.mqtt_client(*machines.account("luot-bridge"), f"{machines.top}/counter/4/now"),
        machines.mqtt_client(*machines.account("luot-bridge")),
    )
    took = []
    for n in range(count):
        sent, before = time.monotonic(), len(hears.heard)
        says.publish(f"{machines.top}/counter/4/now", f'{{"n":"A{n:03}"}}', qos=1)
        while len(hears.heard) == before and time.monotonic() - sent < SOON:
            time.sleep(0.0005)
        took.append((hears.heard[-1][0] - sent) * 1000)
    for client in (hears, says):
        client.disconnect()
        client.loop_stop()
    return took


def main(out, folder, what, count):
    """`led_machines OUT FOLDER story|bench CALLS`"""
    happened, machines = {}, None
    try:
        machines = LedMachines(Path(folder) / "hall")
        if what == "bench":
            machines.begin(count + 5)
            machines.board.until("")
            happened = {"ours": calls_timed(machines, count), "floor": floor_timed(machines, count)}
        else:
            from tests.support.led_story import story

            story(machines, happened, count)
    except BaseException:
        happened["failed"] = traceback.format_exc()
        if machines:
            happened["logs"] = {
                log.name: log.read_text("utf-8", "replace")[-3000:]
                for log in (*machines.folder.glob("*.log"), machines.data / "hub.log")
                if log.exists()
            }
    finally:
        if machines:
            machines.close()
    Path(out).write_text(json.dumps(happened, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
    shutil.rmtree(Path(sys.argv[2]) / "hall", ignore_errors=True)
