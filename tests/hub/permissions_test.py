"""Who gets where, over the real hub: every route and every socket verb, asked by every role of the
own centre and of another, and by nobody. The routes are the program's own: one without a line in
the table fails.
"""

from __future__ import annotations

import re
import tempfile
from functools import cache

import pytest
import requests
import socketio.exceptions

from server.demo.prepare import prepare
from server.demo.staff import STAFF
from server.payloads import (
    BOARD_VERBS,
    COUNTER_VERBS,
    DAY_PATHS,
    FIELD_PATHS,
    KIOSK_VERBS,
    TICKET_VERBS,
)
from server.rights import DEVICE_ROLES, RIGHTS, STAFF_ROLES
from tests.hub.outside_routes import OUTSIDE
from tests.support.hub import ROOT, Hub
from tests.support.people import Screen

#: What anybody may ask for: pages of the hall, and those that ask who reads them once opened.
ANYBODY = "anybody"
#: Whoever shows a token or a session, whatever the role: what is their own.
WITH_CREDENTIAL = "known"
#: Whoever is signed in as a person, of whichever centre: their own account.
PERSON = "person"

#: Whatever shows a device's token, of whichever centre: its own token.
DEVICE = "device"

#: What is shut on a hub that is set up.
NOBODY = "nobody"

