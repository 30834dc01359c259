"""A press, from finger to number: written down, then the hub, else a leased number; then the
slip is queued. One path for every press.
"""

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from domain.languages import DEFAULT
from domain.phone_address import for_phones, phone_problem
from domain.slip import USUAL_BADGE, slip_content
from domain.slip_key import new_key
from kiosk.centre_state import CentreState
from kiosk.check_in import body_of, code_in
from kiosk.clock import HubClock
from kiosk.hub_link import HubAway, HubLink
from kiosk.press_store import GivenUp, NumberTwice, PressStore
from kiosk.scan import Cards, Person
from kiosk.words import Words

log = logging.getLogger(__name__)
STATUS = {
    "bad_request": 400,
    "not_allowed": 403,
    "unknown_ticket": 404,
    "unknown_field": 404,
    "unknown_counter": 404,
    "wrong_state": 409,
    "counter_closed": 409,
    "counter_busy": 409,
    "field_closed": 409,
    "cap_reached": 409,
    "day_closed": 409,
    "request_id_reused": 409,
    "too_many": 429,
    "storage": 503,
    "outcome_unknown": 503,
    "internal": 500,
    "has_number": 409,
}
#: The id of a press or of another act, as the hub takes it.
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
KEYS = {"request_id", "field", "service", "priority", "lang", "dossiers", "person"}
FORSAKEN_MS = (
    60_000  # a press this old without a number was ended by a power cut, and its page has given up
)
# codes after which the same press may still succeed, so they are not the press's last word
PASSING = ("storage", "outcome_unknown", "internal", "too_many", "not_allowed")
# codes after which the kiosk gives a number of its own: the hub cannot, or cannot say that it did
# (its number is then cancelled when this one is uploaded, since nobody holds it)
HUB_UNABLE = ("storage", "outcome_unknown", "internal")


class Refusal(Exception):
    """A press that gives no number: a code of the contract, and values for its sentence."""

    def __init__(self, code: str, text: str | None = None, **more: Any) -> None:
        super().__init__(code)
        self.code, self.text, self.more = code, text, more


