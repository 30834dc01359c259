"""The list of procedures travels once: snapshots name it, HTTP gives it, and whoever does not know
of it still gets it as before.
"""

import gzip
import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import yaml

from server.sockets import utf8_json
from tests.kiosk.machine import ROOT


def plain_get(hub, path, token, **headers):
    """An answer as it came over the wire: (status, headers, body not unpacked)."""
    address = urlsplit(hub.url)
    wire = HTTPConnection(address.hostname, address.port, timeout=20)
    wire.request("GET", path, headers={"Authorization": f"Bearer {token}", **headers})
    answer = wire.getresponse()
    body = answer.read()
    wire.close()
    return answer.status, answer.headers, body


@pytest.fixture(scope="module")
def at(shared_hub):
    """Where a kiosk is told the list is."""
    kiosk = shared_hub.screen("kiosk", catalogue=1)
    return kiosk.waits_until(lambda screen: screen.snapshot)["catalogue"]


def test_a_client_that_fetches_the_list_is_told_where_it_is_and_no_more(shared_hub):
    kiosk = shared_hub.screen("kiosk", catalogue=1)
    console = shared_hub.screen("counter", counter=5, catalogue=1)
    for screen in (kiosk, console):
        snapshot = screen.waits_until(lambda screen: screen.snapshot)
        assert set(snapshot["catalogue"]) == {"version", "url"}
        assert "Chứng thực bản sao từ bản chính" not in json.dumps(snapshot, ensure_ascii=False)
    for path in ("/snapshot/kiosk", "/snapshot/counter/5"):
        client = shared_hub.http_client(shared_hub.tokens["manager"])
        apart, whole = client.get(f"{path}?catalogue=1"), client.get(path)
        assert apart["catalogue"] == whole["catalogue"]
        names = [json.dumps(made, ensure_ascii=False) for made in (apart, whole)]
        assert ["bản sao từ bản chính" in text for text in names] == [False, True]


def test_a_client_of_an_older_version_gets_the_list_in_every_snapshot(shared_hub):
    kiosk, console = shared_hub.screen("kiosk"), shared_hub.screen("counter", counter=7)
    fields = kiosk.waits_until(lambda screen: screen.snapshot)["fields"]
    assert {"code", "name", "words"} == set(fields[0]["services"][0])
    services = console.waits_until(lambda screen: screen.snapshot)["services"]
    assert set(services[0]) == {"code", "field", "name"}
    codes = {service["code"] for field in fields for service in field["services"]}
    assert codes == {service["code"] for service in services}
    # one that fetches the list comes to the same counter: the older one still gets it
    shared_hub.screen("counter", counter=7, catalogue=1).waits_until(lambda screen: screen.snapshot)
    seen = len(console.snapshots)
    shared_hub.citizen().takes_number("B")
    console.waits_until(lambda screen: len(screen.snapshots) > seen)
    assert "services" in console.snapshot


def test_the_list_is_packed_has_a_version_and_is_not_sent_twice(shared_hub, at):
    token = shared_hub.tokens["kiosk"]
    status, headers, body = plain_get(shared_hub, at["url"], token, **{"Accept-Encoding": "gzip"})
    assert (status, headers["Content-Encoding"], headers["Vary"]) == (
        200,
        "gzip",
        "Accept-Encoding",
    )
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    text = gzip.decompress(body).decode()
    listed = json.loads(text)
    assert listed["version"] == at["version"] and "\\u" not in text
    file = yaml.safe_load((ROOT / "centres" / "thu_duc.yaml").read_text("utf-8"))
    assert [row["code"] for row in listed["services"]] == [s["code"] for s in file["services"]]
    assert listed["services"][0]["fields"] == ["A"]

    _, bare_headers, bare = plain_get(shared_hub, at["url"].split("?")[0], token)
    assert bare == gzip.decompress(body) and bare_headers["Cache-Control"] == "private, no-cache"
    again = plain_get(shared_hub, at["url"], token, **{"If-None-Match": headers["ETag"]})
    assert (again[0], again[2]) == (304, b"")


def test_whoever_belongs_to_the_centre_may_read_it_and_nobody_else(shared_hub, at):
    tokens = shared_hub.tokens
    for token in (tokens["kiosk"], tokens["counter"]["5"], tokens["manager"]):
        assert plain_get(shared_hub, at["url"], token)[0] == 200
    assert plain_get(shared_hub, at["url"], tokens["board"])[0] == 403
    assert plain_get(shared_hub, at["url"], "nobody")[0] == 401
    elsewhere = at["url"].replace(shared_hub.centre, "elsewhere")
    assert plain_get(shared_hub, elsewhere, tokens["kiosk"])[0] in (403, 404)


def test_the_sockets_send_letters_as_they_are():
    assert utf8_json.dumps({"name": "Đất đai"}, separators=(",", ":")) == '{"name":"Đất đai"}'
    # half a pair cannot be sent as UTF-8: it stays escaped, and nothing breaks
    assert utf8_json.dumps({"text": "ạ\ud800"}).encode() == b'{"text": "\\u1ea1\\ud800"}'
    assert utf8_json.loads('{"n": 5}') == {"n": 5}
