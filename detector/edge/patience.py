"""How long a server may be away: tries again with growing, jittered pauses, then gives up with one sentence."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from aiokafka.errors import KafkaError
from redis.exceptions import BusyLoadingError, ReadOnlyError, RedisClusterException, TryAgainError
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
    RedisClusterException,
)
KAFKA_AWAY: Final = (KafkaError, TimeoutError)
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0
"""Seconds between tries: the first is a lost packet, the longest keeps recovery within two seconds of the server's."""

Answer = TypeVar("Answer")


class Patience:
    """Calls servers and knows which of them answered last."""

    def __init__(self, seconds: float, metrics: Metrics) -> None:
        self._seconds = seconds
        self._metrics = metrics
        self._random = random.Random()  # noqa: S311 - jitter, not a secret
        self.away: dict[str, float] = {}
        """Servers that did not answer last, since when (monotonic seconds)."""

    async def redis(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """The call's answer, however long Redis takes within the bound. Raises `Unreachable`."""
        return await self._until("redis", call, REDIS_AWAY)

    async def kafka(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """The same for Kafka."""
        return await self._until("kafka", call, KAFKA_AWAY)

    async def _until(
        self, server: str, call: Callable[[], Awaitable[Answer]], faults: tuple[type[Exception], ...]
    ) -> Answer:
        pause = FIRST_PAUSE
        while True:
            try:
                answer = await call()
            except faults as error:
                self.missed(server, error)
                await asyncio.sleep(pause * self._random.uniform(0.5, 1.0))
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self.answered(server)
                return answer

    def answered(self, server: str) -> None:
        """The server is there."""
        self._metrics.reachable.labels(server).set(1)
        if (since := self.away.pop(server, None)) is not None:
            log.info("%s answers again after %.1f s", server, time.monotonic() - since)

    def missed(self, server: str, error: BaseException) -> None:
        """The server did not answer. Raises `Unreachable` when that has lasted too long."""
        self._metrics.reachable.labels(server).set(0)
        now = time.monotonic()
        if server not in self.away:
            log.warning("%s does not answer (%s): trying again", server, type(error).__name__)
        since = self.away.setdefault(server, now)
        if now - since > self._seconds:
            raise Unreachable(f"{server} was away for more than DETECTOR_OUTAGE_SECONDS={self._seconds:g}: {error}")
