"""Whatever a clerk presses in whatever state of the counter and of the ticket, a refusal is a whole
sentence in both languages: no empty place ("Số  (quầy đang mở)"), no code of the hub's own.
"""

import ast
import re
from pathlib import Path

import pytest

from server import acts
from server.texts import area, complete
from tests.acts.conftest import CENTRE, Someone

# every verb in every state
pytestmark = pytest.mark.slow

LANGUAGES = ("vi", "en")
SERVER = Path(__file__).parents[2] / "server"
#: What a verb needs besides its ticket, and what more it can be told; wrong things too.
CONTENT = {
    "assign": [{"fields": ["A"]}, {"fields": []}, {"fields": ["Q"]}, {"fields": ["A", "A"]}],
    "break_after": [{"on": True}, {"on": False}, {"on": True, "reason": "none-such"}],
    "pause": [{}, {"reason": "none-such"}],
    "park": [{}, {"reason": "none-such"}],
    "store_next": [{"on": True}, {"on": False}],
    "walk_direct": [{"field": "A"}, {"field": "Q"}, {"service": "none-such"}],
    "transfer": [{"field": "B"}, {"field": "Q"}, {"to_counter": 99}, {"to_clerk": "nobody"}, {}],
    "finish": [{}, {"outcome": "none-such"}, {"services": ["none-such"]}],
    "add_service": [{"service": "none-such"}],
    "drop_service": [{"service": "none-such"}],
    "note": [{"text": "thiếu bản sao"}],
    "change_field": [{"field": "C"}, {"field": "Q"}],
}
NAMES_A_TICKET = {"call", "note", "requeue", "cancel", "reprint", "change_field"}
NEEDS_A_TICKET = {"call", "reprint", "change_field"}
AT_COUNTER = ("never opened", "closed", "free", "paused", "called", "serving")
TICKETS = ("none", "unknown", "WAITING", "CALLED", "PARKED", "ABSENT", "DONE", "CANCELLED", "other")


def faults(sentence):
    """What is not whole in a sentence."""
    wrong = re.findall(
        r"  | [.,;:!?)]|\( |\(\)|“”|\{|\}|^\W|\bNone\b|\b[a-z]+_[a-z_]+\b|\b(?:WAITING|CALLED|SERVING"
        r"|PARKED|ABSENT|DONE|CANCELLED|EXPIRED|open_counter)\b",
        # what stands between marks is what was sent, or a command; keys are for programs
        re.sub(r"“[^”]+”|`[^`]+`|\bto_(counter|clerk)\b", "“x”", sentence),
    )
    return wrong + ([] if sentence.endswith((".", "?")) else ["no end"])


def sentences_of(answer):
    return {lang: complete(answer, lang)["message"] for lang in LANGUAGES}


def test_the_check_sees_what_is_wrong():
    """The negative control: the sentences it was made for."""
    for sentence in (
        "Số  (quầy đang mở), nên chưa làm được việc này.",
        "Không tìm thấy số  trong ngày hôm nay.",
        "Quầy  chưa mở.",
        "Number A001 (), so this cannot be done now.",
        "Counter (",
        "Number {number} is waiting.",
        "Number A001 is WAITING, so this cannot be done.",
        "There is no field .",
        "This cannot be done in nothing_to_undo.",
        "The request is wrong at “”: it must be text.",
    ):
        assert faults(sentence), sentence
    assert faults("Quầy đang mở sẵn rồi, không cần làm việc này.") == []


class Desk:
    """Counter 5 with Lan, brought to any state; tickets in any state."""

    def __init__(self, hall):
        self.hall, self.lan = hall, hall.staff("lan", counter=5)
        self.minh, self.thao = hall.clerk("minh", 6), hall.clerk("thao", 22)

    def come_to(self, state):
        if state == "never opened":
            return
        self.lan.open(leave=False)
        self.lan.resume()
        self.lan.store_next(on=False)
        self.lan.break_after(on=False)
        self.lan.assign(fields=None)
        at_hand = self.lan.park()
        assert at_hand["ok"] or at_hand["params"]["state"] == "none" or self.lan.miss()["ok"]
        if state in ("called", "serving"):
            assert self.lan.call(ticket=self.hall.citizen("A")["number"])["ok"]
        done = {"closed": self.lan.close, "paused": self.lan.pause, "serving": self.lan.start}
        if state in done:
            assert done[state]()["ok"]

    def ticket(self, state):
        """The number of a ticket of Lan's second field in that state; `other`: of a field that is
        not hers.
        """
        if state in ("none", "unknown"):
            return {"none": None, "unknown": "A999"}[state]
        number = self.hall.citizen("T" if state == "other" else "B")["number"]
        if state not in ("WAITING", "other", "CANCELLED"):
            assert self.minh.call(ticket=number)["ok"]
        if state == "DONE":
            self.minh.start()
        done = {"PARKED": "park", "ABSENT": "miss", "DONE": "finish"}
        if state in done:
            assert getattr(self.minh, done[state])()["ok"]
        if state == "CANCELLED":
            assert self.minh.cancel(ticket=number)["ok"]
        return number

    def clear(self):
        self.minh.cancel()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("at_counter", AT_COUNTER)
