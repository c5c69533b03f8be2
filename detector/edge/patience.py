"""How long a server may be away: tries again with growing, jittered pauses, then gives up with one sentence."""

import asyncio
import logging
import random
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from aiokafka.errors import KafkaError
from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from detector.edge.failures import Unreachable
from detector.edge.metrics import Metrics

log = logging.getLogger(__name__)

REDIS_AWAY: Final = (
    RedisConnectionError,
    RedisTimeoutError,
    BusyLoadingError,
    ReadOnlyError,  # a replica that was a primary a moment ago: the failover is not through
    TryAgainError,
    ClusterDownError,  # a shard without a master, or a replica without one: the failover is not through
    RedisClusterException,
    OutOfMemoryError,  # full: a person makes room, and nothing was written
)
AWAY_CODES: Final = ("BUSY", "NOREPLICAS", "MISCONF", "OOM", "READONLY", "MASTERDOWN", "LOADING")
"""Beginnings of replies that pass without our doing: another's long script, too few replicas, a full disk."""
REDIS_RAISES: Final = (RedisError, TimeoutError, AttributeError)
"""What a call to Redis may end with; see `redis_away` for the last."""
KAFKA_AWAY: Final = (KafkaError, TimeoutError)
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0
"""Seconds between tries: the first is a lost packet, the longest keeps recovery within two seconds of the server's."""

Answer = TypeVar("Answer")


def redis_away(error: BaseException) -> bool:
    """Whether Redis is away, or there and for now unable to do it. Redis 6.2 wraps a code that a script ran into.

    redis-py 8.1 falls over its own connection, with an `AttributeError`, when another of its tasks has closed it
    between two steps, as a cluster's client does when a master is missed (its issue 4287; fixed after 8.1).
    """
    if isinstance(error, AttributeError):
        return _raised_in(error).startswith("redis.")
    if isinstance(error, ResponseError) and not isinstance(error, REDIS_AWAY):
        text = str(error)
        return text.startswith(AWAY_CODES) or any(f": -{code} " in text for code in AWAY_CODES)
    return isinstance(error, REDIS_AWAY)


def _raised_in(error: BaseException) -> str:
    """The module whose line raised it; empty where that is not known."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return str(frames[-1][0].f_globals["__name__"]) if frames else ""


def kafka_away(error: BaseException) -> bool:
    """Whether it is Kafka that is away."""
    return isinstance(error, KAFKA_AWAY)


class Patience:
    """Calls servers and knows which of them answered last."""

    def __init__(self, seconds: float, metrics: Metrics) -> None:
        self._seconds = seconds
        self._metrics = metrics
        self._random = random.Random()  # noqa: S311 - jitter, not a secret
        self.away: dict[str, float] = {}
        """Servers that did not answer last, since when (monotonic seconds)."""
        self._tried_again: Counter[str] = Counter()
        """Calls by server that failed and are not through: while there are any, an answer to another one, as to a ping,
        says nothing. A full Redis answers pings for ever."""

    async def redis(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """The call's answer, however long Redis takes within the bound. Raises `Unreachable`."""
        return await self._until("redis", call, redis_away)

    async def kafka(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """The same for Kafka."""
        return await self._until("kafka", call, kafka_away)

    async def _until(
        self, server: str, call: Callable[[], Awaitable[Answer]], away: Callable[[BaseException], bool]
    ) -> Answer:
        pause, failed = FIRST_PAUSE, False
        try:
            while True:
                try:
                    answer = await call()
                    break
                except (*REDIS_RAISES, KafkaError) as error:
                    if not away(error):
                        raise
                    if not failed:
                        failed = True
                        self._tried_again[server] += 1
                    self.missed(server, error)
                await asyncio.sleep(pause * self._random.uniform(0.5, 1.0))
                pause = min(2 * pause, LONGEST_PAUSE)
        finally:
            self._tried_again[server] -= failed
        self.answered(server)
        return answer

    def answered(self, server: str) -> None:
        """The server is there, and able to do what is asked of it."""
        if self._tried_again[server]:
            return
        self._metrics.reachable.labels(server).set(1)
        if (since := self.away.pop(server, None)) is not None:
            log.info("%s answers again after %.1f s", server, time.monotonic() - since)

    def missed(self, server: str, error: BaseException) -> None:
        """The server did not answer. Raises `Unreachable` when that has lasted too long."""
        self._metrics.reachable.labels(server).set(0)
        now = time.monotonic()
        if server not in self.away:
            log.warning("%s does not answer (%s: %s): trying again", server, type(error).__name__, error)
        since = self.away.setdefault(server, now)
        if now - since > self._seconds:
            raise Unreachable(f"{server} was away for more than DETECTOR_OUTAGE_SECONDS={self._seconds:g}: {error}")
