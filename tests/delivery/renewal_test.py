"""Access tokens that pass and refresh tokens that are good once: nothing is lost when a process dies,
two do not ask at once, and a refusal is told while messages still go.
"""

import json
import os
import signal
import threading
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest

from server.acts import show
from server.acts.outside import sent_lately
from server.centre import read_stored
from server.delivery.http import Outside
from server.delivery.renewal import NoToken, Renewals
from server.delivery.tokens import TokenFile
from server.outside_keys import KeyTrouble, OutsideKeys
from tests.acts.conftest import CENTRE
from tests.support.centres import profile_of

HOUR_MS = 3_600_000
LASTS_H = 25


class Rotation:
    """A provider as Zalo is: each refresh token is taken once, and only the newest access token;
    `down`: what the renewal answers instead.
    """

    def __init__(self):
        self.refresh, self.access, self.asked, self.down = "refresh-0", "access-0", 0, None

    def __call__(self, path, headers, body):
        if path != "/oauth":
            good = headers["access_token"] == self.access
            return 200, {}, json.dumps({"error": 0 if good else -216})
        self.asked += 1
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if self.down:
            return self.down
        if form["refresh_token"] != self.refresh or headers["secret_key"] != "app-secret":
            return 200, {}, '{"error": -14014, "error_name": "Invalid refresh token"}'
        self.refresh, self.access = f"refresh-{self.asked}", f"access-{self.asked}"
        answer = {
            "access_token": self.access,
            "refresh_token": self.refresh,
            "expires_in": str(LASTS_H * 3600),
        }
        return 200, {}, json.dumps(answer)


def provider(twin):
    """The lines of a Zalo official account at a twin."""
    return {
        "code": "zalo",
        "kind": "zalo",
        "url": f"{twin.url}/message",
        "headers": [{"name": "access_token", "value": "{token}"}],
        "body": '{"to": "{phone}", "text": "{text}"}',
        "secret": True,
        "result": "error",
        "good": ["0"],
        "renewal": {
            "url": f"{twin.url}/oauth",
            "headers": [{"name": "secret_key", "value": "{secret}"}],
            "body": "app_id=1&grant_type=refresh_token&refresh_token={refresh}",
            "expired": ["-216"],
        },
    }


@pytest.fixture
def zalo(make_house, twin):
    """A house that writes by an account whose tokens rotate, and somebody to write to."""
    rotation = Rotation()
    server = twin(rotation)
    house = make_house(messages=[provider(server)])
    house.keys.put(f"{CENTRE}:zalo", "app-secret", house.clock())
    file = TokenFile(house.settings.data, CENTRE, "zalo")
    file.put("refresh-0")
    house.contact("zalo", "0912 345 678")

    def writes():
        house.says()
        house.round()
        return house.rows()[-1][1:3]

    def later(hours):
        house.clock.pass_(hours * 60)
        house.start()
        house.round()
        # what the look after the tokens began is ended by the next one
        house.deliverer.finish()
        house.start()
        house.round()

    return SimpleNamespace(
        house=house, rotation=rotation, server=server, file=file, writes=writes, later=later
    )


def alerts(house):
    """What managers are told of providers."""
    shown = show.manager(show.CentreReading(house.hall.context, CENTRE))
    return [row["params"] for row in shown["alerts"] if row["code"] == "provider_off"]


def test_the_token_is_renewed_ahead_of_its_time_also_while_nothing_is_sent(zalo):
    assert zalo.writes() == ("sent", "")
    assert json.loads(zalo.server.requests[-1][3])["to"] == "84912345678"
    assert zalo.rotation.asked == 1
    zalo.later(19)
    assert zalo.rotation.asked == 1
    zalo.later(2)
    assert zalo.rotation.asked == 2 and zalo.file.read().access == "access-2"
    assert zalo.writes() == ("sent", "")


def test_a_token_the_provider_takes_no_more_is_renewed_and_the_message_sent_once(zalo):
    assert zalo.writes() == ("sent", "")
    zalo.rotation.access = "another"
    assert zalo.writes() == ("sent", "")
    assert [path for _, path, _, _ in zalo.server.requests][-3:] == [
        "/message",
        "/oauth",
        "/message",
    ]


