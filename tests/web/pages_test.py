"""The pages of the staff, as a browser asks for them: language, addresses, what may frame what, and
that a log-in sends nobody elsewhere.
"""

from types import SimpleNamespace

import pytest
from flask import Flask, abort, request

from server.web.guard import guard
from server.web.pages import pages
from tests.web.console_stage import CENTRE, PASSWORDS_ONLY


@pytest.fixture
def hub():
    """A hub that knows one centre and serves the pages only."""
    app = Flask("pages-only")
    app.luot = app.extensions["luot"] = SimpleNamespace(
        centres=lambda: [CENTRE],
        demo=False,
        settings=SimpleNamespace(kiosk_url="http://127.0.0.1:8101"),
        **PASSWORDS_ONLY,
    )
    app.register_blueprint(pages)
    return app


@pytest.fixture
def guarded(hub):
    """The pages with what answers for everything that goes wrong."""
    hub.config["MAX_CONTENT_LENGTH"] = 1000
    hub.add_url_rule("/broken", "broken", lambda: 1 / 0)
    hub.add_url_rule("/forbidden", "forbidden", lambda: abort(403))
    hub.add_url_rule("/big", "big", lambda: request.get_data().decode(), methods=["POST"])
    guard(hub)
    return hub


def get(hub, path, **cookies):
    asker = hub.test_client()
    for name, value in cookies.items():
        asker.set_cookie(name, value)
    return asker.get(path)


def test_the_front_page_lists_the_pages_and_in_a_demo_shows_the_hall(hub):
    assert f"/console/{CENTRE.code}" in get(hub, "/").text
    hub.luot.demo = True
    assert get(hub, "/").location == f"/hall/{CENTRE.code}"


def test_vietnamese_first_and_a_chosen_language_is_remembered(hub):
    assert "<h1>Đăng nhập</h1>" in get(hub, "/login").text
    chosen = get(hub, "/login?lang=en")
    assert "<h1>Log in</h1>" in chosen.text
    assert "luot_lang=en" in chosen.headers["Set-Cookie"]
    assert "<h1>Log in</h1>" in get(hub, "/login", luot_lang="en").text
    assert "<h1>Đăng nhập</h1>" in get(hub, "/login?lang=xx", luot_lang="../../etc").text


def test_the_other_language_is_the_same_page_whatever_its_query_is_called(hub):
    asked = get(hub, f"/hall/{CENTRE.code}?centre=x&endpoint=y&_scheme=javascript&lang=vi")
    other = f"/hall/{CENTRE.code}?centre=x&amp;endpoint=y&amp;_scheme=javascript&amp;lang=en"
    assert asked.status_code == 200 and f'href="{other}"' in asked.text


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("/console/thu-duc/5", "/console/thu-duc/5"),
        ("//evil.example", ""),
        ("https://evil.example/", ""),
        ("/\\evil.example", ""),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
    ],
)
def test_a_log_in_sends_nobody_elsewhere(hub, wanted, kept):
    asked = hub.test_client().get("/login", query_string={"next": wanted})
    assert f'data-next="{kept}"' in asked.text


def test_unknown_centres_and_counters_are_not_pages(hub):
    assert get(hub, f"/console/{CENTRE.code}/5").status_code == 200
    assert get(hub, f"/console/{CENTRE.code}/HD1").status_code == 200
    for path in (
        "/console/nowhere",
        f"/console/{CENTRE.code}/99",
        "/hall/nowhere",
        "/console/nowhere/1",
    ):
        assert get(hub, path).status_code == 404


def test_pages_of_the_staff_are_kept_by_nobody(hub):
    assert get(hub, f"/console/{CENTRE.code}/5").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "kiosk",
    [
        "http://127.0.0.1:8201/",
        "javascript:alert(1)",
        "http://x; script-src *",
        "http://a b/",
        '"><script>',
        "https://evil.example/",
        "http://8.8.8.8/",
        "http://[",
    ],
)
def test_the_hall_frames_the_kiosk_it_was_told_and_nothing_else(hub, kiosk):
    asked = hub.test_client().get(f"/hall/{CENTRE.code}", query_string={"kiosk": kiosk})
    right = (
        "http://127.0.0.1:8201" if kiosk == "http://127.0.0.1:8201/" else "http://127.0.0.1:8101"
    )
    assert f"frame-src 'self' {right};" in asked.headers["Content-Security-Policy"]
    assert (
        "<script>" not in asked.text
        and 'src="javascript' not in asked.text
        and 'href="javascript' not in asked.text
    )


def test_no_page_carries_inline_style_or_script(hub):
    for path in (
        "/",
        "/login",
        f"/console/{CENTRE.code}",
        f"/console/{CENTRE.code}/5",
        f"/hall/{CENTRE.code}",
        f"/greeter/{CENTRE.code}",
    ):
        text = get(hub, path).text
        assert (
            "style=" not in text
            and "<style" not in text
            and "<script>" not in text
            and " onclick" not in text
        )


@pytest.mark.parametrize(
    ("method", "path", "status", "vi", "en"),
    [
        ("GET", "/no/such/page", 404, "Không có trang này", "No such page"),
        ("GET", "/console/nowhere", 404, "Không có trang này", "No such page"),
        ("POST", "/login", 405, "Không làm được ở đây", "Not possible here"),
        ("POST", "/big", 413, "Nội dung quá dài", "Too much was sent"),
        ("GET", "/forbidden", 403, "Không được phép", "Not allowed"),
        ("GET", "/broken", 500, "Máy chủ có lỗi", "The hub has a fault"),
    ],
)
def test_what_is_refused_is_a_page_for_people_and_json_for_programs(
    guarded, method, path, status, vi, en
):
    asker, body = guarded.test_client(), {"data": b"x" * 2000} if path == "/big" else {}
    seen = asker.open(path, method=method, headers={"Accept": "text/html,*/*;q=0.8"}, **body)
    assert (seen.status_code, seen.mimetype) == (status, "text/html")
    assert f"<h1>{vi}</h1>" in seen.text and 'lang="vi"' in seen.text and 'href="/"' in seen.text
    asker.set_cookie("luot_lang", "en")
    seen = asker.open(path, method=method, headers={"Accept": "text/html"}, **body)
    assert f"<h1>{en}</h1>" in seen.text and "Traceback" not in seen.text
    for headers in ({"Accept": "application/json"}, {}):
        answer = asker.open(path, method=method, headers=headers, **body)
        assert (
            answer.status_code == status
            and answer.get_json()["ok"] is False
            and answer.json["error"]
        )
    if status == 405:
        assert "GET" in answer.headers["Allow"]


def test_an_unknown_address_of_the_api_is_json_whatever_is_asked_for(guarded):
    answer = guarded.test_client().get("/api/v1/nowhere", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.get_json()["error"]) == (404, "bad_request")
