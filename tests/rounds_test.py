"""What a process does by itself is done in the centres that live in it, or once for the house."""

from types import SimpleNamespace

import pytest

from server import rounds
from server.owners import HOUSE

HERE, THERE = "phuong-1", "phuong-2"
CONTEXT = SimpleNamespace(seqs=lambda: {HERE: 1, THERE: 1})


def is_mine(code):
    return code == HERE


def test_jobs_are_done_where_a_centre_lives(monkeypatch):
    done = []
    monkeypatch.setattr(rounds, "run_periodic_jobs", lambda context, code: done.append(code))
    assert rounds.do_jobs(CONTEXT, lambda: None, is_mine) == []
    assert done == [HERE]


def test_a_doubt_of_the_clock_is_told_everywhere_and_noted_where_a_centre_lives(monkeypatch):
    told_centres, noted = [], []
    monkeypatch.setattr(rounds, "note_doubt", lambda context, code: noted.append(code))
    clock = SimpleNamespace(keep=lambda: True)
    assert rounds.keep_clock(clock, CONTEXT, told_centres.append, is_mine) == []
    assert (told_centres, noted) == ([HERE, THERE], [HERE])


@pytest.mark.parametrize("house", [True, False])
def test_what_is_past_its_time_is_erased_by_the_one_process_the_house_lives_in(monkeypatch, house):
    done = []
    for name in (
        "erase_due_contacts",
        "untie_ratings",
        "erase_old_log_ins",
        "erase_rating_words",
        "erase_past_draws",
        "erase_old_copies",
    ):
        monkeypatch.setattr(rounds, name, lambda context, name=name: done.append(name) or 0)

    def mine(code):
        return house and code == HOUSE

    rounds.erase_due(CONTEXT, mine)
    rounds.erase_old(CONTEXT, mine)
    # the copies of an upgrade lie on each machine's own disk
    assert done == (
        [
            "erase_due_contacts",
            "untie_ratings",
            "erase_old_log_ins",
            "erase_rating_words",
            "erase_past_draws",
            "erase_old_copies",
        ]
        if house
        else ["erase_old_copies"]
    )
