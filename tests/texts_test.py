"""The hub's own sentences: what is wrong with a value is said in the reader's language, never in a
library's words.
"""

import ast
import json
import re
from pathlib import Path

import pytest

from server.acts import Refusal
from server.payloads import COUNTER_VERBS, FIELD_VERBS, KIOSK_VERBS, BadPayload, LogIn, read
from server.payloads.base import PROBLEMS
from server.reports.table import often_lines
from server.texts import FOLDER, area, complete, filled_in, languages, on_terminal

SERVER = Path(__file__).parents[1] / "server"
WORDS = {
    lang: json.loads((FOLDER / lang / "errors.json").read_text("utf-8"))["problems"]
    for lang in ("vi", "en")
}
ID = {"request_id": "press-0001"}


def codes_said():
    """Every `problem` the hub's code names: second words of BadPayload and BadQuestion, `problem=`
    of Refusal.
    """
    for path in SERVER.rglob("*.py"):
        for call in (
            node
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call)
        ):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            problems = []
            if name in ("BadPayload", "BadQuestion") and len(call.args) > 1:
                problems = [call.args[1]]
            elif name == "Refusal":
                problems = [k.value for k in call.keywords if k.arg == "problem"]
            yield from (node.value for node in problems if isinstance(node, ast.Constant))


def test_every_problem_has_its_words_in_both_languages():
    named = set(codes_said()) | set(PROBLEMS.values())
    assert {"one_of", "missing", "taken"} <= named
    assert named - set(WORDS["vi"]) == set() and set(WORDS["vi"]) == set(WORDS["en"])


@pytest.mark.parametrize(
    ("model", "content", "key", "words"),
    [
        (KIOSK_VERBS["issue"], {}, "request_id", "còn thiếu"),
        (KIOSK_VERBS["issue"], ID, "field", "cần có field hoặc service"),
        (KIOSK_VERBS["issue"], {**ID, "field": "A", "colour": 1}, "colour", "không có mục này"),
        (KIOSK_VERBS["issue"], {"request_id": 5, "field": "A"}, "request_id", "phải là chữ"),
        (
            KIOSK_VERBS["issue"],
            {"request_id": "a b", "field": "A"},
            "request_id",
            "phải theo dạng ^[A-Za-z0-9_-]{8,64}$",
        ),
        (KIOSK_VERBS["issue"], {**ID, "field": "A" * 41}, "field", "dài quá 40 ký tự"),
        (KIOSK_VERBS["issue"], [], "body", "phải là một đối tượng JSON"),
        (KIOSK_VERBS["upload"], {"tickets": []}, "tickets", "cần ít nhất 1 mục"),
        (KIOSK_VERBS["printed"], {"ticket": "x", "ok": "yes"}, "ok", "phải là true hoặc false"),
        (COUNTER_VERBS["pause"], {**ID, "reason": ""}, "reason", "cần ít nhất 1 ký tự"),
        (
            FIELD_VERBS["close_field"],
            {**ID, "message": {"vi": " \n "}},
            "message.vi",
            "cần ít nhất 1 ký tự",
        ),
        (LogIn, {"name": 1, "password": "x"}, "name", "phải là chữ"),
    ],
)
def test_bad_input_is_told_in_vietnamese(model, content, key, words):
    with pytest.raises(BadPayload) as bad:
        read(model, content)
    answer = complete(
        Refusal(
            "bad_request", key=bad.value.key, problem=bad.value.problem, **bad.value.params
        ).answer()
    )
    assert answer == {
        "ok": False,
        "error": "bad_request",
        "key": key,
        "message": f"Yêu cầu chưa đúng ở “{key}”: {words}. Xin sửa rồi gửi lại.",
    }


def test_a_value_without_a_known_fault_is_still_a_whole_sentence():
    assert (
        complete(Refusal("bad_request", key="lang").answer(), "en")["message"]
        == "The request is wrong at “lang”: this value cannot be used. Mend it and send it again."
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("state", ["open", "paused", "closed", "none", "one ticket a counter"])
def test_a_refusal_without_a_number_is_a_whole_sentence(lang, state):
    """`resume` at an open counter said "Số  (quầy đang mở), nên chưa làm được việc này."."""
    refusal = Refusal("wrong_state", number="", state=state).answer()
    sentence = complete(refusal, lang)["message"]
    assert "  " not in sentence and "(" not in sentence and state not in sentence.split()[:3]
    assert not sentence.startswith(("Số ", "Number ")) and sentence.endswith(".")


# ── one of a kind ──

#: The areas whose texts a page, a written report or the hub fills; the command line counts in
#: tables.
FILLED = ("console", "greeter", "manager", "display", "phone", "announce", "devices", "studio")
COUNTS = r"\{(n|count|counters|calls|waits|issued|minutes|half|retry_after|most|clips|seconds)\}"


def test_english_says_one_person_and_two_people():
    text = "{n} {n|person|people} ahead"
    assert [filled_in(text, {"n": n}, "en") for n in (0, 1, 2)] == [
        "0 people ahead",
        "1 person ahead",
        "2 people ahead",
    ]


def test_a_written_report_says_one_call_and_two_calls():
    def line(n):
        row = {"counter": 5, "often": ["taken_back", "recalls"], "calls": n}
        row |= {"taken_back": n, "recalls": n}
        return often_lines({"pressed_often": [row]}, "en")[0].partition(";")[0]

    assert line(1) == "Counter 5: 1 call taken back, 1 recall, in 1 call"
    assert line(2) == "Counter 5: 2 calls taken back, 2 recalls, in 2 calls"


@pytest.mark.parametrize("area_name", [*FILLED, "errors", "clock", "kiosk"])
def test_no_english_text_counts_one_of_a_thing_as_many(area_name):
    """A number is followed by a word in the plural only where the form of {n|person|people} has
    both.
    """
    texts = dict(area("en", area_name))
    plural = re.compile(COUNTS + r"(?:</b>)? (people|tries|\w+(?<![aiou])(?<!s)s)\b")
    verbs = {"is", "was", "has", "as"}
    wrong = [
        text
        for text in texts_in(texts)
        for match_ in plural.finditer(text)
        if match_[2] not in verbs and "over the usual" not in text
    ]
    assert wrong == []


#: What the pages of citizens may be refused with, and the kiosk.
REFUSED_TO_CITIZENS = (
    "unknown_ticket unknown_field field_closed cap_reached day_closed too_many wrong_state_now "
    "bookings_off claims_off unknown_slot slot_full one_open unknown_booking unknown_claim "
    "booking_state claim_state booking_other_day claims_full untold proof_needed unknown_draw "
    "draw_not_open draw_asked door_code wrong_state_rated wrong_state_nobody_behind "
    "wrong_state_let_pass_used"
).split()


@pytest.mark.parametrize("lang", tuple(languages()))
def test_what_citizens_are_refused_is_said_in_each_language_itself(lang):
    own = json.loads((FOLDER / lang / "errors.json").read_text("utf-8"))
    assert [key for key in REFUSED_TO_CITIZENS if not own.get(key)] == []


def texts_in(node):
    """Every text below a node of a language file."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for below in node.values():
            yield from texts_in(below)


def test_on_a_terminal_the_sites_language_comes_first_and_that_of_commands_beside_it():
    assert on_terminal("demo", "log_in") == "Đăng nhập · log in"
    assert on_terminal("demo", "kept", folder="/srv/luot") == "Dữ liệu: /srv/luot · data: /srv/luot"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_list_of_machines_has_words_for_every_trouble_of_a_printer(lang):
    from kiosk.metrics import PRINTER

    assert set(PRINTER) == set(area(lang, "devices")["printers"])
