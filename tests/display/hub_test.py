"""The line to the hub, as every screen uses it: never older, never twice, never lost in silence."""

import pytest

from tests.display.hall import hall_snapshot
from tests.display.stage import now, until
from tests.support.breakable_link import BreakableLink

pytestmark = pytest.mark.browser


@pytest.fixture
def line(screen, stage):
    """A page with nothing but the line; what it was told lies in window.told."""
    made = []

    def connect(
        hub=None,
        scripts=("/lib/socket.io-client/dist/socket.io.min.js", "/ui/hub.js"),
        options="{}",
        before=None,
    ):
        page = screen((hub or stage.url) + "/empty", before=before)
        for script in scripts:
            page.add_script_tag(url=script)
        page.evaluate(
            """options => {
          window.told = {snapshots: [], facts: [], lines: [], refused: [], answers: []};
          window.hub = Luot.connect(Object.assign({namespace: "/board", auth: {token: "t-1", device: "tv-1"}, snapshotUrl: "/api/v1/thu-duc/snapshot/board",
            onSnapshot: s => { told.newest = s; told.snapshots.push([s.seq, s.at]); }, onFact: (name, f) => told.facts.push([name, f.seq]), onLine: (up, since, how) => told.lines.push([up, how]),
            onRefused: e => told.refused.push(e)}, options));
        }""",
            __import__("json").loads(options),
        )
        made.append(page)
        return page

    return connect


def seqs(page):
    return [seq for seq, _ in page.evaluate("told.snapshots")]


def test_it_greets_with_what_the_hub_asks_for_and_hears_a_snapshot(line, stage):
    page = line()
    until(page, "hub.isUp()")
    until(page, "told.snapshots.length === 1")
    assert stage.auth == [{"parts": 0, "lang": "", "token": "t-1", "device": "tv-1", "last_seq": 0}]
    assert page.evaluate(
        "[hub.seq(), hub.how(), hub.lastHeardAt() > 1e12, hub.silence() < 2000]"
    ) == [812, "socket", True, True]
    assert page.evaluate("told.lines").pop() == [True, "socket"]


PARTS = ("/lib/socket.io-client/dist/socket.io.min.js", "/ui/changes.js", "/ui/hub.js")


def shown(page):
    """The newest snapshot that the page was given, less the number of the changes."""
    return {key: value for key, value in page.evaluate("told.newest").items() if key != "n"}


def test_a_screen_that_takes_changes_is_given_what_a_whole_snapshot_would_hold(line, stage):
    page = line(scripts=PARTS)
    until(page, "told.snapshots.length === 1")
    assert stage.auth == [{"parts": 1, "lang": "", "token": "t-1", "device": "tv-1", "last_seq": 0}]
    fields = [{**field, "waiting": 3} for field in stage.snapshot["fields"]]
    steps = [
        lambda: stage.call("A119", 5),
        lambda: stage.call("A119", 5, calls=2),
        lambda: stage.put(seq=815, fields=fields[1:]),
        lambda: stage.put(seq=816, fields=[*fields[2:], fields[0]], emergency={"text": "!"}),
        lambda: stage.put(seq=817, calls=[], emergency=None),
        lambda: stage.put({k: v for k, v in stage.snapshot.items() if k != "badge"}, seq=818),
    ]
    for step in steps:
        step()
        until(page, f"hub.seq() === {stage.snapshot['seq']}")
        assert shown(page) == stage.snapshot
    assert (stage.asked, stage.wholes_asked) == ([], 0), "the changes sufficed"


def test_a_screen_that_lost_a_message_asks_for_the_whole_and_ends_right(line, stage):
    page = line(scripts=PARTS)
    until(page, "told.snapshots.length === 1")
    rooms = stage.sockets.server.manager.rooms["/board"]
    away = rooms.pop("parts")
    stage.call("A119", 5, fact=False)  # changes the screen does not get
    rooms["parts"] = away
    stage.call("A120", 6, fact=False)
    until(page, "hub.seq() === 814")
    assert shown(page) == stage.snapshot
    assert (stage.wholes_asked, stage.asked) == (1, [])


def test_a_screen_behind_a_cut_line_goes_on_by_changes_after_it(line, stage):
    link = BreakableLink(stage.port)
    page = line(hub=f"http://127.0.0.1:{link.port}", scripts=PARTS)
    until(page, "told.snapshots.length === 1")
    link.cut()
    until(page, "hub.how() !== 'socket'", 10_000)
    stage.call("A119", 5)
    link.mend()
    until(page, "hub.how() === 'socket' && hub.seq() === 813", 10_000)
    stage.call("A120", 6)
    until(page, "hub.seq() === 814")
    assert shown(page) == stage.snapshot
    assert stage.wholes_asked == 0


def test_a_fact_without_its_snapshot_makes_it_fetch_one(line, stage):
    page = line()
    until(page, "told.snapshots.length === 1")
    stage.call("A119", 5, show=False)
    until(page, "hub.seq() === 813", 10_000)  # sooner than by its silence, after 15 s
    assert [name for name, _ in page.evaluate("told.facts")] == ["called"]
    assert stage.asked[-1]["Authorization"] == "Bearer t-1"


def test_a_fact_with_its_snapshot_fetches_nothing(line, stage):
    page = line()
    until(page, "told.snapshots.length === 1")
    stage.call("A119", 5)
    until(page, "hub.seq() === 813")
    page.wait_for_timeout(1300)
    assert stage.asked == []


