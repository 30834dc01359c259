"""The bridge itself: what the hub says goes to the broker, kept there; what pads say goes to the
hub. Either may be away and come back in any order.
"""

import json
import logging
import queue
import re
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import paho.mqtt.client as mqtt

from domain.led import GONE, HEARTBEAT_S, counters_now, hub_now

from .. import VERSION
from .hub_client import HubClient
from .presses import REPEAT_S, Presses
from .steadily import guarded, steadily

log = logging.getLogger("luot.bridge")
KEEPALIVE_S = 5
AGAIN_S = 1.0
#: Pads are served side by side by so many threads; one pad's presses always by the same, in their
#: order.
HANDS = 8
#: How often the hub hears how the bridge and its devices are, beside at each change; it believes it
#: for 90 s.
TELL_S = 30.0
STATUS_TOPIC = re.compile(r"^luot/[^/]+/device/([A-Za-z0-9._-]{1,40})/status$")
#: What a device says while it is on; older ones say no version.
ONLINE = re.compile(rb"online(?: ([0-9A-Za-z.+-]{1,20}))?")
#: A press on its way: the pad, the message, and when it arrived.
Press = tuple[str, bytes, float]
PAD_TOPIC = re.compile(r"^luot/[^/]+/pad/([A-Za-z0-9._-]{1,40})/cmd$")


