"""Who asks is answered in their language: over HTTP by `lang` or Accept-Language, over a socket by
what it said when it came or for whom it asks, else in the default one.
"""

import pytest


@pytest.fixture
def ask(shared_hub):
    """ask(headers, query) → the sentence about a ticket that is not there."""

    def ask(headers=(), query=""):
        client = shared_hub.http_client(shared_hub.tokens["kiosk"])
        answer = client.http.get(
            f"{client.api}/tickets/A999{query}", headers=dict(headers), timeout=20
        )
        return answer.json()["message"]

    return ask


@pytest.mark.parametrize(
    ("headers", "query", "lang"),
    [
        ({}, "", "vi"),
        ({"Accept-Language": "en-GB,vi;q=0.5"}, "", "en"),
        ({"Accept-Language": "vi;q=0.5,en;q=0.9"}, "", "en"),
        ({"Accept-Language": "tlh;q=0.9"}, "", "vi"),
        ({"Accept-Language": "vi"}, "?lang=en", "en"),
    ],
)
def test_a_request_is_answered_in_the_language_it_asks_for(ask, headers, query, lang):
    english = ask({"Accept-Language": "en"})
    vietnamese = ask({"Accept-Language": "vi"})
    assert english != vietnamese and "A999" in english
    assert ask(headers, query) == {"vi": vietnamese, "en": english}[lang]


@pytest.mark.parametrize(("lang", "word"), [({}, "Quầy"), ({"lang": "en"}, "Counter")])
def test_a_socket_is_answered_in_the_language_it_said_when_it_came(shared_hub, lang, word):
    screen = shared_hub.screen("counter", counter=6, **lang)
    screen.waits_until(lambda s: s.snapshot)
    answer = screen.says("call_next")
    assert answer["error"] == "counter_closed" and word in answer["message"], answer


def test_a_kiosk_asks_for_its_visitor_in_the_visitors_language(shared_hub):
    screen = shared_hub.screen("kiosk")
    screen.waits_until(lambda s: s.snapshot)
    answers = {lang: screen.says("issue", field="Q", lang=lang) for lang in ("vi", "en")}
    assert {answer["error"] for answer in answers.values()} == {"unknown_field"}
    assert answers["vi"]["message"].startswith("Không có lĩnh vực")
    assert answers["en"]["message"].startswith("This centre has no field")
