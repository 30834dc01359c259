"""A morning at counter 3 with everything that can go wrong; writes what happened, judges
nothing.
"""

import json
import re
import signal
import threading
import time

from server.bridge.run import Bridge
from server.clock import now_ms
from server.commands.bridge import Pads
from tests.support.led_machines import COUNTER, SOON, calls_timed, floor_timed


def story(machines, happened, count):
    """Step by step; each key of `happened` is one."""
    machines.begin(60 + count)
    there = says_it_is(machines, None, "online 0.1.0")
    first_light(machines, happened)
    happened["ms"] = {"calls": calls_timed(machines, count), "floor": floor_timed(machines, count)}
    recalled(machines, happened)
    happened["devices"] = [
        until(
            lambda: on_the_page(machines)["led-4"] and "on",
            "the page of devices knows that a board is on",
            30,
        )
    ]
    says_it_is(machines, there, "offline")
    power_cut(machines, happened)
    forged(machines, happened)
    pad(machines, happened)
    happened["devices"].append(
        until(lambda: on_the_page(machines)["led-4"] is False and "off", "and that it is off", 30)
    )
    broker_away(machines, happened)
    hub_away(machines, happened)
    bridge_away(machines, happened)
    without_the_guard(machines, happened)
    revoked(machines, happened)


def says_it_is(machines, client, word):
    """The LED board of counter 4 tells the broker that it is there, or its last will is told."""
    client = client or machines.mqtt_client(*machines.account("led-4"))
    client.publish(
        f"{machines.top}/device/led-4/status", word, qos=1, retain=True
    ).wait_for_publish(SOON)
    return client


def on_the_page(machines):
    """What managers see of LED boards and pads: {name: on}."""
    return {
        row["name"]: row["on"]
        for row in machines.books.get("/devices")["devices"]
        if row["kind"] in ("led", "pad")
    }


def until(says, what, seconds=SOON):
    """Waits until `says()` gives something true; that."""
    deadline = time.monotonic() + seconds
    while not (answer := says()):
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
        time.sleep(0.02)
    return answer


#: The bridge takes presses closer together than 0.8 s for one: a key meant as a new press comes
#: after this.
NEW_PRESS_S = 0.9


def watch(seconds, against):
    """Lets time pass in which something forbidden would show, named in `against`: what must not
    happen cannot be awaited. The test then reads what was recorded meanwhile.
    """
    time.sleep(seconds)


def acts_of(machines, since):
    """What the journal says of the counter after `since`, by the kinds a pad can cause."""
    facts = machines.books.get(f"/journal?since={since}")["facts"]
    return [
        f["kind"]
        for f in facts
        if f["counter"] == COUNTER
        and f["kind"] in ("called", "recalled", "started", "missed", "finished")
    ]


def first_light(machines, happened):
    """Without a word of the hub a board says so; then nothing, since nobody has been called."""
    machines.board.until("")
    happened["first"] = machines.board.since(0)


def recalled(machines, happened):
    """Somebody is called again: three blinks, and the number stands."""
    number = machines.clerk.calls_next()["ticket"]["number"]
    machines.board.until(number)
    watch(2.6, "blinks of the call itself among those of the recall")
    moment = time.monotonic()
    machines.clerk.recalls()
    machines.board.until("", moment)
    watch(2.6, "a fourth blink, or a number that does not stand")
    happened["blinks"] = {"number": number, "shown": machines.board.since(moment)}


def power_cut(machines, happened):
    """The board loses its power and comes back."""
    machines.board.kill()
    moment = time.monotonic()
    machines.board.start()
    number = machines.mine()
    at = machines.board.until(number, moment)
    watch(1.2, "a blink for a call that is no news")
    happened["power"] = {
        "number": number,
        "shown": machines.board.since(moment),
        "seconds": at - moment,
    }


