"""Word between several hub processes, over Redis:

"this centre moved on". Only a hint; the journal in the database is what everybody reads.
"""

import json
import logging
import time

log = logging.getLogger("luot.notifier")
CHANNEL = "luot"
RETRY_S = 1.0


class Notifier:
    """Says that a centre changed, and hears it from the other processes.

    Redis may come and go: without it the others look once a second.
    """

    def __init__(self, url, heard):
        import redis

        self._redis = redis.Redis.from_url(url, socket_connect_timeout=2)
        self._trouble = redis.RedisError
        self._heard = heard

    def say(self, centre, seq):
        """Tell the other processes; a Redis that is away costs nothing but the hint."""
        try:
            self._redis.publish(CHANNEL, json.dumps([centre, seq]))
        except (self._trouble, OSError) as error:
            log.warning("Redis is away (%s); the other processes will look by themselves", error)

    def listen(self):
        """Hear the others for ever; one background task per process."""
        while True:
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as line:
                    line.subscribe(CHANNEL)
                    for message in line.listen():
                        self._heard(*json.loads(message["data"]))
            except (self._trouble, OSError, ValueError, TypeError) as error:
                log.warning("no word from Redis (%s); trying again", error)
                time.sleep(RETRY_S)
