"""Changes of a large document are reviewed in a process beside the hub; the answer is the same."""

import pytest

from server.web import previews
from server.web import settings as pages
from tests.web.screens_stage import CENTRE, open_hub

CAP = ["fields", "C", "cap"]


@pytest.fixture(scope="module")
def hub(prepared_centres, tmp_path_factory):
    with open_hub(prepared_centres, tmp_path_factory.mktemp("large") / "hub") as made:
        yield made


@pytest.mark.slow
def test_a_large_document_is_reviewed_beside_the_hub(hub, monkeypatch):
    admin, path = hub.staff("admin"), f"/api/v1/{CENTRE}/settings/review"
    version = admin.ask("GET", f"/api/v1/{CENTRE}/settings")[1]["version"]
    asked = {"version": version, "changes": [{"place": CAP, "value": 70}]}
    status, small = admin.ask("POST", path, press=False, **asked)
    assert status == 200 and small["may_apply"]

    def only_beside(*_):
        raise AssertionError("a large document is not looked through on the loop")

    preview, about = f"/api/v1/{CENTRE}/settings/preview", {**asked, "field": "C"}
    status, shown = admin.ask("POST", preview, press=False, **about)
    assert status == 200 and shown["kiosk"]["fields"][2]["field"] == "C"
    monkeypatch.setattr(pages, "LARGE", 1)
    monkeypatch.setattr(previews, "LARGE", 1)
    monkeypatch.setattr(pages.shown, "review", only_beside)
    status, large = admin.ask("POST", path, press=False, **asked)
    assert (status, large) == (200, small)
    assert admin.ask("POST", preview, press=False, **about) == (200, shown)
    zero = {**about, "changes": [{"place": CAP, "value": 0}]}
    status, unsound = admin.ask("POST", preview, press=False, **zero)
    assert (status, unsound["ok"], unsound["mistakes"][0]["place"]) == (422, False, CAP)
    status, refused = admin.ask("POST", path, press=False, **{**asked, "version": 999})
    assert (status, refused["error"]) == (422, "bad_request")
