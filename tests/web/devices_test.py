"""A new screen is hung up: it shows a code, somebody says what it is, it works, it is stolen, it is
shut off.
"""

from dataclasses import replace

import pytest

from server.accounts import pairing_codes
from tests.web.screens_stage import CENTRE, claim, open_hub


@pytest.fixture(scope="module")
def hub(prepared_centres, tmp_path_factory):
    with open_hub(prepared_centres, tmp_path_factory.mktemp("devices") / "hub") as made:
        yield made


@pytest.fixture(scope="module")
def manager(hub):
    return hub.staff("hanh")


@pytest.fixture
def later(hub, monkeypatch):
    """later(minutes): the hub's clock goes on."""
    real, ahead = hub.luot.context.clock, [0]
    monkeypatch.setattr(hub.luot.context, "clock", lambda: real() + ahead[0])
    return lambda minutes: ahead.__setitem__(0, ahead[0] + minutes * 60_000)


def new_screen(hub, kind="board", secret=None, **about):
    secret = secret or claim()
    status, answer = hub.device().ask(
        "POST", "/api/v1/pairing", press=False, claim=secret, kind=kind, centre=CENTRE, **about
    )
    assert status == 200, answer
    return secret, answer["code"]


def test_a_board_is_paired_named_and_shut_off(hub, manager):
    secret, code = new_screen(hub, screen="1920x1080")
    assert (
        len(code) == 6
        and not set(code) & set("0OQ1IL2Z5S8BUV")
        and new_screen(hub, secret=secret)[1] == code
    )
    screen = hub.device(secret)
    assert screen.ask("GET", "/api/v1/pairing")[1]["state"] == "waiting"
    assert screen.ask("GET", "snapshot/board")[0] == 401
    assert manager.ask("POST", "pairings", code=code.lower())[1]["screen"]["screen"] == "1920x1080"
    status, answer = manager.ask(
        "POST",
        "devices",
        code=f" {code[:3]} {code[3:]}",
        kind="board",
        name="tv-cua-chinh",
        zone="K1",
        settings={"layout": "media", "sound": False},
    )
    assert status == 200, answer
    assert screen.ask("GET", "/api/v1/pairing")[1] == {
        "ok": True,
        "state": "paired",
        "centre": CENTRE,
        "kind": "board",
        "name": "tv-cua-chinh",
        "zone": "K1",
        "counter": None,
    }
    shown = screen.ask("GET", "screen")[1]
    assert (
        shown["display"]["layout"],
        shown["display"]["sound"],
        shown["display"]["zone"],
        shown["clerk"],
    ) == ("media", False, "K1", None)
    assert secret not in manager.client.get(f"/api/v1/{CENTRE}/devices").text
    # the code is used up, and the secret cannot ask for another
    assert manager.ask("POST", "devices", code=code, kind="board", name="another")[0] == 404
    assert (
        hub.device().ask("POST", "/api/v1/pairing", press=False, claim=secret, centre=CENTRE)[0]
        == 409
    )
    # said anew, then stolen
    assert (
        manager.ask(
            "POST",
            f"devices/{answer['device']}",
            settings={"layout": "table", "theme": "light"},
            zone="K2",
        )[0]
        == 200
    )
    assert screen.ask("GET", "screen")[1]["display"]["layout"] == "table"
    assert manager.ask("POST", f"devices/{answer['device']}/shut-off")[0] == 200
    assert (
        screen.ask("GET", "snapshot/board")[0] == 401
        and screen.ask("GET", "/api/v1/pairing")[1]["state"] == "gone"
    )
    assert answer["device"] not in {
        row["device"] for row in manager.ask("GET", "devices")[1]["devices"]
    }


