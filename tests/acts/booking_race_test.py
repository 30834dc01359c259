"""Two hundred people want one of five places at the same moment; and programs die in between."""

import multiprocessing
import os
import signal
import threading
import time

import pytest

from domain.day import moment
from server import acts
from server.acts.bookings import slots
from server.store import booking_tables as t
from server.store.engine import open_store
from tests.acts.conftest import CENTRE, HERE
from tests.support.bookings import with_bookings

START = moment("2026-11-24", "09:00", HERE)
WANT = 200


def _book(url, now, first, count, done, pause=0.0):
    """One hub's process: so many people, ten threads, each with a press of its own."""
    store = open_store(url)
    context = acts.ActContext(store, lambda: now)

    def some(n):
        for press in range(first + n, first + count, 10):
            actor = acts.Actor(CENTRE, "citizen", "citizen")
            answer = acts.book(context, actor, f"race-{press:05d}", field="A", start=START)
            if answer["ok"]:
                acts.confirm_booking(
                    context, actor, f"sure-{press:05d}", code=answer["booking"]["code"]
                )
            time.sleep(pause)

    threads = [threading.Thread(target=some, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    store.close()


def _taken(hall):
    with hall.store.read() as conn:
        rows = conn.execute(t.booking.select().where(t.booking.c.state == "BOOKED")).all()
        places = conn.execute(t.slot_taken.select()).all()
    return len(rows), sum(row.public for row in places)


def _processes(url, now, pause=0.0):
    spawn = multiprocessing.get_context("spawn")
    half = WANT // 2
    made = []
    for n in range(2):
        done = spawn.Event()
        made.append(
            (spawn.Process(target=_book, args=(url, now, n * half, half, done, pause)), done)
        )
    for process, _ in made:
        process.start()
    return made


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_two_hundred_at_once_by_two_processes_get_five_places(
    make_hall, thu_duc_profile, database_url
):
    hall = make_hall(with_bookings(thu_duc_profile))
    for process, done in _processes(database_url, hall.clock()):
        assert done.wait(200)
        process.join(20)
    assert _taken(hall) == (5, 5)
    assert slots(hall.context, CENTRE, "A", None)
    assert not hall.faults()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_process_killed_in_between_loses_and_doubles_no_place(
    make_hall, thu_duc_profile, database_url
):
    hall = make_hall(with_bookings(thu_duc_profile))
    killed, other = _processes(database_url, hall.clock(), pause=0.02)
    deadline = time.monotonic() + 60
    while _taken(hall)[1] == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(killed[0].pid, signal.SIGKILL)
    killed[0].join(20)
    assert other[1].wait(200)
    other[0].join(20)
    # whoever held a place when its program died has let it lapse; whoever asks again gets it
    hall.clock.pass_(6)
    for press in range(10):
        actor = acts.Actor(CENTRE, "citizen", "citizen")
        again = acts.book(hall.context, actor, f"again-{press:04d}", field="A", start=START)
        if again["ok"]:
            acts.confirm_booking(
                hall.context, actor, f"surer-{press:04d}", code=again["booking"]["code"]
            )
    assert _taken(hall) == (5, 5)
    assert not hall.faults()


@pytest.mark.slow
def test_the_check_of_the_database_is_the_last_word(make_hall, thu_duc_profile):
    """Negative control: a program that does not look first is refused by the database itself."""
    hall = make_hall(with_bookings(thu_duc_profile))
    actor = acts.Actor(CENTRE, "citizen", "citizen")
    for press in range(5):
        assert acts.book(hall.context, actor, f"full-{press:05d}", field="A", start=START)["ok"]

    def careless(tx):
        tx.conn.execute(t.slot_taken.update().values(public=t.slot_taken.c.public + 1))

    with pytest.raises(acts.act.Conflict, match=r"(?i)ck_slot_taken_places|CHECK"):
        hall.store.write(CENTRE, careless)
    assert _taken(hall)[1] == 5
