"""The delivery process: takes what is due from the table, hands each notice to its channel in a
thread of its own, and writes down how that ended.
"""

import json
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any, Protocol
from urllib.parse import urlsplit

from domain.notices import KINDS
from domain.slip_key import hash_of, key_of

from ..centre import read_stored
from ..centre.models import CentreDocument
from ..centre.models.delivery import MessageProvider
from ..outside_keys import KeyTrouble as SecretTrouble
from ..store import centres, contacts, deliveries, slip_keys
from ..store.deliveries import FAILED, GONE, PERHAPS, PROVIDER, SENT, WAITING
from ..store.engine import StorageError, Store
from ..store.errors import KeyTrouble
from .job import Job
from .message import Messages
from .outcome import Ended, Outcome
from .renewal import NoToken
from .words import buttons, sentence

log = logging.getLogger("luot")
#: The table is looked at so often, for so many notices.
LOOK_EVERY_S, AT_ONCE = 0.5, 40
#: A notice taken for an attempt is nobody else's for so long; longer than any attempt takes.
LEASE_MS = 90_000
#: One receiver's host holds so many threads at most, so that one that hangs delays no other.
THREADS, OF_ONE_HOST = 32, 4
#: A notice whose host is busy is looked at again after so long.
BUSY_MS = 1_000
#: One whose address cannot be opened, since the key of the house is not there.
KEY_MS = 60_000
#: How long after each failed try the next one comes; the last stands for all later ones.
PAUSES_S: Mapping[str, tuple[int, ...]] = {
    "push": (2, 8, 30, 60),
    "webhook": (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400),
    "email": (60, 300, 1_800, 7_200),
}
OTHER_PAUSES_S = (15, 60, 300, 1_800)
MOST_TRIES = 12
#: Erasing and forgetting are looked after so often.
TIDY_EVERY_S = 20.0
REST_S = 15.0


class Channel(Protocol):
    """A way out of the house."""

    def send(self, job: Job) -> Outcome:
        """One attempt; does not raise for what goes wrong outside."""


