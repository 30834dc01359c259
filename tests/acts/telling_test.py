"""After the commit: what goes wrong while the screens are told takes nothing back and is not held
against whoever pressed; what goes wrong during the commit is owned up to as not known.
"""

import json
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from server.acts import OutcomeUnknown, StorageError
from server.store import engine

TEXTS = Path(__file__).parents[2] / "ui" / "texts"


def test_an_error_while_the_screens_are_told_does_not_reach_the_clerk(hall, lan):
    number = hall.citizen()["number"]
    again = []
    hall.context.tell_again = lambda centre, facts: again.append((centre, [f.kind for f in facts]))

    def a_screen_in_trouble(centre, facts):
        raise KeyError("zone")

    hall.context.heard = a_screen_in_trouble
    answer = lan.call_next(press="call-0001")
    assert answer["ok"] and answer["ticket"]["number"] == number
    assert again == [("thu-duc", ["called"])], "and the centre is told again"
    assert lan.call_next(press="call-0001") == answer, "the same press, the same answer"
    assert hall.kinds().count("called") == 1


def lose_commits(monkeypatch, store, carried_out, times=1, before_commit=lambda: None):
    """The next commits get no answer; `carried_out` says whether the database had done them.

    Returns the list of commits lost.
    """
    dialect, lost = store.writer.dialect, []
    real = dialect.do_commit

    def do_commit(connection):
        if len(lost) >= times:
            return real(connection)
        lost.append(connection)
        real(connection) if carried_out else dialect.do_rollback(connection)
        before_commit()
        if store.sqlite:
            raise dialect.loaded_dbapi.OperationalError("disk I/O error")
        connection.driver_connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(dialect, "do_commit", do_commit)
    return lost


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_commit_without_an_answer_is_asked_for_and_done_once(hall, lan, monkeypatch, carried_out):
    """Done or not, the press is answered by what is true, and done once."""
    first, second = hall.citizens(2)
    lost = lose_commits(monkeypatch, hall.store, carried_out)
    answer = lan.call_next(press="call-0001")
    assert len(lost) == 1, "the rig must lose one"
    assert answer["ok"] and answer["ticket"]["number"] == first
    assert hall.kinds().count("called") == 1 and hall.ticket(second).state == "WAITING"
    assert lan.call_next(press="call-0001") == answer


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_database_that_stays_away_after_a_commit_is_not_known_and_the_press_is_safe(
    hall, lan, monkeypatch, carried_out
):
    first, second = hall.citizens(2)
    monkeypatch.setattr(engine, "GIVE_UP_AFTER", 0.2)
    away = {"database": False}

    def goes_away():
        away["database"] = True

    real_connect = hall.store.writer.connect

    def connect():
        if away["database"]:
            raise OperationalError("", {}, Exception("connection refused"))
        return real_connect()

    monkeypatch.setattr(hall.store.writer, "connect", connect, raising=False)
    lose_commits(monkeypatch, hall.store, carried_out, before_commit=goes_away)
    with pytest.raises(OutcomeUnknown) as unknown:
        lan.call_next(press="call-0001")
    assert unknown.value.code == "outcome_unknown"
    assert "nothing was changed" not in str(unknown.value)
    away["database"] = False
    answer = lan.call_next(press="call-0001")
    assert answer["ok"] and answer["ticket"]["number"] == first, "pressed again: done once"
    assert hall.kinds().count("called") == 1 and hall.ticket(second).state == "WAITING"


def test_a_database_that_is_away_before_the_commit_has_changed_nothing(hall, lan, monkeypatch):
    """Negative control: only a lost COMMIT is not known."""
    number = hall.citizen()["number"]
    before = hall.rows()
    monkeypatch.setattr(engine, "GIVE_UP_AFTER", 0.1)

    def refuses():
        raise OperationalError("", {}, Exception("connection refused"))

    with monkeypatch.context() as away:
        # SQLite's connection of the act before, which is kept, is away with it
        away.setattr(hall.store, "_kept", None)
        away.setattr(hall.store.writer, "connect", refuses, raising=False)
        with pytest.raises(StorageError, match="nothing was changed") as trouble:
            lan.call_next(press="call-0001")
    assert type(trouble.value) is StorageError and trouble.value.code == "storage"
    assert hall.rows() == before
    assert lan.call_next(press="call-0001")["ticket"]["number"] == number


def test_an_act_goes_on_with_the_connection_of_the_one_before_unless_that_failed(
    hall, lan, monkeypatch
):
    """PostgreSQL's come out of the pool each time: several acts of several centres run at once."""
    hall.citizens(2)
    taken = []
    event.listen(hall.store.writer, "checkout", lambda *_: taken.append(1))
    assert lan.call_next()["ok"] and len(taken) == (0 if hall.store.sqlite else 1)
    taken.clear()
    lose_commits(monkeypatch, hall.store, carried_out=False)
    assert lan.start()["ok"] and len(taken) == (1 if hall.store.sqlite else 2)


def test_an_act_without_a_request_id_is_not_tried_again(hall, monkeypatch):
    """Nobody could tell whether it was done: a change of a device is never made twice by itself."""
    done = []
    lose_commits(monkeypatch, hall.store, carried_out=True)
    with pytest.raises(OutcomeUnknown):
        hall.store.write("thu-duc", lambda tx: done.append(tx.seq))
    assert len(done) == 1


def test_a_change_beside_the_line_says_so_too(hall, monkeypatch):
    lose_commits(monkeypatch, hall.store, carried_out=True)
    with pytest.raises(OutcomeUnknown), hall.store.change() as conn:
        conn.exec_driver_sql("DELETE FROM pairing")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_only_what_changed_nothing_says_so(lang):
    texts = json.loads((TEXTS / lang / "errors.json").read_text("utf-8"))
    nothing = {"vi": "Chưa có gì thay đổi", "en": "Nothing was changed"}[lang]
    assert nothing in texts["storage"]
    assert nothing not in texts["outcome_unknown"] and nothing not in texts["internal"]
