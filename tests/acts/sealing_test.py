"""Whoever changes what may only grow is found out: by the row, and by the head on paper."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Integer, select, text

from server.acts import close_day, issue
from server.acts.act import Actor
from server.acts.retention import erase_old_log_ins
from server.acts.sealing import Sealer
from server.store import access_log, chain, erasures
from server.store.outside_tables import delivery

CENTRE, DAY = "thu-duc", 86_400_000


@pytest.fixture
def database_kind():
    """The rule is one; what differs on PostgreSQL has its own test."""
    return "sqlite"


@pytest.fixture
def hall(make_hall):
    """A hall where something happened, all of it sealed."""
    hall = make_hall()
    lan = hall.clerk("lan", 5)
    for _ in range(3):
        hall.citizen("A")
    lan.call_next()
    lan.note(text="0903 111 222")
    lan.finish(outcome="received")
    with hall.store.change() as conn:
        for n in range(3):
            log_in(conn, hall.clock() + n)
            erasures.add(conn, centre=CENTRE, at=1, what="contact:ticket", n=n, why="due", by="hub")
        conn.execute(
            text(
                "INSERT INTO base_document (version, at, document, actor, reason, digest)"
                " VALUES (1, 5, '{}', 'staff:x', 'first', 'abc')"
            )
        )
    sealed(hall)
    for table in ("journal", "access_log"):  # what a stranger with the file would do first
        with hall.store.change() as conn:
            names = conn.execute(
                text(f"SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='{table}'")
            ).scalars()
            for name in names.all():
                conn.execute(text(f"DROP TRIGGER {name}"))
    return hall


def log_in(conn, at):
    access_log.add(
        conn,
        at=at,
        centre=CENTRE,
        kind="logged_in",
        who="staff:lan",
        address="10.0.0.x",
        what=None,
        times=1,
    )


def sealed(hall):
    Sealer(hall.context, lambda: None).round()


def test_a_centre_that_lives_in_another_process_is_sealed_there(hall):
    with hall.store.change() as conn:
        log_in(conn, hall.clock())
    sealer, here = Sealer(hall.context, lambda: None), chain.STREAMS

    def unsealed():
        with hall.store.read() as conn:
            return [stream.name for stream in here if chain.unsealed(conn, stream, CENTRE)]

    waiting = unsealed()
    sealer.round(lambda code: False)
    assert unsealed() == waiting != []
    sealer.round(lambda code: True)
    assert unsealed() == []


def problems(hall):
    with hall.store.read() as conn:
        return chain.verify(conn, CENTRE)


def after(hall, *statements):
    """What `verify` says once somebody has changed the tables, and puts them back."""
    with hall.store.writer.connect() as conn:
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        for statement in statements:
            assert conn.execute(text(statement)).rowcount, statement
        sentences = chain.verify(conn, CENTRE)
        conn.exec_driver_sql("ROLLBACK")
    return sentences


@given(
    st.lists(
        st.none()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(exclude_categories=["Cs"]))
    )
)
def test_a_row_is_hashed_as_rfc_8785_writes_it(values):
    assert chain.canonical(values) == rfc8785.dumps(values)


def test_what_nobody_touched_is_whole_with_a_note_that_was_erased(hall):
    assert problems(hall) == []


@pytest.mark.parametrize("stream", chain.STREAMS, ids=lambda stream: stream.name)
def test_one_changed_letter_in_any_column_is_named_by_its_row(hall, stream):
    with hall.store.read() as conn:
        rows = conn.execute(stream.rows(CENTRE, -1)).all()
    key = rows[len(rows) // 2][0]
    touched = f"{stream.name}: row {key} was touched"
    for name in stream.columns:
        column = stream.table.c[name]
        if name == stream.key:
            continue  # moved away: below
        new = f"{name}+1" if isinstance(column.type, Integer) else f"coalesce({name}, '') || 'x'"
        if name == "centre" and stream.of_centre:
            sentences = after(
                hall,
                f"UPDATE {stream.table.name} SET centre = 'elsewhere' WHERE {stream.key} = {key}",
            )
            assert sentences[0].startswith(f"{stream.name}: "), name
            continue
        sentences = after(
            hall, f"UPDATE {stream.table.name} SET {name} = {new} WHERE {stream.key} = {key}"
        )
        assert sentences == [touched], (name, sentences)


def test_a_row_that_is_gone_and_one_that_was_put_in_are_named(hall):
    assert after(hall, "DELETE FROM journal WHERE seq = 4") == ["journal: row 4 is gone"]
    assert after(hall, "UPDATE journal SET seq = 0 WHERE seq = 4") != []
    assert after(hall, "DELETE FROM access_log WHERE id = 2")[0].startswith("access_log: row")


def test_the_seals_themselves_are_held_too(hall):
    assert after(hall, "UPDATE seal SET head = zeroblob(32) WHERE stream = 'journal'")
    assert after(hall, "UPDATE seal SET digests = zeroblob(32) WHERE stream = 'journal'")
    hall.citizen("A")
    sealed(hall)
    assert problems(hall) == []
    first = "(SELECT min(last) FROM seal WHERE stream = 'journal')"
    sentences = after(hall, f"DELETE FROM seal WHERE stream = 'journal' AND last = {first}")
    assert sentences and "is gone" in sentences[0]


def test_a_cut_tail_is_found_by_the_head_on_paper(hall):
    with hall.store.read() as conn:
        paper = chain.head_of(conn, CENTRE)
        assert chain.compare(conn, CENTRE, paper) == []
        assert chain.compare(conn, CENTRE, paper.replace(" ", "")[:0] + paper.upper()) == []
    hall.citizen("A")
    sealed(hall)
    with hall.store.read() as conn:
        assert chain.compare(conn, CENTRE, paper) == [], "later rows change nothing before them"
        later = chain.head_of(conn, CENTRE)
    with hall.store.writer.connect() as conn:
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        last = "(SELECT max(last) FROM seal WHERE stream = 'journal')"
        before = f"(SELECT max(last) FROM seal WHERE stream = 'journal' AND last < {last})"
        conn.execute(text(f"DELETE FROM journal WHERE seq > {before}"))
        conn.execute(text(f"DELETE FROM seal WHERE stream = 'journal' AND last = {last}"))
        assert chain.verify(conn, CENTRE) == [], "nothing that is left contradicts"
        (sentences,) = chain.compare(conn, CENTRE, later)
        assert "the tail is cut" in sentences
        conn.exec_driver_sql("ROLLBACK")


def test_seals_made_anew_over_changed_rows_differ_from_the_paper(hall):
    with hall.store.read() as conn:
        paper = chain.head_of(conn, CENTRE)
    with hall.store.change() as conn:
        conn.execute(text("UPDATE journal SET actor = 'nobody' WHERE seq = 3"))
        conn.execute(text("DELETE FROM seal"))
    sealed(hall)
    assert problems(hall) == []
    with hall.store.read() as conn:
        assert chain.compare(conn, CENTRE, paper) == [
            f"the heads up to {paper.split(' ')[0]} are not those on the paper"
        ]


@pytest.mark.parametrize("typed", ["", "812", "1.2.3.4.5 abc", "1.2 " + "0" * 32])
def test_what_is_no_head_is_said(hall, typed):
    with hall.store.read() as conn, pytest.raises(chain.BadHead, match="as on the paper"):
        chain.compare(conn, CENTRE, typed)


def test_rows_whose_time_is_over_go_without_breaking_the_chain(hall):
    hall.clock.pass_(60 * 24 * 800)
    with hall.store.change() as conn:
        log_in(conn, hall.clock())
    sealed(hall)
    assert erase_old_log_ins(hall.context) == 3
    sealed(hall)
    assert problems(hall) == []
    assert after(hall, "DELETE FROM erasure WHERE what = 'access_log'"), "else nobody erased them"


def test_the_head_of_a_day_is_kept_once_it_is_closed(hall):
    with hall.store.read() as conn:
        assert chain.day_heads(conn, CENTRE) == []
    answer = close_day(hall.context, Actor(CENTRE, "staff:mai", "manager"), "close")
    assert answer["ok"]
    sealed(hall), sealed(hall)
    with hall.store.read() as conn:
        (row,) = chain.day_heads(conn, CENTRE)
        assert row["day"] == "2026-11-23"
        assert row["head"].startswith(f"{answer['seq']}.")
        assert chain.compare(conn, CENTRE, row["head"]) == []


def test_whom_the_centre_names_is_mailed_each_head_once(make_hall, thu_duc_profile):
    mail = {"privacy": {"seal_mail": "luu-tru@example.org"}}
    hall = make_hall({**thu_duc_profile, **mail})
    manager = Actor(CENTRE, "staff:mai", "manager")
    hall.citizen("A")
    assert close_day(hall.context, manager, "close-mailed")["ok"]
    sealed(hall), sealed(hall)
    with hall.store.read() as conn:
        (head,) = chain.day_heads(conn, CENTRE)
        (row,) = conn.execute(select(delivery)).all()
    assert (row.kind, row.channel, row.state, row.subject) == (
        *("day_sealed", "email", "waiting"),
        head["day"],
    )
    assert json.loads(row.data)["head"] == head["head"]
    assert "luu-tru" not in str(tuple(row)), "its address is in the document alone"


def test_an_act_keeps_where_it_came_from_and_nothing_of_citizens(hall):
    staff = Actor(CENTRE, "staff:mai", "manager", staff="mai", address="10.20.4.17")
    assert issue(hall.context, staff, "from-a-desk", field="A")["ok"]
    assert Actor(CENTRE, "citizen", "citizen", address="113.22.1.9").place is None
    with hall.store.read() as conn:
        places = conn.execute(text("SELECT address FROM journal ORDER BY seq DESC")).scalars().all()
    assert places[0] == "10.20.4.x" and places[-1] is None
