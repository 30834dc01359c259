"""Whatever is said wrongly gets the documented code and status, and changes nothing."""

import pytest

from server.payloads import (
    BOARD_VERBS,
    COUNTER_VERBS,
    DAY_PATHS,
    DAY_VERBS,
    FIELD_PATHS,
    FIELD_VERBS,
    KIOSK_VERBS,
    TICKET_VERBS,
    LogIn,
)
from server.web.auth import STATUS
from tests.support.people import Answer, Screen, press

#: verb → what a right payload holds beside its request_id
RIGHT = {
    "issue": {"field": "A"},
    "note": {"text": "x"},
    "walk_direct": {"field": "A"},
    "store_next": {"on": True},
    "break_after": {"on": True},
    "add_service": {"service": "birth"},
    "drop_service": {"service": "birth"},
    "assign": {"fields": ["A"]},
    "call": {"ticket": "A001"},
    "transfer": {"field": "B"},
    "printed": {"ticket": "A001", "ok": True},
    "upload": {
        "tickets": [{"request_id": "offline-0001", "number": "A801", "field": "A", "issued_at": 1}]
    },
    "played": {"seq": 1},
    "forsake": {"press": "press-0001"},
    "reprint": {"ticket": "A001"},
    "person": {"mark": "a" * 64, "field": "A"},
}
#: key → values it may not have
WRONG = {
    "request_id": [
        5,
        None,
        "",
        "short",
        "x" * 65,
        "has a space in it",
        "dấu-tiếng-việt",
        ["a" * 8],
        {"$ne": 1},
        True,
    ],
    "field": [5, "", "x" * 41, ["A"], {}],
    "service": [5, "", "x" * 41],
    "priority": [1, "", "x" * 41],
    "lang": ["viet", "VI", 5, ""],
    "reason": [5, "", "x" * 81, []],
    "ticket": [5, "", "x" * 41, None, ["A001"]],
    "place": ["middle", 5, ""],
    "to_counter": [[], {}, 1.5],
    "come_back": ["yes", 1],
    "outcome": [5, "", "x" * 41],
    "services": ["x", [5], ["x"] * 101, [""]],
    "ok": ["yes", 1],
    "tickets": [[], "x", [{}], [5], [{"request_id": "12345678"}] * 51],
    "text": [5, None, "x" * 256, ["x"]],
    "on": ["yes", 1, None],
    "fields": ["A", [5], [""], ["x" * 9], ["A"] * 41, {}],
    "overflow": ["A", [5], {}],
    "mode": ["fast", 5],
    "to_clerk": [5, "", "x" * 41],
    "remind_minutes": [0, 241, "5", 1.5, True],
    "dossiers": [0, 201, "5", 2.5, True],
    "message": ["x", {}, {"en": "only"}, {"vi": ""}, {"vi": "x", "fr": "y"}, {"vi": "x" * 201}],
    "press": [5, None, "", "short", "x" * 65],
    "id": [5, "", "x" * 65],
    "heard": ["yes", 1],
    "journal": [5, "", "x" * 65],
    "screen": [5, "x" * 61],
    "seq": [-1, "1", 1.5],
    "outbox": [-1, "many"],
    "printer": [5, "x" * 41],
}
BY_PAD = {
    verb: model for verb, model in COUNTER_VERBS.items() if verb != "assign"
}  # that one is a manager's
FREE = ("played", "status")  # devices of another version may say more here


def wrong_forms(verb, model):
    """Every payload of a verb that is wrong in one place: (name, payload)."""
    right = {"request_id": press(), **RIGHT.get(verb, {})}
    for key, field in model.model_fields.items():
        if field.is_required():
            yield f"no {key}", {k: v for k, v in right.items() if k != key}
        for value in (
            WRONG.get(key, ["x" * 41]) if verb != "printed" or key != "reason" else [5, "x" * 81]
        ):
            if value is None and not field.is_required():
                continue
            yield f"{key}={str(value)[:20]!r}", {**right, "request_id": press(), key: value}
    if verb not in FREE:
        yield "unknown key", {**right, "request_id": press(), "citizen_name": "Nguyễn Văn A"}


def over_http(hub, path, body, token=None):
    """POST anything, also what no client of ours would."""
    client = hub.http_client(token)
    answer = client.http.post(
        client.api + path,
        timeout=20,
        **({"json": body} if not isinstance(body, bytes) else {"data": body}),
    )
    return Answer(answer.json(), answer.status_code)


def is_refused(answer, code="bad_request"):
    return answer["ok"] is False and answer["error"] == code and len(answer["message"]) > 10


