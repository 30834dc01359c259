"""The loudspeakers of every centre: one line per area (`audio_group`), one voice at a time in it,
told by `speak` and answered by `played`.

One hub process drives an area: the one its speaking board is connected to; among several processes
a row in the database says which, and what was said there.
The lines live in memory, every process keeps them: where the one that drives an area dies, another
goes on with what waited. A hub that was alone
loses the sound of what waited when it is restarted (the boards show it all the same). Nothing is
said twice.
"""

import logging
from dataclasses import dataclass

from domain.loudspeaker import MARGIN_MS, SHOWN_MS, Line, length_ms, speech_of_call

from ..acts import StorageError, announcing
from .area import Area, Drive

log = logging.getLogger("luot.loudspeaker")
LOOK_S = 0.05
#: A call older than this is no news: it is shown, not spoken.
NEWS_MS = 20_000
#: With nothing to say anywhere, only every so many looks.
IDLE_LOOKS = 20
#: How long what waits is kept for a board that has gone, where another process may have it now.
MOVED_MS = 5_000
#: A board that did not answer is asked again after this; until then another speaks.
DOUBT_MS = 60_000
#: An emergency text is said again after so much silence.
ALARM_AGAIN_MS = 30_000


@dataclass
class Board:
    """A board on the line, as it said of itself. sound: on, off, blocked, stuck, loading or
    none.
    """

    centre: str
    device: str
    groups: frozenset
    sound: str = "loading"
    also: bool = False
    doubted_until: int = 0