#: "METHOD route" → the right it asks for (server/rights.py), or one of the two above. A route with
#: <verb> or <kind> stands once for each.
ROUTES: dict[str, str] = {
    "GET /": ANYBODY,
    "GET /api/openapi.json": ANYBODY,
    "GET /announced/<centre>/<name>": ANYBODY,
    "GET /board/<centre>": ANYBODY,
    "GET /console/<centre>": ANYBODY,
    "GET /console/<centre>/<counter>": ANYBODY,
    "GET /display/<path:path>": ANYBODY,
    "GET /door/<centre>": ANYBODY,
    "GET /display/signs/<centre>/<name>": ANYBODY,
    "GET /display/voice/<centre>/<lang>/<name>": ANYBODY,
    "GET /favicon.ico": ANYBODY,
    "GET /greeter/<centre>": ANYBODY,
    "GET /hall/<centre>": ANYBODY,
    "GET /healthz": ANYBODY,
    "GET /lib/<path:path>": ANYBODY,
    "GET /preview/<screen>": ANYBODY,
    "GET /preview/kiosk/static/<path:path>": ANYBODY,
    "GET /login": ANYBODY,
    "GET /media/<name>": ANYBODY,
    # nginx answers it to the machine itself alone (firmware_configs/hub/nginx)
    "GET /metrics": ANYBODY,
    "GET /city": ANYBODY,
    "GET /city/": ANYBODY,
    "GET /city/<path:path>": ANYBODY,
    "GET /open/<name>.json": ANYBODY,
    "GET /open/history/<name>": ANYBODY,
    "GET /open/<centre>": ANYBODY,
    "GET /open/<centre>/waits.json": ANYBODY,
    "GET /pair": ANYBODY,
    "GET /phrases/<centre>/<lang>": ANYBODY,
    "GET /readyz": ANYBODY,
    "GET /sign/<centre>/<counter>": ANYBODY,
    "GET /rate/<centre>/<counter>": ANYBODY,
    "GET /static/<path:filename>": ANYBODY,
    # leads to the page of the own centre, or to log in
    "GET /studio": ANYBODY,
    "GET /t/<key>": ANYBODY,
    "GET /t/<key>/app.webmanifest": ANYBODY,
    "GET /b/worker.js": ANYBODY,
    "GET /n/worker.js": ANYBODY,
    "GET /t/worker.js": ANYBODY,
    "POST /t/<key>/reach-me": ANYBODY,
    "POST /t/<key>/forget-me": ANYBODY,
    "GET /t/<key>/reach": ANYBODY,
    "POST /t/<key>/reach": ANYBODY,
    "GET /b/<centre>/<code>/reach": ANYBODY,
    "POST /b/<centre>/<code>/reach": ANYBODY,
    "GET /n/<centre>/<code>/reach": ANYBODY,
    "POST /n/<centre>/<code>/reach": ANYBODY,
    "POST /t/<key>/rate": ANYBODY,
    "POST /t/<key>/give-back": ANYBODY,
    "POST /t/<key>/let-pass": ANYBODY,
    "GET /ui/fonts/<lang>.css": ANYBODY,
    "GET /ui/languages.json": ANYBODY,
    "GET /ui/texts/<lang>/<area_name>.json": ANYBODY,
    "GET /ui/<path:path>": ANYBODY,
    "POST /api/v1/login": ANYBODY,
    "POST /api/v1/login/pin": ANYBODY,
    "POST /api/v1/login/passkey/begin": ANYBODY,
    "POST /api/v1/login/passkey": ANYBODY,
    "GET /login/service": ANYBODY,
    "GET /login/service/back": ANYBODY,
    # shut on every hub that has ended its first run; the code, its session and the page's own
    # header say who may (tests/web/first_run_test.py)
    "GET /first-run": NOBODY,
    "GET /api/v1/first-run": NOBODY,
    "GET /api/v1/first-run/templates": NOBODY,
    "POST /api/v1/first-run/begin": NOBODY,
    "POST /api/v1/first-run/centre": NOBODY,
    "POST /api/v1/first-run/admin": NOBODY,
    "POST /api/v1/first-run/restore": NOBODY,
    "POST /api/v1/first-run/end": NOBODY,
    "GET /api/v1/<centre>/settings": "see:settings",
    "POST /api/v1/<centre>/settings": "settings",
    "POST /api/v1/<centre>/settings/review": "see:settings",
    "POST /api/v1/<centre>/settings/preview": "see:settings",
    "POST /api/v1/<centre>/settings/preview/slip": "see:settings",
    "PUT /api/v1/<centre>/settings/draft": "settings",
    "POST /api/v1/<centre>/settings/undo": "settings",
    "POST /api/v1/<centre>/settings/planned/<planned>/drop": "settings",
    "POST /api/v1/<centre>/settings/managed": "settings",
    "GET /api/v1/<centre>/settings/versions": "see:settings",
    "GET /api/v1/<centre>/settings/versions/<version>": "see:settings",
    "GET /api/v1/<centre>/settings/search": "see:settings",
    "GET /api/v1/<centre>/settings/texts": "see:settings",
    "GET /api/v1/<centre>/settings/file": "see:settings",
    "POST /api/v1/<centre>/settings/file": "settings",
    "GET /api/v1/session": ANYBODY,
    "POST /api/v1/logout": WITH_CREDENTIAL,
    "GET /api/v1/me": WITH_CREDENTIAL,
    "POST /api/v1/pairing": ANYBODY,
    "GET /api/v1/pairing": ANYBODY,
    "GET /api/v1/pairing/qr.svg": ANYBODY,
    # a device's token, for itself
    "POST /api/v1/pairing/renew": DEVICE,
    # whoever has a code, or wants one
    "GET /api/v1/<centre>/slots": ANYBODY,
    **dict.fromkeys(OUTSIDE, ANYBODY),
    "POST /api/v1/<centre>/draws": "draws",
    "POST /api/v1/<centre>/draws/<draw>/close": "draws",
    "POST /api/v1/<centre>/draws/<draw>/do": "draws",
    "GET /api/v1/<centre>/door-key": "door_key",
    "GET /api/v1/<centre>/rate/<counter>": "rate",
    "POST /api/v1/<centre>/rate/<counter>": "rate",
    "POST /api/v1/<centre>/visits/find": "find_visits",
    # pages of the staff
    "GET /bookings/<centre>": "book",
    "GET /bookings/<centre>/draws": "draws",
    "GET /announce/<centre>": "announce",
    "GET /clock/<centre>": "see:clock",
    "GET /devices": "devices",
    "GET /doctor": "doctor",
    "GET /audit/<centre>": "audit",
    "GET /person/<centre>": "person_request",
    "POST /api/v1/<centre>/person/export": "person_request",
    "POST /api/v1/<centre>/person/erase": "person_request",
    "GET /api/v1/<centre>/audit": "audit",
    "GET /manager/<centre>": "see:manager",
    "GET /manager/<centre>/reports": "reports",
    "GET /manager/<centre>/reports/exports": "reports",
    "GET /manager/<centre>/delivery": "see:delivery",
    "POST /api/v1/<centre>/deliveries/<id>/again": "send_again",
    "POST /api/v1/<centre>/deliveries/<id>/withdraw": "send_again",
    "POST /api/v1/<centre>/webhooks/<code>/turn-on": "send_again",
    "GET /manager/<centre>/reports/centres": "reports",
    "GET /manager/<centre>/centres": "reports",
    "GET /manager/<centre>/reports/promises": "reports",
    "GET /manager/<centre>/reports/ratings": "reports",
    "GET /manager/<centre>/reports/ticket": "reports",
    "GET /manager/<centre>/reports/views": "reports",
    "GET /media": "playlist",
    "GET /procedures": "procedures",
    # of whoever has a session, the own account
    "GET /account": ANYBODY,
    "GET /api/v1/account": PERSON,
    "POST /api/v1/account/password": PERSON,
    "POST /api/v1/account/confirm": PERSON,
    "POST /api/v1/account/second-factor": PERSON,
    "POST /api/v1/account/second-factor/begin": PERSON,
    "POST /api/v1/account/second-factor/end": PERSON,
    "POST /api/v1/account/recovery-codes": PERSON,
    "POST /api/v1/account/pin": PERSON,
    "POST /api/v1/account/passkeys/begin": PERSON,
    "POST /api/v1/account/passkeys": PERSON,
    "POST /api/v1/account/passkeys/<key>/end": PERSON,
    "GET /api/v1/<centre>/sign-in-identities": "people",
    "POST /api/v1/<centre>/sign-in-identities": "people",
    "POST /api/v1/account/pin/end": PERSON,
    "POST /api/v1/account/sessions/<session>/end": PERSON,
    "POST /api/v1/account/sessions/end-others": PERSON,
    "GET /api/v1/<centre>/people": "people",
    "POST /api/v1/<centre>/people": "people",
    "POST /api/v1/<centre>/people/<person>": "people",
    "POST /api/v1/<centre>/people/<person>/reset": "people",
    "POST /api/v1/<centre>/people/<person>/second-factor/end": "people",
    "POST /api/v1/<centre>/people/sessions/<session>/end": "people",
    "GET /province": "base",
    "GET /api/v1/<centre>/base": "base",
    "POST /api/v1/<centre>/base/propose": "base",
    "POST /api/v1/<centre>/base/share": "base",
    "POST /api/v1/<centre>/base/join": "base",
    "POST /api/v1/<centre>/base/drop": "base",
    "POST /api/v1/<centre>/base/approve": "base",
    "POST /api/v1/<centre>/base/carry": "base",
    "POST /api/v1/<centre>/base/revert": "base",
    "POST /api/v1/<centre>/base/revert/more": "base",
    "GET /admin/<centre>": "see:settings",
    "GET /admin/<centre>/<path:place>": "see:settings",
    "GET /studio/<centre>": "voices",
    # the API of a centre
    "GET /api/v1/<centre>/access-log": "access_log",
    "GET /api/v1/<centre>/announcements": "announce",
    "POST /api/v1/<centre>/announcements": "announce",
    "DELETE /api/v1/<centre>/announcements/<announcement>": "announce",
    "GET /api/v1/<centre>/catalogue": "see:catalogue",
    "GET /api/v1/<centre>/clock": "see:clock",
    "POST /api/v1/<centre>/clock/confirm": "confirm_clock",
    "GET /api/v1/<centre>/counters/<counter>/now": "see:board",
    "GET /api/v1/<centre>/devices": "devices",
    "POST /api/v1/<centre>/devices": "devices",
    "POST /api/v1/<centre>/device-groups": "devices",
    "POST /api/v1/<centre>/devices/<device>": "devices",
    "POST /api/v1/<centre>/devices/<device>/shut-off": "devices",
    "POST /api/v1/<centre>/devices/firmware": "devices",
    "POST /api/v1/<centre>/devices/<device>/firmware": "devices",
    "POST /api/v1/<centre>/pairings": "devices",
    "GET /api/v1/<centre>/counter-machines": "devices",
    "POST /api/v1/<centre>/counter-machines": "devices",
    "POST /api/v1/<centre>/counter-machines/<machine>/end": "devices",
    "POST /api/v1/<centre>/emergency": "emergency",
    "DELETE /api/v1/<centre>/emergency": "emergency",
    "GET /api/v1/<centre>/journal": "journal",
    "POST /api/v1/<centre>/kiosks/<kiosk>/answer-help": "answer_help",
    "GET /api/v1/<centre>/lines": "see:lines",
    "GET /api/v1/<centre>/media": "playlist",
    "POST /api/v1/<centre>/media": "media",
    "DELETE /api/v1/<centre>/media/<file>": "media",
    "PUT /api/v1/<centre>/playlist": "playlist",
    "POST /api/v1/<centre>/alerts/take": "take_alert",
    "POST /api/v1/<centre>/alerts/done": "end_alert",
    "POST /api/v1/<centre>/numbers/take-back": "take_back",
    "GET /api/v1/<centre>/procedures": "procedures",
    "POST /api/v1/<centre>/procedures": "procedures",
    "POST /api/v1/<centre>/reports/exports": "reports",
    "GET /api/v1/<centre>/reports/exports": "reports",
    "GET /api/v1/<centre>/reports/exports/<export>": "reports",
    "DELETE /api/v1/<centre>/reports/exports/<export>": "reports",
    "GET /api/v1/<centre>/reports/exports/<export>/file": "reports",
    "GET /api/v1/<centre>/reports/plan": "assign",
    "POST /api/v1/<centre>/reports/plan-day": "assign",
    "GET /manager/<centre>/plan": "assign",
    "POST /api/v1/<centre>/reports/sign": "sign_report",
    "GET /api/v1/<centre>/reports/centres": "reports",
    "GET /api/v1/<centre>/reports/promises": "reports",
    "GET /api/v1/<centre>/reports/ratings": "reports",
    "GET /api/v1/<centre>/reports/ticket": "reports",
    "GET /api/v1/<centre>/reports/tickets": "reports",
    "GET /api/v1/<centre>/reports/views": "reports",
    "GET /api/v1/<centre>/reports/waits": "reports",
    "GET /api/v1/<centre>/settings/holidays": "see:settings",
    "GET /api/v1/<centre>/screen": "see:board",
    "GET /api/v1/<centre>/snapshot/counter/<counter>": "see:counter",
    "POST /api/v1/<centre>/tickets": "issue",
    "GET /api/v1/<centre>/tickets/<ticket>": "see:ticket",
    "GET /api/v1/<centre>/voice": "voices",
    "PUT /api/v1/<centre>/voice/draft/<lang>/<name>": "voices",
    "DELETE /api/v1/<centre>/voice/draft/<lang>/<name>": "voices",
    "GET /api/v1/<centre>/voice/draft/<lang>/<name>": "voices",
    "GET /api/v1/<centre>/voice/pack/<lang>": "voices",
    "PUT /api/v1/<centre>/voice/pack/<lang>": "voices",
    "GET /api/v1/<centre>/signs": "voices",
    "PUT /api/v1/<centre>/signs/<key>": "voices",
    "DELETE /api/v1/<centre>/signs/<key>": "voices",
    "POST /api/v1/<centre>/voice/publish": "voices",
    "POST /api/v1/<centre>/voice/use": "voices",
}
#: Routes made of verbs, or of kinds of screens: {what stands in the path: the right it asks for}.
OF_VERBS = {
    "POST /api/v1/<centre>/counters/<counter>/<verb>": {verb: verb for verb in COUNTER_VERBS},
    "POST /api/v1/<centre>/day/<verb>": DAY_PATHS,
    "POST /api/v1/<centre>/fields/<field>/<verb>": FIELD_PATHS,
    "POST /api/v1/<centre>/tickets/<ticket>/<verb>": {verb: verb for verb in TICKET_VERBS},
    "GET /api/v1/<centre>/snapshot/<kind>": {
        kind: f"see:{kind}" for kind in ("board", "kiosk", "manager")
    },
}
#: namespace → its verbs
SOCKETS = {"kiosk": KIOSK_VERBS, "counter": COUNTER_VERBS, "board": BOARD_VERBS, "manager": ()}