def test_a_sign_hears_its_clerks_name_only_where_the_centre_says_so(hub, manager, monkeypatch):
    secret, code = new_screen(hub, "sign")
    assert (
        manager.ask("POST", "devices", code=code, kind="sign", name="sign-5")[0] == 422
    )  # at which counter?
    assert (
        manager.ask("POST", "devices", code=code, kind="sign", name="sign-5", counter=99)[0] == 404
    )
    assert (
        manager.ask("POST", "devices", code=code, kind="sign", name="sign-5", counter=5)[0] == 200
    )
    sign, board = hub.device(secret), hub.device(hub.prepared["tokens"]["board"])
    lan = hub.staff("lan")
    assert lan.ask("POST", "counters/5/open")[0] == 200
    assert sign.ask("GET", "screen")[1]["clerk"] is None
    centre = hub.luot.context.centre(CENTRE)
    named = replace(centre, displays=replace(centre.displays, sign_clerk_name=True))
    monkeypatch.setattr(hub.luot.context, "centre", lambda code, version=None: named)
    assert sign.ask("GET", "screen")[1]["clerk"] == "Nguyễn Thị Lan"
    assert board.ask("GET", "screen")[1]["clerk"] is None
    assert "Thị Lan" not in str(board.ask("GET", "snapshot/board")[1]["counters"])
    lan.ask("POST", "counters/5/close")
    assert sign.ask("GET", "screen")[1]["clerk"] is None


def test_a_board_of_the_centres_file_gets_its_layout_from_there(hub, manager):
    assert {"name": "tv-door-1", "zone": "K2", "layout": "doorway"} in manager.ask(
        "GET", "devices"
    )[1]["missing"]
    secret, code = new_screen(hub)
    assert manager.ask("POST", "devices", code=code, kind="board", name="tv-door-1")[0] == 200
    shown = hub.device(secret).ask("GET", "screen")[1]["display"]
    assert (shown["layout"], shown["arrow"], shown["zone"], shown["sound"]) == (
        "doorway",
        "right",
        "K2",
        False,
    )
    listed = next(
        row for row in manager.ask("GET", "devices")[1]["devices"] if row["name"] == "tv-door-1"
    )
    assert (
        listed["own"] == {} and listed["settings"]["layout"] == "doorway" and not listed["online"]
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"settings": {"layout": "round"}},
        {"settings": {"colour": "red"}},
        {"zone": "K9"},
        {"settings": {"sound": "yes"}},
        {"settings": {"media": ["radio"]}},
        {"name": "board-1"},
    ],
)
def test_a_wrong_setting_is_refused_with_the_mend_and_pairs_nothing(hub, manager, wrong):
    secret, code = new_screen(hub)
    status, answer = manager.ask(
        "POST", "devices", **{"code": code, "kind": "board", "name": "tv-wrong", **wrong}
    )
    assert status == 422 and answer["key"] in ("settings", "zone", "name"), answer
    assert hub.device(secret).ask("GET", "/api/v1/pairing")[1]["state"] == "waiting"


def test_a_code_runs_out_after_ten_minutes(hub, manager, later):
    secret, code = new_screen(hub)
    later(9)
    assert hub.device(secret).ask("GET", "/api/v1/pairing")[1]["state"] == "waiting"
    later(2)
    assert hub.device(secret).ask("GET", "/api/v1/pairing")[1]["state"] == "gone"
    assert manager.ask("POST", "devices", code=code, kind="board", name="tv-late")[0] == 404
    assert new_screen(hub, secret=secret)[1] != code


def test_a_screen_of_a_centre_that_is_not_there_gets_no_code(hub):
    status, answer = hub.device().ask(
        "POST", "/api/v1/pairing", press=False, claim=claim(), centre="elsewhere"
    )
    assert (status, answer["error"]) == (404, "unknown_centre")


