"""Alerts to Alertmanager, one or several: told when they change, and again while they go on."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Final

import aiohttp
import msgspec

from detector.edge.settings import Settings
from detector.notify.budget import Budget
from detector.notify.delivery import TIMEOUT, Answer, Delivery, NotifyMetrics
from detector.notify.firing import Firing
from detector.notify.form import Form, Posted
from detector.subscribe import News, Subscription

BATCH: Final = 500
"""Alerts in one request, about 1 MB."""
DIGEST_SECONDS: Final = 2.0
"""How late a digest's counts may be: a thousand alerts at once are a few tellings of one digest."""
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
        self._firing = Firing(Form(settings.notify_names, settings.page_url), Budget(settings.pages_per_day, {}))
        self._turn = 0
        self._owed: dict[frozenset[tuple[str, str]], Posted] = {}
        """The last word on digests that nobody has taken yet."""
        self._urls = [
            url.strip().rstrip("/") + "/api/v2/alerts" for url in (settings.alertmanager_url or "").split(",")
        ]
        token = settings.alertmanager_token
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    async def run(self) -> None:
        """Until cancelled."""
        name, alone = f"{self._settings.notify_group}-alertmanager", self._settings.pages_per_day > 0
        async with (
            Subscription(self._settings, name, recall=True, alone=alone) as alerts,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(self._refresh(alerts))
            tasks.create_task(self._digest(alerts))
            async for news in alerts:
                self._given(alerts)
                if await self._placed(alerts, news) and (posted := self._firing.takes(news, datetime.now(UTC))):
                    await self.delivery.until_taken(news.key, partial(self._post, posted))
                self._counted()

    async def _placed(self, alerts: Subscription, news: News) -> bool:
        """Keep the alert's place in the day's pages before anything is told of it; False: it is another member's."""
        if (note := self._firing.asks(news, datetime.now(UTC))) is None:
            return True
        if not await alerts.keep(news.partition, note):
            return False
        self._firing.budget.kept(news.partition, note)
        return True

    def _given(self, alerts: Subscription) -> None:
        """Whatever partitions came lately, their places came with them; what was folded is recalled as well."""
        if alerts.turn != self._turn:
            self._turn = alerts.turn
            self._firing.handed(Budget(self._settings.pages_per_day, alerts.notes))

    def _counted(self) -> None:
        self._metrics.firing.set(len(self._firing))
        self._metrics.folded.set(len(self._firing.folder))

    async def _digest(self, alerts: Subscription) -> None:
        """Tell digests that changed, a little later than what changed them; never one of half of its alerts."""
        while True:
            await asyncio.sleep(DIGEST_SECONDS)
            if alerts.recalling:
                continue
            self._given(alerts)
            posted = self._firing.digests(alerts.partitions, datetime.now(UTC))
            self._counted()
            self._owed |= {frozenset(one.labels.items()): one for one in posted}
            owed = list(self._owed.values())
            if owed and await self.delivery.once(partial(self._post, owed)) is not Answer.AWAY:
                self._owed = {}

    async def _refresh(self, alerts: Subscription) -> None:
        """Once in a while tell all again: one that was started anew has forgotten them."""
        while True:
            await asyncio.sleep(self._settings.alertmanager_refresh_seconds)
            if alerts.recalling:
                continue
            self._given(alerts)
            posted = self._firing.again(alerts.partitions, datetime.now(UTC))
            self._counted()
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
