"""A hub and three kiosks on any bad day: whatever is cut, lost, late, doubled or set up anew, no
number is given twice, no paper is without its one ticket.
"""

import shutil

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.acts import offline
from tests.kiosk.world import World
from tests.support.centres import profile_of
from tests.support.databases import migrate

pytestmark = pytest.mark.slow
KIOSK, FIELD = st.integers(0, 2), st.sampled_from("AB")


@pytest.fixture(scope="module")
def make_world(tmp_path_factory):
    """Builds worlds: an empty migrated hub and three kiosks, each in a folder of its own."""
    folder, built = tmp_path_factory.mktemp("worlds"), []
    migrate(f"sqlite:///{folder / 'empty.db'}")
    profile = profile_of("thu_duc")

    def make():
        home = folder / f"world-{len(built)}"
        home.mkdir()
        built.append(World(home, folder / "empty.db", profile))
        return built[-1]

    yield make
    for world in built:
        world.close()
    shutil.rmtree(folder, ignore_errors=True)


def bad_days(make_world):
    """The machine that lives through random days in worlds made by `make_world`."""

    class BadDays(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.world, self.cut_short = make_world(), []

        @rule(kiosk=KIOSK, field=FIELD, mood=st.sampled_from(["ok", "ok", "ok", "lost", "late"]))
        def press(self, kiosk, field, mood):
            self.world.kiosks[kiosk].link.mood = mood
            self.world.kiosks[kiosk].press(field)
            self.world.now.pass_(0.5)

        @rule(kiosk=KIOSK, field=FIELD, mood=st.sampled_from(["ok", "lost"]))
        def press_and_the_power_goes(self, kiosk, field, mood):
            self.world.kiosks[kiosk].link.mood = mood
            self.cut_short.append(
                (kiosk, field, self.world.kiosks[kiosk].press(field, dies=True)[0])
            )

        @precondition(lambda self: self.cut_short)
        @rule()
        def the_same_finger_again(self):
            kiosk, field, request_id = self.cut_short.pop()
            self.world.kiosks[kiosk].press(field, request_id)

        @rule(kiosk=KIOSK)
        def cut_or_mend(self, kiosk):
            link = self.world.kiosks[kiosk].link
            link.cut = not link.cut
            self.world.kiosks[kiosk].connect()

        @rule(kiosk=KIOSK, twice=st.booleans())
        def post(self, kiosk, twice):
            self.world.kiosks[kiosk].link.twice = twice
            self.world.kiosks[kiosk].post()

        @rule(kiosk=KIOSK)
        def late_packets_arrive(self, kiosk):
            link = self.world.kiosks[kiosk].link
            if not link.cut:
                for late in link.late:
                    link.act("issue", dict(late))
                link.late = []

        @rule(kiosk=KIOSK)
        def restart(self, kiosk):
            self.world.kiosks[kiosk].cut_power()

        @rule(kiosk=KIOSK)
        def set_up_anew(self, kiosk):
            self.world.kiosks[kiosk].set_up_anew()

        @rule(do=st.sampled_from(["call_next", "start", "miss", "finish"]))
        def clerk(self, do):
            getattr(self.world.clerk, do)()

        @rule(kiosk=KIOSK)
        def call_by_hand(self, kiosk):
            rows = [row for row in self.world.kiosks[kiosk].rows() if row["source"] == "lease"]
            if rows:
                self.world.clerk.call(ticket=rows[-1]["number"], reason=None)

        @rule(hours=st.sampled_from([1, 24]))
        def time_goes_by(self, hours):
            self.world.now.pass_(60 * hours)
            self.world.clerk.open()

        @invariant()
        def no_number_on_two_papers(self):
            papers = [paper[:2] for paper in self.world.papers()]
            assert len(set(papers)) == len(papers), papers

        def teardown(self):
            self.world.settle()
            assert self.world.wrongs() == []

    return BadDays


def test_no_number_twice_none_lost_each_paper_one_ticket_in_true_order(make_world):
    run_state_machine_as_test(
        bad_days(make_world),
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,
            phases=(Phase.generate,),
        ),
    )  # a world is too slow to be shrunk; the steps are printed


