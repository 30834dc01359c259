"""News that never arrives must not leave a wrong screen."""

import subprocess
import sys
from pathlib import Path

import pytest

from server.acts import ActContext, Actor
from server.acts import issue as give
from server.store.engine import open_store
from server.store.migrate import migrate

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.browser
def test_a_board_behind_a_cut_cable_is_right_again_without_a_reload(hub, cuttable, browser):
    page = browser.new_page()
    page.goto(f"{cuttable.url}/board/{hub.centre}?zone=K1#token={hub.tokens['board']}")
    clerk, citizen = hub.clerk(2), hub.citizen()
    clerk.opens()
    numbers = [citizen.takes_number("A")["number"] for _ in range(3)]
    clerk.calls_next()
    page.get_by_text(numbers[0]).first.wait_for(timeout=20_000)
    cuttable.cut()
    for _ in numbers[1:]:
        clerk.starts()
        clerk.calls_next()
    cuttable.mend()
    page.get_by_text(numbers[2]).first.wait_for(timeout=20_000)
    page.close()


def test_a_stalled_line_catches_up(hub, cuttable):
    board = hub.board(cuttable.url)
    board.waits_until(lambda s: s.snapshot)
    cuttable.stall()
    number = hub.citizen().takes_number("A")["number"]
    clerk = hub.clerk(2)
    clerk.opens()
    clerk.calls_next()
    cuttable.flow()
    board.waits_until(lambda s: any(c["number"] == number for c in s.snapshot["counters"]))


def test_what_the_command_line_does_reaches_the_screens(hub):
    board = hub.board()
    number = hub.citizen().takes_number("B")["number"]
    board.waits_until(
        lambda s: (
            s.snapshot
            and any(f["field"] == "B" and f["waiting"] == 1 for f in s.snapshot["fields"])
        )
    )
    done = subprocess.run(
        [sys.executable, "-m", "server", "close-day", "--data", str(hub.folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0 and "1 open tickets expired" in done.stdout, done.stderr
    board.waits_until(
        lambda s: (
            s.snapshot["day"]["state"] == "closed"
            and all(f["waiting"] == 0 for f in s.snapshot["fields"])
        )
    )
    assert number.startswith("B")
    refused = hub.citizen().post("/tickets", request_id="after-the-close", field="B")
    assert (refused.status, refused["error"]) == (409, "day_closed")


def test_nobody_is_told_of_an_act_that_was_not_committed(tmp_path):
    from tests.support.centres import profile_of, put_in_force

    store = open_store(tmp_path)
    migrate(store)
    put_in_force(store, 1, profile_of("thu_duc"), "load-once")
    heard = []
    context = ActContext(
        store, lambda: 1_795_434_043_801, "always", heard=lambda centre, facts: heard.append(facts)
    )
    actor = Actor("thu-duc", "device:kiosk", "kiosk")
    with store.change() as conn:
        conn.exec_driver_sql(
            "CREATE TRIGGER no_more BEFORE INSERT ON request BEGIN SELECT RAISE(ABORT, 'no"
            " more'); END"
        )
    assert not give(context, actor, "pressed-once", field="A")["ok"]
    assert heard == []
    with store.change() as conn:
        conn.exec_driver_sql("DROP TRIGGER no_more")
    assert give(context, actor, "pressed-twice", field="A")["ticket"]["number"] == "A001"
    assert len(heard) == 1
    store.close()