def test_a_refused_refresh_is_told_while_messages_still_go_and_ends_with_a_new_token(zalo):
    assert zalo.writes() == ("sent", "")
    zalo.rotation.refresh = "somebody-elses"
    zalo.later(21)
    assert alerts(zalo.house) == [{"provider": "zalo"}]
    assert list(sent_lately(zalo.house.hall.context, CENTRE).unrenewed) == ["zalo"]
    assert zalo.writes() == ("sent", ""), "by the access token that is still good"
    asked = zalo.rotation.asked
    zalo.later(5)
    assert zalo.writes() == ("waiting", "token_refused")
    assert zalo.rotation.asked == asked, "a token that was refused is not asked with again"
    zalo.file.put("somebody-elses")
    zalo.later(0.1)
    assert alerts(zalo.house) == []
    assert zalo.house.rows()[-1][1] == "sent" and zalo.writes() == ("sent", "")


def test_a_renewal_that_cannot_be_had_now_is_tried_again_and_nobody_is_alarmed(zalo):
    assert zalo.writes() == ("sent", "")
    zalo.rotation.down = (503, {}, "")
    zalo.later(21)
    assert alerts(zalo.house) == [] and zalo.writes() == ("sent", "")
    zalo.rotation.down = None
    zalo.later(0.1)
    assert zalo.file.read().access == zalo.rotation.access != "access-1"


def test_the_tokens_are_for_the_houses_own_user_and_in_no_row(zalo, caplog):
    zalo.writes()
    folder = zalo.house.keys.folder / "tokens"
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert "access-" not in caplog.text and "access-" not in str(zalo.house.rows())


@pytest.fixture
def rotating(twin, tmp_path):
    """A twin, its provider, and `renewals()`: those of another process on the same folder."""
    rotation = Rotation()
    server = twin(rotation)
    keys = OutsideKeys(tmp_path)
    keys.put(f"{CENTRE}:zalo", "app-secret", 0)
    file = TokenFile(tmp_path, CENTRE, "zalo")
    file.put("refresh-0")
    document, _ = read_stored(
        {**profile_of("thu_duc"), "delivery": {"messages": [provider(server)]}}
    )
    row = document.delivery.messages[0]

    def renewals():
        return Renewals(Outside(["127.0.0.0/8"]), OutsideKeys(tmp_path))

    return SimpleNamespace(rotation=rotation, server=server, file=file, row=row, renewals=renewals)


def test_two_processes_renew_once(rotating):
    tokens, threads = [], []
    for _ in range(6):
        renewals = rotating.renewals()
        ask = threading.Thread(
            target=lambda of=renewals: tokens.append(of.access(CENTRE, rotating.row, HOUR_MS))
        )
        threads.append(ask)
        ask.start()
    for thread in threads:
        thread.join(20)
    assert tokens == ["access-1"] * 6 and rotating.rotation.asked == 1


def dies(rotating, moment):
    """A process that renews and is killed at a moment of it."""
    child = os.fork()
    if child == 0:
        renewals = rotating.renewals()
        ask, write = renewals._ask, TokenFile.write

        def killed(*_):
            os.kill(os.getpid(), signal.SIGKILL)

        def asks(*about):
            if moment == "before it asked":
                killed()
            answer = ask(*about)
            if moment == "before it wrote":
                killed()
            return answer

        def writes(file, tokens):
            write(file, tokens)
            if tokens.access:
                killed()

        renewals._ask, TokenFile.write = asks, writes
        try:
            renewals.access(CENTRE, rotating.row, HOUR_MS)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("moment", ["before it asked", "after it wrote"])
def test_a_process_killed_in_the_midst_loses_no_token(rotating, moment):
    dies(rotating, moment)
    after = rotating.renewals().access(CENTRE, rotating.row, HOUR_MS)
    assert after == rotating.rotation.access == "access-1" and rotating.rotation.asked == 1


def test_an_answer_lost_with_its_process_is_told_as_what_it_is(rotating):
    """The provider has changed the token and nobody knows the next: only a person can mend it."""
    dies(rotating, "before it wrote")
    with pytest.raises(NoToken, match="token_refused"):
        rotating.renewals().access(CENTRE, rotating.row, HOUR_MS)
    assert rotating.renewals().trouble(CENTRE, rotating.row) == ("spent", HOUR_MS)


def test_before_a_first_token_the_error_says_the_command(rotating, tmp_path):
    with pytest.raises(KeyTrouble, match="delivery-secret other --refresh-token"):
        TokenFile(tmp_path, CENTRE, "other").read()
