"""The shipped nginx in front of a real hub: what a hall sees through TLS, what nobody gets past,
and what it says when the hub is gone.
"""

import io
import re
import secrets
import socket
import ssl

import pytest
import requests
from PIL import Image
from requests.adapters import HTTPAdapter

from firmware_configs.checks.frame import CONFIGS
from firmware_configs.checks.nginx import tree
from tests.support.hub import Hub
from tests.support.people import Clerk, Screen, press
from tests.support.programs import Program, free_port, program

pytestmark = pytest.mark.slow


class From(HTTPAdapter):
    """A machine of the hall with an address of its own (every 127.… is this machine)."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args, **more):
        super().init_poolmanager(*args, source_address=(self.address, 0), **more)


class Front:
    """nginx with a hub behind it."""

    def __init__(self, folder, prepared_centres):
        self.tls, self.plain, self.boards, port = free_port(), free_port(), free_port(), free_port()
        self.hub = Hub(
            folder / "hub",
            prepared_centres.copy_of("thu_duc", folder / "hub"),
            port=port,
            forked=True,
            LUOT_SECURE_COOKIES="true",
            LUOT_TRUSTED_PROXIES="1",
        ).start()
        self.folder = folder / "nginx"
        main = tree(
            CONFIGS, self.folder, tls=self.tls, plain=self.plain, boards=self.boards, hubs=(port,)
        )
        self.url, self.certificate = (
            f"https://127.0.0.1:{self.tls}",
            str(self.folder / "tls/ca.crt"),
        )
        self.nginx = Program(
            [program("nginx"), "-p", self.folder, "-c", main, "-g", "daemon off;"],
            self.folder / "said",
        )
        self.nginx.wait_until(self._answers, "nginx")

    def _answers(self):
        """Whether it is this nginx that listens there: side by side, tests may be given one port
        twice.
        """
        try:
            return self.visitor().get(f"{self.url}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def visitor(self, address="127.0.0.1", **headers) -> requests.Session:
        """A browser on a machine of this address."""
        session = requests.Session()
        session.trust_env, session.verify = False, self.certificate
        session.mount("https://", From(address))
        session.headers.update(headers)
        return session

    def staff(self, role="admin") -> requests.Session:
        """A signed-in member of staff, with the CSRF token in its header."""
        person = next(p for p in self.hub.prepared["staff"] if p["role"] == role)
        session = self.visitor()
        answer = session.post(
            f"{self.url}/api/v1/login",
            json={"name": person["name"], "password": person["password"]},
        )
        assert answer.status_code == 200, answer.text
        session.cookie_line = answer.headers["Set-Cookie"]
        session.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return session

    def remove(self):
        self.nginx.stop()
        self.hub.remove()


@pytest.fixture(scope="module")
def front(prepared_centres, tmp_path_factory):
    made = Front(tmp_path_factory.mktemp("front"), prepared_centres)
    yield made
    made.remove()


def claim():
    return secrets.token_urlsafe(32)


def test_a_page_loads_over_tls_and_plain_http_is_sent_there(front):
    page = front.visitor().get(f"{front.url}/login")
    assert (
        page.status_code == 200
        and "Lượt" in page.text
        and page.headers["Strict-Transport-Security"] == "max-age=31536000"
    )
    assert page.headers["Content-Security-Policy"].startswith(
        "default-src 'self'; connect-src"
    )  # the hub's own, once
    sent = front.visitor().get(
        f"http://127.0.0.1:{front.plain}/board/thu-duc", allow_redirects=False
    )
    assert (sent.status_code, sent.headers["Location"]) == (301, "https://127.0.0.1/board/thu-duc")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", front.tls)) as line,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        old.wrap_socket(line)


def test_staff_log_in_with_a_secure_cookie_and_nothing_is_done_without_their_csrf_token(front):
    lan = front.staff("manager")
    assert all(word in lan.cookie_line for word in ("Secure", "HttpOnly", "SameSite=Strict"))
    put = f"{front.url}/api/v1/{front.hub.centre}/playlist"
    assert lan.put(put, json={"request_id": press(), "items": []}).json()["ok"]
    del lan.headers["X-CSRF-Token"]
    assert lan.put(put, json={"request_id": press(), "items": []}).status_code == 403


def test_a_board_hears_a_call_through_its_websocket(front, monkeypatch):
    monkeypatch.setenv("WEBSOCKET_CLIENT_CA_BUNDLE", front.certificate)
    ticket = front.hub.citizen().takes_number("A")
    board = Screen(front.url, "board", token=front.hub.tokens["board"])
    clerk = Clerk(front.url, front.hub.centre, front.hub.tokens["counter"]["5"], "5")
    clerk.http.verify = front.certificate
    try:
        assert clerk.opens()["ok"]
        assert clerk.verb("call_next")["ok"] and board.hears_call(ticket["number"])["counter"] == 5
    finally:
        board.closes()
        clerk.close()


def test_a_television_without_certificates_shows_the_board_and_opens_nothing_else(front):
    television, url = front.visitor(), f"http://127.0.0.1:{front.boards}"
    page = television.get(f"{url}/board/{front.hub.centre}")
    assert page.status_code == 200
    for part in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        assert television.get(url + part).status_code == 200, part
    for asked in ("snapshot/board", "screen"):
        assert (
            television.get(
                f"{url}/api/v1/{front.hub.centre}/{asked}",
                headers={"Authorization": f"Bearer {front.hub.tokens['board']}"},
            ).status_code
            == 200
        )
    board = Screen(url, "board", token=front.hub.tokens["board"])
    assert board.waits_until(lambda screen: screen.snapshot)
    board.closes()
    shut = [
        ("GET", "/login"),
        ("POST", "/api/v1/login"),
        ("GET", f"/console/{front.hub.centre}/5"),
        ("POST", f"/api/v1/{front.hub.centre}/tickets"),
        ("GET", "/metrics"),
        ("POST", "/display/board.js"),
    ]
    assert [television.request(way, url + path, json={}).status_code for way, path in shut] == [
        403
    ] * len(shut)


def test_limits_see_the_real_address_whatever_a_visitor_says_of_itself(front):
    """The hub lets 12 screens of one address wait for a pairing code."""

    def asks(session, n):
        lie = {
            "X-Forwarded-For": f"10.9.8.{n}",
            "X-Real-IP": f"10.9.8.{n}",
            "Forwarded": f"for=10.9.8.{n}",
        }
        return session.post(
            f"{front.url}/api/v1/pairing", json={"claim": claim()}, headers=lie
        ).status_code

    here, there = front.visitor(), front.visitor("127.0.0.2")
    assert [asks(here, n) for n in range(14)] == [200] * 12 + [429] * 2
    assert asks(there, 0) == 200
    assert front.visitor().get(f"{front.url}/metrics").status_code == 200
    assert (
        front.visitor("127.0.0.2")
        .get(f"{front.url}/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
        .status_code
        == 403
    )


def test_whoever_guesses_passwords_is_slowed_down_and_nobody_else(front):
    guesser = front.visitor("127.0.0.3", **{"Accept-Language": "en"})
    answers = [
        guesser.post(f"{front.url}/api/v1/login", json={"name": f"nobody{n}", "password": "x"})
        for n in range(80)
    ]
    stopped = [answer for answer in answers if answer.status_code == 429]
    assert stopped and {a.status_code for a in answers} == {401, 429}
    assert (
        stopped[0].json()["error"] == "too_many"
        and stopped[0].headers["Retry-After"] == "5"
        and stopped[0].json()["message"].startswith("Too many tries")
    )
    assert guesser.get(f"{front.url}/login").status_code == 200
    assert front.staff("manager")


def test_a_body_over_the_limit_is_refused_with_a_clear_error(front):
    admin, centre = front.staff(), front.hub.centre
    heavy = admin.put(f"{front.url}/api/v1/{centre}/playlist", data=b"x" * 300_000)
    assert (
        heavy.status_code == 413
        and heavy.json()["error"] == "bad_request"
        and heavy.json()["message"].startswith("Tệp quá lớn")
    )
    context = ssl.create_default_context(cafile=front.certificate)
    with (
        socket.create_connection(("127.0.0.1", front.tls)) as line,
        context.wrap_socket(line, server_hostname="127.0.0.1") as film,
    ):
        film.sendall(
            f"POST /api/v1/{centre}/media HTTP/1.1\r\nHost: hub.lan\r\nAccept-Language:"
            f" en\r\nContent-Length: {302 << 20}\r\n\r\n".encode()
        )
        answer = ""
        while "films up to 300 MB" not in answer and (more := film.recv(4096)):
            answer += more.decode()
    assert answer.startswith("HTTP/1.1 413") and "films up to 300 MB" in answer


def test_the_log_holds_no_secret(front):
    front.visitor().get(f"{front.url}/t/SECRET-OF-A-TICKET?more=SECRET-TOO")
    front.visitor().get(f"{front.url}/login?next=SECRET-THREE")
    front.visitor().get(f"{front.url}/ui/tokens.css")
    log = (front.folder / "log/nginx.log").read_text("utf-8")
    assert "SECRET" not in log and "GET /t/... " in log and "GET /login 200" in log


def test_media_are_kept_by_nginx_and_a_hub_that_is_gone_is_said_in_plain_words(front):
    drawn = io.BytesIO()
    Image.effect_noise((640, 400), 80).convert("RGB").save(drawn, "PNG")
    admin = front.staff()
    taken = admin.post(
        f"{front.url}/api/v1/{front.hub.centre}/media", files={"file": ("a.png", drawn.getvalue())}
    )
    assert taken.status_code == 201, taken.text
    board, picture = front.visitor(), front.url + taken.json()["media"]["src"]
    whole = board.get(picture)
    assert whole.status_code == 200 and "immutable" in whole.headers["Cache-Control"]
    part = board.get(picture, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    front.hub.kill()
    assert board.get(picture).content == whole.content
    page = board.get(f"{front.url}/board/{front.hub.centre}")
    page.encoding = "utf-8"
    assert (
        page.status_code == 502
        and "Máy chủ chưa trả lời" in page.text
        and "The hub does not answer" in page.text
        and "nginx" not in page.text
    )
    assert (
        re.search(r'http-equiv="refresh" content="5"', page.text)
        and page.headers["Cache-Control"] == "no-store"
    )
    assert board.get(f"{front.url}/hub-away.css").headers["Content-Type"] == "text/css"
    for answer in (
        board.get(f"{front.url}/api/v1/me"),
        board.post(
            f"{front.url}/api/v1/{front.hub.centre}/tickets",
            json={"request_id": press(), "field": "A"},
        ),
    ):
        assert (
            answer.status_code == 502
            and answer.json()["error"] == "storage"
            and "đang thử lại" in answer.json()["message"]
        )
    front.hub.start()
    assert board.get(f"{front.url}/login").status_code == 200