def test_a_fact_is_heard_once(line, stage):
    page = line()
    until(page, "told.snapshots.length === 1")
    for _ in range(3):
        stage.sockets.emit("called", {"seq": 812, "number": "A118"}, namespace="/board")
    stage.sockets.emit("recalled", {"seq": 813, "number": "A118"}, namespace="/board")
    until(page, "told.facts.length >= 2")
    assert page.evaluate("told.facts") == [["called", 812], ["recalled", 813]]


def test_an_older_snapshot_is_dropped_and_a_restored_hub_believed_after_reconnect(line, stage):
    page = line()
    until(page, "told.snapshots.length === 1")
    stage.put(seq=820)
    stage.put(seq=815)
    stage.put(seq=821)
    until(page, "hub.seq() === 821")
    assert seqs(page) == [812, 820, 821]
    stage.snapshot = {**hall_snapshot(at=now() + 1000), "seq": 40}
    for sid in list(stage.sockets.server.manager.rooms["/board"][None]):
        stage.sockets.server.disconnect(sid, namespace="/board")
    until(page, "hub.seq() === 40")


def test_a_verb_gets_a_request_id_and_one_answer(line, stage):
    page = line()
    until(page, "hub.isUp()")
    page.evaluate("hub.send('act', {seq: 1}, a => told.answers.push(a))")
    page.evaluate("hub.send('act', {seq: 2, request_id: 'my-own-id'}, a => told.answers.push(a))")
    until(page, "told.answers.length === 2")
    assert page.evaluate("told.answers") == [{"ok": True, "seq": 812}] * 2
    sent = [a for a in stage.asked if "request_id" in a]
    assert (
        sent[1]["request_id"] == "my-own-id"
        and 8 <= len(sent[0]["request_id"]) <= 64
        and sent[0]["request_id"].isalnum()
    )


def test_a_press_on_a_dead_line_is_refused_at_once_and_never_sent_later(line, stage):
    link = BreakableLink(stage.port)
    page = line(f"http://127.0.0.1:{link.port}")
    until(page, "hub.isUp()")
    link.cut()
    until(page, "hub.how() !== 'socket'")
    page.evaluate("hub.send('act', {seq: 1}, a => told.answers.push(a))")
    until(page, "told.answers.length === 1")  # an answer that is given up comes after 30 s
    assert page.evaluate("told.answers") == [{"ok": False, "error": "offline"}]
    link.mend()
    until(page, "hub.how() === 'socket'")
    page.wait_for_timeout(300)
    assert not [a for a in stage.asked if "request_id" in a]
    link.remove()


def test_an_answer_lost_on_the_way_is_asked_for_again_with_the_same_id(line, stage):
    page = line()
    until(page, "hub.isUp()")
    stage.acks_lost = 1
    page.evaluate("hub.send('act', {seq: 1}, a => told.answers.push(a))")
    until(page, "told.answers.length === 1")
    page.wait_for_timeout(200)
    assert page.evaluate("told.answers") == [{"ok": True, "seq": 812}]
    assert len([a for a in stage.asked if "request_id" in a]) == 1, "done once, whatever was resent"
    assert len(stage.auth) == 2


#: Keeps what the page tells the socket's library: its `io` is wrapped as it is set.
SEES_OPTIONS = """
let real;
Object.defineProperty(window, "io", {
  set: io => { real = io; },
  get: () => real && ((address, options) => { window.lineOptions = options; return real(address, options); }),
});
"""


@pytest.mark.slow
def test_it_tries_again_every_three_seconds_at_least_until_the_hub_is_back(line, stage):
    link = BreakableLink(stage.port)
    page = line(f"http://127.0.0.1:{link.port}", before=SEES_OPTIONS)
    until(page, "hub.isUp()")
    longest = "lineOptions.reconnectionDelayMax * (1 + lineOptions.randomizationFactor)"
    assert page.evaluate(f"lineOptions.reconnection && {longest}") <= 3000
    link.cut()
    until(page, "!hub.isUp()")
    stage.put(seq=830)
    page.wait_for_timeout(4000)
    link.mend()
    until(page, "hub.how() === 'socket' && hub.seq() === 830")
    link.remove()


@pytest.mark.slow
def test_without_the_socket_library_it_reads_by_http(line, stage):
    page = line(scripts=("/ui/hub.js",))
    until(page, "hub.seq() === 812")
    until(page, "hub.isUp() && hub.how() === 'poll'")
    stage.snapshot["seq"] = 813
    until(page, "hub.seq() === 813")


def test_a_clerks_line_that_can_only_read_counts_as_down(line, stage):
    stage.sockets_allowed = False
    page = line(options='{"pollCounts": false}')
    until(page, "hub.seq() === 812")
    assert page.evaluate("[hub.isUp(), hub.how()]") == [False, "none"]


def test_a_refusal_is_told_and_asked_again(line, stage):
    stage.admitted = False
    page = line()
    until(page, "told.refused.length > 0")
    assert page.evaluate("told.refused[0]") == {
        "error": "not_allowed",
        "message": "Mã máy không dùng được.",
    }
    stage.admitted = True
    until(page, "hub.isUp()")


def test_closed_is_closed(line, stage):
    page = line()
    until(page, "told.snapshots.length === 1")
    page.evaluate("hub.close()")
    stage.put(seq=900)
    page.evaluate("hub.refresh()")
    page.wait_for_timeout(200)
    assert seqs(page) == [812] and stage.asked == []
