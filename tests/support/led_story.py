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
from tests.support.led_hall import COUNTER, SOON, calls_timed, floor_timed


def story(hall, happened, count):
    """Step by step; each key of `happened` is one."""
    hall.begin(60 + count)
    there = says_it_is(hall, None, "online")
    first_light(hall, happened)
    happened["ms"] = {"calls": calls_timed(hall, count), "floor": floor_timed(hall, count)}
    recalled(hall, happened)
    happened["devices"] = [
        until(
            lambda: on_the_page(hall)["led-4"] and "on",
            "the page of devices knows that a board is on",
            30,
        )
    ]
    says_it_is(hall, there, "offline")
    power_cut(hall, happened)
    forged(hall, happened)
    pad(hall, happened)
    happened["devices"].append(
        until(lambda: on_the_page(hall)["led-4"] is False and "off", "and that it is off", 30)
    )
    broker_away(hall, happened)
    hub_away(hall, happened)
    bridge_away(hall, happened)
    without_the_guard(hall, happened)
    revoked(hall, happened)


def says_it_is(hall, line, word):
    """The LED board of counter 4 tells the broker that it is there, or its last will is told."""
    line = line or hall.line(*hall.account("led-4"))
    line.publish(f"{hall.top}/device/led-4/status", word, qos=1, retain=True).wait_for_publish(SOON)
    return line