class PressHandler:
    """Takes presses from any thread.

    The same request id gets the same answer, however often and whenever it is sent.
    """

    def __init__(
        self,
        store: PressStore,
        centre: CentreState,
        link: HubLink,
        clock: HubClock,
        words: Words,
        hub: str,
        device: str,
        hub_wait_s: float,
        print_soon: Callable[[], object] = lambda: None,
        post_soon: Callable[[], object] = lambda: None,
        cards: Cards | None = None,
        own_words: Words | None = None,
    ) -> None:
        self._cards, self._own_words = cards, own_words or words
        self._store, self._centre, self._link, self._clock, self._words = (
            store,
            centre,
            link,
            clock,
            words,
        )
        self._hub, self._device, self._hub_wait_s = hub, device, hub_wait_s
        self._print_soon, self._post_soon = print_soon, post_soon
        self._locks = [threading.Lock() for _ in range(32)]
        self.alerts: list[str] = []

    def take(self, payload: object) -> tuple[dict[str, Any], int]:
        """The answer in the shape of the hub's, and its HTTP status.

        Given only once the number is durable.
        """
        lang = language_of(payload)
        try:
            request_id, body, person = _form(payload)
            with self._locks[hash(request_id) % len(self._locks)]:
                return self._take(request_id, body, person)
        except Refusal as no:
            return self._no(no, lang)

    def check_in(
        self, payload: object, ask: Callable[[str, str, str], dict[str, Any]]
    ) -> tuple[dict[str, Any], int]:
        """The number of whoever booked or kept one from home, in the shape of `take`, and its
        status; `ask(code, request_id, lang)` is CheckIns.ask. 503 hub_away while nobody can say.
        """
        lang, code = language_of(payload), code_in(payload)
        request_id = payload.get("request_id") if isinstance(payload, dict) else None
        if code is None or not isinstance(request_id, str) or not REQUEST_ID.fullmatch(request_id):
            key = "code" if code is None else "request_id"
            return self._no(Refusal("bad_request", "errors.bad_key", key=key), lang)
        with self._locks[hash(request_id) % len(self._locks)]:
            return self._check_in(request_id, code, lang, ask)

    def _check_in(
        self,
        request_id: str,
        code: str,
        lang: str,
        ask: Callable[[str, str, str], dict[str, Any]],
    ) -> tuple[dict[str, Any], int]:
        row = self._store.press(request_id, body_of(code), self._clock.now_ms())
        if json.loads(row["body"]) != body_of(code):
            return self._no(Refusal("request_id_reused"), lang)
        if row["state"] == "numbered":
            return self._yes(json.loads(row["answer"]), request_id), 200
        try:
            answer = ask(code, request_id, lang)
        except HubAway as away:
            log.warning("check-in %s: the hub does not answer: %s", request_id, away)
            message = self._words.say(lang, "errors.slip_hub_away")
            return {"ok": False, "error": "hub_away", "message": message}, 503
        if not answer["ok"]:
            if answer.get("error") not in PASSING:
                self._store.refused(request_id, answer)
            return answer, 409
        kept = self._kept(answer)
        try:
            self._write_down(request_id, kept)
        except (NumberTwice, GivenUp) as trouble:
            log.error("check-in %s: %s", request_id, trouble)
            return self._no(Refusal("internal"), lang)
        self._print_soon()
        visit: dict[str, Any] = {
            key: answer[key] for key in ("booking", "claim", "counts_from") if key in answer
        }
        return {**self._yes(kept, request_id), **visit}, 201

    def _kept(self, answer: dict[str, Any]) -> dict[str, Any]:
        """What is kept of the hub's answer."""
        return {
            "ok": True,
            "seq": answer.get("seq"),
            "ticket": answer["ticket"],
            "slip": {
                **answer["slip"],
                "url": self.whole(answer["slip"].get("url")),
                "device": self._device,
            },
        }

    def _write_down(self, request_id: str, kept: dict[str, Any]) -> None:
        """Keep the hub's number and queue its slip. Raises NumberTwice and GivenUp."""
        day = self._centre.day_at(kept["ticket"].get("issued_at") or self._clock.now_ms())
        self._store.numbered_by_hub(request_id, day, kept, self._clock.now_ms())

    def again(self, request_id: str) -> tuple[dict[str, Any], int]:
        """The answer to a press made before, with how its slip is doing."""
        row = self._store.find(request_id)
        if row is None:
            return self._no(Refusal("unknown_ticket"), DEFAULT)
        return self._yes(json.loads(row["answer"]), row["request_id"]), 200

    def form(self, payload: object) -> tuple[str, dict[str, Any]]:
        """The request id and the wish of a press, for one that only tries. Raises Refusal."""
        return _form(payload)[:2]

    def refusal(self, no: Refusal, lang: str = DEFAULT) -> tuple[dict[str, Any], int]:
        """A refusal as the page gets it."""
        return self._no(no, lang)

    def forsake_old(self) -> None:
        """Gives up presses that a power cut ended before they had a number."""
        now = self._clock.now_ms()
        answer = {
            "ok": False,
            "error": "request_id_reused",
            "message": self._own_words.say(DEFAULT, "errors.forsaken"),
        }
        if self._store.forsake(now - FORSAKEN_MS, answer, now):
            self._post_soon()

    def _take(
        self, request_id: str, body: dict[str, Any], person: str | None
    ) -> tuple[dict[str, Any], int]:
        row = self._store.press(request_id, body, self._clock.now_ms())
        if json.loads(row["body"]) != body:
            raise Refusal("request_id_reused")
        if row["state"] == "refused":
            answer = json.loads(row["answer"])
            return answer, STATUS.get(answer["error"], 400)
        if row["state"] == "numbered":
            return self._yes(json.loads(row["answer"]), request_id), 200
        until = (
            self._clock.steady() + self._hub_wait_s
        )  # all a citizen waits for the hub, card or no card
        holder = self._cards.person(person) if self._cards and person else None
        if holder:
            self._one_live_number(holder, body)
        try:
            answer = self._from_hub(request_id, body, until) or self._from_lease(request_id, body)
        except (
            GivenUp
        ):  # the clock was set forward by the hub's while this press waited for an answer
            return self._take(request_id, body, None)
        self._print_soon()
        if holder and self._cards:
            self._cards.took(
                holder,
                answer["ticket"]["field"],
                request_id,
                None if answer.get("offline") else answer["ticket"]["id"],
            )
        return self._yes(answer, request_id), 201

    def _one_live_number(self, holder: Person, body: dict[str, Any]) -> None:
        """Whoever has a live number of this field, from this kiosk or another of the centre, gets
        no second one. Who cannot be told for sure is given one.
        """
        field = self._centre.field_of(body)
        if field is None:
            return
        assert self._cards is not None  # who shows a card was read by them
        press, held = self._cards.holds(holder, field["field"])
        row = self._store.find(press) if press else None
        if row is not None and self._link.is_open(row["ticket"]):
            held = {"number": row["number"], "field": field["field"]}
        if held:
            raise Refusal(
                "has_number",
                self._own_words.say(language_of(body), "errors.has_number", number=held["number"]),
                ticket=held,
            )

    def _from_hub(
        self, request_id: str, body: dict[str, Any], until: float
    ) -> dict[str, Any] | None:
        """The hub's number, written down; `None` when the hub is not there to ask."""
        answer = self._ask(request_id, body, until)
        if answer is None:
            return None
        if not answer["ok"]:
            code = answer.get("error")
            if code in HUB_UNABLE:
                return None  # the kiosk can
            if code not in PASSING:
                self._store.refused(request_id, answer)
            raise Refusal(
                code if code in STATUS else "bad_request",
                answer.get("message"),
                **{k: v for k, v in answer.items() if k not in ("ok", "error", "message")},
            )
        kept = self._kept(answer)
        try:
            self._write_down(request_id, kept)
        except NumberTwice as twice:
            # the hub has lost part of its memory (restored from an old backup): its number is on
            # somebody's paper already
            log.error(
                "the hub gave %s, which this kiosk printed today for somebody else; it is not used",
                twice,
            )
            self.alerts = (self.alerts + [f"number_twice:{twice}"])[-20:]
            return None
        return kept

    def _ask(self, request_id: str, body: dict[str, Any], until: float) -> dict[str, Any] | None:
        """The hub's answer by then.

        A press whose answer was lost is asked again, with the same id, if the hub is back by then.
        """
        asked = False
        while True:
            try:
                return self._link.call(
                    "issue",
                    {"request_id": request_id, **body},
                    max(0.05, until - self._clock.steady()),
                )
            except HubAway as away:
                asked = asked or away.in_doubt
                if not asked or not self._link.wait_up(until - self._clock.steady()):
                    log.warning(
                        "press %s goes on without the hub: %s%s",
                        request_id,
                        away,
                        "; the hub may have given it a number" if asked else "",
                    )
                    return None

    def whole(self, url: str | None) -> str | None:
        """The address in a QR code, or None where no phone opens it (domain/phone_address.py).

        A hub without a public address gives its pages' paths only; people's phones then reach it
        where the kiosk does.
        """
        return for_phones(f"{self._hub}{url}" if url and url.startswith("/") else url)

    def phone_problem(self) -> str | None:
        """Why slips carry no QR code, where that is for the kiosk's own address of the hub: a word
        of `PhoneProblem`. None also where the hub has a public address, which is its own to judge.
        """
        if (self._centre.snapshot or {}).get("phone_url") != "":
            return None
        return phone_problem(self._hub)

    def _from_lease(self, request_id: str, body: dict[str, Any]) -> dict[str, Any]:
        if self._centre.snapshot is None:
            raise Refusal("storage", "errors.never_met")
        field = self._centre.field_of(body)
        if field is None:
            raise Refusal("unknown_field")
        service = self._centre.service_of(body.get("service"))
        if service is not None and field["field"] not in service["fields"]:
            raise Refusal("bad_request", "errors.bad_key", key="field")
        if body.get("priority") and not self._centre.knows_class(body["priority"]):
            raise Refusal("bad_request", "errors.bad_key", key="priority")
        day, now = self._centre.today(), self._clock.now_ms()
        left = self._store.left(day).get(field["field"], 0)
        answer = self._centre.availability(field, left)
        if answer.error == "cap_reached" and field.get("state") != "full":
            raise Refusal("cap_reached", "errors.no_numbers_left", spent=True)
        if answer.error is not None:
            if answer.again_at is None:
                raise Refusal(answer.error)
            raise Refusal(answer.error, again_at=answer.again_at)
        given = self._store.numbered_from_lease(
            request_id,
            day,
            field["field"],
            lambda n: self._offline(request_id, body, field, n, now),
            now,
        )
        if given is None:
            raise Refusal("cap_reached", "errors.no_numbers_left", spent=True)
        self._clock.mark(request_id)
        self._post_soon()
        return given

    def _offline(
        self, request_id: str, body: dict[str, Any], field: Mapping[str, Any], n: int, now: int
    ) -> dict[str, Any]:
        """A number of our own, in the hub's shape, with a key of our own on its slip.

        People ahead and waits are not known here, so they are left out.
        """
        answer = self.made_up(request_id, body, field, self._centre.number(field["field"], n), now)
        return {**answer, "slip": {**answer["slip"], "url": self._own_link()}, "offline": True}

    def _own_link(self) -> str | None:
        """An address with a new key, which opens once the hub has the ticket and the key's hash;
        None for a hub that takes no keys of kiosks.
        """
        phone_url = (self._centre.snapshot or {}).get("phone_url")
        return None if phone_url is None else self.whole(f"{phone_url}/t/{new_key()}")

    def made_up(
        self, request_id: str, body: dict[str, Any], field: Mapping[str, Any], number: str, now: int
    ) -> dict[str, Any]:
        """An answer in the hub's shape from what was last heard."""
        service, lang, priority = (
            self._centre.service_of(body.get("service")),
            body.get("lang") or DEFAULT,
            body.get("priority"),
        )
        snapshot = self._centre.snapshot
        assert snapshot is not None  # a press before the hub was ever met is refused earlier
        return {
            "ok": True,
            "seq": snapshot.get("seq"),
            "ticket": {
                "id": request_id,
                "number": number,
                "field": field["field"],
                "service": service["code"] if service else None,
                "state": "WAITING",
                "ahead": None,
                "estimate": None,
                "no_estimate": None,
                "priority": priority,
                "lang": lang,
                "issued_at": now,
                "dossiers": body.get("dossiers"),
            },
            "slip": slip_content(
                centre=snapshot["centre"]["name"],
                field=field["name"],
                service=service["name"] if service else None,
                code=(service or {}).get("official"),
                short=(service or {}).get("short"),
                bring=(service or {}).get("bring"),
                papers=(service or {}).get("papers") or (),
                number=number,
                priority=bool(priority),
                badge=(snapshot.get("priority") or {}).get("badge") or USUAL_BADGE,
                counters=field.get("counters") or [],
                zone=field.get("zone"),
                issued_at=now,
                lang=lang,
                device=self._device,
                dossiers=body.get("dossiers"),
            ),
        }

    def _yes(self, answer: dict[str, Any], request_id: str) -> dict[str, Any]:
        job = self._store.job_of(request_id)
        return {
            **answer,
            "print": (
                {"job": job["id"], "state": job["state"], "reason": job["reason"]}
                if job
                else {"job": None, "state": "failed", "reason": "no_job"}
            ),
        }

    def _no(self, no: Refusal, lang: str) -> tuple[dict[str, Any], int]:
        values = {"key": no.more.get("key", "")}
        key = no.text if no.text and no.text.startswith("errors.") else f"errors.{no.code}"
        message = (
            no.text
            if no.text and not no.text.startswith("errors.")
            else self._words.say(lang, key, **values)
        )
        return {"ok": False, "error": no.code, "message": message, **no.more}, STATUS[no.code]


