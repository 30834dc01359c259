"""An administrator takes the list of procedures out and puts one in over HTTP; nobody else may, and
a list that is looked at changes nothing.
"""

import io

import openpyxl
import pytest
import requests

HEADS = ["Mã thủ tục", "Tên thủ tục", "Lĩnh vực"]
BIRTH = ["1.001193", "Đăng ký khai sinh", "Hộ tịch"]


@pytest.fixture
def address(hub):
    return f"{hub.url}/api/v1/{hub.centre}/procedures"


def listed(*rows):
    book = openpyxl.Workbook()
    for row in (HEADS, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_list_is_looked_at_then_applied_and_every_screen_has_it(hub, signed_in, address):
    admin, kiosk = signed_in("admin"), hub.screen("kiosk", catalogue=1)
    before = kiosk.waits_until(lambda screen: screen.snapshot)["catalogue"]["version"]
    content = listed(BIRTH, ["1.000656", "Khai tử", "Tư pháp"])
    looked = admin.post(address, data=content, timeout=30).json()
    assert (looked["ok"], looked["applied"], looked["may_apply"]) == (True, False, False)
    assert looked["unknown_fields"] == [
        {"name": "Tư pháp", "count": 1, "near": "A", "proposed": None}
    ]
    asked = {"field": "Tư pháp=B"}
    looked = admin.post(address, params=asked, data=content, timeout=30).json()
    assert looked["may_apply"] and looked["refusals"] == []
    assert any(line.startswith("+ service 1.000656") for line in looked["differences"])

    asked |= {"apply": "1", "version": looked["version"], "request_id": "apply-list-1"}
    done = admin.post(address, params=asked, data=content, timeout=30).json()
    assert (done["ok"], done["applied"]) == (True, True), done
    kiosk.waits_until(lambda screen: screen.snapshot["catalogue"]["version"] != before)
    rows = hub.http_client(hub.tokens["kiosk"]).get("/catalogue")["services"]
    assert next(r for r in rows if r["code"] == "1.000656")["fields"] == ["B"]
    facts = hub.http_client(hub.tokens["manager"]).get("/journal?since=0")["facts"]
    loaded = [fact for fact in facts if fact["kind"] == "centre_loaded"][-1]
    assert loaded["actor"].startswith("staff:") and loaded["act"] == "apply-list-1"

    again = admin.post(address, params={**asked, "request_id": "apply-list-2"}, data=content)
    assert (again.status_code, again.json()["error"]) == (409, "load_refused")
    out = admin.get(address, params={"format": "xlsx"}, timeout=30)
    assert out.headers["Content-Type"].startswith("application/vnd.openxml")
    unchanged = admin.post(address, data=out.content, timeout=30).json()
    assert unchanged["differences"] == [] and unchanged["refusals"] == []


def test_only_an_administrator_may_and_what_is_no_list_is_told(hub, signed_in, address):
    assert requests.post(address, data=b"x", timeout=20).status_code == 401
    manager = signed_in("manager")
    assert manager.post(address, data=listed(BIRTH), timeout=20).status_code == 403
    assert manager.get(address, timeout=20).status_code == 403
    admin = signed_in("admin")
    bad = admin.post(address, data=b"%PDF-1.7 \x00", headers={"Accept-Language": "en"}, timeout=30)
    assert bad.json()["refusals"][0].startswith("the file is neither XLSX nor CSV")
    for asked in ({"field": "x"}, {"apply": "1"}, {"apply": "1", "version": "x"}):
        answer = admin.post(address, params=asked, data=listed(BIRTH), timeout=30)
        assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")
    assert admin.get(address, params={"format": "pdf"}, timeout=30).status_code == 422