class Loudspeakers:
    """Who says what, where and when.

    `now` is the hub's clock; `alone` when no other hub process can exist.
    """

    def __init__(self, socketio, context, publisher, alone=True):
        self.socketio, self.context, self.publisher = socketio, context, publisher
        self.drive = Drive(context, alone)
        self.boards, self.areas, self._live, self._alarms = {}, {}, {}, {}
        self.clip = lambda centre, text, lang: None

    # --- boards come, tell how they are, and go
    # ---------------------------------------------------------------------

    def told(self, sid, actor, status, zone=None):
        """A board said how it is (`status`)."""
        centre = self.context.centre(actor.centre)
        wish = status.get("zone") or zone
        groups = frozenset(
            [centre.zones[wish]["audio_group"]]
            if wish in centre.zones
            else (z["audio_group"] for z in centre.zones.values())
        )
        board = Board(
            actor.centre,
            actor.device or sid,
            groups,
            str(status.get("sound")),
            bool(status.get("also")),
        )
        before = self.boards.get(sid)
        if before is not None and before.sound == board.sound:
            board.doubted_until = before.doubted_until
        if before is None or before.sound != board.sound or before.groups != groups:
            log.info(
                "board %s: sound %s in %s",
                actor.name or sid,
                board.sound,
                ", ".join(sorted(groups)),
            )
        self.gone(sid)
        self.boards[sid] = board
        for group in groups:
            area = self._area(actor.centre, group)
            area.sids.add(sid)
            if board.sound == "on":
                area.voiced_at = self.context.clock()

    def _area(self, centre, group):
        return self.areas.setdefault((centre, group), Area(centre, group))

    def gone(self, sid):
        """A board left."""
        board = self.boards.pop(sid, None)
        for group in board.groups if board else ():
            self.areas[board.centre, group].sids.discard(sid)

    def voiced(self, centre):
        """The areas of a centre in which a board speaks."""
        return sorted(
            area.group
            for area in list(self.areas.values())
            if area.centre == centre
            and any(self.boards[sid].sound == "on" for sid in list(area.sids) if sid in self.boards)
        )

    @staticmethod
    def _able(board, now):
        return board.sound == "on" and now >= board.doubted_until

    def _voice(self, area, now):
        """The board that speaks for an area: the one that did, if it still can; else the first by
        name.
        """
        able = [
            (board.device, sid)
            for sid in list(area.sids)
            if (board := self.boards.get(sid)) is not None and self._able(board, now)
        ]
        return (
            next((sid for device, sid in able if device == area.device), None)
            or min(able, default=(None, None))[1]
        )

    # --- what is to be said
    # ---------------------------------------------------------------------

    def calls(self, centre, said):
        """Calls that boards have just heard:

        `[(event, payload)]`. Costs nothing where no board speaks.
        """
        if self.drive.alone and not self.areas:
            return
        now, here = self.context.clock(), self.context.centre(centre)
        rules = here.loudspeaker
        for kind, call in (
            said if not self._alarms.get(centre) else ()
        ):  # people must leave the hall, not go to a counter
            area = self._area(centre, here.zones[call["zone"]]["audio_group"])
            if now - call["at"] < NEWS_MS and (
                area.voiced_at or area.line.waiting or not self.drive.alone
            ):
                area.line.add(speech_of_call(kind, call, now, rules.repeat))

    def shown(self, centre, now):
        """What staff announced, as boards show it; read once and again when something changed."""
        if centre not in self._live:
            self._live[centre] = announcing.live(self.context, centre)
        return [announcing.shown(row) for row in self._live[centre] if row["until"] > now]

    def notices(self, centre):
        """What staff announced changed: what is new goes in line once its sound is made, what was
        withdrawn leaves it.
        """
        self._live.pop(centre, None)
        if any(area.centre == centre for area in list(self.areas.values())):
            self.socketio.start_background_task(self._notices, centre)

    def _notices(self, centre):
        try:
            live, now, here = (
                announcing.live(self.context, centre),
                self.context.clock(),
                self.context.centre(centre),
            )
            standing = {f"n{row['id']}" for row in live}
            for (of, group), area in list(self.areas.items()):
                if of != centre:
                    continue
                area.line.drop(
                    lambda speech: speech.kind == "notice" and speech.origin not in standing
                )
                zones = {zone["id"] for zone in here.zones.values() if zone["audio_group"] == group}
                for row in live:
                    if (
                        not self._alarms.get(centre)
                        and row["spoken_until"] > now
                        and (row["zones"] is None or zones & set(row["zones"]))
                        and area.voiced_at
                    ):
                        area.line.add(
                            announcing.speech(
                                row, now, lambda text, lang: self.clip(centre, text, lang)
                            )
                        )
        except StorageError as trouble:
            log.warning("announcements could not be read: %s", trouble)

    def emergency(self, centre):
        """An emergency text was raised, or taken down: from now on nothing else is said, or nothing
        of it.
        """
        self._alarms.pop(centre, None)

    def _read_alarm(self, centre):
        try:
            alarm = self._alarms[centre] = announcing.alarm(self.context, centre)
            for area in [area for area in list(self.areas.values()) if area.centre == centre]:
                area.alarmed_at = 0
                area.line.drop(lambda speech: alarm or speech.origin.startswith("nalarm"))
        except StorageError as trouble:
            self._alarms.pop(centre, None)
            log.warning("the emergency text could not be read: %s", trouble)

    def _sound_alarm(self, area, now):
        """Put the emergency text in line, when it is time."""
        alarm = self._alarms.get(area.centre)
        if (
            alarm
            and not area.line.waiting
            and area.speaking is None
            and now - area.alarmed_at >= ALARM_AGAIN_MS
        ):
            area.line.add(
                announcing.speech_of_alarm(
                    alarm, now, lambda text, lang: self.clip(area.centre, text, lang)
                )
            )
            area.alarmed_at = now + length_ms(area.line.waiting[-1].say)

    # --- one after another
    # ---------------------------------------------------------------------

    def run(self):
        """Give every area its turn, for ever; one background task per hub process."""
        idle = 0
        while True:
            self.socketio.sleep(LOOK_S)
            try:
                idle = (
                    0
                    if any(
                        area.speaking is not None or area.line.waiting
                        for area in list(self.areas.values())
                    )
                    else idle + 1
                )
                if idle % IDLE_LOOKS == 0:
                    self.turn()
            except Exception:
                log.exception("the loudspeakers stumbled; going on")
                self.socketio.sleep(1)

    def turn(self):
        """Look at every area once: end what was said, begin what is next."""
        now = self.context.clock()
        for centre in {area.centre for area in list(self.areas.values())} - set(self._alarms):
            self._alarms[centre] = None
            self.socketio.start_background_task(self._read_alarm, centre)
        for area in list(self.areas.values()):
            sid = self._voice(area, now)
            if sid is not None:
                area.voiced_at = now
            elif not self._waits_for_return(area, now):
                self._give_up(area, now)
                continue
            if area.speaking is not None:
                mine = self.drive.mine(area, now)
                if mine and not self._over(area, sid, now):
                    continue
                sid = self._voice(area, now)
            self._sound_alarm(area, now)
            free = sid is not None and self.drive.mine(area, now) and area.speaking is None
            if (
                free
                and area.line.waiting
                and now - area.begun >= SHOWN_MS
                and not self._busy(sid, area, now)
            ):
                self._begin(area, sid, now)

    def _give_up(self, area, now):
        """No board here can speak for the area any more: another process may have one."""
        if area.speaking is not None:
            self._own_up(area, now)
        area.speaking, area.voiced_at = None, 0
        if self.drive.alone:
            area.line.waiting = []
        else:
            self.drive.forget_old(area, now)
        self.drive.let_go(area)

    def _waits_for_return(self, area, now):
        return (
            area.speaking is not None
            and now < area.until
            or area.voiced_at
            and now - area.voiced_at < self._patience(area)
        )

    def _patience(self, area):
        # twice as long as words are worth saying: what waited in vain still comes up together, by
        # chime
        return (
            2 * self.context.centre(area.centre).loudspeaker.stale_ms
            if self.drive.alone
            else MOVED_MS
        )

    def _busy(self, sid, area, now):
        """A board that speaks for several areas says one thing at a time."""
        return any(
            other is not area
            and other.speaking is not None
            and other.sid == sid
            and now < other.until
            for other in list(self.areas.values())
        )

    def _begin(self, area, sid, now):
        rules = self.context.centre(area.centre).loudspeaker
        volume = 1 if self._alarms.get(area.centre) else rules.level(now)
        if not volume:
            area.line.drop(lambda speech: True)
            return
        hall = self.publisher.hall(area.centre)[0]

        def stands(speech):
            ticket = hall.at.get(str(speech.counter))
            standing = (
                ticket is not None and ticket.number == speech.number and ticket.state == "CALLED"
            )
            if not standing and speech.again:
                self._own_up(area, now, speech)  # it had its turn, and no board could say it
            return standing

        speech = area.line.next(now, rules, stands)
        if speech is None:
            return
        until = self._patient_until(speech, now)
        if not self.drive.noted(
            area, board.device if (board := self.boards.get(sid)) else "", speech, now, until
        ):
            area.line.waiting.insert(0, speech)
            return
        area.late += len(speech.calls)
        area.speaking, area.begun, area.until = speech, now, until
        self._tell(area, sid, volume, now)

    @staticmethod
    def _patient_until(speech, now):
        # a board may begin up to one margin late, and its voice may be slower than estimated by
        # another
        return now + length_ms(speech.say) + 2 * MARGIN_MS

    def _tell(self, area, sid, volume, now):
        chosen = self.boards.get(sid)
        area.sid, area.device = (
            sid,
            chosen.device if chosen else area.device,
        )  # one that left in this very moment is waited for like any other
        payload = area.speaking.payload(area.group, volume, now)
        for other in list(area.sids):
            if (board := self.boards.get(other)) is not None:
                mute = other != sid and not (board.also and board.sound == "on")
                self.socketio.emit("speak", {**payload, "mute": mute}, namespace="/board", to=other)

    def _over(self, area, sid, now):
        """Whether what is being said has ended.

        A board that came back is asked again under the same id: what it has said it only answers.
        """
        back = self.boards.get(sid)
        rules = self.context.centre(area.centre).loudspeaker
        if (
            area.sid not in self.boards
            and back is not None
            and back.device == area.device
            and now - area.begun < rules.stale_ms
        ):
            volume = rules.level(now)
            if volume:
                area.until = self._patient_until(area.speaking, now)
                self._tell(area, sid, volume, now)
                return False
        if now < area.until:
            return False
        if area.sid not in self.boards and sid is None:
            # its board has gone in the middle: whether it was heard nobody knows; it waits for that
            # board
            return False
        silent = self.boards.get(area.sid)
        if silent is not None:
            log.warning(
                "board %s did not answer for %s; another speaks for a while",
                area.device,
                area.speaking.id,
            )
            silent.doubted_until = now + DOUBT_MS
        self._own_up(area, now)
        area.speaking = None
        return True

    def _own_up(self, area, now, lost=None):
        """Nobody said that a call was heard: the boards show it once more, marked late, without
        sound.
        """
        lost = lost or area.speaking
        if lost.seq is not None and lost.kind != "late":
            shown = Line.together([lost], now, f"u{lost.id}").payload(area.group, 0, now)
            for sid in list(area.sids):
                self.socketio.emit(
                    "speak", {**shown, "chime": False, "mute": True}, namespace="/board", to=sid
                )

    def played(self, sid, id=None, seq=None, heard=True, late=False):
        """A board has said it (`heard`), or could not (`late`: only because the word reached it
        when its time was over).
        """
        board = self.boards.get(sid)
        if board is None:
            return
        board.doubted_until = 0
        for area in list(self.areas.values()):
            speaking = area.speaking
            if (
                speaking is not None
                and area.sid == sid
                and (speaking.id == id or (id is None and seq is not None and seq in speaking.seqs))
            ):
                if not heard:
                    self._unheard(area, board, self.context.clock(), late)
                area.speaking = None

    def _unheard(self, area, board, now, late):
        """A board could not say it: another one does, or the same when only its line was slow; else
        the call is owned up to.
        """
        if board.sound == "on" and not late:
            board.doubted_until = now + DOUBT_MS
        lost = area.speaking
        if lost.kind == "late":
            return
        young = now - lost.since < self.context.centre(area.centre).loudspeaker.stale_ms
        if young and self._voice(area, now) is not None:
            area.line.waiting.insert(0, lost.once_more())
        else:
            self._own_up(area, now)

    # --- for those who look after it
    # ---------------------------------------------------------------------

    def alerts(self, centre, now):
        """The manager's alerts: areas where a new call would wait long for the loudspeaker."""
        rules = self.context.centre(centre).loudspeaker
        lags = {
            area.group: area.line.lag_ms(rules)
            for area in list(self.areas.values())
            if area.centre == centre and area.line.waiting
        }
        return [
            {
                "code": "announcements_behind",
                "level": "warn",
                "params": {"area": group, "seconds": round(lag / 1000)},
                "at": now,
            }
            for group, lag in lags.items()
            if lag > rules.long_line_ms
        ]