@pytest.mark.slow
@pytest.mark.parametrize(
    "role, verbs", [("kiosk", KIOSK_VERBS), ("counter", BY_PAD), ("board", BOARD_VERBS)]
)
def test_on_a_socket_every_wrong_form_is_a_bad_request(shared_hub, seq, role, verbs):
    screen = shared_hub.screen(role, **({"counter": 5} if role == "counter" else {}))
    screen.waits_until(lambda s: s.snapshot)
    before = seq()
    for verb, model in verbs.items():
        for name, payload in wrong_forms(verb, model):
            answer = screen.tells(verb, **payload)
            assert is_refused(answer), (verb, name, answer)
        for strange in (None, "A001", 5, [], [{}]):
            answer = screen._socket.call(verb, strange, namespace=screen.namespace, timeout=5)
            assert is_refused(answer) or (
                verb in ("status", "help", "person") and strange is None
            ), (verb, strange, answer)
    assert is_refused(screen.says("drop_table"))
    assert seq() == before and screen.connected


@pytest.mark.slow
def test_over_http_every_wrong_form_is_a_bad_request(shared_hub, seq):
    manager, before = shared_hub.tokens["manager"], seq()
    routes = [("/tickets", "issue", KIOSK_VERBS["issue"], shared_hub.tokens["kiosk"])]
    routes += [
        (f"/counters/5/{verb}", verb, model, shared_hub.tokens["counter"]["5"])
        for verb, model in BY_PAD.items()
    ]
    routes += [("/counters/5/assign", "assign", COUNTER_VERBS["assign"], manager)]
    routes += [(f"/day/{path}", verb, DAY_VERBS[verb], manager) for path, verb in DAY_PATHS.items()]
    routes += [
        (f"/fields/A/{path}", verb, FIELD_VERBS[verb], manager)
        for path, verb in FIELD_PATHS.items()
    ]
    for path, verb, model, token in routes:
        for name, payload in wrong_forms(verb, model):
            answer = over_http(shared_hub, path, payload, token)
            assert is_refused(answer) and answer.status == 422, (path, name, answer.status, answer)
        for raw in (
            b"",
            b"{",
            b"[]",
            b"null",
            b'"A"',
            b"\xff\xfe",
            b'{"request_id": NaN}',
            b"[" * 5000,
        ):
            answer = over_http(shared_hub, path, raw, token)
            assert is_refused(answer) and answer.status in (400, 422), (
                path,
                raw[:20],
                answer.status,
                answer,
            )
    answer = over_http(
        shared_hub,
        "/tickets",
        b'{"request_id": "' + b"x" * 70_000 + b'"}',
        shared_hub.tokens["kiosk"],
    )
    assert is_refused(answer) and answer.status in (413, 422)
    assert seq() == before


def test_a_socket_that_says_something_huge_is_closed_and_the_hub_goes_on(shared_hub, seq):
    screen = shared_hub.screen("kiosk")
    screen.waits_until(lambda kiosk: kiosk.snapshot and kiosk.snapshot["blocks"], 20)
    before = seq()
    with pytest.raises(Exception):
        screen._socket.call(
            "issue", {"request_id": press(), "field": "A" * 40_000}, namespace="/kiosk", timeout=2
        )
    assert not screen.connected
    assert seq() == before


def test_an_unknown_thing_is_not_found(shared_hub, seq):
    kiosk, clerk, manager = (
        shared_hub.citizen(),
        shared_hub.clerk(6),
        shared_hub.http_client(shared_hub.tokens["manager"]),
    )
    assert clerk.opens()["ok"]
    before = seq()
    for answer, code in (
        (kiosk.post("/tickets", field="Z"), "unknown_field"),
        (kiosk.post("/tickets", service="no-such"), "unknown_field"),
        (clerk.calls("A999"), "unknown_ticket"),
        (clerk.cancels(ticket="B999"), "unknown_ticket"),
        (kiosk.get("/tickets/" + "0" * 32), "unknown_ticket"),
        (manager.post("/counters/99/open"), "unknown_counter"),
        (manager.get("/snapshot/counter/99"), "unknown_counter"),
    ):
        assert is_refused(answer, code) and answer.status == STATUS[code] == 404, (
            code,
            answer.status,
            answer,
        )
    assert (
        is_refused(manager.post("/counters/6/fly"))
        and is_refused(manager.post("/day/sing"))
        and is_refused(manager.get("/snapshot/moon"))
    )
    for since in ("-1", "x", "²", "1" * 16, "1.5"):
        assert is_refused(manager.get(f"/journal?since={since}")), since
    assert seq() == before


