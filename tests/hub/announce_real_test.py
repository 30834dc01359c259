"""Announcements on a running hub: a call said in turn, a board that comes back, and what staff type
— shown, spoken by espeak-ng, taken down.
"""

import io
import wave

import pytest


@pytest.fixture
def manager(shared_hub):
    return shared_hub.http_client(shared_hub.tokens["manager"])


def spoken(board, kind="called"):
    return lambda screen: [
        payload for event, payload in screen.facts if event == "speak" and payload["kind"] == kind
    ]


def test_a_call_is_told_at_once_and_spoken_by_one_board_which_answers(shared_hub, manager):
    first, second = shared_hub.board(), shared_hub.board()
    for board, sound in ((first, "on"), (second, "blocked")):
        assert board.says("status", sound=sound, zone="K1", waiting=0)["ok"]
    assert [
        a["params"]["device"]
        for a in manager.get("/snapshot/manager")["alerts"]
        if a["code"] == "board_blocked"
    ] == ["board-1"], "a mute board is seen by those who can mend it"
    clerk = shared_hub.clerk(2)
    clerk.opens()
    number = shared_hub.citizen().takes_number("A")["number"]
    called = clerk.calls(number, reason="urgent")
    assert called["ok"], called
    fact = first.hears_call(number)
    speech = first.waits_until(spoken(first))[0]
    assert (speech["number"], speech["seq"], speech["group"], speech["mute"], speech["zone"]) == (
        number,
        fact["seq"],
        "hall-1",
        False,
        "K1",
    )
    assert (
        speech["say"][0]["clips"][0] == "moi_cong_dan_co_so"
        and speech["seconds"] > 5
        and 0 < speech["volume"] <= 1
    )
    assert second.waits_until(spoken(second))[0]["mute"] is True
    assert first.says("played", id=speech["id"], seq=speech["seq"])["ok"]
    assert first.says("played")["error"] == "bad_request"
    # a board that was away hears of the call when it comes back, without words
    back = shared_hub.board(last_seq=fact["seq"] - 1)
    missed = back.waits_until(
        lambda s: next((speech for event, speech in s.facts if event == "missed"), None)
    )
    assert [c["number"] for c in missed["calls"]] == [number] and "say" not in missed["calls"][0]
    assert second.waits_until(lambda s: s.snapshot and s.snapshot["voiced"]) == ["hall-1"]
    clerk.starts()
    clerk.finishes()
    for board in (first, second, back):
        board.closes()


@pytest.mark.slow
def test_what_staff_type_is_shown_spoken_and_taken_down(shared_hub, manager):
    board = shared_hub.board()
    board.says("status", sound="on", zone="K2")
    text = {
        "vi": "Xe máy 59A-123 chắn lối cấp cứu, xin chủ xe dời đi.",
        "en": "A motorbike blocks the emergency exit.",
    }
    announced = manager.post(
        "/announcements",
        request_id="announce-once",
        text=text,
        zones=["K2"],
        times=2,
        show_seconds=120,
    )
    assert announced.status == 201 and announced == manager.post(
        "/announcements",
        request_id="announce-once",
        text=text,
        zones=["K2"],
        times=2,
        show_seconds=120,
    )
    here = board.waits_until(lambda s: s.snapshot and s.snapshot["announcements"])
    assert [(a["text"], a["zones"]) for a in here] == [(text, ["K2"])] and not {
        "by",
        "spoken_until",
    } & set(here[0])
    words = board.waits_until(spoken(board, "notice"), 20)[0]["say"]
    assert [(w["lang"], w["times"]) for w in words] == [("vi", 2), ("en", 1)]
    for recording in words:
        sound = shared_hub.http_client().http.get(shared_hub.url + recording["url"], timeout=10)
        assert sound.headers["Content-Type"] == "audio/wav"
        with wave.open(io.BytesIO(sound.content)) as wav:
            assert 1000 < recording["ms"] == round(wav.getnframes() * 1000 / wav.getframerate())
    assert (
        manager.get("/announcements")["announcements"][0]["id"],
        manager.get("/announcements")["spoken"],
    ) == (here[0]["id"], True)
    facts = manager.get(f"/journal?since={announced['seq'] - 1}")["facts"]
    assert facts[0]["kind"] == "announced" and "59A" not in str(facts)
    away = manager.http.delete(
        f"{manager.api}/announcements/{here[0]['id']}",
        json={"request_id": "take-it-down"},
        timeout=10,
    )
    assert away.json()["ok"]
    board.waits_until(lambda s: s.snapshot["announcements"] == [])
    assert (
        shared_hub.http_client()
        .http.get(f"{shared_hub.url}/announced/{shared_hub.centre}/{'0' * 40}.wav", timeout=10)
        .status_code
        == 404
    )
    board.closes()


def test_a_mute_board_is_known_to_all_who_stand_in_the_hall(shared_hub, manager):
    console, board = shared_hub.screen("counter", counter=5), shared_hub.board()

    def mute(screen):
        return [
            (a["code"], a["params"]["device"])
            for a in screen.snapshot["alerts"]
            if a["code"].startswith("board_")
        ]

    for sound in ("blocked", "stuck"):
        board.says("status", sound=sound, zone="K1")
        console.waits_until(lambda s: s.snapshot and mute(s) == [(f"board_{sound}", "board-1")])
        assert f"board_{sound}" in [a["code"] for a in manager.get("/lines")["alerts"]], (
            "the greeter's desk reads it here"
        )
    board.says("status", sound="on", zone="K1")
    console.waits_until(lambda s: mute(s) == [])
    for screen in (console, board):
        screen.closes()


@pytest.mark.parametrize(
    "content,key",
    [
        ({"text": {"vi": ""}}, "text.vi"),
        ({"text": {"en": "only"}}, "text.vi"),
        ({"text": {"vi": "x" * 201}}, "text.vi"),
        ({"text": {"vi": "x"}, "zones": ["K9"]}, "zones"),
        ({"text": {"vi": "x"}, "show_seconds": 5}, "show_seconds"),
        ({"text": {"vi": "x"}, "times": 9}, "times"),
        ({"text": {"vi": "x"}, "loud": True}, "loud"),
    ],
)
def test_what_cannot_be_announced_is_refused_with_its_key(manager, content, key):
    answer = manager.post("/announcements", **content)
    assert (answer.status, answer["error"], answer["key"]) == (422, "bad_request", key)


def test_only_those_who_may_announce(shared_hub):
    for role in ("kiosk", "board"):
        assert (
            shared_hub.http_client(shared_hub.tokens[role])
            .post("/announcements", text={"vi": "x"})
            .status
            == 403
        )
    assert shared_hub.http_client().post("/announcements", text={"vi": "x"}).status == 401


def test_five_may_stand_and_the_sixth_is_told_to_take_one_down(manager):
    standing = [
        manager.post("/announcements", text={"vi": f"Thông báo {n}"}, times=0, show_seconds=600)[
            "announcement"
        ]["id"]
        for n in range(5)
    ]
    sixth = manager.post("/announcements", text={"vi": "Thông báo 6"}, times=0)
    assert (
        (sixth.status, sixth["error"], sixth["why"]) == (429, "too_many", "standing")
        and "gỡ bớt" in sixth["message"]
        and 590 < sixth["retry_after"] <= 600
    )
    for id_ in standing:
        assert manager.http.delete(
            f"{manager.api}/announcements/{id_}", json={"request_id": f"down-{id_}"}, timeout=10
        ).json()["ok"]
    assert manager.get("/announcements")["announcements"] == []
