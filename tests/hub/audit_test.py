"""Administrators see who did what; an inspector takes it as a file, and that is written down."""

import csv
import io

import pytest
import requests


class Browser:
    """A browser of somebody of the staff, at one hub."""

    def __init__(self, hub, person):
        self._hub, self._session = hub, requests.Session()
        self._session.trust_env = False
        log_in = {"name": person["name"], "password": person["password"]}
        assert self._session.post(f"{hub.url}/api/v1/login", json=log_in, timeout=20).ok

    def get(self, path, **query):
        """The answer to a GET."""
        return self._session.get(f"{self._hub.url}{path}", params=query, timeout=20)


@pytest.fixture(scope="module")
def admin(shared_hub, staff):
    """A browser of the administrator."""
    return Browser(shared_hub, staff["admin"])


def test_the_page_names_who_logged_in_and_the_heads(shared_hub, admin):
    page = admin.get(f"/audit/{shared_hub.centre}?part=log_ins").text
    assert "đăng nhập" in page and "Niêm phong" in page
    assert "logged_in" not in page, "sentences, no codes"


def test_a_file_for_an_inspector_holds_every_act_and_taking_it_is_written_down(shared_hub, admin):
    address = f"/api/v1/{shared_hub.centre}/audit"
    answer = admin.get(f"{address}?part=all&format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    acts = [row for row in rows if row["row"].startswith("journal ")]
    assert {"at", "by", "name", "what", "about", "address", "row"} <= rows[0].keys() and acts
    looked = [row for row in admin.get(address).json()["rows"] if row["what"] == "looked"]
    assert looked and looked[0]["about"].startswith("audit:") and looked[0]["name"]
    assert looked[0]["address"].endswith("x"), "a prefix"


@pytest.mark.parametrize("path", ["waits?format=csv", "tickets?format=csv", "views?view=visits"])
def test_a_report_taken_as_a_file_is_written_down_and_reading_the_page_is_not(
    shared_hub, admin, path
):
    reports = f"/api/v1/{shared_hub.centre}/reports"
    seen = len(_taken(shared_hub, admin))
    answer = admin.get(f"{reports}/{path}")
    as_file = "format=csv" in path
    assert answer.headers["Content-Type"].startswith("text/csv") is as_file
    taken = _taken(shared_hub, admin)
    assert len(taken) == seen + as_file
    assert (f"report:{path.split('?')[0]}" in taken) is as_file


def _taken(hub, admin):
    rows = admin.get(f"/api/v1/{hub.centre}/audit").json()["rows"]
    return [row["about"] for row in rows if str(row["about"]).startswith("report:")]


def test_a_head_is_compared_and_what_is_none_is_said(shared_hub, admin):
    page = f"/audit/{shared_hub.centre}"
    now = admin.get(f"/api/v1/{shared_hub.centre}/audit").json()["now"]
    assert "Đúng như trên giấy" in admin.get(page, head=now).text
    wrong = now[:-4] + ("0000" if now[-4:] != "0000" else "1111")
    assert "Không khớp" in admin.get(page, head=wrong).text
    assert "không phải dòng niêm phong" in admin.get(page, head="abc").text


@pytest.mark.parametrize("query", ["day=2026-13-01", "part=some", "format=xml"])
def test_a_question_that_makes_no_sense_is_a_bad_request(shared_hub, admin, query):
    answer = admin.get(f"/api/v1/{shared_hub.centre}/audit?{query}")
    assert answer.status_code == 422 and answer.json()["error"] == "bad_request"