class Bridge:
    """One centre's bridge.

    `account` holds hub, centre, token and broker {host, port, user, password, ca}; `pads()` the
    pads as they stand; `clock` whole ms, `steady` seconds.
    """

    def __init__(
        self,
        account: dict[str, Any],
        pads: Callable[[], dict[str, dict[str, Any]]],
        clock: Callable[[], int],
        steady: Callable[[], float],
        repeat_s: float = REPEAT_S,
    ) -> None:
        self.centre, self._clock, self._steady = account["centre"], clock, steady
        self._top = f"luot/{self.centre}"
        self._lock = threading.Lock()
        self._snapshot: dict[str, Any] | None = None
        self._sent: dict[str, dict[str, Any]] = {}
        self._kept: set[str] = set()
        #: of each device the version it says it runs, "" where it says none; None: it is off
        self._devices: dict[str, str | None] = {}
        self._reported: dict[str, Any] | None = None
        self._reported_at = 0.0
        self._ended, self._parted = threading.Event(), threading.Event()
        self._hands: list[queue.Queue[Press]] = [queue.Queue(50) for _ in range(HANDS)]
        self._presses = Presses(account["hub"], self.centre, pads, clock, steady, repeat_s)
        self._hub = HubClient(
            account["hub"], self.centre, account["token"], self._state, self._call, self._gone
        )
        self._broker: dict[str, Any] = account["broker"]
        self._client: mqtt.Client | None = None
        self._why = ""

    def run(self) -> None:
        """Until `end()`. Comes up with broker and hub away, in any order."""
        for hand in self._hands:
            self._thread("presses", partial(self._take_press, hand))
        keeper = self._thread("broker", self._keep_connected)
        self._hub.start()
        steadily("heartbeat", self._heartbeat, self._ended)
        self._hub.stop()
        self._parted.set()
        keeper.join(8)

    def end(self) -> None:
        """Say that the hub can no longer be heard of, and end."""
        self._ended.set()

    def _thread(self, name: str, work: Callable[[], Any]) -> threading.Thread:
        thread = threading.Thread(
            target=steadily, args=(name, work, self._ended), name=name, daemon=True
        )
        thread.start()
        return thread

    def _heartbeat(self) -> None:
        if not self._ended.wait(HEARTBEAT_S):
            self._beat()
            self._report()

    def _keep_connected(self) -> None:
        """One connection to the broker, as long as it lasts.

        A new client for each: what an old one had not yet delivered would overtake the newer state.
        """
        client = self._new_client()
        self._parted.clear()
        try:
            client.connect(self._broker["host"], self._broker["port"], keepalive=KEEPALIVE_S)
            client.loop_start()
            self._parted.wait()
            if self._ended.is_set() and client.is_connected():
                client.publish(
                    f"{self._top}/hub", json.dumps(GONE), qos=1, retain=True
                ).wait_for_publish(2)
        except (OSError, ValueError) as error:
            self._broker_away(str(error))
        finally:
            with self._lock:
                self._client = None
            client.disconnect()
            client.loop_stop()
        self._ended.wait(AGAIN_S)

    def _new_client(self) -> mqtt.Client:
        # a clean session: what pads pressed while the bridge was away is not delivered to it later
        client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            client_id=f"luot-bridge-{self.centre}",
            clean_session=True,
            reconnect_on_failure=False,
        )
        client.username_pw_set(self._broker["user"], self._broker["password"])
        if self._broker.get("ca"):
            client.tls_set(ca_certs=self._broker["ca"])
        client.will_set(f"{self._top}/hub", json.dumps(GONE), qos=1, retain=True)
        client.max_inflight_messages_set(2000)
        client.on_connect, client.on_disconnect, client.on_message = (
            guarded(self._connected),
            guarded(self._disconnected),
            guarded(self._heard),
        )
        return client

    def _tell(self, topic: str, state: dict[str, Any] | None, retain: bool = True) -> None:
        """Say something to the broker, at least once; nothing without a connection."""
        if self._client is not None:
            self._client.publish(
                f"{self._top}/{topic}",
                json.dumps(state, separators=(",", ":")) if state else b"",
                qos=1,
                retain=retain,
            )

    def _broker_away(self, why: str) -> None:
        if why != self._why:
            self._why = why
            log.warning("broker is away: %s", why)

    # ---- from the hub
    # ---------------------------------------------------------------------

    def _state(self, snapshot: dict[str, Any]) -> None:
        with self._lock:
            first = self._snapshot is None
            self._snapshot = snapshot
            self._publish_changes()
        if first:
            self._beat()

    def _call(self, call: Any) -> None:
        """A call comes some 50 ms before the snapshot that holds it."""
        with self._lock:
            if (
                self._snapshot is None
                or not isinstance(call, dict)
                or str(call.get("counter")) not in self._sent
            ):
                return
            if (
                isinstance(call.get("seq"), int)
                and call["seq"] > self._sent[str(call["counter"])]["seq"]
            ):
                self._publish(
                    str(call["counter"]),
                    {
                        "n": call["number"],
                        "seq": call["seq"],
                        "day": self._snapshot["day"]["date"],
                        "state": "called",
                        "calls": call["calls"],
                    },
                )

    def _gone(self) -> None:
        with self._lock:
            self._snapshot = None
            self._tell("hub", GONE)

    def _publish_changes(self) -> None:
        if self._client is None or self._snapshot is None:
            return
        now = counters_now(self._snapshot)
        for counter, state in now.items():
            # a call that came before an older snapshot stands
            if (
                self._sent.get(counter) != state
                and self._sent.get(counter, {}).get("seq", 0) <= self._snapshot["seq"]
            ):
                self._publish(counter, state)
        for counter in (self._kept | set(self._sent)) - set(now):  # a counter that is no more
            self._tell(f"counter/{counter}/now", None)
            self._kept.discard(counter)
            self._sent.pop(counter, None)

    def _publish(self, counter: str, state: dict[str, Any]) -> None:
        self._sent[counter] = state
        self._tell(f"counter/{counter}/now", state)

    def _beat(self) -> None:
        with self._lock:
            if self._snapshot is not None:
                self._tell("hub", hub_now(self._snapshot, self._clock()))

    def _report(self) -> None:
        """Tell the hub which devices are on:

        `devices` is "led-3=1 pad-3=0", `versions` "led-3=0.1.0". Without the broker nothing is
        known of them.
        """
        with self._lock:
            here = self._client is not None
            devices = sorted(self._devices.items()) if here else []
            status = {
                "version": VERSION,
                "sound": "none",
                "broker": "ok" if here else "away",
                "devices": " ".join(f"{name}={runs is not None:d}" for name, runs in devices),
                "versions": " ".join(f"{name}={runs}" for name, runs in devices if runs),
            }
        if status != self._reported or self._steady() - self._reported_at >= TELL_S:
            self._reported, self._reported_at = (
                (status, self._steady()) if self._hub.says(status) else (None, 0.0)
            )

    # ---- from the broker
    # ---------------------------------------------------------------------

    def _connected(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            log.warning("the broker refused the bridge: %s; look at account and password", reason)
            return
        log.info("broker is there")
        self._why = ""
        client.subscribe(
            [
                (f"{self._top}/pad/+/cmd", 1),
                (f"{self._top}/counter/+/now", 0),
                (f"{self._top}/device/+/status", 1),
            ]
        )
        with self._lock:
            self._client, self._sent, self._kept, self._devices = client, {}, set(), {}
            if self._snapshot is None:
                self._tell("hub", GONE)
            else:
                self._publish_changes()
        self._beat()

    def _disconnected(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if client is self._client or self._client is None:
            self._parted.set()
            if not self._ended.is_set():
                self._broker_away(str(reason))

    def _heard(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic.endswith("/now"):
            if message.retain and message.payload:
                with self._lock:
                    self._kept.add(message.topic.split("/")[-2])
                    if self._snapshot is not None:
                        self._publish_changes()
            return
        if (device := STATUS_TOPIC.match(message.topic)) is not None:
            with self._lock:
                on = ONLINE.fullmatch(message.payload)
                self._devices[device[1]] = (on[1] or b"").decode() if on else None
            return
        pad = PAD_TOPIC.match(message.topic)
        if pad is None or message.retain:  # a press that the broker kept is nobody's finger
            return
        try:
            self._hands[hash(pad[1]) % HANDS].put_nowait(
                (pad[1], bytes(message.payload), self._steady())
            )
        except queue.Full:
            log.warning("more presses than can be taken; one of pad %s was dropped", pad[1])

    def _take_press(self, hand: "queue.Queue[Press]") -> None:
        pad, payload, arrived = hand.get()
        answer = self._presses.take(pad, payload, self._hub.up, arrived)
        if answer is not None:
            with self._lock:
                self._tell(f"pad/{pad}/ack", answer, retain=False)
