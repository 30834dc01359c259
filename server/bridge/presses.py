"""What a press on a call pad becomes: one act at its counter, once, now or never."""

import hashlib
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import requests

log = logging.getLogger("luot.bridge")

#: What a key does, in order: the next verb is tried when the one before was refused with that code.
#: As the console's space bar: somebody called and now here begins the visit.
KEYS = {
    "next": (("call_next", "counter_busy"), ("start", "wrong_state")),
    "recall": (("recall", None),),
    "miss": (("miss", None),),
    "done": (("finish", None),),
}
#: A key hit again within this time of its last press is the same press: a burst is one.
REPEAT_S = 0.8
#: A press that was this long on its way is not carried out: nobody is called by a finger of a
#: minute ago.
LATE_MS = 3000
#: Answers kept for presses the broker delivers twice.
REMEMBERED = 64
ASK_S = 2.0
NONCE = re.compile(r"^[A-Za-z0-9-]{3,40}$")


class Presses:
    """Takes the presses of one centre's pads.

    `pads()` gives {name: {"counter", "token"}} as it stands now; `clock` whole ms, `steady`
    seconds; one thread at a time for a pad.
    """

    def __init__(
        self,
        hub: str,
        centre: str,
        pads: Callable[[], dict[str, dict[str, Any]]],
        clock: Callable[[], int],
        steady: Callable[[], float],
        repeat_s: float = REPEAT_S,
    ) -> None:
        self._hub, self._centre, self._pads = hub, centre, pads
        self._clock, self._steady, self._repeat_s = clock, steady, repeat_s
        self._answered: dict[str, OrderedDict[str, dict[str, Any]]] = {}
        self._pressed: dict[tuple[str, str], float] = {}
        self._sessions: dict[str, requests.Session] = {}

    def take(self, pad: str, payload: bytes, hub_up: bool, arrived: float) -> dict[str, Any] | None:
        """The answer to one message on a pad's topic:

        `{nonce, ok, error?, number?, seq?}`, or None when it is no press at all. `arrived` is
        `steady` at its arrival.
        """
        press = _read(payload)
        if press is None:
            log.warning("pad %s sent something that is no press", pad)
            return None
        nonce = press["nonce"]
        answered = self._answered.setdefault(pad, OrderedDict())
        if nonce in answered:
            return answered[nonce]
        answer = {"nonce": nonce, **self._decide(pad, press, hub_up, arrived)}
        answered[nonce] = answer
        while len(answered) > REMEMBERED:
            answered.popitem(last=False)
        return answer

    def _decide(
        self, pad: str, press: dict[str, Any], hub_up: bool, arrived: float
    ) -> dict[str, Any]:
        last = self._pressed.get((pad, press["key"]))
        self._pressed[pad, press["key"]] = arrived
        if last is not None and arrived - last < self._repeat_s:
            return {"ok": 0, "error": "repeat"}
        if abs(self._clock() - press["t"]) > LATE_MS:
            return {"ok": 0, "error": "late"}
        account = self._pads().get(pad)
        if account is None:
            return {"ok": 0, "error": "unknown_pad"}
        if not hub_up:
            return {"ok": 0, "error": "hub_away"}
        return self._act(pad, account, press)

    def _act(self, pad: str, account: dict[str, Any], press: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error": "wrong_state"}
        for verb, go_on_after in KEYS[press["key"]]:
            answer = self._ask(
                pad,
                account,
                verb,
                "pad-" + hashlib.sha256(f"{pad} {press['nonce']} {verb}".encode()).hexdigest()[:40],
            )
            if answer.get("ok") or answer.get("error") != go_on_after:
                break
        log.info("pad %s: %s: %s", pad, press["key"], answer.get("error") or "done")
        ticket = answer.get("ticket") or {}
        return {"ok": int(answer["ok"])} | {
            k: v
            for k, v in (
                ("error", answer.get("error")),
                ("number", ticket.get("number")),
                ("seq", answer.get("seq")),
            )
            if v is not None
        }

    def _ask(self, pad: str, account: dict[str, Any], verb: str, request_id: str) -> dict[str, Any]:
        """The hub's answer.

        An answer that was lost is asked for once more with the same id, which is the same act; then
        it is given up.
        """
        if account["token"] not in self._sessions:
            self._sessions[account["token"]] = session = requests.Session()
            session.trust_env = False  # the hub is a neighbour: no proxy stands between
            session.headers["Authorization"] = f"Bearer {account['token']}"
        session = self._sessions[account["token"]]
        for _ in range(2):
            try:
                answer = session.post(
                    f"{self._hub}/api/v1/{self._centre}/counters/{account['counter']}/{verb}",
                    json={"request_id": request_id},
                    timeout=ASK_S,
                ).json()
            except (requests.RequestException, ValueError) as error:
                log.info("pad %s: the hub did not answer %s: %s", pad, verb, error)
                continue
            if isinstance(answer, dict) and isinstance(answer.get("ok"), bool):
                return answer
        return {"ok": False, "error": "hub_away"}


def _read(payload: bytes) -> dict[str, Any] | None:
    try:
        press = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if (
        not isinstance(press, dict)
        or press.get("key") not in KEYS
        or type(press.get("t")) is not int
        or not isinstance(press.get("nonce"), str)
        or not NONCE.match(press["nonce"])
    ):
        return None
    return press