def test_codes_cannot_be_tried_and_screens_cannot_flood(hub, later):
    admin = hub.staff("admin")
    for n in range(pairing_codes.WRONG_CODES):
        assert admin.ask("POST", "pairings", code=f"AAAA{n:02d}")[0] == 404
    status, answer = admin.ask("POST", "pairings", code=new_screen(hub)[1])
    assert status == 429 and answer["retry_after"] > 0
    later(11)
    assert admin.ask("POST", "pairings", code=new_screen(hub)[1])[0] == 200
    flood = hub.device()
    flood.client.environ_base["REMOTE_ADDR"] = "10.0.0.9"
    statuses = [
        flood.ask("POST", "/api/v1/pairing", press=False, claim=claim())[0]
        for _ in range(pairing_codes.MOST_FROM_ONE + 3)
    ]
    assert statuses[-1] == 429 and statuses.count(429) == 3 and new_screen(hub)


@pytest.mark.parametrize("name", ["lan", "thao"])
def test_a_clerk_or_greeter_pairs_nothing(hub, name):
    someone = hub.staff(name)
    assert (
        someone.ask("GET", "devices")[0] == 403
        and someone.ask("POST", "devices", code="AAAAAA", kind="board", name="x")[0] == 403
    )
    assert (
        someone.client.get("/devices").status_code == 302
        and someone.ask("POST", "emergency", text={"vi": "x"})[0] == 403
    )


def test_the_same_press_pairs_once(hub, manager):
    _secret, code = new_screen(hub)
    press = {
        "press": False,
        "request_id": "press-once-1",
        "code": code,
        "kind": "board",
        "name": "tv-once",
    }
    first, second = manager.ask("POST", "devices", **press), manager.ask("POST", "devices", **press)
    assert first == second and first[0] == 200


def test_an_emergency_is_in_every_snapshot_at_once_and_out_of_the_journal(hub, manager):
    board = hub.device(hub.prepared["tokens"]["board"])
    before = board.ask("GET", "snapshot/board")[1]
    assert before["emergency"] is None
    assert manager.ask("POST", "emergency", text={"vi": "  "})[0] == 422
    assert (
        manager.ask(
            "POST",
            "emergency",
            text={
                "vi": "Xin rời sảnh theo lối cửa bên trái.",
                "en": "Please leave by the door on the left.",
            },
        )[0]
        == 200
    )
    shown = board.ask("GET", "snapshot/board")[1]
    assert (
        shown["emergency"]["text"]["vi"].startswith("Xin rời sảnh") and shown["seq"] > before["seq"]
    )
    facts = manager.ask("GET", f"journal?since={before['seq']}")[1]["facts"]
    assert [f["kind"] for f in facts] == ["emergency_raised"] and "Xin" not in str(facts)
    assert (
        manager.ask("DELETE", "emergency")[0] == 200
        and manager.ask("DELETE", "emergency")[0] == 200
    )
    assert board.ask("GET", "snapshot/board")[1]["emergency"] is None


def test_a_board_that_skips_an_item_is_an_alert_for_the_manager(hub, manager):
    secret, code = new_screen(hub)
    device = manager.ask("POST", "devices", code=code, kind="board", name="tv-skip")[1]["device"]
    actor = hub.luot.identity.of_token(secret)
    for media, alerts in (
        ("phim.mp4 (unplayable)", [{"device": "tv-skip", "what": "phim.mp4 (unplayable)"}]),
        ("ok", []),
    ):
        hub.luot.identity.status(actor, {"media": media, "glass": "1920x1080"})
        hub.luot.publisher.readings.forget()
        assert [
            a["params"]
            for a in manager.ask("GET", "snapshot/manager")[1]["alerts"]
            if a["code"] == "board_media"
        ] == alerts
    row = next(
        row for row in manager.ask("GET", "devices")[1]["devices"] if row["device"] == device
    )
    assert row["status"]["glass"] == "1920x1080" and row["seen_at"] and not row["silent"]


def test_the_qr_opens_the_page_of_devices(hub):
    asked = "/api/v1/pairing/qr.svg?code=ACDEFG"
    drawn = hub.app.test_client().get(asked, base_url="http://192.168.50.1:8100")
    assert drawn.mimetype == "image/svg+xml" and b"<svg" in drawn.data
    for unreached in ("http://127.0.0.1:8100", "https://hub.lan"):
        assert hub.app.test_client().get(asked, base_url=unreached).status_code == 204
    assert hub.app.test_client().get("/api/v1/pairing/qr.svg?code=<script>").status_code == 422