class Deliverer:
    """Every centre of a store.

    channels: by name ("push", "webhook", "email"); `other` sends contacts of any other kind.
    clock: the hub's time (ms). public_url: what stands before the pages a notice leads to.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        other: Messages,
        clock: Callable[[], int],
        public_url: str = "",
    ) -> None:
        self._public_url = public_url.rstrip("/")
        self._store, self._channels, self._other, self._clock = store, channels, other, clock
        self._renewing: set[Future[None]] = set()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="delivery")
        self._under_way: dict[Future[Outcome], tuple[Job, Any, str]] = {}
        self._busy: Counter[str] = Counter()
        self._documents: dict[str, tuple[int, CentreDocument]] = {}
        self._tidied_at = -TIDY_EVERY_S

    def run(self, stop: Event) -> None:
        """Go on until told to stop; attempts under way are ended first."""
        while not stop.is_set():
            try:
                self.round()
            except StorageError as error:
                log.warning("delivery waits for the database: %s", error)
                stop.wait(REST_S)
            except Exception:
                log.exception("a round of delivery failed; again in %s s", REST_S)
                stop.wait(REST_S)
            stop.wait(LOOK_EVERY_S)
        self.finish()

    def finish(self) -> None:
        """Wait for what is under way, and write down how it ended."""
        self._pool.shutdown(wait=True)
        self._settle()

    def round(self) -> None:
        """One look: write down what has ended, hand out what is due. Raises StorageError."""
        self._settle()
        now = self._clock()
        with self._store.read() as conn:
            due = deliveries.is_due(conn, now)
        free = THREADS - len(self._under_way)
        if due and free > 0:
            with self._store.change() as conn:
                lapsed = deliveries.unanswered(conn, now, AT_ONCE, LEASE_MS)
                taken = deliveries.claim(conn, now, min(free, AT_ONCE), LEASE_MS)
            for row in lapsed:
                self._decide(row, None, Outcome(Ended.PERHAPS, "stopped"))
            for row in taken:
                self._hand_out(row, now)
        if time.monotonic() - self._tidied_at > TIDY_EVERY_S:
            self._tidy(now)

    def wait(self, seconds: float) -> bool:
        """Whether everything handed out has ended and is written down within so long."""
        deadline = time.monotonic() + seconds
        while self._under_way and time.monotonic() < deadline:
            self._settle()
            time.sleep(0.01)
        return not self._under_way

    def _hand_out(self, row: Any, now: int) -> None:
        try:
            job, error = self._job(row, now)
        except KeyTrouble as trouble:
            log.warning("notice %s of %s waits: %s", row.id, row.centre, trouble)
            self._write(row, state=WAITING, next_at=now + KEY_MS, tries=row.tries - 1)
            return
        except Exception:
            log.exception("notice %s of %s cannot be made", row.id, row.centre)
            self._write(row, state=FAILED, error="unmade")
            return
        if job is None:
            self._write(row, state=GONE, error=error)
            return
        host = _host(job)
        if self._busy[host] >= OF_ONE_HOST:
            # not an attempt: it waits for a thread
            self._write(row, state=WAITING, next_at=now + BUSY_MS, tries=row.tries - 1)
            return
        self._busy[host] += 1
        channel = self._channels.get(row.channel, self._other)
        self._under_way[self._pool.submit(_attempt, channel, job)] = (job, row, host)

    def _job(self, row: Any, now: int) -> tuple[Job | None, str]:
        document = self._document(row.centre)
        if now >= row.expires_at:
            return None, "too_late"
        address = ""
        with self._store.read() as conn:
            if row.receiver in deliveries.switched_off(conn, row.centre):
                return None, "off"
            if row.purpose == deliveries.SEAL:
                address = document.privacy.seal_mail or ""
                if not address:
                    return None, "no_receiver"
            elif row.channel != "webhook":
                contact = contacts.address_of(conn, row.centre, row.receiver, self._store.house_key)
                if contact is None:
                    return None, "contact_erased"
                address = contact[1]
        data = json.loads(row.data)
        title = body = ""
        if row.channel != "webhook":
            url = f"{self._public_url}{data['path']}" if data.get("path") else ""
            title, body = sentence(document, row.kind, row.lang, {**data, "url": url})
        return (
            Job(
                row.id,
                document,
                row.receiver,
                row.kind,
                row.channel,
                address,
                row.lang,
                data,
                now,
                row.expires_at - now,
                title,
                body,
                str(data.get("path") or self._ticket_page(row)),
                buttons(document, row.lang),
            ),
            "",
        )

    def _ticket_page(self, row: Any) -> str:
        """The page of the number a notice is about; "" where its slip's key was made by a kiosk."""
        if row.purpose != "ticket" or row.channel != "push":
            return ""
        with self._store.read() as conn:
            secret = slip_keys.secret_of(conn, row.centre)
            kept = slip_keys.kept_hash(conn, row.centre, row.subject)
        key = key_of(secret, row.subject) if secret is not None else ""
        return f"/t/{key}" if key and kept == hash_of(key) else ""

    def _document(self, code: str) -> CentreDocument:
        with self._store.read() as conn:
            version = centres.version_of(conn, code)
            kept = self._documents.get(code)
            if kept is not None and kept[0] == version:
                return kept[1]
            stored = centres.stored(conn, code)
        if stored is None:
            raise KeyError(code)
        document, _ = read_stored(json.loads(stored[1]))
        self._documents[code] = (stored[0], document)
        return document

    def _settle(self) -> None:
        for future in [future for future in self._under_way if future.done()]:
            job, row, host = self._under_way.pop(future)
            self._busy[host] -= 1
            self._decide(row, job, future.result())

    def _decide(self, row: Any, job: Job | None, outcome: Outcome) -> None:
        """Write down how an attempt ended, and when the next one comes."""
        now = self._clock()
        error = outcome.error
        match outcome.ended:
            case Ended.SENT:
                self._write(row, state=SENT, sent_at=now, error="")
            case Ended.REFUSED:
                self._write(row, state=FAILED, error=error)
            case Ended.GONE:
                self._let_go(row, error, now)
            case Ended.PERHAPS if not self._repeats(row):
                self._write(row, state=PERHAPS, error=error)
            case _:
                next_at = now + max(_pause_ms(row), outcome.again_after_ms)
                if row.tries >= MOST_TRIES or next_at >= row.expires_at:
                    ended = PERHAPS if outcome.ended is Ended.PERHAPS else FAILED
                    self._write(row, state=ended, error=error)
                else:
                    self._write(row, state=WAITING, next_at=next_at, error=error)

    def _repeats(self, row: Any) -> bool:
        """Whether what may have been sent is sent again: where the receiver knows it by its id, or
        the centre says so.
        """
        if row.channel in ("push", "webhook"):
            return True
        delivery = self._document(row.centre).delivery
        if row.channel == "email":
            return delivery.mail is not None and delivery.mail.repeat_unconfirmed
        return any(
            provider.kind == row.channel and (provider.knows_id or provider.repeat_unconfirmed)
            for provider in delivery.messages
        )

    def _let_go(self, row: Any, error: str, now: int) -> None:
        """The receiver takes nothing more: its contact is erased; a webhook is turned off until
        somebody turns it on again.
        """
        with self._store.change() as conn:
            deliveries.settle(conn, row.id, state=GONE, error=error)
            if row.channel == "webhook":
                deliveries.switch_off(conn, row.centre, row.receiver, now, error)
            elif row.channel == "push":
                contacts.erase(conn, row.centre, [row.receiver])

    def _write(self, row: Any, **values: Any) -> None:
        with self._store.change() as conn:
            deliveries.settle(conn, row.id, **values)

    def _tidy(self, now: int) -> None:
        """Forget what was sent long ago; contacts are erased by the hub (acts/retention.py)."""
        self._tidied_at = time.monotonic()
        with self._store.read() as conn:
            codes = centres.codes(conn)
        for code in codes:
            document = self._document(code)
            self._look_after_tokens(document, now)
            days = document.delivery.keep_days
            with self._store.change() as conn:
                deliveries.forget_before(conn, code, now - days * 86_400_000)

    def _look_after_tokens(self, document: CentreDocument, now: int) -> None:
        """Renew access tokens ahead of their time, sent or not, and tell managers of a provider
        that takes its refresh token no more, until somebody has put in another.
        """
        self._renewing = {future for future in self._renewing if not future.done()}
        providers = [row for row in document.delivery.messages if row.renewal is not None]
        if not providers:
            return
        with self._store.read() as conn:
            off = deliveries.switched_off(conn, document.code)
        for provider in providers:
            receiver = f"{PROVIDER}:{provider.code}"
            trouble = self._other.renewals.trouble(document.code, provider)
            if (trouble is None) != (receiver not in off):
                with self._store.change() as conn:
                    if trouble is None:
                        deliveries.switch_on(conn, document.code, receiver)
                    else:
                        why, since = trouble
                        deliveries.switch_off(conn, document.code, receiver, since, why)
            if trouble is None and not self._renewing:
                renewing = self._pool.submit(self._renew, document.code, provider, now)
                self._renewing.add(renewing)

    def _renew(self, centre: str, provider: MessageProvider, now: int) -> None:
        try:
            self._other.renewals.access(centre, provider, now)
        except (NoToken, KeyTrouble, SecretTrouble) as trouble:
            log.info("no access token of %s at %s: %s", provider.code, centre, trouble)


def _attempt(channel: Channel, job: Job) -> Outcome:
    try:
        return channel.send(job)
    except Exception:
        # a fault of ours must not look like a receiver's, and must not be repeated for ever
        log.exception("%s could not be sent by %s", job.id, job.channel)
        return Outcome(Ended.PERHAPS, "fault")


def _host(job: Job) -> str:
    """What one slow receiver may hold up: a push service, a webhook, a provider."""
    if job.channel != "push":
        return f"{job.document.code} {job.channel} {job.receiver if not job.address else ''}"
    try:
        return urlsplit(str(json.loads(job.address)["endpoint"])).netloc
    except (ValueError, KeyError, TypeError):
        return "push"


def _pause_ms(row: Any) -> int:
    pauses = PAUSES_S.get(str(row.channel), OTHER_PAUSES_S)
    seconds: int = pauses[min(max(row.tries, 1), len(pauses)) - 1]
    urgent = row.kind in KINDS and KINDS[row.kind].urgent
    # a call is worth nothing in half an hour
    seconds = min(seconds, 60) if urgent else seconds
    return round(seconds * 1000 * random.uniform(0.8, 1.2))  # noqa: S311