def on_the_page(hall):
    """What managers see of LED boards and pads: {name: on}."""
    return {
        row["name"]: row["on"]
        for row in hall.books.get("/devices")["devices"]
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


def acts_of(hall, since):
    """What the journal says of the counter after `since`, by the kinds a pad can cause."""
    facts = hall.books.get(f"/journal?since={since}")["facts"]
    return [
        f["kind"]
        for f in facts
        if f["counter"] == COUNTER
        and f["kind"] in ("called", "recalled", "started", "missed", "finished")
    ]


def first_light(hall, happened):
    """Without a word of the hub a board says so; then nothing, since nobody has been called."""
    hall.board.until("")
    happened["first"] = hall.board.since(0)


def recalled(hall, happened):
    """Somebody is called again: three blinks, and the number stands."""
    number = hall.clerk.calls_next()["ticket"]["number"]
    hall.board.until(number)
    watch(2.6, "blinks of the call itself among those of the recall")
    moment = time.monotonic()
    hall.clerk.recalls()
    hall.board.until("", moment)
    watch(2.6, "a fourth blink, or a number that does not stand")
    happened["blinks"] = {"number": number, "shown": hall.board.since(moment)}


def power_cut(hall, happened):
    """The board loses its power and comes back."""
    hall.board.kill()
    moment = time.monotonic()
    hall.board.start()
    number = hall.mine()
    at = hall.board.until(number, moment)
    watch(1.2, "a blink for a call that is no news")
    happened["power"] = {
        "number": number,
        "shown": hall.board.since(moment),
        "seconds": at - moment,
    }


def forged(hall, happened):
    """Devices that speak for others, strangers, and yesterday."""
    listener = hall.line(*hall.account("luot-bridge"), f"{hall.top}/#", "luot/+/pad/+/cmd")
    number, seen = hall.mine(), len(listener.heard)
    board, pad_4 = (
        hall.line(
            *hall.account("led-4"), f"{hall.top}/counter/{COUNTER}/now", f"{hall.top}/pad/pad-3/ack"
        ),
        hall.line(*hall.account("pad-4")),
    )
    moment = time.monotonic()
    now = json.dumps(
        {"n": "Z999", "seq": 999999, "day": time.strftime("%Y-%m-%d"), "state": "called"}
    )
    for who in (board, pad_4):
        who.publish(f"{hall.top}/counter/{COUNTER}/now", now, qos=1, retain=True).wait_for_publish(
            SOON
        )
        who.publish(f"{hall.top}/hub", '{"up":0}', qos=1, retain=True).wait_for_publish(SOON)
        who.publish(
            f"{hall.top}/pad/pad-3/cmd",
            json.dumps({"key": "next", "nonce": "forged-1", "t": now_ms()}),
            qos=1,
        ).wait_for_publish(SOON)
    # what is allowed comes after what is not: once this is heard, the rest would have been
    pad_4.publish(f"{hall.top}/device/pad-4/status", "online", qos=1).wait_for_publish(SOON)
    until(
        lambda: any(t.endswith("pad-4/status") for _, t, _ in listener.heard[seen:]),
        "the pad's own word",
    )
    happened["forged"] = {
        "number": number,
        "shown": [text for text in hall.board.since(moment) if text != number],
        "at_the_counter": hall.mine(),
        "others_state_heard": [t for _, t, _ in board.heard],
        "carried": [
            (t, p.decode())
            for _, t, p in listener.heard[seen:]
            if b"Z999" in p or b"forged" in p or p == b'{"up":0}'
        ],
        "stranger": hall.line(None, None).reason,
        "wrong_password": hall.line("led-3", "guess").reason,
    }
    for line in (listener, board, pad_4):
        line.disconnect()
        line.loop_stop()


def pad(hall, happened):
    """Four keys; twenty presses in two seconds; a message delivered twice; one that comes too
    late.
    """
    until(lambda: hall.pad.now() is not None, "the pad's lamp")
    hall.clerk.verb("finish")
    seq = hall.clerk.sees()["seq"]
    began = time.monotonic()
    for _ in range(20):
        hall.pad.press("n")
    seconds = time.monotonic() - began
    until(lambda: acts_of(hall, seq), "an act of the pad")
    watch(1.5, "a second act of the twenty presses")
    happened["twenty"] = {
        "seconds": seconds,
        "acts": acts_of(hall, seq),
        "lamp": hall.pad.since(began),
    }
    happened["keys"] = []
    for key, held, acts in (
        ("r", 0.06, 1),
        ("n", 0.06, 1),
        ("d", 0.06, 1),
        ("n", 0.06, 1),
        ("m", 0.3, 0),
        ("m", 1.0, 1),
    ):
        seq = hall.clerk.sees()["seq"]
        hall.pad.press(key, down=held)
        (
            until(lambda seq=seq: acts_of(hall, seq), f"an act of key {key}")
            if acts
            else watch(1.2, f"an act of key {key}, held too shortly")
        )
        happened["keys"].append([key, held, acts_of(hall, seq)])
        watch(NEW_PRESS_S, "the next key taken for the same press")
    # the same message twice, as a broker may deliver it; and one that lay about
    line = hall.line(*hall.account("pad-3"), f"{hall.top}/pad/pad-3/ack")
    seq, press = hall.clerk.sees()["seq"], {"key": "next", "nonce": "twice-1", "t": now_ms()}
    for n in range(2):
        line.publish(f"{hall.top}/pad/pad-3/cmd", json.dumps(press), qos=1)
        until(lambda n=n: len(line.heard) > n, "an answer")
    answers = [json.loads(p) for _, _, p in line.heard]
    watch(NEW_PRESS_S, "the late press refused as a repeated one, not as late")
    for refused in (
        {"key": "done", "nonce": "late-1", "t": now_ms() - 10_000},
        {"key": "open", "nonce": "no-key", "t": now_ms()},
        {"key": "done", "nonce": "../etc", "t": now_ms()},
    ):
        line.publish(f"{hall.top}/pad/pad-3/cmd", json.dumps(refused), qos=1)
    line.publish(f"{hall.top}/pad/pad-3/cmd", b"\xff{[[[", qos=1)
    line.publish(
        f"{hall.top}/pad/pad-3/cmd",
        json.dumps({"key": "miss", "nonce": "late-2", "t": now_ms() + 10_000}),
        qos=1,
    )
    until(lambda: len(line.heard) > 3, "an answer to the ones out of time")
    happened["wire"] = {
        "answers": answers,
        "acts": acts_of(hall, seq),
        "late": [json.loads(p) for _, _, p in line.heard[2:]],
    }
    line.disconnect()
    line.loop_stop()


def broker_away(hall, happened):
    """The broker is killed, somebody is called meanwhile, it comes back."""
    before = hall.mine()
    if before is None:
        before = hall.clerk.calls_next()["ticket"]["number"]
        hall.board.until(before)
    hall.clerk.verb("start")
    moment = time.monotonic()
    hall.broker.kill()
    cut = hall.board.until("--", moment)
    number = hall.clerk.calls_next()["ticket"]["number"]
    back = time.monotonic()
    hall.start_broker()
    at = hall.board.until(number, back)
    happened["broker"] = {
        "before": before,
        "number": number,
        "to_dashes_s": cut - moment,
        "back_s": at - back,
        "shown": hall.board.since(cut),
    }


def hub_away(hall, happened):
    """The hub is killed; a press meanwhile is refused and never done; it comes back."""
    number, seq = hall.mine(), hall.clerk.sees()["seq"]
    moment = time.monotonic()
    hall.hub.kill()
    cut = hall.board.until("--", moment)
    watch(0.3, "a pad that has not heard yet what the board has: each is told by itself")
    pressed = time.monotonic()
    hall.pad.press("d")
    # a pad that has not heard of it yet: straight to the bridge
    line = hall.line(*hall.account("pad-3"), f"{hall.top}/pad/pad-3/ack")
    line.publish(
        f"{hall.top}/pad/pad-3/cmd",
        json.dumps({"key": "recall", "nonce": "hub-away-1", "t": now_ms()}),
        qos=1,
    )
    until(lambda: line.heard, "an answer without a hub")
    watch(1.2, "fewer or longer than five flashes")
    lamp = hall.pad.since(pressed)
    back = time.monotonic()
    hall.hub.start()
    at = hall.board.until(number, back)
    watch(2, "the refused presses done after all")
    happened["hub"] = {
        "number": number,
        "to_dashes_s": cut - moment,
        "back_s": at - back,
        "lamp": lamp,
        "answer": json.loads(line.heard[0][2]),
        "acts": acts_of(hall, seq),
        "at_the_counter": hall.mine(),
        "shown": hall.board.since(cut),
    }
    line.disconnect()
    line.loop_stop()


def bridge_away(hall, happened):
    """The bridge is killed; what the broker keeps is of another day; the bridge comes back, with a
    counter on the broker that is no more.
    """
    number = hall.mine()
    moment = time.monotonic()
    hall.bridge.kill()
    cut = hall.board.until("--", moment)
    line = hall.line(*hall.account("luot-bridge"), f"{hall.top}/counter/#")
    until(
        lambda: [1 for _, t, _ in line.heard if t.endswith(f"/{COUNTER}/now")],
        "what the broker keeps",
    )
    old = {"n": "A777", "seq": 5, "day": "2020-01-02", "state": "called"}
    line.publish(
        f"{hall.top}/counter/{COUNTER}/now", json.dumps(old), qos=1, retain=True
    ).wait_for_publish(SOON)
    line.publish(
        f"{hall.top}/counter/99/now", json.dumps(old), qos=1, retain=True
    ).wait_for_publish(SOON)
    line.publish(
        f"{hall.top}/hub",
        json.dumps({"up": 1, "t": now_ms() - 3_600_000, "day": "2020-01-02", "hm": "20:00"}),
        qos=1,
        retain=True,
    ).wait_for_publish(SOON)
    seq, pad_line = hall.clerk.sees()["seq"], hall.line(*hall.account("pad-3"))
    hall.board.kill()
    again = time.monotonic()
    hall.board.start()
    watch(2, "a number of another day")
    stale = hall.board.since(
        again
    )  # a heartbeat of an hour ago, kept by the broker, proves nothing
    line.publish(
        f"{hall.top}/hub",
        json.dumps({"up": 1, "t": now_ms(), "day": "2020-01-03", "hm": "20:00"}),
        qos=1,
    ).wait_for_publish(SOON)
    hall.board.until("", again)  # a living hub, and a number of another day
    other_day = hall.board.since(again)
    # presses nobody takes: one the broker keeps, one it does not
    for retain in (True, False):
        pad_line.publish(
            f"{hall.top}/pad/pad-3/cmd",
            json.dumps({"key": "done", "nonce": f"nobody-{retain}", "t": now_ms()}),
            qos=1,
            retain=retain,
        ).wait_for_publish(SOON)
    pad_line.disconnect()
    pad_line.loop_stop()
    back = time.monotonic()
    hall.start_bridge()
    hall.board.until(number, back)
    until(
        lambda: [1 for _, t, p in line.heard if t.endswith("/99/now") and not p],
        "the counter that is no more taken away",
    )
    happened["bridge"] = {
        "number": number,
        "stale": stale,
        "other_day": other_day,
        "to_dashes_s": cut - moment,
        "another_days_shown": "A777" in hall.board.since(again),
        "acts": acts_of(hall, seq),
        "at_the_counter": hall.mine(),
    }
    line.disconnect()
    line.loop_stop()
    ended = hall.bridge.stop(signal.SIGTERM)
    hall.board.until("--", time.monotonic())
    happened["bridge"]["exit"] = ended


def without_the_guard(hall, happened):
    """The negative control: the same twenty presses on a bridge that forgives nothing."""
    account = json.loads(
        (hall.data / "bridge" / hall.hub.centre / "bridge.json").read_text("utf-8")
    )
    loose = Bridge(
        account,
        Pads(hall.data / "bridge" / hall.hub.centre / "pads"),
        now_ms,
        time.monotonic,
        repeat_s=0,
    )
    runs = threading.Thread(target=loose.run, daemon=True)
    runs.start()
    hall.board.until(hall.mine() or "")
    watch(1, "presses before the bridge listens to the pad, too: its board is told first")
    seq = hall.clerk.sees()["seq"]
    for _ in range(20):
        hall.pad.press("n")
    until(lambda: len(acts_of(hall, seq)) > 3, "more acts than presses meant", 20)
    watch(1, "acts of the last presses counted too early")
    happened["loose"] = acts_of(hall, seq)
    loose.end()
    runs.join(10)
    happened["files"] = {
        p.name: oct(p.stat().st_mode & 0o777)
        for p in (hall.folder / "devices").rglob("secrets.yaml")
    } | {
        "passwords_readable": re.findall(
            r"^[^:]+:(?!\$7\$).*$", (hall.data / "mosquitto/passwd").read_text(), re.M
        )
    }


def revoked(hall, happened):
    """A pad is shut off while it is on the line."""
    line = hall.line(*hall.account("pad-4"))
    before = line.is_connected()
    hall.command("device", "revoke", "pad-4")
    hall.broker.send(signal.SIGHUP)  # what luot-mosquitto.service gets through its file of /run
    until(lambda: not line.is_connected(), "the broker drops it")
    line.loop_stop()
    happened["revoked"] = {"before": before, "again": hall.line(*hall.account("pad-4")).reason}