@cache
def routes() -> tuple[str, ...]:
    """ "METHOD route" of everything a hub answers, as the program itself lists it."""
    from tests.support.hub_in_process import hub_in_process

    with tempfile.TemporaryDirectory() as folder, hub_in_process(folder) as app:
        return tuple(
            f"{method} {rule.rule}"
            for rule in app.url_map.iter_rules()
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
        )


def paths_of(route: str) -> dict[str, str]:
    """{a path of the route: the right it asks for}, each verb of a route of verbs apart."""
    if route in ROUTES:
        return {route.split(" ")[1]: ROUTES[route]}
    return {
        re.sub("<(verb|kind)>", name, route.split(" ")[1]): right
        for name, right in OF_VERBS[route].items()
    }


class Visitor:
    """Somebody who asks: nobody, a device with its token, or a person with a session."""

    def __init__(self, hub: Hub, role: str = "", centre: str = "", token: str = "", person=None):
        self.hub, self.role, self.centre, self.token = hub, role, centre, token
        self.http = requests.Session()
        self.http.trust_env = False
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"
        if person:
            self.person = person
            self.logs_in()

    def logs_in(self) -> None:
        """A session, and the token that its presses carry."""
        answer = self.http.post(
            f"{self.hub.url}/api/v1/login",
            json={
                "name": self.person["name"],
                "password": self.person["password"],
                "centre": self.centre,
            },
            timeout=20,
        )
        assert answer.ok, answer.text
        self.http.headers["X-CSRF-Token"] = answer.json()["csrf"]

    def asks(self, method: str, path: str) -> requests.Response:
        """The answer; a press says nothing that could be carried out."""
        content = {} if method == "GET" else {"json": {}}
        address = path.replace("<centre>", self.hub.centre).replace("<counter>", "1")
        return self.http.request(
            method,
            self.hub.url + re.sub("<[^>]*>", "x", address),
            **content,
            timeout=20,
            allow_redirects=False,
        )

    def screen(self, namespace: str) -> Screen | None:
        """Its socket in a namespace, or None if it is not let in."""
        at_counter = namespace == "counter" or self.role == "counter"
        place = {"counter": "1"} if at_counter else {}
        credential = {"token": self.token} if self.token else {}
        cookie = self.http.cookies.get("luot_session")
        try:
            return Screen(self.hub.url, namespace, cookie=cookie, **credential, **place)
        except socketio.exceptions.ConnectionError:
            return None

    def __str__(self) -> str:
        return f"{self.role or 'nobody'} of {self.centre or 'no centre'}"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A hub of two centres with everybody in it: `hub.visitors`."""
    folder = tmp_path_factory.mktemp("two-centres") / "hub"
    one_of_each = [person for person in STAFF if person[0] in ("admin", "hanh", "thao", "lan")]
    one_of_each.append(("xem", "Nguyễn Văn Xem", "viewer"))
    one_of_each.append(("tinh", "Trần Thị Tỉnh", "province"))
    here = prepare(folder, ROOT / "centres" / "thu_duc.yaml", staff=one_of_each)
    there = prepare(
        folder,
        ROOT / "centres" / "ward.yaml",
        staff=[(f"{name}2", full_name, role) for name, full_name, role in one_of_each],
    )
    running = Hub(folder, here, forked=True, LUOT_COMPARING_CENTRES="*").start()
    running.visitors = [Visitor(running)]
    for prepared in (here, there):
        centre, tokens = prepared["centre"], prepared["tokens"]
        at_counter = tokens["counter"].get("1") or next(iter(tokens["counter"].values()))
        for role, token in {**tokens, "counter": at_counter}.items():
            running.visitors.append(Visitor(running, role, centre, token))
        for person in prepared["staff"]:
            running.visitors.append(Visitor(running, person["role"], centre, person=person))
    yield running
    running.remove()


def test_everybody_is_there(hub):
    asking = [(visitor.role, visitor.centre) for visitor in hub.visitors if visitor.role]
    assert len(asking) == len(set(asking)) + 2 == 2 * len({*DEVICE_ROLES, *STAFF_ROLES}) + 2


def test_every_route_has_its_line():
    assert set(routes()) == {*ROUTES, *OF_VERBS}
    asked = {right for route in routes() for right in paths_of(route).values()}
    rights = set().union(*RIGHTS.values())
    assert asked - {ANYBODY, WITH_CREDENTIAL, PERSON, DEVICE, NOBODY} <= rights


@pytest.mark.parametrize("route", routes())
def test_a_route_is_open_to_whom_the_table_names_and_to_nobody_else(hub, route):
    method = route.split(" ")[0]
    for path, right in paths_of(route).items():
        is_page = "/api/" not in path
        for visitor in hub.visitors:
            status = visitor.asks(method, path).status_code
            signed_in = visitor.role and not visitor.token
            if right == ANYBODY:
                expected = status not in (401, 403)
            elif right == WITH_CREDENTIAL:
                expected = status == (200 if visitor.role else 401)
            elif right == PERSON:
                shut = status == (403 if visitor.role else 401)
                expected = status not in (401, 403) if signed_in else shut
            elif right == NOBODY:
                expected = status in (302, 403)
            elif right == DEVICE:
                expected = (
                    status not in (401, 403)
                    if visitor.token
                    else status == (403 if visitor.role else 401)
                )
            elif is_page:  # others are sent to log in
                own = "<centre>" not in path or visitor.centre == hub.centre
                may_see = signed_in and own and right in RIGHTS[visitor.role]
                expected = status == (200 if may_see else 302)
            elif not visitor.role:
                expected = status == 401
            elif visitor.centre == hub.centre and right in RIGHTS[visitor.role]:
                expected = status not in (401, 403) and status < 500
            else:
                expected = status == 403
            assert expected, f"{visitor} asks {method} {path}: {status}"
            if path == "/api/v1/logout" and signed_in:
                visitor.logs_in()


@pytest.mark.parametrize("namespace", SOCKETS)
def test_a_socket_hears_and_does_what_the_role_may(hub, namespace):
    for visitor in hub.visitors:
        screen = visitor.screen(namespace)
        may_see = visitor.role and f"see:{namespace}" in RIGHTS[visitor.role]
        assert (screen is not None) == bool(may_see), f"{visitor} at {namespace}"
        if screen is None:
            continue
        hub.people.append(screen)
        answers = {verb: screen.tells(verb).get("error") for verb in SOCKETS[namespace]}
        refused = {verb for verb, error in answers.items() if error == "not_allowed"}
        assert refused == set(SOCKETS[namespace]) - RIGHTS[visitor.role], str(visitor)
        snapshot = screen.waits_until(lambda s: s.snapshot)
        assert snapshot["centre"]["code"] == visitor.centre, str(visitor)
        screen.closes()


@pytest.mark.parametrize("route", [route for route in routes() if route.startswith("GET ")])
def test_reading_changes_nothing_and_nobody_else_keeps_what_is_read(hub, route):
    """Every reading route, asked by an administrator: no fact comes of it, browsers guess no type,
    no other site frames it, and what needs a log-in stays in no cache.
    """
    admin = next(v for v in hub.visitors if v.role == "admin" and v.centre == hub.centre)
    journal = hub.http_client(hub.tokens["manager"])
    before = journal.get("/journal?since=0")
    for path, right in paths_of(route).items():
        answer = admin.asks("GET", path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy or "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
        assert "Server" not in answer.headers or "/" not in answer.headers["Server"]
        if right not in (ANYBODY, "see:catalogue"):  # the list of procedures is no secret
            kept = answer.headers.get("Cache-Control", "")
            assert "no-store" in kept or "private" in kept or "no-cache" in kept, kept
    assert journal.get("/journal?since=0") == before