def forged(machines, happened):
    """Devices that speak for others, strangers, and yesterday."""
    listener = machines.mqtt_client(
        *machines.account("luot-bridge"), f"{machines.top}/#", "luot/+/pad/+/cmd"
    )
    number, seen = machines.mine(), len(listener.heard)
    board, pad_4 = (
        machines.mqtt_client(
            *machines.account("led-4"),
            f"{machines.top}/counter/{COUNTER}/now",
            f"{machines.top}/pad/pad-3/ack",
        ),
        machines.mqtt_client(*machines.account("pad-4")),
    )
    moment = time.monotonic()
    now = json.dumps(
        {"n": "Z999", "seq": 999999, "day": time.strftime("%Y-%m-%d"), "state": "called"}
    )
    for who in (board, pad_4):
        who.publish(
            f"{machines.top}/counter/{COUNTER}/now", now, qos=1, retain=True
        ).wait_for_publish(SOON)
        who.publish(f"{machines.top}/hub", '{"up":0}', qos=1, retain=True).wait_for_publish(SOON)
        who.publish(
            f"{machines.top}/pad/pad-3/cmd",
            json.dumps({"key": "next", "nonce": "forged-1", "t": now_ms()}),
            qos=1,
        ).wait_for_publish(SOON)
    # what is allowed comes after what is not: once this is heard, the rest would have been
    pad_4.publish(f"{machines.top}/device/pad-4/status", "online", qos=1).wait_for_publish(SOON)
    until(
        lambda: any(t.endswith("pad-4/status") for _, t, _ in listener.heard[seen:]),
        "the pad's own word",
    )
    happened["forged"] = {
        "number": number,
        "shown": [text for text in machines.board.since(moment) if text != number],
        "at_the_counter": machines.mine(),
        "others_state_heard": [t for _, t, _ in board.heard],
        "carried": [
            (t, p.decode())
            for _, t, p in listener.heard[seen:]
            if b"Z999" in p or b"forged" in p or p == b'{"up":0}'
        ],
        "stranger": machines.mqtt_client(None, None).reason,
        "wrong_password": machines.mqtt_client("led-3", "guess").reason,
    }
    for client in (listener, board, pad_4):
        client.disconnect()
        client.loop_stop()


def pad(machines, happened):
    """Four keys; twenty presses in two seconds; a message delivered twice; one that comes too
    late.
    """
    until(lambda: machines.pad.now() is not None, "the pad's lamp")
    machines.clerk.verb("finish")
    seq = machines.clerk.sees()["seq"]
    began = time.monotonic()
    for _ in range(20):
        machines.pad.press("n")
    seconds = time.monotonic() - began
    until(lambda: acts_of(machines, seq), "an act of the pad")
    watch(1.5, "a second act of the twenty presses")
    happened["twenty"] = {
        "seconds": seconds,
        "acts": acts_of(machines, seq),
        "lamp": machines.pad.since(began),
    }
    happened["keys"] = []
    for key, held, acts in (
        # as long as a finger stays; a machine with much to do sees none of a twentieth of a second
        ("r", 0.25, 1),
        ("n", 0.25, 1),
        ("d", 0.25, 1),
        ("n", 0.25, 1),
        ("m", 0.3, 0),
        ("m", 1.0, 1),
    ):
        seq = machines.clerk.sees()["seq"]
        machines.pad.press(key, down=held)
        (
            until(lambda seq=seq: acts_of(machines, seq), f"an act of key {key}")
            if acts
            else watch(1.2, f"an act of key {key}, held too shortly")
        )
        happened["keys"].append([key, held, acts_of(machines, seq)])
        watch(NEW_PRESS_S, "the next key taken for the same press")
    # the same message twice, as a broker may deliver it; and one that lay about
    client = machines.mqtt_client(*machines.account("pad-3"), f"{machines.top}/pad/pad-3/ack")
    seq, press = machines.clerk.sees()["seq"], {"key": "next", "nonce": "twice-1", "t": now_ms()}
    for n in range(2):
        client.publish(f"{machines.top}/pad/pad-3/cmd", json.dumps(press), qos=1)
        until(lambda n=n: len(client.heard) > n, "an answer")
    answers = [json.loads(p) for _, _, p in client.heard]
    watch(NEW_PRESS_S, "the late press refused as a repeated one, not as late")
    for refused in (
        {"key": "done", "nonce": "late-1", "t": now_ms() - 10_000},
        {"key": "open", "nonce": "no-key", "t": now_ms()},
        {"key": "done", "nonce": "../etc", "t": now_ms()},
    ):
        client.publish(f"{machines.top}/pad/pad-3/cmd", json.dumps(refused), qos=1)
    client.publish(f"{machines.top}/pad/pad-3/cmd", b"\xff{[[[", qos=1)
    client.publish(
        f"{machines.top}/pad/pad-3/cmd",
        json.dumps({"key": "miss", "nonce": "late-2", "t": now_ms() + 10_000}),
        qos=1,
    )
    until(lambda: len(client.heard) > 3, "an answer to the ones out of time")
    happened["wire"] = {
        "answers": answers,
        "acts": acts_of(machines, seq),
        "late": [json.loads(p) for _, _, p in client.heard[2:]],
    }
    client.disconnect()
    client.loop_stop()


