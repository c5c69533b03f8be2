"""Sending until it is taken: a receiver that is away is asked again, ever more slowly, for as long as it takes."""

import asyncio
import enum
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Final, Literal

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Gauge

log = logging.getLogger(__name__)

Sink = Literal["alertmanager", "webhook"]
SINKS: Final[tuple[Sink, ...]] = ("alertmanager", "webhook")
TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
"""Seconds for one request: a receiver that takes longer is away."""
FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 30.0
"""Seconds between tries: the first is a restart, the longest is how late the first alert after an outage may be."""


class Answer(enum.Enum):
    """What the receiver made of it."""

    TAKEN = "taken"
    REFUSED = "refused"
    """It will never take this one: it is counted, logged, and passed over."""
    AWAY = "away"
    """Not there, or not as configured: asked again."""


class NotifyMetrics:
    """What the bridge tells Prometheus. Labels are fixed sets, born at zero."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        one, two = ["sink"], ["sink", "result"]
        self.sent = Counter("detector_notifications", "News by what the receiver made of it", two, registry=registry)
        self.failed = Counter("detector_notify_failures", "Tries that were not answered well", one, registry=registry)
        self.up = Gauge("detector_notify_up", "1 when the receiver answered last", one, registry=registry)
        self.firing = Gauge(
            "detector_notify_firing", "Alerts that Alertmanager is told again, digests among them", registry=registry
        )
        self.folded = Gauge(
            "detector_notify_folded", "Alerts beyond the day's pages, counted in digests", registry=registry
        )

    def born(self, sinks: list[Sink]) -> None:
        """These receivers are told; the others have no series."""
        for sink in sinks:
            self.sent.labels(sink, "taken")
            self.sent.labels(sink, "refused")
            self.failed.labels(sink)
            self.up.labels(sink).set(1)


class Delivery:
    """The way to one receiver."""

    def __init__(self, sink: Sink, metrics: NotifyMetrics) -> None:
        self.sink: Sink = sink
        self.away = False
        self._metrics = metrics
        self._random = random.Random()  # noqa: S311 - jitter, not a secret

    async def once(self, send: Callable[[], Awaitable[tuple[int, Answer]]]) -> Answer:
        """One try."""
        try:
            status, answer = await send()
            said = f"status {status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            answer, said = Answer.AWAY, type(error).__name__
        away = answer is Answer.AWAY
        if away != self.away:
            log.log(
                logging.WARNING if away else logging.INFO,
                "%s %s (%s)", self.sink, "does not take alerts: trying again" if away else "answers again", said,
            )  # fmt: skip
        self.away = away
        self._metrics.up.labels(self.sink).set(not away)
        if away:
            self._metrics.failed.labels(self.sink).inc()
        return answer

    async def until_taken(self, key: str, send: Callable[[], Awaitable[tuple[int, Answer]]]) -> None:
        """Try until there is an answer."""
        pause = FIRST_PAUSE
        while (answer := await self.once(send)) is Answer.AWAY:
            await asyncio.sleep(pause * self._random.uniform(0.5, 1.0))
            pause = min(2 * pause, LONGEST_PAUSE)
        self._metrics.sent.labels(self.sink, answer.value).inc()
        if answer is Answer.REFUSED:
            log.error("%s refuses %s: it is passed over", self.sink, key)
