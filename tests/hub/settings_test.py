"""The settings over HTTP: read by managers, changed by administrators, out as a file and in again."""

import requests

CAP = ["fields", "C", "cap"]


def test_an_administrator_changes_a_value_and_the_hall_has_it(hub, signed_in):
    admin, address = signed_in("admin"), f"{hub.url}/api/v1/{hub.centre}/settings"
    now = admin.get(address, timeout=20).json()
    assert now["ok"] and now["managed_by"] == "browser" and now["draft"] is None
    asked = {"version": now["version"], "changes": [{"place": CAP, "value": 90}]}
    english = {"Accept-Language": "en"}
    answer = admin.post(f"{address}/review", json=asked, headers=english, timeout=20).json()
    assert answer["may_apply"] and answer["differences"][0]["new"] == "90"
    assert answer["differences"][0]["where"].startswith("Field C, ")
    assert admin.put(f"{address}/draft", json=asked, timeout=20).json()["count"] == 1
    press = {"request_id": "settings-press-1", "reason": "less", **asked}
    done = admin.post(address, json=press, timeout=20).json()
    assert done["ok"] and done["version"] == now["version"] + 1, done
    later = admin.get(address, timeout=20).json()
    assert later["draft"] is None and later["changed"][0]["reason"] == "less"
    cap = next(f for f in later["document"]["fields"] if f["prefix"] == "C")["cap"]
    assert cap == 90

    press |= {"request_id": "settings-press-2", "changes": [{"place": CAP, "value": 80}]}
    second = admin.post(address, json=press, headers=english, timeout=20)
    assert second.status_code == 409 and second.json()["error"] == "load_refused"
    conflict = second.json()["review"]["conflicts"][0]
    assert (conflict["mine"], conflict["theirs"]) == ("80", "90")

    bad = {**press, "request_id": "settings-press-3", "version": later["version"]}
    bad["changes"] = [{"place": ["fields", "C", "minutes"], "value": "x"}]
    unsound = admin.post(address, json=bad, headers=english, timeout=20)
    assert unsound.status_code == 422
    assert unsound.json()["mistakes"][0]["label"] == "Minutes a person"

    undo = {"request_id": "settings-undo-1", "version": later["version"], "to": now["version"]}
    assert admin.post(f"{address}/undo", json=undo, timeout=20).json()["ok"]
    versions = admin.get(f"{address}/versions", timeout=20).json()["versions"]
    assert [row["source"] for row in versions][:2] == ["undo", "browser"]
    one = admin.get(f"{address}/versions/{later['version']}", timeout=20).json()
    assert one["changes"][0]["place"] == CAP


def test_a_file_goes_out_and_comes_in_unchanged(hub, signed_in):
    admin, address = signed_in("admin"), f"{hub.url}/api/v1/{hub.centre}/settings/file"
    out = admin.get(address, timeout=60)
    assert out.ok and out.headers["Content-Type"].startswith("application/yaml")
    back = admin.post(address, data=out.content, timeout=60).json()
    assert (back["ok"], back["changes"], back["refusals"]) == (True, [], [])
    changed = out.text.replace("calls_before_no_show: 3", "calls_before_no_show: 2", 1)
    answer = admin.post(address, data=changed.encode(), timeout=60).json()
    assert answer["changes"] == [{"place": ["call_policy", "calls_before_no_show"], "value": 2}]
    wrong = out.text.replace("calls_before_no_show", "calls_before_noshow")
    assert "calls_before_noshow" in admin.post(address, data=wrong.encode()).json()["refusals"][0]


def test_managers_read_and_others_do_not(hub, signed_in):
    address = f"{hub.url}/api/v1/{hub.centre}/settings"
    assert requests.get(address, timeout=20).status_code == 401
    assert signed_in("clerk").get(address, timeout=20).status_code == 403
    manager = signed_in("manager")
    assert manager.get(address, timeout=20).json()["ok"]
    assert len(manager.get(f"{address}/search", timeout=20).json()["entries"]) > 300
    press = {"request_id": "manager-press-1", "version": 1, "changes": [{"place": CAP, "value": 1}]}
    assert manager.post(address, json=press, timeout=20).status_code == 403
    for path in ("undo", "managed", "planned/x/drop"):
        assert manager.post(f"{address}/{path}", json=press, timeout=20).status_code == 403
    assert manager.put(f"{address}/draft", json=press, timeout=20).status_code == 403
