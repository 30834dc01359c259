"""Fact → who hears it.

Facts go out at once; snapshots at most every 50 ms; the journal is the outbox, so nothing said is
lost for good.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, Protocol

from domain.facts import Fact, ReprintAsked

from ..acts import ActContext, StorageError, second_paper, show
from .changes import Changes
from .commits import Commits
from .loudspeaker import Loudspeakers
from .presence import Presence
from .readings import Readings
from .telling_queue import TellingQueue

log = logging.getLogger("luot.publish")

#: Changes closer together than this share one snapshot.
TOGETHER_S = 0.05
#: How often another process's writes (command line, second hub) are looked for.
CATCH_UP_EVERY_MS = 1_000
#: A call older than this is no news: it is shown, not spoken (many at once would drown the new).
NEWS_MS = 20_000
#: So many centres are told at the same time, where the database is another machine's or process's.
TOLD_TOGETHER = 6
#: A board that comes back is told the calls it missed, if they are no older than this, and if the
#: journal went on by no more facts than that.
MISSED_MS, MOST_MISSED = 120_000, 3_000
#: A socket with more unsent packets than this is cut; it comes back and fetches the snapshot.
MOST_UNSENT = 200
CALLS = ("called", "recalled")
#: After so long the telling of a hall lets the others of the loop have a turn.
SLICE_S = 0.005
#: A reading of the hall and what was made of it so far, taken when it is first asked for.
Taken = Callable[[], tuple[show.CentreReading, dict[Any, Any]]]
NAMESPACES = ("/board", "/counter", "/kiosk", "/manager")
#: By namespace, the snapshot that all its screens of a centre share.
HALL_SNAPSHOTS = {"/board": "board", "/manager": "manager"}
#: In place of a device's id: staff who look at the kiosk's snapshot.
STAFF = "staff"


class Notifies(Protocol):
    """Tells the other hub processes that a centre moved on."""

    def say(self, centre: str, seq: int) -> None:
        """Never waits, never raises."""


class Publisher:
    """Tells the screens of every centre.

    `on_fact` says who else hears of a fact, `(its kind, hears)` as often as there are hearers:
    `hears(centre)`, once for each commit with such a fact, here or in another hub process.
    `alert_sources` give alerts of the hub itself, by centre, for managers. `rest` lets the others
    of the loop have a turn. `told_after` hears how long each change waited to be sent (seconds).
    `start` begins a task of its own for each centre, so that none waits for another's database;
    None: one after another.
    """

    def __init__(
        self,
        socketio: Any,
        context: ActContext,
        commits: Commits,
        presence: Presence,
        readings: Readings,
        loudspeakers: Loudspeakers,
        notifier: Notifies | None = None,
        on_fact: Iterable[tuple[str, Callable[[str], None]]] = (),
        alert_sources: Iterable[Callable[[str], list[dict[str, Any]]]] = (),
        rest: Callable[[], object] = lambda: None,
        told_after: Callable[[float], object] = lambda seconds: None,
        start: Callable[..., object] | None = None,
    ) -> None:
        self.socketio, self.context, self.presence = socketio, context, presence
        self.readings, self.loudspeakers = readings, loudspeakers
        self._notifier = notifier
        self._on_fact: defaultdict[str, list[Callable[[str], None]]] = defaultdict(list)
        for kind, hears in on_fact:
            self._on_fact[kind].append(hears)
        self._alert_sources, self._rest = tuple(alert_sources), rest
        self._told_after = told_after
        self.changes = Changes(socketio.emit, self._rooms)
        self.published: dict[str, int] = {}
        self._queue = TellingQueue(TOLD_TOGETHER if start is not None else 0)
        self._start, self._troubles = start, list[str]()
        self._voiced_told: dict[str, list[str]] = {}
        self._caught_up_at = 0
        self._lock = threading.Lock()
        commits.subscribe(self.heard, self.tell_again)

    # --- after each commit
    # ---------------------------------------------------------------------

    def heard(self, centre: str, facts: Sequence[Fact]) -> None:
        """Called after a commit with its facts: noise at once, snapshots soon, a word to the other
        hub processes.
        """
        try:
            self.readings.moved_on(centre)
            if self._is_watched(centre):
                self._take(centre, facts)
            else:
                self._pass_over(centre, facts[-1].seq)
                self._react(centre, facts)
        finally:
            if self._notifier is not None:
                self._notifier.say(centre, facts[-1].seq)

    def tell_again(self, centre: str, facts: Sequence[Fact]) -> None:
        """Telling these facts went wrong: every screen gets its snapshot anew at once, and the
        calls among them are read from the journal again within a second.

        Only once: what cannot be told the second time is on the screens all the same.
        """
        self.readings.forget(centre)
        with self._lock:
            self.published[centre] = min(self.published.get(centre, facts[0].seq), facts[0].seq - 1)
            self._queue.add(centre)

    def _take(self, centre: str, facts: Sequence[Fact]) -> None:
        with self._lock:
            facts = [f for f in facts if f.seq > self.published.get(centre, 0)]
            if not facts:
                return
            missed = facts[0].seq > self.published.get(centre, facts[0].seq - 1) + 1
            if not missed:
                self.published[centre] = facts[-1].seq
            self._queue.add(centre)
        if missed:
            # another process wrote in between: the journal has it all, in order
            self.catch_up(centre, facts[-1].seq)
            return
        self._react(centre, facts)
        self.say(centre, facts)

    def _is_watched(self, centre: str) -> bool:
        """Whether this process may have somebody to tell of a centre: always where it is the only
        one, else where a screen of the centre is connected here.
        """
        if self._notifier is None:
            return True
        room = f"centre:{centre}"
        return any(room in self._rooms(namespace) for namespace in NAMESPACES)

    def _pass_over(self, centre: str, seq: int) -> None:
        """What was written up to `seq` is told by the processes that have the centre's screens;
        one that comes here is greeted with all of it.
        """
        with self._lock:
            self.published[centre] = max(seq, self.published.get(centre, 0))
        self._queue.drop(centre)

    def _react(self, centre: str, facts: Iterable[Fact]) -> None:
        kinds = {fact.kind for fact in facts}
        for hears in dict.fromkeys(h for kind in kinds for h in self._on_fact.get(kind, ())):
            hears(centre)

    def say(self, centre: str, facts: Iterable[Fact]) -> None:
        """Send the calls among facts to the boards, and what is to be printed again to its
        kiosk.
        """
        calls = []
        for fact in facts:
            if isinstance(fact, ReprintAsked):
                self.socketio.emit(
                    "reprint",
                    second_paper(self.context, centre, fact),
                    namespace="/kiosk",
                    to=f"kiosk:{centre}:{fact.device}",
                )
            elif fact.kind in CALLS:
                calls.append(fact)
        if not calls:
            return
        announcements = show.facts_for_boards(
            self.context.centre(centre),
            calls,
            self.context.spoken(centre, [f.ticket for f in calls if f.ticket is not None]),
        )
        for event, payload in announcements:
            self.socketio.emit(event, payload, namespace="/board", to=f"centre:{centre}")
        self.loudspeakers.called(centre, announcements)

    def missed(self, centre: str, since: int) -> list[dict[str, Any]]:
        """The calls after a seq, of the last two minutes, without their words: for a board that was
        away. Made once for all boards that missed the same.
        """
        reading, made = self.readings.read(centre)
        if ("missed", since) not in made:
            facts: list[Fact] = []
            seq = since
            while (
                seq < reading.seq
                and reading.seq - since <= MOST_MISSED
                and (page := self.context.facts_since(centre, seq))
            ):
                facts, seq = facts + page, page[-1].seq
            calls = [f for f in facts if f.kind in CALLS and reading.now - f.at < MISSED_MS]
            made["missed", since] = [
                {k: v for k, v in call.items() if k != "say"}
                for _, call in show.facts_for_boards(reading.centre, calls, {})
            ]
        return list(made["missed", since])

    # --- the loop
    # ---------------------------------------------------------------------

    def round(self) -> list[str]:
        """Send the snapshots that are due; every second, look what other processes wrote.

        Returns what went wrong, a sentence for each centre: it is told again within a second, and
        the others are told all the same.
        """
        now, troubles = self.context.real_clock(), []
        if not 0 <= now - self._caught_up_at < CATCH_UP_EVERY_MS:
            self._caught_up_at = now
            try:
                troubles += self._catch_up_all()
            except StorageError as trouble:
                log.warning("what other processes wrote could not be read: %s", trouble)
                troubles.append(str(trouble))
        watched = [centre for centre in list(self.published) if self._is_watched(centre)]
        for centre, since in self._queue.take(now, watched).items():
            if self._start is None:
                self._tell_due(centre, since, now)
            else:
                self._start(self._tell_due, centre, since, now)
        failed, self._troubles = self._troubles, []
        return troubles + failed

    def _tell_due(self, centre: str, since: float | None, now: int) -> None:
        """Tell a centre that was taken from the queue; what goes wrong is told by the round."""
        try:
            self.tell(centre)
        except Exception as trouble:
            if not isinstance(trouble, StorageError):
                log.exception("%s: its screens were not told; again in a second", centre)
            self._troubles.append(f"{centre}: {trouble}")
            self._queue.failed(centre, since, now)
        else:
            self._queue.done(centre)
            if since is not None:
                self._told_after(time.monotonic() - since)

    def _catch_up_all(self) -> list[str]:
        troubles = []
        for centre, seq in self.context.seqs().items():
            try:
                if not self._is_watched(centre):
                    self.published[centre] = seq
                    continue
                self.catch_up(centre, seq)
                # no fact tells that a board found its voice or lost it
                voiced = self.loudspeakers.voiced_areas(centre)
                if self._voiced_told.get(centre, []) != voiced:
                    # noted here too: where the last board has left, nobody makes a board's snapshot
                    self._voiced_told[centre] = voiced
                    self.soon(centre)
            except Exception as trouble:
                if not isinstance(trouble, StorageError):
                    log.exception("%s: what was written could not be told; again", centre)
                troubles.append(f"{centre}: {trouble}")
        self._cut_slow_readers()
        self.changes.forget_empty()
        self.changes.remind()
        return troubles

    def catch_up(self, centre: str, seq: int) -> None:
        """Read from the journal what another process wrote up to `seq`.

        Calls too old to be news are shown, not spoken.
        """
        if not self._is_watched(centre):
            self._pass_over(centre, seq)
            self.readings.moved_on(centre)
            return
        published = self.published.setdefault(centre, seq)
        if seq < published and self.context.seq(centre) < published:
            # the database was restored from a backup: its truth is the truth
            self.published[centre] = seq
            with self._lock:
                self._queue.add(centre)
        while self.published[centre] < seq:
            facts = self.context.facts_since(centre, self.published[centre])
            with self._lock:
                facts = [f for f in facts if f.seq > self.published[centre]]
                if not facts:
                    return
                self.published[centre] = facts[-1].seq
                self._queue.add(centre)
            self.readings.moved_on(centre)
            self._react(centre, facts)
            self.say(centre, [f for f in facts if self.context.clock() - f.at < NEWS_MS])

    def _cut_slow_readers(self) -> None:
        for sid, socket in list(self.socketio.server.eio.sockets.items()):
            if socket.queue.qsize() > MOST_UNSENT:
                log.warning("cut a socket that does not read (%s)", sid)
                self.socketio.start_background_task(socket.close, wait=False, abort=True)

    # --- snapshots
    # ---------------------------------------------------------------------

    def snapshot(self, kind: str, centre: str, device: str | None = None) -> dict[str, Any]:
        """The board's, manager's or kiosk's snapshot, made once per reading of the hall."""
        reading, made = self.readings.read(centre)
        key = (kind, device)
        if key not in made:
            made[key] = self._made(kind, reading, device)
        return dict(made[key])

    def _made(self, kind: str, reading: show.CentreReading, device: str | None) -> dict[str, Any]:
        match kind:
            case "board":
                return self._board(reading)
            case "manager":
                return self._manager(reading)
            case "kiosk":
                return {**show.kiosk(reading, device)}
        raise LookupError(f"there is no snapshot {kind!r}")

    def _board(self, reading: show.CentreReading) -> dict[str, Any]:
        code = reading.centre.code
        voiced = self._voiced_told[code] = self.loudspeakers.voiced_areas(code)
        return {
            **show.board(reading),
            "announcements": self.loudspeakers.announcements(code, reading.now),
            "voiced": voiced,
        }

    def _manager(self, reading: show.CentreReading) -> dict[str, Any]:
        code, snapshot = reading.centre.code, show.manager(reading, self._online)
        snapshot["alerts"] += self.loudspeakers.alerts(code, reading.now)
        for alerts_of in self._alert_sources:
            snapshot["alerts"] += alerts_of(code)
        snapshot["alerts"] = show.with_takers(reading, snapshot["alerts"])
        for row in snapshot["devices"]:
            row["online"] = self.presence.is_online(row.pop("id"))
        return {**snapshot}

    def _online(self, device: str, seen_at: int | None) -> bool:
        return self.presence.is_online(device)

    def standing(self, centre: str, alert: str) -> float | None:
        """What the alert of a key that stands now is measured by; None where none stands."""
        for standing in self.snapshot("manager", centre)["alerts"]:
            if standing["key"] == alert:
                return show.size_of(standing)
        return None

    def taken_no_more(self, centre: str) -> dict[str, str]:
        """`{key: why}` of the alerts that somebody had taken and that are nobody's any more."""
        reading = self.readings.newest(centre)
        if reading.day is None or not reading.day.taken_alerts:
            return {}
        return show.taken_no_more(reading, self.snapshot("manager", centre)["alerts"])

    def told_to(self, centre: str, role: str) -> list[dict[str, Any]]:
        """What the centre's rules tell clerks or greeters."""
        reading, made = self.readings.read(centre)
        if ("told", role) not in made:
            made["told", role] = show.told_to(reading, role, self._online)
        return list(made["told", role])

    def kiosk_snapshot(
        self, centre: str, device: str | None = None, whole_list: bool = False
    ) -> dict[str, Any]:
        """One kiosk's snapshot; for one that does not fetch it, with the list of procedures."""
        made: Any = self.snapshot("kiosk", centre, device)
        if whole_list:
            made = show.kiosk_with_list(made, self.readings.newest(centre).centre)
        return {**made}

    def counter_snapshot(
        self, centre: str, counter: str, whole_list: bool = False, taken: Taken | None = None
    ) -> dict[str, Any]:
        """One console's snapshot; with the list of procedures in it for one that does not fetch
        it. `taken`: the reading to make it of, else the newest.
        """
        reading, made = taken() if taken is not None else self.readings.read(centre)
        key = ("counter", counter)
        if key not in made:
            made[key] = show.counter(reading, counter)
        if "alerts" not in made:
            made["alerts"] = show.clock_alerts(reading) + show.machine_alerts(reading)
        snapshot = made[key]
        if whole_list:
            snapshot = show.console_with_list(snapshot, reading.centre)
        mine = [a for a in self.told_to(centre, "clerk") if _concerns(a, counter)]
        return {
            **snapshot,
            "alerts": [*made["alerts"], *mine],
            "consoles": max(1, self.presence.consoles(centre, counter)),
        }

    def soon(self, centre: str) -> None:
        """Something changed that no fact tells of (a call for help): read the hall anew and send
        it.
        """
        self.readings.forget(centre)
        self._queue.add(centre)

    def tell(self, centre: str) -> None:
        """Send every kind of snapshot of a centre to those who are there.

        One that cannot be made keeps none of the others back; it is raised at the end.
        """
        fault: Exception | None = None
        begun = time.monotonic()
        for send in self._sendings(centre):
            if time.monotonic() - begun > SLICE_S:
                self._rest()
                begun = time.monotonic()
            try:
                send()
            except StorageError:
                raise
            except Exception as error:
                fault = fault or error
        if fault is not None:
            raise fault

    def _sendings(self, centre: str) -> Iterator[Callable[[], None]]:
        yield partial(self.tell_hall, "/board", centre)
        for device in self._places("/kiosk", ("whole", "parts"), centre):
            yield partial(self.tell_kiosk, centre, device)
        # all consoles are told of one reading
        taken = cache(partial(self.readings.read, centre))
        for counter in self._places("/counter", ("counter", "parts"), centre):
            yield partial(self.tell_counter, centre, counter, taken)
        yield partial(self.tell_hall, "/manager", centre)

    def _places(self, namespace: str, ways: tuple[str, ...], centre: str) -> list[str]:
        """The counters or kiosks of a centre that somebody here is told of."""
        begins = tuple(f"{how}:{centre}:" for how in ways)
        rooms = [room for room in list(self._rooms(namespace)) if room and room.startswith(begins)]
        return sorted({room.rsplit(":", 1)[1] for room in rooms})

    def tell_counter(self, centre: str, counter: str, taken: Taken | None = None) -> None:
        """Tell a counter's consoles: what changed, or, where they do not ask for that, the whole
        snapshot; of the reading `taken`, else of the newest.
        """
        rooms = self._rooms("/counter")
        if (room := f"counter:{centre}:{counter}") in rooms:
            whole_list = self.presence.whole_list(room)
            made = partial(self.counter_snapshot, centre, counter, whole_list, taken)
            self._send("/counter", room, made)
        if (room := f"parts:{centre}:{counter}") in rooms:
            snapshot = self.counter_snapshot(centre, counter, taken=taken)
            self.changes.tell("/counter", room, snapshot)

    def tell_hall(self, namespace: str, centre: str) -> None:
        """Tell the boards or the managers of a centre, as `tell_counter` does its consoles."""
        rooms, kind = self._rooms(namespace), HALL_SNAPSHOTS[namespace]
        if (room := f"whole:{centre}") in rooms:
            self._send(namespace, room, partial(self.snapshot, kind, centre))
        if (room := f"parts:{centre}") in rooms:
            self.changes.tell(namespace, room, self.snapshot(kind, centre))

    def tell_kiosk(self, centre: str, device: str) -> None:
        """Tell a kiosk, as `tell_counter` does a counter's consoles."""
        rooms, own = self._rooms("/kiosk"), None if device == STAFF else device
        if (room := f"whole:{centre}:{device}") in rooms:
            whole_list = self.presence.whole_list(room)
            self._send("/kiosk", room, partial(self.kiosk_snapshot, centre, own, whole_list))
        if (room := f"parts:{centre}:{device}") in rooms:
            self.changes.tell("/kiosk", room, self.kiosk_snapshot(centre, own))

    def _send(self, namespace: str, room: str, made: Callable[[], dict[str, Any]]) -> None:
        self.socketio.emit("snapshot", made(), namespace=namespace, to=room)

    def _rooms(self, namespace: str) -> Mapping[str | None, Any]:
        rooms: Mapping[str | None, Any] = self.socketio.server.manager.rooms.get(namespace, {})
        return rooms


def _concerns(alert: Mapping[str, Any], counter: str) -> bool:
    """Whether an alert is told at a counter: one about a counter only there."""
    about = alert["params"].get("counter")
    return about is None or str(about) == counter
