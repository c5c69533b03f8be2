"""Alerts to any receiver over HTTP, signed: it can tell that they are from here, new, and not told before.

    Detector-Timestamp: 1777885951
    Detector-Signature: v1=<hex of HMAC-SHA256 by DETECTOR_WEBHOOK_KEY over timestamp, ".", body>
    Idempotency-Key: <alert_id>:<revision>

The body is the alert record as published, or `{"alert_id": ..., "status": "erased"}`.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import partial
from typing import Final

import aiohttp
import msgspec

from detector.edge.settings import Settings
from detector.notify.delivery import TIMEOUT, Answer, Delivery, NotifyMetrics
from detector.subscribe import News, Subscription

TIMESTAMP: Final = "Detector-Timestamp"
SIGNATURE: Final = "Detector-Signature"
IDEMPOTENCY: Final = "Idempotency-Key"
FRESH_SECONDS: Final = 300.0
"""How old a request may be for `verified`: each try is signed anew, so only clocks differ by that much."""
KNOWN_ALREADY: Final = 409
NEVER: Final = frozenset({400, 413, 415, 422})
"""The receiver does not like this record. Anything else that is no success is a matter of access or of time."""


def signature(key: str, timestamp: int, body: bytes) -> str:
    """The value of the signature's header.

    >>> signature("sixteen letters!", 1777885951, b"{}")[:19]
    'v1=1d688684d4e7ca21'
    """
    told = hmac.new(key.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
    return f"v1={told}"


def verified(key: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """What a receiver asks first: signed by the key, and lately."""
    timestamp = headers.get(TIMESTAMP, "")
    if not timestamp.isdecimal() or abs(now - int(timestamp)) > FRESH_SECONDS:
        return False
    return hmac.compare_digest(headers.get(SIGNATURE, ""), signature(key, int(timestamp), body))


def body_of(news: News) -> bytes:
    """The record as published; of an erased alert, that it is."""
    return news.record or msgspec.json.encode({"alert_id": news.alert_id, "status": "erased"})


class Webhook:
    """One receiver, told everything in the topic's order."""

    def __init__(self, settings: Settings, session: aiohttp.ClientSession, metrics: NotifyMetrics) -> None:
        self.delivery = Delivery("webhook", metrics)
        self._settings = settings
        self._session = session
        self._url, self._key = settings.webhook_url or "", settings.webhook_key or ""

    async def run(self) -> None:
        """Until cancelled."""
        async with Subscription(self._settings, f"{self._settings.notify_group}-webhook") as alerts:
            async for news in alerts:
                await self.delivery.until_taken(news.key, partial(self._post, news))

    async def _post(self, news: News) -> tuple[int, Answer]:
        body, now = body_of(news), int(time.time())
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: str(now),
            SIGNATURE: signature(self._key, now, body),
            IDEMPOTENCY: news.key,
        }
        request = self._session.post(self._url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        async with request as reply:
            if reply.status < 300 or reply.status == KNOWN_ALREADY:
                return reply.status, Answer.TAKEN
            return reply.status, Answer.REFUSED if reply.status in NEVER else Answer.AWAY