def test_every_refusal_at_a_counter_is_a_whole_sentence(hall, at_counter):
    desk, refusals, wrong = Desk(hall), set(), []
    for verb in sorted(acts.COUNTER_ACTS):
        tickets = TICKETS if verb in NAMES_A_TICKET else ("none",)
        for content in CONTENT.get(verb, [{}]):
            for state in tickets[verb in NEEDS_A_TICKET :]:
                number = desk.ticket(state)
                desk.come_to(at_counter)
                named = {} if number is None else {"ticket": number}
                answer = getattr(desk.lan, verb)(**content, **named)
                desk.clear()
                hall.clock.pass_(0.1)
                if "error" not in answer:
                    continue
                refusals.add((verb, answer["error"]))
                wrong += [
                    (verb, content, state, sentence, flaws)
                    for sentence in sentences_of(answer).values()
                    if (flaws := faults(sentence))
                ]
    assert wrong == []
    assert len(refusals) > 12, refusals


def test_an_act_away_from_any_counter_too(hall):
    """A greeter and a manager, on tickets in every state and on fields as they stand."""
    desk, wrong = Desk(hall), []
    greeter = Someone(hall, hall.greeter.actor)
    for state in TICKETS[1:]:
        for verb in ("cancel", "requeue", "change_field", "let_pass", "reprint"):
            number = desk.ticket(state)
            more = {"field": "Q"} if verb == "change_field" else {}
            answers = [getattr(greeter, verb)(ticket=number, **more) for _ in range(2)]
            desk.clear()
            wrong += [
                (verb, state, sentence)
                for answer in answers
                if "error" in answer
                for sentence in sentences_of(answer).values()
                if faults(sentence)
            ]
    manager = hall.manager
    for press in (
        lambda: manager.reopen_field("A"),
        lambda: manager.reopen_field("Q"),
        lambda: manager.close_field("Q"),
        manager.reopen_day,
        lambda: hall.kiosk.issue(field="Q"),
        lambda: hall.kiosk.issue(service="none-such"),
    ):
        answer = press()
        assert "error" in answer
        wrong += [(answer, s) for s in sentences_of(answer).values() if faults(s)]
    assert wrong == [] and greeter.actor.centre == CENTRE


def calls_of_refusal():
    """(where, code, keywords) of every refusal the hub's code makes with a code of its own."""
    for path in SERVER.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(call, "func", None), "id", None)
            name = name or getattr(getattr(call, "func", None), "attr", None)
            if name == "Refusal" and call.args and isinstance(call.args[0], ast.Constant):
                keys = {k.arg: k.value for k in call.keywords}
                if None not in keys:
                    yield f"{path.name}:{call.lineno}", call.args[0].value, keys


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_in_the_code_names_what_its_sentence_names(lang):
    """Filled with “x” where the value comes with the request, it is whole."""
    wrong, seen = [], 0
    for where, code, keys in calls_of_refusal():
        choices = [{}]
        for key, value in keys.items():
            values = [node.value for node in ast.walk(value) if isinstance(node, ast.Constant)]
            if not isinstance(value, ast.Constant):
                values = [v for v in values if key == "state" and isinstance(v, str)] or ["x"]
            choices = [{**c, key: v} for c in choices for v in values]
        for params in choices:
            if params.get("state") == "x":
                params["state"] = "WAITING"
            if params.get("why") == "x" and f"{code}_x" not in area(lang, "errors"):
                continue  # which one is decided when it happens: its texts are held one by one
            try:
                sentence = complete(acts.Refusal(code, **params).answer(), lang)["message"]
            except KeyError as missing:
                wrong.append((where, code, f"nothing for {missing}"))
                continue
            seen += 1
            if flaws := faults(sentence):
                wrong.append((where, code, sentence, flaws))
    assert wrong == [] and seen > 100
