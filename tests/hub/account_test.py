"""Accounts in the browser: added with a one-time code, a forced first password, locked, reset; the
second factor and its recovery codes, each good once; the password asked again after 15 minutes.
"""

import sqlite3
import time
from contextlib import closing

import pyotp
import pytest
import requests
from click.testing import CliRunner

from server.accounts import identity, second_factor
from server.commands.people import user

PASSWORD = "một câu dễ nhớ ở quầy năm"


class Person:
    """A browser of somebody: signs in, asks and presses."""

    def __init__(self, hub):
        self.hub, self.http = hub, requests.Session()
        self.http.trust_env = False
        self.made = 0

    def logs_in(self, name, password, **more):
        """The answer of the log-in; signed in when it is ok."""
        answer = self.http.post(
            f"{self.hub.url}/api/v1/login",
            json={"name": name, "password": password, **more},
            timeout=20,
        )
        if answer.ok:
            self.http.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return answer

    def get(self, path):
        return self.http.get(f"{self.hub.url}/api/v1/{path}", timeout=20)

    def post(self, path, **body):
        self.made += 1
        body = {"request_id": f"account-{id(self)}-{self.made}", **body}
        return self.http.post(f"{self.hub.url}/api/v1/{path}", json=body, timeout=20)


@pytest.fixture
def person(hub):
    return lambda: Person(hub)


@pytest.fixture
def sample(hub):
    """sample(role): log-in name and password of somebody of the demo's staff."""

    def of(role):
        row = next(p for p in hub.prepared["staff"] if p["role"] == role)
        return row["name"], row["password"]

    return of


@pytest.fixture
def admin(person, sample):
    somebody = person()
    assert somebody.logs_in(*sample("admin")).ok
    return somebody


def the(admin, hub, name):
    """A person's row as the administrator sees it."""
    rows = admin.get(f"{hub.centre}/people").json()["people"]
    return next(row for row in rows if row["name"] == name)


def test_somebody_new_comes_in_by_a_code_and_may_only_choose_a_password(hub, admin, person):
    people = f"{hub.centre}/people"
    added = admin.post(people, name="ha.ltt", full_name="Lý Thị Thu Hà", role="clerk")
    assert added.status_code == 201
    code = added.json()["code"]
    again = admin.post(people, name="ha.ltt", full_name="Hà", role="clerk")
    assert (again.status_code, again.json()["key"]) == (422, "name")
    ha = person()
    assert ha.logs_in("ha.ltt", "wrong code").status_code == 401
    came = ha.logs_in("ha.ltt", code.lower().replace(" ", ""))
    assert came.json()["staff"]["role"] == "newcomer"
    assert ha.get(f"{hub.centre}/lines").status_code == 403
    assert "/account" in ha.http.get(f"{hub.url}/manager/{hub.centre}", timeout=20).url
    weak = ha.post("account/password", old=code, new="12345678")
    assert weak.status_code == 422
    assert ha.post("account/password", old=code, new=PASSWORD).ok
    assert ha.get(f"{hub.centre}/lines").ok
    assert person().logs_in("ha.ltt", code).status_code == 401
    assert person().logs_in("ha.ltt", PASSWORD).ok


def test_a_reset_ends_the_sessions_and_a_lock_closes_the_counter(hub, admin, person, sample):
    name, password = sample("clerk")
    lan = person()
    assert lan.logs_in(name, password).ok
    assert lan.post(f"{hub.centre}/counters/5/open").ok
    row = the(admin, hub, name)
    assert row["sessions"] == 1 and row["counters"] == ["5"]
    code = admin.post(f"{hub.centre}/people/{row['id']}/reset").json()["code"]
    assert lan.get("me").status_code == 401
    assert person().logs_in(name, password).status_code == 401
    assert lan.logs_in(name, code).json()["staff"]["role"] == "newcomer"
    locked = admin.post(f"{hub.centre}/people/{row['id']}", disabled=True)
    assert locked.json() == {"ok": True, "still_open": []}
    assert lan.get("me").status_code == 401 and the(admin, hub, name)["counters"] == []
    assert person().logs_in(name, code).status_code == 401


def test_nobody_locks_themselves_or_the_last_administrator(hub, admin):
    own = admin.get(f"{hub.centre}/people").json()["own"]
    for change in ({"disabled": True}, {"role": "clerk"}):
        refused = admin.post(f"{hub.centre}/people/{own}", **change)
        assert (refused.status_code, refused.json()["error"]) == (409, "wrong_state")
    assert admin.post(f"{hub.centre}/people/{own}/reset").status_code == 409
    assert admin.post(f"{hub.centre}/people/nobody", role="clerk").status_code == 422


