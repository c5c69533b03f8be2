"""What a subscriber is told, and how repeats are known."""

from collections import OrderedDict
from typing import Final, Self

import msgspec

from detector.alert import Alert

MOST_SEEN: Final = 200_000
"""Alerts remembered of one partition, about 30 MB; those longest without news are forgotten first. Repeats come within
one checkpoint of the first telling, so a forgotten alert is told twice only after Redis was restored from a copy."""


class NotAnAlertError(ValueError):
    """A record of the alert topic that is no alert of this contract."""


class News(msgspec.Struct, frozen=True):
    """One revision of one alert, or that it is erased."""

    alert_id: str
    alert: Alert | None
    """None: whoever it was about is erased, and what was taken of it should go too."""
    record: bytes | None
    """As published."""
    partition: int = -1
    """Of the alert topic: all news of one alert come from one."""
    recalled: bool = False
    """Handled before this subscriber started; told only to one that asks for it (`Subscription(recall=True)`)."""

    @classmethod
    def of(cls, key: bytes | None, value: bytes | None, partition: int = -1) -> Self:
        """The news in a record of the topic. Fields that this version does not know are passed over.

        Raises `NotAnAlertError`.
        """
        if value is None:
            return cls((key or b"").decode(errors="replace"), None, None, partition)
        try:
            alert = DECODE(value)
        except msgspec.MsgspecError as error:
            raise NotAnAlertError(str(error)) from error
        return cls(alert.alert_id, alert, value, partition)

    @property
    def key(self) -> str:
        """The same for every repeat of this piece of news, and for nothing else: what to be idempotent by."""
        return f"{self.alert_id}:{'erased' if self.alert is None else self.alert.revision}"

    @property
    def firing(self) -> bool:
        """Whether the workload goes on, as far as this revision knows."""
        return self.alert is not None and self.alert.status == "firing"


DECODE: Final = msgspec.json.Decoder(Alert).decode


class Seen:
    """Which revisions were told: a worker that takes over may publish the last second's alerts again.

    >>> seen = Seen()
    >>> [seen.is_news("a", revision) for revision in (1, 2, 1, 2, 3)]
    [True, True, False, False, True]
    """

    def __init__(self, most: int = MOST_SEEN) -> None:
        self._most = most
        self._revisions: OrderedDict[str, int] = OrderedDict()

    def is_news(self, alert_id: str, revision: int) -> bool:
        """Whether this revision was not told yet; from now on it was."""
        if revision <= self._revisions.get(alert_id, 0):
            return False
        self._revisions[alert_id] = revision
        self._revisions.move_to_end(alert_id)
        if len(self._revisions) > self._most:
            self._revisions.popitem(last=False)
        return True

    def takes(self, news: News) -> bool:
        """The same for any news. That an alert is erased is always news, and then it is forgotten here too."""
        if news.alert is None:
            self._revisions.pop(news.alert_id, None)
            return True
        return self.is_news(news.alert_id, news.alert.revision)
