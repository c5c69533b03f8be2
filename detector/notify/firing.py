"""What Alertmanager was told, and what of a revision it is told now. Pure: the time is handed in."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import msgspec

from detector.notify.budget import Budget
from detector.notify.digest import digest
from detector.notify.folded import Folder
from detector.notify.form import Form, Posted, is_over, when
from detector.subscribe import News

LATELY: Final = timedelta(minutes=15)
"""How long an end is told again, as Prometheus does: an Alertmanager that was away meanwhile hears of it too."""


class Told(msgspec.Struct, frozen=True):
    """What was told of an alert, and the partition that its news come from."""

    partition: int
    posted: Posted

    @property
    def identity(self) -> frozenset[tuple[str, str]]:
        """What Alertmanager knows it by."""
        return frozenset(self.posted.labels.items())


class Firing:
    """What Alertmanager was told, so that it can be told again: it forgets everything when it starts anew."""

    def __init__(self, form: Form, budget: Budget) -> None:
        self._form = form
        self.budget = budget
        self.folder = Folder()
        self._told: dict[str, Told] = {}
        """By alert id, or by a digest's name, those that go on."""
        self._ended: dict[frozenset[tuple[str, str]], Told] = {}

    def __len__(self) -> int:
        return len(self._told)

    def handed(self, budget: Budget) -> None:
        """Partitions came, and with them their places. What was folded comes again, or is another member's."""
        self.budget = budget
        self.folder.forgets()

    def asks(self, news: News, now: datetime) -> str | None:
        """The note to keep so that the alert may be told on its own (`Budget.asks`); one that is over needs none."""
        alert = news.alert
        if alert is None or not news.firing or (alert.ends_at is not None and when(alert.ends_at) <= now):
            return None
        return self.budget.asks(alert, news.partition)

    def takes(self, news: News, now: datetime) -> list[Posted]:
        """What to tell of this revision. Nothing of an alert that was over before it came here, and nothing yet of one
        that goes into a digest.
        """
        alert, known = news.alert, self._told.pop(news.alert_id, None)
        folded = self.folder.drops(news.alert_id)
        if alert is None:  # erased: its end is told, without a word about it
            bare = known and Told(known.partition, msgspec.structs.replace(known.posted, annotations={}))
            return self._end(bare, now)
        told = Told(news.partition, self._form.posted(alert, now))
        if alert.status == "resolved":
            if folded:
                return []
            # Also when it is not known here: another member may have told of it, and an end too many is no harm.
            return self._end(told if known is None else _keeping(known, told), now)
        if is_over(told.posted, now):
            return self._end(known, now)
        if not self.budget.owns(alert):
            self.folder.takes(alert, news.partition)
            return self._end(known, now)
        return self._tell(news.alert_id, known, told, now)

    def digests(self, held: Collection[int], now: datetime) -> list[Posted]:
        """What to tell of the digests that changed; of one whose alerts are all over, its end."""
        self._lets_go(held, now)
        self.folder.passes(held, now)
        posted: list[Posted] = []
        short, pages = set(self.folder.short), self.budget.pages
        for day, alerts in self.folder.days().items():
            known = self._told.pop(day.name, None)
            if not alerts:
                posted += self._end(known, now)
                continue
            link = self._form.page_url or ""
            told = digest(day, alerts, now=now, pages=pages, page_url=link, short=day in short)
            posted += self._tell(day.name, known, Told(alerts[0].partition, told), now)
        return posted

    def again(self, held: Collection[int], now: datetime) -> list[Posted]:
        """All that goes on, and the ends of the last quarter of an hour; other partitions are another member's."""
        self.digests(held, now)
        return [told.posted for told in (*self._ended.values(), *self._told.values())]

    def _lets_go(self, held: Collection[int], now: datetime) -> None:
        self._told = {
            key: told for key, told in self._told.items() if told.partition in held and not is_over(told.posted, now)
        }
        self._ended = {
            key: told
            for key, told in self._ended.items()
            if told.partition in held and now - (told.posted.ends_at or now) < LATELY
        }

    def _tell(self, key: str, known: Told | None, told: Told, now: datetime) -> list[Posted]:
        """This is how it is now; what it was under other labels is over."""
        changed = known is not None and known.identity != told.identity
        ended = self._end(known, now) if changed else []
        self._told[key] = told
        self._ended.pop(told.identity, None)
        return [*ended, told.posted]

    def _end(self, known: Told | None, now: datetime) -> list[Posted]:
        if known is None:
            return []
        posted = known.posted
        ended = msgspec.structs.replace(posted, ends_at=max(posted.starts_at, min(posted.ends_at or now, now)))
        self._ended[known.identity] = Told(known.partition, ended)
        return [ended]


def _keeping(known: Told, told: Told) -> Told:
    """The end under the labels that the beginning had."""
    labels, starts = known.posted.labels, known.posted.starts_at
    return Told(told.partition, msgspec.structs.replace(told.posted, labels=labels, starts_at=starts))
