"""What went outside lately, as managers see it: no address is in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.notices import KINDS

from ..store import contacts, deliveries
from .act import ActContext, Refusal
from .notices import WEBHOOK_KEPT_MS

DAY_MS = 86_400_000
STATES = (
    deliveries.FAILED,
    deliveries.PERHAPS,
    deliveries.GONE,
    deliveries.WAITING,
    deliveries.SENDING,
    deliveries.SENT,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One notice: what it told of, by which channel, how it ended and why."""

    id: str
    made_at: int
    kind: str
    channel: str
    receiver: str
    state: str
    tries: int
    error: str

    @property
    def can_go_again(self) -> bool:
        """Whether somebody may have it tried anew."""
        return self.state in (deliveries.FAILED, deliveries.PERHAPS)

    @property
    def waits(self) -> bool:
        """Whether somebody may take it back."""
        return self.state == deliveries.WAITING


@dataclass(frozen=True, slots=True)
class Lately:
    """counts: `{channel: {state: how many}}` of the last day; rows: the newest, those that failed
    first; off: webhooks that are sent nothing, `{code: (since, why)}`; unrenewed: providers of
    messages whose refresh token is taken no more, likewise; contacts: how many are kept.
    """

    counts: Mapping[str, Mapping[str, int]]
    rows: list[Sent]
    off: Mapping[str, tuple[int, str]]
    unrenewed: Mapping[str, tuple[int, str]]
    contacts: int


def sent_lately(context: ActContext, code: str) -> Lately:
    """What went outside of a centre lately."""
    since = context.clock() - DAY_MS
    counts: dict[str, dict[str, int]] = {}
    with context.store.read() as conn:
        for (channel, state), n in deliveries.counts(conn, code, since).items():
            counts.setdefault(channel, {})[state] = n
        troubled = deliveries.newest(conn, code, STATES[:3])
        others = deliveries.newest(conn, code, STATES[3:])
        off = deliveries.switched_off(conn, code)
        kept = contacts.count(conn, code)
    rows = [
        Sent(
            row.id,
            row.made_at,
            row.kind,
            row.channel,
            row.receiver.partition(":")[2],
            row.state,
            row.tries,
            row.error,
        )
        for row in [*troubled, *others]
    ]
    return Lately(
        counts, rows, _of_kind(off, deliveries.WEBHOOK), _of_kind(off, deliveries.PROVIDER), kept
    )


def _of_kind(off: Mapping[str, tuple[int, str]], wanted: str) -> dict[str, tuple[int, str]]:
    """Of all receivers that are off those of a kind, by their code."""
    parts = {name.partition(":")[::2]: about for name, about in off.items()}
    return {code: about for (kind, code), about in sorted(parts.items()) if kind == wanted}


def send_again(context: ActContext, code: str, id: str) -> None:
    """Have a notice tried anew that failed or may have been sent: as long as such a one is worth
    something, from now. Raises Refusal("bad_request") where there is none; may raise StorageError.
    """
    now = context.clock()
    with context.store.change() as conn:
        kind = KINDS.get(deliveries.kind_of(conn, code, id) or "")
        useful_ms = kind.useful_ms if kind is not None else WEBHOOK_KEPT_MS
        if not deliveries.again(conn, code, id, now, now + useful_ms):
            raise Refusal("bad_request", key="delivery", problem="gone")


def stop_sending(context: ActContext, code: str, id: str) -> None:
    """Take back a notice that waits. Raises Refusal("bad_request") where there is none, or an
    attempt is under way; may raise StorageError.
    """
    with context.store.change() as conn:
        if not deliveries.withdraw_one(conn, code, id):
            raise Refusal("bad_request", key="delivery", problem="gone")


def turn_on(context: ActContext, code: str, webhook: str) -> None:
    """Turn a webhook on that said it is gone. Raises Refusal("bad_request") where it is not off."""
    with context.store.change() as conn:
        if not deliveries.switch_on(conn, code, f"webhook:{webhook}"):
            raise Refusal("bad_request", key="webhook", problem="gone")


def receivers_off(context: ActContext, code: str) -> list[tuple[str, str, int]]:
    """`[(kind, code, since when)]` of webhooks that said they are gone, and of providers whose
    refresh token is taken no more.
    """
    if not context.centre(code).sends_by_others:
        return []
    with context.store.read() as conn:
        off = deliveries.switched_off(conn, code)
    return [
        (kind, receiver, at)
        for kind in (deliveries.WEBHOOK, deliveries.PROVIDER)
        for receiver, (at, _) in _of_kind(off, kind).items()
    ]
