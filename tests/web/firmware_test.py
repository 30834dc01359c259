"""A call pad and an LED board are added, given new secrets and shut off in the browser."""

import base64
import io
import json
import subprocess
import zipfile

import pytest
import yaml

from server.broker import Broker
from server.store import people
from tests.web.screens_stage import CENTRE, open_hub


@pytest.fixture
def hub(prepared_centres, tmp_path):
    with open_hub(prepared_centres, tmp_path / "hub") as made:
        yield made


@pytest.fixture
def manager(hub):
    return hub.staff("hanh")


def made(manager, path="devices/firmware", **asked):
    """The answer to asking for a file."""
    return manager.ask("POST", path, **asked)


def unpacked(answer):
    """`{path: text}` of the file in an answer."""
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(answer["file"]))) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def secrets_in(files, folder, part):
    return yaml.safe_load(files[f"{folder}/{part}/secrets.yaml"])


def pads(hub):
    """What the bridge may press for."""
    folder = hub.folder / "bridge" / CENTRE / "pads"
    return {file.stem: json.loads(file.read_text("utf-8")) for file in folder.glob("*.json")}


def whose(hub, token):
    with hub.luot.store.read() as conn:
        row = people.device_of(conn, token)
    return row and (row.name, row.role, row.counter)


def test_a_pad_is_made_remade_and_shut_off(hub, manager):
    status, answer = made(
        manager, kind="pad", name="pad-5", counter=5, wifi={"ssid": "Sảnh", "password": 'kín "này"'}
    )
    assert status == 200, answer
    files = unpacked(answer)
    secret = secrets_in(files, "pad-5", "call_pad")
    assert secret["wifi_password"] == 'kín "này"' and secret["mqtt_user"] == "pad-5"
    assert "BEGIN CERTIFICATE" in secret["hub_ca"]
    assert {"pad-5/call_pad/wifi.yaml", "pad-5/esphome/mqtt.yaml"} <= set(files)
    assert not any("secrets.example" in name for name in files)
    token = pads(hub)["pad-5"]["token"]
    assert whose(hub, token) == ("pad-5", "counter", "5") and token not in str(files)
    assert "pad-5" in Broker(hub.folder).accounts()
    listed = {row["name"]: row for row in manager.ask("GET", "devices")[1]["devices"]}
    assert listed["pad-5"]["kind"] == "pad" and listed["bridge"]["kind"] == "bridge"

    status, answer = made(manager, f"devices/{listed['pad-5']['device']}/firmware")
    assert status == 200, answer
    again = pads(hub)["pad-5"]["token"]
    assert whose(hub, token) is None and whose(hub, again) == ("pad-5", "counter", "5")
    anew = secrets_in(unpacked(answer), "pad-5", "call_pad")
    assert anew["mqtt_password"] != secret["mqtt_password"]

    status, _ = manager.ask("POST", f"devices/{listed['pad-5']['device']}/shut-off")
    assert status == 200 and whose(hub, again) is None
    assert pads(hub) == {} and "pad-5" not in Broker(hub.folder).accounts()


def test_a_boards_file_has_its_token_and_it_may_not_press(hub, manager):
    status, answer = made(manager, kind="led", name="led-3", counter=3)
    assert status == 200, answer
    secret = secrets_in(unpacked(answer), "led-3", "counter_led")
    bearer = secret["bearer"].removeprefix("Bearer ")
    assert whose(hub, bearer) == ("led-3", "board", "3") and pads(hub) == {}
    rights = (hub.folder / "mosquitto/acl").read_text("utf-8")
    assert f"topic read luot/{CENTRE}/counter/3/now" in rights


@pytest.mark.parametrize(
    "asked, error",
    [
        ({"name": "Pad 5"}, "bad_request"),
        ({"name": "pad-5", "counter": 99}, "unknown_counter"),
        ({"kind": "board"}, "bad_request"),
        ({"wifi": {"ssid": "x" * 33, "password": ""}}, "bad_request"),
    ],
)
def test_what_cannot_be_made_changes_nothing(hub, manager, asked, error):
    status, answer = made(manager, **{"kind": "pad", "name": "pad-9", "counter": 5, **asked})
    assert (status, answer["error"]) != (200, None) and answer["error"] == error
    assert Broker(hub.folder).accounts() == []


def test_a_name_that_is_taken_and_a_machine_that_has_a_screen_are_refused(hub, manager):
    assert made(manager, kind="pad", name="pad-5", counter=5)[0] == 200
    status, answer = made(manager, kind="led", name="pad-5", counter=5)
    assert status == 422 and answer["error"] == "bad_request"
    kiosk = next(
        row["device"]
        for row in manager.ask("GET", "devices")[1]["devices"]
        if row["kind"] == "kiosk"
    )
    assert made(manager, f"devices/{kiosk}/firmware")[1]["error"] == "unknown_device"


@pytest.mark.parametrize("name", ["bridge", "luot-bridge"])
def test_nobody_takes_the_name_of_the_bridge(hub, manager, name):
    for kind in ("pad", "led"):
        assert made(manager, kind=kind, name=name, counter=5)[1]["error"] == "bad_request"


def test_the_brokers_certificate_is_of_the_address_that_devices_know(prepared_centres, tmp_path):
    """Whatever address the page was opened at."""
    with open_hub(prepared_centres, tmp_path / "hub", public_url="https://so.example.vn") as hub:
        answer = made(hub.staff("hanh"), kind="pad", name="pad-5", counter=5)[1]
        assert secrets_in(unpacked(answer), "pad-5", "call_pad")["hub"] == "so.example.vn"
        certificate = hub.folder / "mosquitto/server.crt"
        shown = subprocess.run(
            ["openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", certificate],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "DNS:so.example.vn" in shown.stdout


def test_where_several_hubs_serve_a_house_it_is_said_where_the_file_is_made(
    prepared_centres, tmp_path, monkeypatch
):
    with open_hub(prepared_centres, tmp_path / "hub") as hub:
        monkeypatch.setattr("server.web.firmware.broker_is_here", lambda: False)
        answer = made(hub.staff("hanh"), kind="pad", name="pad-5", counter=5)[1]
        assert answer["error"] == "no_broker" and "docs/mqtt.md" in answer["message"]