def broker_away(machines, happened):
    """The broker is killed, somebody is called meanwhile, it comes back."""
    before = machines.mine()
    if before is None:
        before = machines.clerk.calls_next()["ticket"]["number"]
        machines.board.until(before)
    machines.clerk.verb("start")
    moment = time.monotonic()
    machines.broker.kill()
    cut = machines.board.until("--", moment)
    number = machines.clerk.calls_next()["ticket"]["number"]
    back = time.monotonic()
    machines.start_broker()
    at = machines.board.until(number, back)
    happened["broker"] = {
        "before": before,
        "number": number,
        "to_dashes_s": cut - moment,
        "back_s": at - back,
        "shown": machines.board.since(cut),
    }


def hub_away(machines, happened):
    """The hub is killed; a press meanwhile is refused and never done; it comes back."""
    number, seq = machines.mine(), machines.clerk.sees()["seq"]
    moment = time.monotonic()
    machines.hub.kill()
    cut = machines.board.until("--", moment)
    watch(0.3, "a pad that has not heard yet what the board has: each is told by itself")
    pressed = time.monotonic()
    machines.pad.press("d")
    # a pad that has not heard of it yet: straight to the bridge
    client = machines.mqtt_client(*machines.account("pad-3"), f"{machines.top}/pad/pad-3/ack")
    client.publish(
        f"{machines.top}/pad/pad-3/cmd",
        json.dumps({"key": "recall", "nonce": "hub-away-1", "t": now_ms()}),
        qos=1,
    )
    until(lambda: client.heard, "an answer without a hub")
    watch(1.2, "fewer or longer than five flashes")
    lamp = machines.pad.since(pressed)
    back = time.monotonic()
    machines.hub.start()
    at = machines.board.until(number, back)
    watch(2, "the refused presses done after all")
    happened["hub"] = {
        "number": number,
        "to_dashes_s": cut - moment,
        "back_s": at - back,
        "lamp": lamp,
        "answer": json.loads(client.heard[0][2]),
        "acts": acts_of(machines, seq),
        "at_the_counter": machines.mine(),
        "shown": machines.board.since(cut),
    }
    client.disconnect()
    client.loop_stop()