def test_sessions_are_listed_and_ended_one_by_one(hub, admin, person, sample):
    one, other = person(), person()
    for browser in (one, other):
        assert browser.logs_in(*sample("manager")).ok
    rows = one.get("account").json()["sessions"]
    assert [row["own"] for row in rows].count(True) == 1 and len(rows) == 2
    foreign = next(row["id"] for row in rows if not row["own"])
    assert one.post(f"account/sessions/{foreign}/end").ok
    assert other.get("me").status_code == 401
    sessions = admin.get(f"{hub.centre}/people").json()["sessions"]
    managers = next(row["id"] for row in sessions if row["full_name"] != "" and not row["own"])
    assert admin.post(f"{hub.centre}/people/sessions/{managers}/end").ok
    assert one.get("me").status_code == 401
    assert one.get("account").status_code == 401


def test_the_second_factor_is_asked_for_and_no_code_is_good_twice(hub, person, sample):
    name, password = sample("manager")
    hanh = person()
    hanh.logs_in(name, password)
    assert hanh.post("account/second-factor/begin", password="wrong").status_code == 403
    begun = hanh.post("account/second-factor/begin", password=password).json()
    assert begun["qr"].startswith("data:image/svg+xml") and name in begun["address"]
    app = pyotp.TOTP(begun["secret"])
    assert hanh.post("account/second-factor", code="000000").status_code == 403
    now = time.time()
    codes = hanh.post("account/second-factor", code=app.at(now)).json()["codes"]
    assert len(set(codes)) == 10

    asked = person().logs_in(name, password)
    assert (asked.status_code, asked.json()["why"]) == (401, "second_factor")
    assert person().logs_in(name, "wrong", code=app.at(now)).status_code == 401
    assert person().logs_in(name, password, code=app.at(now)).status_code == 401, "used before"
    assert person().logs_in(name, password, code=app.at(now + 30)).ok
    assert person().logs_in(name, password, code=app.at(now + 30)).status_code == 401, "replayed"
    assert person().logs_in(name, password, code=codes[0].lower()).ok
    assert person().logs_in(name, password, code=codes[0]).status_code == 401, "used before"
    assert hanh.get("account").json()["recovery_codes"] == 9


def test_the_command_line_gives_a_password_and_ends_a_lost_second_factor(
    hub, admin, person, sample
):
    """A person who waits to choose a password, and an administrator without phone and paper."""
    data = ["--data", str(hub.folder)]
    row = the(admin, hub, "khoa") if "khoa" in names(admin, hub) else the(admin, hub, "minh")
    assert admin.post(f"{hub.centre}/people/{row['id']}/reset").ok
    done = CliRunner().invoke(user, [row["name"], *data, "--password-stdin"], input=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert person().logs_in(row["name"], PASSWORD).json()["staff"]["role"] == row["role"]

    name, password = sample("admin")
    begun = admin.post("account/second-factor/begin", password=password).json()
    code = pyotp.TOTP(begun["secret"]).now()
    assert admin.post("account/second-factor", code=code).ok
    assert person().logs_in(name, password).status_code == 401
    done = CliRunner().invoke(user, [name, *data, "--end-second-factor"])
    assert done.exit_code == 0, done.output
    assert person().logs_in(name, password).ok


def names(admin, hub):
    """The log-in names of everybody."""
    return {row["name"] for row in admin.get(f"{hub.centre}/people").json()["people"]}


def test_a_clerk_has_no_second_factor_to_set_up(person, sample):
    name, password = sample("clerk")
    lan = person()
    lan.logs_in(name, password)
    assert lan.post("account/second-factor/begin", password=password).status_code == 403


def test_settings_and_accounts_ask_for_the_password_after_a_quarter_of_an_hour(hub, person, sample):
    name, password = sample("admin")
    admin = person()
    admin.logs_in(name, password)
    version = admin.get(f"{hub.centre}/settings").json()["version"]
    with closing(sqlite3.connect(hub.folder / "luot.db", timeout=20)) as rows, rows:
        rows.execute("UPDATE session SET confirmed_at = confirmed_at - 901000")
    change = {"version": version, "changes": [{"place": ["fields", "C", "cap"], "value": 90}]}
    for path, body in (
        (f"{hub.centre}/settings", change),
        (f"{hub.centre}/people", {"name": "x", "full_name": "X", "role": "clerk"}),
        (f"{hub.centre}/settings/managed", {"by": "file"}),
    ):
        refused = admin.post(path, **body)
        assert (refused.status_code, refused.json()["error"]) == (403, "confirm_again"), path
    assert admin.post("account/confirm", password="wrong").status_code == 403
    assert admin.post("account/confirm", password=password).ok
    assert admin.post(f"{hub.centre}/settings", **change).ok


def test_a_code_is_good_for_a_step_around_now_and_known_however_it_is_typed():
    secret = second_factor.new_secret()
    app, now = pyotp.TOTP(secret), 1_800_000_000_000
    for away in (-30, 0, 30):
        code = app.at(now // 1000 + away)
        assert second_factor.step_of(secret, f"{code[:3]} {code[3:]}", now) is not None
    for away in (-90, 90):
        assert second_factor.step_of(secret, app.at(now // 1000 + away), now) is None
    assert second_factor.step_of(secret, "", now) is None
    assert second_factor.plain("4kq7 m2xd") == "4KQ7M2XD"
    assert identity.prefix_of("10.20.4.17") == "10.20.4.x" and identity.prefix_of("") == ""