def test_the_model_sees_a_ghost_where_none_is_called_back(make_world, monkeypatch):
    """Negative control: with the mend taken out, a lost answer leaves a number nobody holds, and
    the model says so.
    """

    def lose_an_answer():
        world = make_world()
        world.kiosks[0].link.mood = "lost"
        world.kiosks[0].press("A")
        world.settle()
        return world.wrongs()

    assert lose_an_answer() == []
    monkeypatch.setattr(offline, "_call_back_ghost", lambda act, ticket: True)
    assert lose_an_answer() == ["A001 waits and nobody holds it"]


def test_the_model_sees_two_kiosks_with_one_block(make_world, monkeypatch):
    """Negative control: leases that do not look at each other put one number on two papers."""
    monkeypatch.setattr(offline.lines, "series_of", lambda *_: None)
    world = make_world()
    for kiosk in world.kiosks:
        kiosk.link.cut = True
        kiosk.press("A")
    assert any("on two papers" in wrong for wrong in world.wrongs())


@pytest.mark.parametrize("mood", ["ok", "lost"])
def test_a_press_given_up_while_it_waits_gets_no_paper_whose_ticket_is_called_back(
    make_world, mood
):
    """A machine without a clock of its own hears the hub's time just then: the press seems hours
    old.
    """
    world = make_world()
    kiosk = world.kiosks[0]
    kiosk.link.mood, call = mood, kiosk.link.call

    def the_clock_is_set(verb, payload, seconds):
        try:
            return call(verb, payload, seconds)
        finally:
            if verb == "issue":
                world.now.pass_(2)
                kiosk.presses.forsake_old()

    kiosk.link.call = the_clock_is_set
    answer, status = kiosk.presses.take({"request_id": "set-the-clock", "field": "A"})
    assert (status, answer["error"], kiosk.store.next_job()) == (409, "request_id_reused", None)
    del kiosk.link.call
    world.settle()
    assert world.wrongs() == [] and not list(kiosk.rows())
    assert [world.row(f.ticket).state for f in world.hall.facts() if f.kind == "issued"] == [
        "CANCELLED"
    ]


def test_an_hour_without_the_hub_stands_in_the_line_by_time_and_the_first_call_is_right(make_world):
    """Sixty tickets in an hour over three kiosks, a few more at the guidance desk meanwhile; then
    everybody comes back at once.
    """
    world = make_world()
    for kiosk in world.kiosks:
        kiosk.link.cut = True
    taken = []
    for minute in range(60):
        taken.append(world.kiosks[minute % 3].press("A")[1]["ticket"]["number"])
        world.now.pass_(0.5)
        if minute % 10 == 5:
            taken.append(world.hall.greeter.issue("A")["ticket"]["number"])
        world.now.pass_(0.5)
    assert world.clerk.call_next()["ticket"]["number"] == "A001", "all the hub knows of"
    taken.remove("A001")
    world.clerk.start()
    for kiosk in world.kiosks:
        kiosk.link.cut = False
        kiosk.connect()
        kiosk.post()
    waiting = sorted(
        (world.row(f.ticket) for f in world.hall.facts() if f.kind == "issued"),
        key=lambda row: row.line_at,
    )
    assert [row.number for row in waiting if row.state == "WAITING"] == taken
    assert world.clerk.call_next()["ticket"]["number"] == taken[0]
    assert world.wrongs() == []


def test_a_hub_put_back_to_yesterday_gives_no_number_again_and_hears_of_every_paper(
    make_world, monkeypatch
):
    """The store as it was before the day began; three kiosks come back with what they know, one was
    set up anew meanwhile.
    """
    world = make_world()
    fresh = make_world()
    for n, kiosk in enumerate(world.kiosks):
        kiosk.press("A")
        kiosk.link.cut = True
        kiosk.press("A")
        kiosk.link.cut = False
        kiosk.print_all()
        if n != 1:
            kiosk.post()
    before = {paper[:2] for paper in world.papers()}
    assert len(before) == 6
    world.hall, world.clerk = fresh.hall, fresh.clerk
    world.hall.clock.now = world.now() + 60_000
    world.now = world.hall.clock
    for kiosk in world.kiosks:
        kiosk.connect()
    for kiosk in world.kiosks:
        kiosk.press("A")
    world.settle()
    papers = [paper[:2] for paper in world.papers()]
    assert len(set(papers)) == len(papers) == 9
    assert world.wrongs() == []