def bridge_away(machines, happened):
    """The bridge is killed; what the broker keeps is of another day; the bridge comes back, with a
    counter on the broker that is no more.
    """
    number = machines.mine()
    moment = time.monotonic()
    machines.bridge.kill()
    cut = machines.board.until("--", moment)
    client = machines.mqtt_client(*machines.account("luot-bridge"), f"{machines.top}/counter/#")
    until(
        lambda: [1 for _, t, _ in client.heard if t.endswith(f"/{COUNTER}/now")],
        "what the broker keeps",
    )
    old = {"n": "A777", "seq": 5, "day": "2020-01-02", "state": "called"}
    client.publish(
        f"{machines.top}/counter/{COUNTER}/now", json.dumps(old), qos=1, retain=True
    ).wait_for_publish(SOON)
    client.publish(
        f"{machines.top}/counter/99/now", json.dumps(old), qos=1, retain=True
    ).wait_for_publish(SOON)
    client.publish(
        f"{machines.top}/hub",
        json.dumps({"up": 1, "t": now_ms() - 3_600_000, "day": "2020-01-02", "hm": "20:00"}),
        qos=1,
        retain=True,
    ).wait_for_publish(SOON)
    seq, pad_line = machines.clerk.sees()["seq"], machines.mqtt_client(*machines.account("pad-3"))
    machines.board.kill()
    again = time.monotonic()
    machines.board.start()
    watch(2, "a number of another day")
    stale = machines.board.since(
        again
    )  # a heartbeat of an hour ago, kept by the broker, proves nothing
    client.publish(
        f"{machines.top}/hub",
        json.dumps({"up": 1, "t": now_ms(), "day": "2020-01-03", "hm": "20:00"}),
        qos=1,
    ).wait_for_publish(SOON)
    machines.board.until("", again)  # a living hub, and a number of another day
    other_day = machines.board.since(again)
    # presses nobody takes: one the broker keeps, one it does not
    for retain in (True, False):
        pad_line.publish(
            f"{machines.top}/pad/pad-3/cmd",
            json.dumps({"key": "done", "nonce": f"nobody-{retain}", "t": now_ms()}),
            qos=1,
            retain=retain,
        ).wait_for_publish(SOON)
    pad_line.disconnect()
    pad_line.loop_stop()
    back = time.monotonic()
    machines.start_bridge()
    machines.board.until(number, back)
    until(
        lambda: [1 for _, t, p in client.heard if t.endswith("/99/now") and not p],
        "the counter that is no more taken away",
    )
    happened["bridge"] = {
        "number": number,
        "stale": stale,
        "other_day": other_day,
        "to_dashes_s": cut - moment,
        "another_days_shown": "A777" in machines.board.since(again),
        "acts": acts_of(machines, seq),
        "at_the_counter": machines.mine(),
    }
    client.disconnect()
    client.loop_stop()
    ended = machines.bridge.stop(signal.SIGTERM)
    machines.board.until("--", time.monotonic())
    happened["bridge"]["exit"] = ended


def without_the_guard(machines, happened):
    """The negative control: the same twenty presses on a bridge that forgives nothing."""
    account = json.loads(
        (machines.data / "bridge" / machines.hub.centre / "bridge.json").read_text("utf-8")
    )
    loose = Bridge(
        account,
        Pads(machines.data / "bridge" / machines.hub.centre / "pads"),
        now_ms,
        time.monotonic,
        repeat_s=0,
    )
    runs = threading.Thread(target=loose.run, daemon=True)
    runs.start()
    machines.board.until(machines.mine() or "")
    watch(1, "presses before the bridge listens to the pad, too: its board is told first")
    seq = machines.clerk.sees()["seq"]
    for _ in range(20):
        machines.pad.press("n")
    until(lambda: len(acts_of(machines, seq)) > 3, "more acts than presses meant", 20)
    watch(1, "acts of the last presses counted too early")
    happened["loose"] = acts_of(machines, seq)
    loose.end()
    runs.join(10)
    happened["files"] = {
        p.name: oct(p.stat().st_mode & 0o777)
        for p in (machines.folder / "devices").rglob("secrets.yaml")
    } | {
        "passwords_readable": re.findall(
            r"^[^:]+:(?!\$7\$).*$", (machines.data / "mosquitto/passwd").read_text(), re.M
        )
    }


def revoked(machines, happened):
    """A pad is shut off while it is on the line."""
    client = machines.mqtt_client(*machines.account("pad-4"))
    before = client.is_connected()
    machines.command("device", "revoke", "pad-4")
    machines.broker.send(signal.SIGHUP)  # what luot-mosquitto.service gets through its file of /run
    until(lambda: not client.is_connected(), "the broker drops it")
    client.loop_stop()
    happened["revoked"] = {
        "before": before,
        "again": machines.mqtt_client(*machines.account("pad-4")).reason,
    }