def test_odd_letters_in_names_are_answered_not_stored(shared_hub, seq):
    clerk, kiosk = shared_hub.clerk(7), shared_hub.citizen()
    clerk.opens()
    before = seq()
    for odd in (
        "\x00",
        "A\x00",
        "'; DROP TABLE ticket; --",
        "\ud7ff",
        "𝔸001",
        "../../etc/passwd",
        "%00",
    ):
        no_text = "\x00" in odd  # PostgreSQL holds no zero byte
        assert clerk.calls(odd)["error"] == ("bad_request" if no_text else "unknown_ticket"), odd
        assert kiosk.post("/tickets", field=odd)["error"] == (
            "bad_request" if no_text else "unknown_field"
        ), odd
        assert kiosk.post("/tickets", field="A", priority=odd)["error"] == "bad_request", odd
    assert seq() == before


def test_a_verb_in_the_wrong_state_is_a_conflict(shared_hub, seq):
    clerk = shared_hub.clerk(19)
    before = seq()
    assert clerk.calls_next()["error"] == "counter_closed"
    for verb in ("recall", "start", "park", "miss", "finish", "undo", "resume", "pause"):
        answer = clerk.verb(verb)
        assert answer["error"] in ("wrong_state", "counter_closed") and answer.status == 409, (
            verb,
            answer,
        )
    assert seq() == before
    clerk.opens()
    number = shared_hub.citizen().takes_number("H")["number"]
    assert clerk.calls_next()["ticket"]["number"] == number
    before = seq()
    for answer, code in (
        (clerk.calls_next(), "counter_busy"),
        (clerk.calls(number), "counter_busy"),
    ):
        assert is_refused(answer, code) and answer.status == 409, (code, answer)
    assert seq() == before


def test_a_request_id_used_for_another_act_is_refused(shared_hub):
    citizen, same = shared_hub.citizen(), press()
    first = citizen.post("/tickets", request_id=same, field="T")
    assert citizen.post("/tickets", request_id=same, field="T")["ticket"] == first["ticket"]
    answer = citizen.post("/tickets", request_id=same, field="A")
    assert is_refused(answer, "request_id_reused") and answer.status == 409


def test_without_a_right_token_nothing_is_said(shared_hub, seq):
    before = seq()
    for token in (None, "wrong", "", "x" * 4000):
        for path in ("/tickets", "/counters/5/open", "/day/close"):
            answer = over_http(shared_hub, path, {"request_id": press(), "field": "A"}, token)
            assert is_refused(answer, "not_allowed") and answer.status == 401
    for role in ("kiosk", "counter", "board", "manager"):
        for token in (
            None,
            "wrong",
            5,
            {"$gt": ""},
            shared_hub.tokens["counter"]["5"] if role in ("kiosk", "manager") else "other",
        ):
            with pytest.raises(Exception) as refused:
                Screen(shared_hub.url, role, token=token, counter=5)
            assert (
                "not_allowed" in str(refused.value)
                or "refused" in str(refused.value).lower()
                or "namespaces" in str(refused.value)
            )
    assert seq() == before


def test_a_counters_device_works_only_at_its_own_counter(shared_hub, seq):
    clerk, before = shared_hub.clerk(5), seq()
    for verb in COUNTER_VERBS:
        answer = clerk.post(f"/counters/8/{verb}", **RIGHT.get(verb, {}))
        assert is_refused(answer, "not_allowed") and answer.status == 403, (verb, answer)
    assert clerk.get("/snapshot/counter/8").status == 403
    with pytest.raises(Exception):
        Screen(shared_hub.url, "counter", token=shared_hub.tokens["counter"]["5"], counter=8)
    assert seq() == before


def test_another_centre_is_closed_to_a_token_of_this_one(shared_hub):
    client = shared_hub.http_client(shared_hub.tokens["manager"])
    for path in ("/snapshot/board", "/journal", "/reports/waits"):
        answer = client.http.get(f"{shared_hub.url}/api/v1/elsewhere{path}", timeout=5)
        assert answer.status_code in (403, 404) and answer.json()["error"] == "not_allowed", path


def test_the_log_in_takes_only_its_form(shared_hub):
    client = shared_hub.http_client()
    for body in (
        {},
        {"name": "lan"},
        {"name": 5, "password": "x"},
        {"name": "lan", "password": "x" * 257},
        {"name": "lan", "password": "x", "role": "admin"},
        [],
        None,
    ):
        answer = client.http.post(f"{shared_hub.url}/api/v1/login", json=body, timeout=5)
        assert answer.status_code == 422 and answer.json()["error"] == "bad_request", body
    assert set(LogIn.model_fields) == {"centre", "name", "password", "code"} and set(
        TICKET_VERBS
    ) == {
        "cancel",
        "change_field",
        "let_pass",
        "requeue",
        "reprint",
    }


@pytest.mark.parametrize("last_seq", [True, 2**64, -1, "812", None])
def test_a_board_that_remembers_nonsense_is_shown_the_hall(shared_hub, last_seq):
    board = shared_hub.board(last_seq=last_seq)
    board.waits_until(lambda shown: shown.snapshots)
