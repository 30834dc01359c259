"""Long exports over a real hub's API: asked for, made beside it, fetched, deleted."""

import itertools
import time
from pathlib import Path

import pytest
import requests

from server.store.engine import open_store
from tests.support.centres import profile_of, put_in_force

_press = itertools.count(1)


def api(hub, method, path="", role="manager", **more):
    return requests.request(
        method,
        f"{hub.url}/api/v1/{hub.centre}/reports/exports{path}",
        headers={"Authorization": f"Bearer {hub.tokens[role]}"},
        timeout=20,
        **more,
    )


def asked(hub, **query):
    query = {"request_id": f"export-{next(_press)}-press", **query}
    return api(hub, "POST", json=query)


def done(hub, export):
    """The export when it is no longer on its way."""
    until = time.monotonic() + 60
    while (now := api(hub, "GET", f"/{export['id']}").json()["export"])["state"] in (
        "waiting",
        "running",
    ):
        assert time.monotonic() < until, now
        time.sleep(0.2)
    return now


def test_an_export_is_made_fetched_and_deleted(hub):
    for _ in range(3):
        hub.citizen().takes_number("A")
    answer = asked(hub, what="tickets", format="csv", lang="en")
    assert answer.status_code == 201, answer.text
    export = done(hub, answer.json()["export"])
    assert (export["state"], export["progress"]) == ("done", 1.0)
    file = api(hub, "GET", f"/{export['id']}/file")
    assert file.headers["Content-Disposition"].endswith(export["filename"])
    assert [line.split(",")[2] for line in file.text.splitlines()[1:]] == ["A001", "A002", "A003"]
    assert [e["id"] for e in api(hub, "GET").json()["exports"]] == [export["id"]]
    assert api(hub, "DELETE", f"/{export['id']}").ok
    assert api(hub, "GET", f"/{export['id']}/file").json()["error"] == "unknown_export"


def test_a_folder_that_takes_no_files_refuses_each_at_once(hub):
    """Another file has its name, as a disk that is full or read-only."""
    Path(hub.folder, "exports").touch()
    answer = asked(hub, what="tickets", format="csv")
    assert (answer.status_code, answer.json()["error"]) == (503, "storage")
    assert api(hub, "GET").json()["exports"] == []


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"from": "2026-11-24", "to": "2026-11-23"}, "from"),
        ({"what": "tickets", "format": "pdf"}, "format"),
        ({"by": "colour"}, "by"),
        ({"from": "1999-01-01", "to": "2049-01-01"}, "from"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_at_once(shared_hub, query, key):
    answer = asked(shared_hub, **query)
    assert answer.status_code == 422 and answer.json()["error"] == "bad_request", answer.text
    assert api(shared_hub, "GET").json()["exports"] == []


def test_only_those_who_may_read_reports_ask_for_exports(shared_hub):
    assert api(shared_hub, "GET", role="board").status_code == 403
    assert api(shared_hub, "GET", "/0123456789abcdef").status_code == 404
    assert api(shared_hub, "DELETE", "/..%2f..%2fluot.db").status_code == 404


def test_the_open_figures_need_no_log_in(hub):
    for _ in range(6):
        hub.citizen().takes_number("A")
    clerk = hub.clerk(5)
    clerk.opens()
    for _ in range(6):
        clerk.verb("call_next")
        clerk.verb("start")
        clerk.verb("finish")
    answer = requests.get(f"{hub.url}/open/{hub.centre}/waits.json", timeout=20)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    # what has just ended may still be taken back: it is told two minutes later
    assert answer.json()["today"]["fields"] == []
    page = requests.get(f"{hub.url}/open/{hub.centre}?lang=en", timeout=20)
    assert page.status_code == 200
    assert "A001" not in page.text
    assert requests.get(f"{hub.url}/open/nowhere/waits.json", timeout=20).status_code == 404


def test_a_file_by_clerk_is_kept_from_whom_the_centre_no_longer_names(hub):
    export = asked(hub, by="clerk", format="csv").json()["export"]
    assert done(hub, export)["state"] == "done"
    profile = {**profile_of("thu_duc"), "reports": {"clerk_views": ["admin"]}}
    store = open_store(f"sqlite:///{hub.folder}/luot.db")
    put_in_force(store, int(time.time() * 1000), profile, "only-admins-see", hub.centre)
    store.close()
    hub.citizen().takes_number("A")  # the hub's next act takes the new rules up
    answer = api(hub, "GET", f"/{export['id']}/file")
    assert (answer.status_code, answer.json()["error"]) == (403, "not_allowed"), answer.text


def test_tickets_as_rows_name_their_own_formats(shared_hub):
    answer = requests.get(
        f"{shared_hub.url}/api/v1/{shared_hub.centre}/reports/tickets?format=text",
        headers={"Authorization": f"Bearer {shared_hub.tokens['manager']}"},
        timeout=20,
    )
    assert answer.status_code == 422 and "csv, parquet" in answer.json()["message"], answer.text
