"""The page of a demonstration: one link, every screen live and signed in; and no such thing in a
real hub.
"""

import os
import re

import pytest

from server.demo.hub import FILE
from server.demo.ready import write_ready_file
from server.web.demo import DemoPage, demo_page
from tests.support.hub_in_process import hub_in_process
from tests.web.screens_stage import CENTRE

OWN = ("127.0.0.1", "localhost", "::1", "192.168.50.7")
HUB = "http://192.168.50.7:8100"
ADDRESSES = ("/demo", "/demo/the-key-of-the-demo", "/demo/slip", "/demo/qr.svg")


def made(folder, prepared, hub=HUB):
    admin = next(person for person in prepared["staff"] if person["role"] == "admin")
    return DemoPage(
        key="the-key-of-the-demo",
        centre=CENTRE,
        counter="2",
        kiosk="http://192.168.50.7:8101",
        board_token=prepared["tokens"]["board"],
        name=admin["name"],
        password=admin["password"],
        hub=hub,
        own=OWN,
    )


def real_hub(folder):
    return hub_in_process(folder, hours="always")


@pytest.fixture(scope="module")
def demo(prepared_centres, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "hub"
    prepared = prepared_centres.copy_of("thu_duc", folder)
    with real_hub(folder) as app:
        app.register_blueprint(demo_page(made(folder, prepared)))
        app.prepared = prepared
        yield app


def visitor(app, address="192.168.50.99", host=HUB):
    client = app.test_client()
    return lambda path, **more: client.get(
        path, base_url=host, environ_overrides={"REMOTE_ADDR": address}, buffered=True, **more
    )


def test_the_link_signs_in_and_shows_every_screen(demo):
    opens = visitor(demo)
    page = opens("/demo/the-key-of-the-demo", follow_redirects=True)
    assert page.status_code == 200 and page.request.path == "/demo"
    shown = re.findall(r'<iframe src="([^"]+)"', page.text)
    token = f"#token={demo.prepared['tokens']['board']}"
    assert shown == [
        "http://192.168.50.7:8101",
        f"/board/{CENTRE}{token}",
        f"/manager/{CENTRE}",
        f"/console/{CENTRE}/2",
        f"/greeter/{CENTRE}",
        f"/sign/{CENTRE}/2{token}",
    ]
    for address in shown[1:]:
        assert opens(address.partition("#")[0]).status_code == 200, address
    for snapshot in ("manager", "counter/2", "kiosk", "board"):
        assert opens(f"/api/v1/{CENTRE}/snapshot/{snapshot}").status_code == 200, snapshot
    assert "frame-src 'self' http://192.168.50.7:8101;" in page.headers["Content-Security-Policy"]


def test_the_first_page_leads_there(demo):
    assert visitor(demo)("/").headers["Location"] == "/demo"
    page = visitor(demo, "127.0.0.1", "http://127.0.0.1:8100")("/", follow_redirects=True)
    assert page.status_code == 200 and "<iframe" in page.text


@pytest.mark.parametrize("address", OWN)
def test_who_sits_at_the_machine_needs_no_key(demo, address):
    host = f"[{address}]" if ":" in address else address
    page = visitor(demo, address, f"http://{host}:8100")("/demo", follow_redirects=True)
    assert page.status_code == 200 and "<iframe" in page.text


@pytest.mark.parametrize(
    "address, host",
    [
        ("192.168.50.99", HUB),  # somebody else in the network
        ("127.0.0.1", "http://evil.example:8100"),  # a name somebody points at this machine
    ],
)
def test_strangers_see_a_closed_door(demo, address, host):
    opens = visitor(demo, address, host)
    page = opens("/demo")
    assert page.status_code == 403 and "luot demo" in page.text and "<iframe" not in page.text
    assert "Set-Cookie" not in page.headers
    assert opens("/demo/another-key").status_code == 404
    for closed in ("/demo/slip", "/demo/qr.svg", f"/api/v1/{CENTRE}/snapshot/manager"):
        assert opens(closed).status_code == 401, closed


def test_the_phone_shows_the_slip_given_out_last(demo):
    opens = visitor(demo)
    opens("/demo/the-key-of-the-demo")
    assert opens("/demo/slip").get_json() == {"ok": True, "slip": None}
    kiosk = {"Authorization": f"Bearer {demo.prepared['tokens']['kiosk']}"}
    for press in ("press-0001", "press-0002"):
        given = demo.test_client().post(
            f"/api/v1/{CENTRE}/tickets",
            json={"request_id": press, "field": "A"},
            headers=kiosk,
        )
        assert given.status_code == 201
    ticket, link = given.get_json()["ticket"], given.get_json()["slip"]["url"]
    assert opens("/demo/slip").get_json()["slip"] == {"number": ticket["number"], "url": link}
    assert opens(link).status_code == 200


def test_the_code_for_phones_is_drawn_where_phones_open_it(demo, prepared_centres, tmp_path):
    opens = visitor(demo)
    page = opens("/demo/the-key-of-the-demo", follow_redirects=True)
    assert f"{HUB}/demo/the-key-of-the-demo" in page.text
    assert b"<svg" in opens("/demo/qr.svg").data
    folder = tmp_path / "alone"
    prepared = prepared_centres.copy_of("thu_duc", folder)
    with real_hub(folder) as alone:
        alone.register_blueprint(demo_page(made(folder, prepared, "http://127.0.0.1:8100")))
        opens = visitor(alone, "127.0.0.1", "http://127.0.0.1:8100")
        page = opens("/demo", follow_redirects=True)
        assert "--lan" in page.text and "qr.svg" not in page.text
        assert opens("/demo/qr.svg").status_code == 404


def test_a_real_hub_has_no_such_page_whatever_its_environment_says(
    prepared_centres, tmp_path, monkeypatch
):
    folder = tmp_path / "real"
    prepared = prepared_centres.copy_of("thu_duc", folder)
    write_ready_file(tmp_path / "page.json", {**vars(made(folder, prepared))})
    monkeypatch.setitem(os.environ, FILE, str(tmp_path / "page.json"))
    with real_hub(folder) as app:
        assert not [rule.rule for rule in app.url_map.iter_rules() if "demo" in rule.rule]
        opens = visitor(app, "127.0.0.1", "http://127.0.0.1:8100")
        for address in ADDRESSES:
            assert opens(address).status_code == 404, address
        assert opens("/").headers.get("Location") != "/demo"
        assert opens(f"/api/v1/{CENTRE}/snapshot/manager").status_code == 401
