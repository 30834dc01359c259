"""What time it is, as far as a hub can know: the machine's clock held against how long the machine
has run, the moment the hub knew last, and the machine's time synchronisation.

Pure. A clock is believed until something contradicts it; that nobody sets it (a hall without
internet) contradicts nothing, nor do days without a sign of life (a holiday).
"""

from dataclasses import dataclass, replace

from .day import MINUTE

DAY = 24 * 60 * MINUTE
#: A step of the clock smaller than this is no step: it moves nobody's place and ends no day.
STEP_MS = MINUTE
#: A hall that was shut longer than this without a synchronised clock is asked once what day it is.
LONGEST_ABSENCE_MS = 100 * DAY
#: 1 January 2025 UTC; no hub ran before, so a clock that shows less has lost its battery.
EARLIEST_MS = 1_735_689_600_000

#: Why a clock is in doubt: it stepped while the machine ran; it shows less than what already
#: happened; it shows far more; it shows a time before this program was written.
JUMPED, BEHIND, FAR_AHEAD, TOO_EARLY = "jumped", "behind", "far_ahead", "too_early"
DOUBTS = (JUMPED, BEHIND, FAR_AHEAD, TOO_EARLY)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a machine says at one moment: its wall clock and how long it has run (both in
    milliseconds, the latter unmoved by any setting of the clock), the id of this run of it, and
    whether something keeps its clock right (None: it does not say).
    """

    wall: int
    uptime: int
    boot: str
    synchronised: bool | None = None


@dataclass(frozen=True, slots=True)
class Belief:
    """What a hub believes of the time.

    `at` is the moment it believed in when the machine had run for `uptime` and its clock showed
    `wall`; `shift` is what the hub adds to that clock. `doubt` is why it asks (None: it is sure);
    while it doubts, its time flows on from the last moment it was sure of.
    `since` is when this run of the machine was believed first. `wrong_from` and `wrong_until` are
    the moments between which facts were dated by a clock that was slow and has been put right
    since. `confirmations` counts how often a person said what time it is.
    """

    at: int
    wall: int
    uptime: int
    boot: str
    shift: int = 0
    since: int = 0
    doubt: str | None = None
    wrong_from: int | None = None
    wrong_until: int | None = None
    confirmations: int = 0

    def now(self, reading: Reading) -> int:
        """The hub's time at a reading that is in step with this belief."""
        return reading.wall + self.shift

    def in_step(self, reading: Reading) -> bool:
        """Whether the clock has moved on since as the machine has run."""
        return reading.boot == self.boot and not _apart(
            reading.wall + self.shift, self._expected(reading)
        )

    def _expected(self, reading: Reading) -> int:
        return self.at + max(0, reading.uptime - self.uptime)


def judge(reading: Reading, before: Belief | None, last_known: int | None = None) -> Belief:
    """What to believe now.

    `before` is the latest belief the hub has, also of an earlier run of the machine; `last_known`
    is the moment of the last fact, which counts only where there is no belief before.
    """
    if before is not None and before.boot == reading.boot:
        return _same_run(reading, before)
    floor = before.at if before is not None else last_known
    sure = reading.synchronised and reading.wall >= EARLIEST_MS
    doubt = None if sure else _new_run_doubt(reading.wall, floor)
    at = max(floor or 0, EARLIEST_MS) if doubt else reading.wall
    return Belief(
        at=at,
        wall=reading.wall,
        uptime=reading.uptime,
        boot=reading.boot,
        shift=at - reading.wall,
        since=at,
        doubt=doubt,
        confirmations=before.confirmations if before is not None else 0,
    )


def _new_run_doubt(wall: int, floor: int | None) -> str | None:
    if wall < EARLIEST_MS:
        return TOO_EARLY
    if floor is None:
        return None
    if wall < floor - STEP_MS:
        return BEHIND
    return FAR_AHEAD if wall > floor + LONGEST_ABSENCE_MS else None


def _same_run(reading: Reading, before: Belief) -> Belief:
    expected = before._expected(reading)
    seen = replace(before, wall=reading.wall, uptime=reading.uptime)
    if not _apart(reading.wall, expected):
        # the clock itself agrees with what the hub went on with: nothing is open any more
        return replace(seen, at=reading.wall, shift=0, doubt=_kept(before, None))
    in_step = not _apart(reading.wall + before.shift, expected)
    if in_step and before.doubt is None:
        return replace(seen, at=reading.wall + before.shift)  # as a person said
    if reading.synchronised and reading.wall >= EARLIEST_MS:
        return corrected(before, reading, reading.wall)
    if in_step:
        return replace(seen, at=reading.wall + before.shift)
    return replace(seen, at=expected, shift=expected - reading.wall, doubt=_kept(before, JUMPED))


def _kept(before: Belief, doubt: str | None) -> str | None:
    """A run that began in doubt stays in it: that its clock goes evenly says nothing of the
    date.
    """
    return before.doubt if before.doubt not in (None, JUMPED) else doubt


def corrected(before: Belief, reading: Reading, at: int) -> Belief:
    """The belief once something better than the clock so far says that it is `at` now: the
    machine's synchronisation, or a person.
    """
    expected = before._expected(reading)
    slow = (
        before.boot == reading.boot and before.doubt in (None, JUMPED) and at > expected + STEP_MS
    )
    return Belief(
        at=at,
        wall=reading.wall,
        uptime=reading.uptime,
        boot=reading.boot,
        shift=at - reading.wall if _apart(at, reading.wall) else 0,
        since=at,
        doubt=None,
        wrong_from=before.since if slow else None,
        wrong_until=expected if slow else None,
        confirmations=before.confirmations,
    )


def confirmed(before: Belief, reading: Reading, at: int) -> Belief:
    """The belief after a person said that it is `at` now."""
    belief = corrected(before, reading, at)
    return replace(
        belief, wrong_from=None, wrong_until=None, confirmations=before.confirmations + 1
    )


def misdated(opened_at: int, belief: Belief) -> bool:
    """Whether a day was opened, and so dated, by a clock that was slow and was put right since:
    whose it is, today's or an earlier day's, only a person can say.
    """
    return (
        belief.wrong_from is not None
        and belief.wrong_until is not None
        and belief.wrong_from <= opened_at <= belief.wrong_until
    )


def _apart(first: int, second: int) -> bool:
    return abs(first - second) > STEP_MS