def test_led_boards_and_pads_are_seen_through_the_bridge(hub, manager, later):
    """On, off, or not known: when the bridge or the broker is silent nothing is claimed.

    They are no boards to be changed here.
    """
    from server.store import pairing as screens
    from server.store import people

    context = hub.luot.context

    def add(name, role, kind, counter=None):
        with context.store.change() as conn:
            people.add_device(
                conn,
                id=f"id-{name}",
                centre=CENTRE,
                role=role,
                name=name,
                counter=counter,
                zone=None,
                sound=False,
                token=f"token of {name}",
                created_at=context.clock(),
            )
            if kind:
                screens.put_screen(conn, f"id-{name}", kind, {})

    for name, role, kind in (
        ("led-1", "board", "led"),
        ("led-2", "board", None),
        ("led-3", "board", "led"),
        ("pad-1", "counter", "pad"),
        ("bridge", "board", "bridge"),
    ):
        add(name, role, kind, None if kind == "bridge" else "5")

    def page():
        return {
            row["name"]: (row["kind"], row.get("on"))
            for row in manager.ask("GET", "devices")[1]["devices"]
            if row["device"].startswith("id-")
        }

    def says(**status):
        with context.store.change() as conn:
            people.device_status(conn, "id-bridge", status, context.clock())

    nothing = {
        "led-1": ("led", None),
        "led-2": ("board", None),
        "led-3": ("led", None),
        "pad-1": ("pad", None),
        "bridge": ("bridge", None),
    }
    assert page() == nothing
    says(broker="ok", devices="led-1=1 led-2=0 pad-1=1 stranger=1", versions="led-1=0.0.9")
    assert page() == {
        **nothing,
        "led-1": ("led", True),
        "led-2": ("led", False),
        "pad-1": ("pad", True),
    }
    status = {row["name"]: row["status"] for row in manager.ask("GET", "devices")[1]["devices"]}
    assert status["led-1"]["version"] == "0.0.9" and "version" not in status["pad-1"]
    assert not {"devices", "versions"} & set(status["bridge"])
    says(broker="away", devices="")
    assert page() == nothing
    says(broker="ok", devices="led-1=1")
    later(2)
    assert page() == nothing, "a bridge that has gone knows nothing"
    # one without MQTT asks the hub itself
    assert hub.device("token of led-3").ask("GET", "counters/5/now")[0] == 200 and page()[
        "led-3"
    ] == ("led", True)
    later(1)
    assert page()["led-3"] == ("led", False)
    assert manager.ask("POST", "devices/id-led-1", name="x")[0] == 404
    for name in ("led-1", "led-2", "led-3", "pad-1", "bridge"):
        assert manager.ask("POST", f"devices/id-{name}/shut-off")[0] == 200


def test_machines_stand_in_groups_that_people_name(hub, manager):
    rows = manager.ask("GET", "devices")[1]["devices"]
    some = [row["device"] for row in rows[:3]]
    assert manager.ask("POST", "device-groups", devices=some, group="  Cửa   chính ")[0] == 200
    groups = {row["device"]: row["group"] for row in manager.ask("GET", "devices")[1]["devices"]}
    assert {device for device, group in groups.items() if group == "Cửa chính"} == set(some)
    assert manager.ask("POST", "device-groups", devices=some[:1], group="")[0] == 200
    groups = {row["device"]: row["group"] for row in manager.ask("GET", "devices")[1]["devices"]}
    assert [groups[device] for device in some] == [None, "Cửa chính", "Cửa chính"]
    # all of them or none
    status, answer = manager.ask("POST", "device-groups", devices=[*some, "no-such"], group="X")
    assert (status, answer["error"]) == (404, "unknown_device")
    assert "X" not in {row["group"] for row in manager.ask("GET", "devices")[1]["devices"]}
