"""Somebody types a command wrongly: one line that says the mend, nothing done, and nobody in the
hall waits for them.
"""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from server import acts
from server.__main__ import luot
from server.clock import now_ms
from server.store import lines, people
from server.store.engine import open_store

ROOT = Path(__file__).parents[1]
WARD = "ward-sample"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("commands")
    assert types(folder, f"load {ROOT / 'centres/ward.yaml'}").exit_code == 0
    return folder


def types(data, words, **more):
    return CliRunner().invoke(
        luot,
        [*shlex.split(words), *(["--data", str(data)] if "--help" not in words else [])],
        **more,
    )


@pytest.mark.parametrize(
    "words,mend",
    [
        ("fly", "`luot --help` says how"),
        ("load", "Missing argument 'FILE'; `luot load --help`"),
        ("token --role king", "is not one of 'kiosk', 'board'"),
        ("device new", "Choose from: kiosk, board, sign, led, pad"),
        ("token --role kiosk --centre nowhere", "loaded: ward-sample"),
        ("user 'bao ' --role clerk", "no name to log in by"),
        ("report waits --by moon", "is not one of 'field'"),
        # a token for a place that is not there would fail in the hall, far from here
        ("token --role counter --counter 99", "the counters are: 1, 2"),
        ("token --role board --zone XX", "the zones are: HD, K1"),
        ("token --role kiosk --counter 3", "leave the other out"),
        ("voice use vi 9", "there is no version 9; those that are there: none"),
    ],
)
def test_a_wrong_command_is_told_in_one_line(data, words, mend):
    done = types(data, words)
    assert done.exit_code in (1, 2)
    assert (
        done.output.startswith("luot: ") and done.output.count("\n") == 1 and mend in done.output
    ), done.output
    assert types(data, "token --list").stdout == ""


def test_help_and_a_right_command_are_no_errors(data):
    assert types(data, "voice --help").exit_code == types(data, "user").exit_code == 0
    assert "Commands:" in CliRunner().invoke(luot, []).output


def test_the_hall_goes_on_while_somebody_thinks_of_a_password(data, monkeypatch):
    """The store is free while the password is typed: what others write meanwhile goes through."""

    def typed(*_):
        store = open_store(data)
        with store.change() as conn:
            people.end_old_sessions(conn, 0, 0)
        store.close()
        return "hoa-sen-trang"

    monkeypatch.setattr("server.commands.people._password", typed)
    done = types(data, "user lan --role clerk --password-stdin")
    assert done.exit_code == 0, done.stderr
    assert "lan\tclerk" in types(data, "user").stdout


def test_locking_somebody_out_closes_the_counters_they_sit_at(data):
    """Whoever was sent there would wait for a chair nobody sits on."""
    added = types(data, "user ghost --role clerk --password-stdin", input="a long walk in rain 7\n")
    assert added.exit_code == 0, added.output
    store = open_store(data)
    with store.read() as conn:
        ghost = people.staff_named(conn, WARD, "ghost").id
    assert types(data, "open-day").exit_code == 0
    actor = acts.Actor(WARD, ghost, "clerk", staff=ghost)
    context = acts.ActContext(store, now_ms)
    numbers = list(context.centre(WARD).counters)[:2]
    for number in numbers:
        opened = acts.open_counter(
            context, actor, f"open-{number:0>4}", counter=number, leave=False
        )
        assert opened["ok"], opened
    out = types(data, "user ghost --disable")
    assert out.exit_code == 0 and all(f"counter {n}: closed" in out.output for n in numbers)
    with store.read() as conn:
        states = lines.counter_states(conn, WARD)
    assert {states[n].state for n in numbers} == {"closed"}
    store.close()


def test_without_numba_the_forecaster_says_that_the_rule_tells(data, monkeypatch):
    monkeypatch.setattr("server.forecast.compiled.find_spec", lambda name: None)
    done = types(data, "forecaster")
    assert done.exit_code == 3
    assert "needs the package numba" in done.output and "the hub goes on" in done.output
