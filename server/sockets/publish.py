"""Fact → who hears it.

Facts go out at once; snapshots at most every 50 ms; the journal is the outbox, so nothing said is
lost for good.
"""

import logging
import threading

from ..acts import second_paper, show
from .loudspeaker import Loudspeakers

log = logging.getLogger("luot.publish")

#: Changes closer together than this share one snapshot.
TOGETHER_S = 0.05
#: A snapshot goes out at least this often, so that silence means a lost line.
HEARTBEAT_MS = 10_000
#: How often another process's writes (command line, second hub) are looked for.
LOOK_EVERY_MS = 1_000
#: A call older than this is no news: it is shown, not spoken (safety.md F21).
NEWS_MS = 20_000
#: A board that comes back is told the calls it missed, if they are no older than this, and if the
#: journal went on by no more facts than that.
MISSED_MS, MOST_MISSED = 120_000, 3_000
#: A socket with more unsent packets than this is cut; it comes back and fetches the snapshot.
MOST_UNSENT = 200


class Publisher:
    """Tells the screens of every centre."""

    def __init__(self, socketio, context):
        self.socketio, self.context = socketio, context
        self.published, self._dirty, self._told_at, self._kept = {}, set(), {}, {}
        self._lock = threading.Lock()
        self.consoles = {}
        self.online = {}
        self.notifier = None
        self.leased = lambda centre: None
        self.day_over = lambda centre: None
        self.hub_alerts = []  # each: alerts of the hub itself, by centre
        self.loudspeakers = Loudspeakers(socketio, context, self)

    # --- after each commit
    # ---------------------------------------------------------------------

    def heard(self, centre, facts):
        """Called after a commit with its facts: noise at once, snapshots soon, a word to the other
        hub processes.
        """
        self._take(centre, facts)
        if self.notifier is not None:
            self.notifier.say(centre, facts[-1].seq)

    def tell_again(self, centre, facts):
        """Telling these facts went wrong: every screen gets its snapshot anew at once, and the
        calls among them are read from the journal again within a second.

        Only once: what cannot be told the second time is on the screens all the same.
        """
        with self._lock:
            self._kept.pop(centre, None)
            self.published[centre] = min(self.published.get(centre, facts[0].seq), facts[0].seq - 1)
            self._dirty.add(centre)

    def _take(self, centre, facts):
        with self._lock:
            facts = [f for f in facts if f.seq > self.published.get(centre, 0)]
            if not facts:
                return
            missed = facts[0].seq > self.published.get(centre, facts[0].seq - 1) + 1
            if not missed:
                self.published[centre] = facts[-1].seq
            self._dirty.add(centre)
        if missed:
            # another process wrote in between: the journal has it all, in order
            self.look(centre, facts[-1].seq)
            return
        self._changed(centre, facts)
        self.say(centre, facts)

    def _changed(self, centre, facts):
        kinds = {f.kind for f in facts}
        if "centre_loaded" in kinds:
            self.context.forget(centre)
        if "day_opened" in kinds:
            self.leased(centre)
        if "day_closed" in kinds:
            self.day_over(centre)
        if "emergency_raised" in kinds or "emergency_ended" in kinds:
            self.loudspeakers.emergency(centre)
        if "announced" in kinds or "announcement_withdrawn" in kinds:
            self.loudspeakers.notices(centre)

    def say(self, centre, facts):
        """Send the calls among facts to the boards, and what is to be printed again to its
        kiosk.
        """
        for fact in facts:
            if fact.kind == "reprint_asked":
                self.socketio.emit(
                    "reprint",
                    second_paper(self.context, centre, fact),
                    namespace="/kiosk",
                    to=f"kiosk:{centre}:{fact.device}",
                )
        calls = [f for f in facts if f.kind in ("called", "recalled")]
        if not calls:
            return
        said = show.facts_for_boards(
            self.context.centre(centre),
            calls,
            self.context.spoken(centre, [f.ticket for f in calls]),
        )
        for event, payload in said:
            self.socketio.emit(event, payload, namespace="/board", to=f"centre:{centre}")
        self.loudspeakers.calls(centre, said)

    def missed(self, centre, since):
        """The calls after a seq, of the last two minutes, without their words: for a board that was
        away. Made once for all boards that missed the same.
        """
        hall, made = self.hall(centre)
        if ("missed", since) not in made:
            facts, seq = [], since
            while (
                seq < hall.seq
                and hall.seq - since <= MOST_MISSED
                and (page := self.context.facts_since(centre, seq))
            ):
                facts, seq = facts + page, page[-1].seq
            calls = [
                f for f in facts if f.kind in ("called", "recalled") and hall.now - f.at < MISSED_MS
            ]
            made["missed", since] = [
                {k: v for k, v in call.items() if k != "say"}
                for _, call in show.facts_for_boards(hall.centre, calls, {})
            ]
        return made["missed", since]

    # --- the loop
    # ---------------------------------------------------------------------

    def run(self):
        """Send snapshots for ever; one background task per hub process."""
        looked_at = 0
        while True:
            self.socketio.sleep(TOGETHER_S)
            try:
                now = self.context.clock()
                if not 0 <= now - looked_at < LOOK_EVERY_MS:
                    looked_at = now
                    self._look_for_others()
                with self._lock:
                    due = set(self._dirty)
                    self._dirty.clear()
                due |= {
                    c
                    for c in self.published
                    if not 0 <= now - self._told_at.get(c, 0) < HEARTBEAT_MS
                }
                for centre in due:
                    self._told_at[centre] = now
                    self.tell(centre)
            except Exception:
                log.exception("snapshots could not be sent; trying again")
                self.socketio.sleep(1)

    def _look_for_others(self):
        for centre, seq in self.context.seqs().items():
            self.look(centre, seq)
        self._cut_slow_readers()

    def look(self, centre, seq):
        """Read from the journal what another process wrote up to `seq`.

        Calls too old to be news are shown, not spoken.
        """
        known = self.published.setdefault(centre, seq)
        if seq < known and self.context.seq(centre) < known:
            # the database was restored from a backup: its truth is the truth
            self.published[centre] = seq
            self._dirty.add(centre)
        while self.published[centre] < seq:
            facts = self.context.facts_since(centre, self.published[centre])
            with self._lock:
                facts = [f for f in facts if f.seq > self.published[centre]]
                if not facts:
                    return
                self.published[centre] = facts[-1].seq
                self._dirty.add(centre)
            self._changed(centre, facts)
            self.say(centre, [f for f in facts if self.context.clock() - f.at < NEWS_MS])

    def _cut_slow_readers(self):
        for sid, socket in list(self.socketio.server.eio.sockets.items()):
            if socket.queue.qsize() > MOST_UNSENT:
                log.warning("cut a socket that does not read (%s)", sid)
                self.socketio.start_background_task(socket.close, wait=False, abort=True)

    # --- snapshots
    # ---------------------------------------------------------------------

    def hall(self, centre):
        """A reading of the hall, shared by all who ask at the same seq within a second."""
        now, seq = self.context.clock(), self.context.seq(centre)
        kept = self._kept.get(centre)
        if kept is None or kept[0].seq != seq or not 0 <= now - kept[0].now < 1000:
            kept = self._kept[centre] = (show.Hall(self.context, centre), {})
        return kept

    def snapshot(self, kind, centre, device=None):
        """The board's, manager's or kiosk's snapshot, made once per reading of the hall."""
        hall, made = self.hall(centre)
        key = (kind, device)
        if key not in made:
            made[key] = {
                "board": self._board,
                "manager": show.manager,
                "kiosk": lambda h: show.kiosk(h, device),
            }[kind](hall)
            if kind == "manager":
                made[key]["alerts"] += self.loudspeakers.alerts(centre, hall.now) + [
                    alert for told in self.hub_alerts for alert in told(centre)
                ]
                for row in made[key]["devices"]:
                    row["online"] = bool(self.online.get(row.pop("id")))
        return made[key]

    def _board(self, hall):
        speak = self.loudspeakers
        return {
            **show.board(hall),
            "announcements": speak.shown(hall.centre.code, hall.now),
            "voiced": speak.voiced(hall.centre.code),
        }

    def counter_snapshot(self, centre, counter):
        """One console's snapshot."""
        hall, made = self.hall(centre)
        key = ("counter", counter)
        if key not in made:
            made[key] = show.counter(hall, counter)
        if "alerts" not in made:
            made["alerts"] = show.machine_alerts(hall)
        return {
            **made[key],
            "alerts": made["alerts"],
            "consoles": max(1, len(self.consoles.get((centre, counter), ()))),
        }

    def soon(self, centre):
        """Something changed that no fact tells of (a call for help): read the hall anew and send
        it.
        """
        with self._lock:
            self._kept.pop(centre, None)
            self._dirty.add(centre)

    def tell(self, centre):
        """Send every kind of snapshot of a centre to those who are there."""
        there = self._rooms("/board")
        if f"centre:{centre}" in there:
            self.socketio.emit(
                "snapshot",
                self.snapshot("board", centre),
                namespace="/board",
                to=f"centre:{centre}",
            )
        for room in self._rooms("/kiosk"):
            if room and room.startswith(f"kiosk:{centre}:"):
                self.socketio.emit(
                    "snapshot",
                    self.snapshot("kiosk", centre, room.rsplit(":", 1)[1]),
                    namespace="/kiosk",
                    to=room,
                )
        for room in self._rooms("/counter"):
            if room and room.startswith(f"counter:{centre}:"):
                self.tell_counter(centre, room.rsplit(":", 1)[1])
        if f"centre:{centre}" in self._rooms("/manager"):
            self.socketio.emit(
                "snapshot",
                self.snapshot("manager", centre),
                namespace="/manager",
                to=f"centre:{centre}",
            )

    def tell_counter(self, centre, counter):
        """Send a counter's snapshot to its consoles."""
        self.socketio.emit(
            "snapshot",
            self.counter_snapshot(centre, counter),
            namespace="/counter",
            to=f"counter:{centre}:{counter}",
        )

    def _rooms(self, namespace):
        return list(self.socketio.server.manager.rooms.get(namespace, {}))
