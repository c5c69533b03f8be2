"""Alerts to Alertmanager, one or several: told when they change, and again while they go on."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Final

import aiohttp
import msgspec

from detector.edge.settings import Settings
from detector.notify.delivery import TIMEOUT, Answer, Delivery, NotifyMetrics
from detector.notify.form import Firing, Form, Posted
from detector.subscribe import Subscription

BATCH: Final = 500
"""Alerts in one request, about 1 MB."""
BAD_REQUEST: Final = 400
"""Alertmanager has taken the good ones of the request and says that others were none: asking again changes nothing."""


class Alertmanager:
    """Every Alertmanager of a cluster is told, as Prometheus does; an alert is delivered when one has taken it.

    The others hear of it with the next refresh.
    """

    def __init__(self, settings: Settings, session: aiohttp.ClientSession, metrics: NotifyMetrics) -> None:
        self.delivery = Delivery("alertmanager", metrics)
        self._settings = settings
        self._session = session
        self._metrics = metrics
        self._firing = Firing(Form(settings.notify_names, settings.page_url))
        self._urls = [
            url.strip().rstrip("/") + "/api/v2/alerts" for url in (settings.alertmanager_url or "").split(",")
        ]
        token = settings.alertmanager_token
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    async def run(self) -> None:
        """Until cancelled."""
        name = f"{self._settings.notify_group}-alertmanager"
        async with Subscription(self._settings, name, recall=True) as alerts, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._refresh(alerts))
            async for news in alerts:
                if posted := self._firing.takes(news, datetime.now(UTC)):
                    await self.delivery.until_taken(news.key, partial(self._post, posted))
                self._metrics.firing.set(len(self._firing))

    async def _refresh(self, alerts: Subscription) -> None:
        """Once in a while tell all again: one that was started anew has forgotten them."""
        while True:
            await asyncio.sleep(self._settings.alertmanager_refresh_seconds)
            posted = self._firing.again(alerts.partitions, datetime.now(UTC))
            self._metrics.firing.set(len(self._firing))
            for first in range(0, len(posted), BATCH):
                batch = posted[first : first + BATCH]
                if await self.delivery.once(partial(self._post, batch)) is Answer.AWAY:
                    break

    async def _post(self, posted: list[Posted]) -> tuple[int, Answer]:
        body = msgspec.json.encode(posted)
        answers = await asyncio.gather(*(self._post_to(url, body) for url in self._urls), return_exceptions=True)
        good = [answer for answer in answers if not isinstance(answer, BaseException)]
        if not good:
            raise next(answer for answer in answers if isinstance(answer, BaseException))
        return min(good, key=lambda answer: (answer[1] is Answer.AWAY, answer[0]))

    async def _post_to(self, url: str, body: bytes) -> tuple[int, Answer]:
        request = self._session.post(url, data=body, headers=self._headers, timeout=TIMEOUT, allow_redirects=False)
        async with request as reply:
            if reply.ok and reply.status < 300:
                return reply.status, Answer.TAKEN
            return reply.status, Answer.REFUSED if reply.status == BAD_REQUEST else Answer.AWAY
