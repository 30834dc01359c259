"""Word between several hub processes, over Redis:

"this centre moved on". Only a hint; the journal in the database is what everybody reads.
"""

import json
import logging
import threading
from collections.abc import Callable
from typing import Any

log = logging.getLogger("luot.notifier")
CHANNEL = "luot"
#: Redis stands nearby: what it does not answer in this time it does not answer.
ANSWERS_WITHIN_S = 1.0
#: How long the listener waits for a message before it looks whether the connection still lives.
LISTEN_S = 1.0


class Notifier:
    """Says that a centre changed, and hears it from the other processes.

    Redis may come and go: without it the others look once a second. `start` runs a function beside
    the caller: nobody who acts waits for Redis.
    """

    def __init__(self, url: str, start: Callable[..., Any]) -> None:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._redis = redis.Redis.from_url(
            url,
            socket_connect_timeout=ANSWERS_WITHIN_S,
            socket_timeout=ANSWERS_WITHIN_S,
            # the library's own retries would take seconds, and the hint is worth nothing then
            retry=Retry(NoBackoff(), 1),
            health_check_interval=5,
        )
        self._trouble = (redis.RedisError, OSError)
        self._start = start
        self._lock = threading.Lock()
        self._unsaid: dict[str, int] = {}
        self._is_saying = self._is_away = False

    def say(self, centre: str, seq: int) -> None:
        """Tell the other processes; never waits. A Redis that is away costs nothing but the
        hint.
        """
        with self._lock:
            self._unsaid[centre] = max(seq, self._unsaid.get(centre, 0))
            if self._is_saying:
                return
            self._is_saying = True
        self._start(self._say_all)

    def _say_all(self) -> None:
        while True:
            with self._lock:
                words, self._unsaid = self._unsaid, {}
                if not words:
                    self._is_saying = False
                    return
            try:
                for centre, seq in words.items():
                    self._redis.publish(CHANNEL, json.dumps([centre, seq]))
                self._came_back()
            except self._trouble as error:
                self._went(error)
            except Exception:
                log.exception("the other processes were not told; they look by themselves")

    def listen(self, heard: Callable[[str, int], None], went_well: Callable[[], None]) -> None:
        """Hear the others, until Redis goes away: then raises, and is to be called again.

        What `heard` cannot do is logged: the next look at the database mends it.
        """
        with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(CHANNEL)
            while True:
                message = channel.get_message(timeout=LISTEN_S)
                if message is not None:
                    self._take(message["data"], heard)
                went_well()

    @staticmethod
    def _take(data: Any, heard: Callable[[str, int], None]) -> None:
        try:
            centre, seq = json.loads(data)
            heard(str(centre), int(seq))
        except Exception as error:
            log.warning("what another process said could not be taken (%s); going on", error)

    def _went(self, error: Exception) -> None:
        if not self._is_away:
            self._is_away = True
            log.warning("Redis is away (%s); the other processes look by themselves", error)

    def _came_back(self) -> None:
        if self._is_away:
            self._is_away = False
            log.info("Redis is there again")
