"""A line of the log can be followed from nginx through the hub to the press it is about."""

import json
import logging

import pytest

from server import log_fields
from server.acts import Actor, issue
from server.serving.log_lines import JsonLines
from tests.support.centres import profile_of, put_in_force
from tests.support.hub_in_process import hub_in_process

KIOSK = Actor("thu-duc", "device:kiosk-1", "kiosk", device="kiosk-1")


class Lines(logging.Handler):
    """Keeps lines as the log would write them."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines = []

    def emit(self, record):
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def lines():
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


def test_a_line_is_one_object_with_its_request_and_its_press(lines):
    with log_fields.of_request("nginx-0001"), log_fields.of_press("press-1"):
        try:
            raise ValueError("số 5")
        except ValueError:
            logging.getLogger("luot.sockets").exception("%s failed", "call_next")
    logging.getLogger("luot.sockets").warning("outside")
    first, second = lines
    assert (first["level"], first["logger"], first["message"]) == (
        "ERROR",
        "luot.sockets",
        "call_next failed",
    )
    assert (first["request"], first["press"]) == ("nginx-0001", "press-1")
    assert "ValueError: số 5" in first["exc_info"] and first["at"].endswith("+00:00")
    assert "request" not in second and "press" not in second


@pytest.mark.parametrize("trusted", [0, 1])
def test_nginxs_id_is_in_the_answer_and_in_the_lines_of_that_request(tmp_path, lines, trusted):
    with hub_in_process(tmp_path, hours="always", trusted_proxies=trusted) as app:
        luot = app.extensions["luot"]
        put_in_force(luot.store, luot.context.clock(), profile_of(), "load")

        def fails(*_):
            raise RuntimeError("the screens are away")

        luot.context.heard = fails
        app.view_functions["health.alive"] = lambda: issue(
            luot.context, KIOSK, "press-7", field="A"
        )
        answer = app.test_client().get("/healthz", headers={"X-Request-ID": "nginx-0002"})
        assert answer.json["ok"]
        unusable = app.test_client().get("/metrics", headers={"X-Request-ID": "two words\tmore"})
    written = [line for line in lines if "were not told" in line["message"]]
    assert [line["press"] for line in written] == ["press-7"]
    assert written[0]["request"] == answer.headers["X-Request-ID"]
    assert (answer.headers["X-Request-ID"] == "nginx-0002") == bool(trusted)
    assert len(unusable.headers["X-Request-ID"]) == 32