def language_of(payload: object) -> str:
    """The language that the page speaks which was pressed on."""
    lang = payload.get("lang") if isinstance(payload, dict) else None
    return lang if isinstance(lang, str) else DEFAULT


def _form(payload: object) -> tuple[str, dict[str, Any], str | None]:
    """The request id, the rest of a press, and the person's handle if a card was read; anything
    else than the documented form is refused, naming the key.
    """
    if not isinstance(payload, dict):
        raise Refusal("bad_request", "errors.bad_key", key="body")
    for key in payload:
        if key not in KEYS:
            raise Refusal("bad_request", "errors.bad_key", key=str(key)[:40])
    request_id = payload.get("request_id")
    if not isinstance(request_id, str) or not REQUEST_ID.fullmatch(request_id):
        raise Refusal("bad_request", "errors.bad_key", key="request_id")
    body = {
        key: value
        for key, value in payload.items()
        if key not in ("request_id", "person") and value is not None
    }
    for key, value in [*body.items(), ("person", payload.get("person") or "none")]:
        if (
            key == "dossiers"
            and isinstance(value, int)
            and not isinstance(value, bool)
            and 1 <= value <= 200
        ):
            continue
        if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", value):
            raise Refusal("bad_request", "errors.bad_key", key=key)
    if "field" not in body and "service" not in body:
        raise Refusal("bad_request", "errors.bad_key", key="field")
    return request_id, body, payload.get("person")
