"""What labels would have changed: the same records judged as they were, and with each label known from its alert on.

Nobody can label an alert before it is there, so a label is put right after the record that first raised its alert: the
earliest that it could count from. It lasts as long as asked, from then. A label silences its own user's work alone, so
the second judgement is a copy of that profile, made when its first label comes in, and of nobody else's: what it
teaches about other people's alerts (`detector.cohort`), with many others of its kind, is left out.

Pure: records, and which labels are asked about, come from whoever reads them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Self

import msgspec

from detector.alert import Alert, Source, rfc3339
from detector.cohort import Cohorts
from detector.event import LATEST, Event, Label, Verdict_
from detector.learn import MAX_SILENCE_SECONDS
from detector.offline.against import Judged, place
from detector.offline.replay import Replay
from detector.pipeline import Pipeline
from detector.profile import Profile


class Asked(msgspec.Struct, frozen=True):
    """A label whose effect is asked for."""

    alert_id: str
    verdict: Verdict_
    seconds: float | None = None
    """How long it silences; the judgement's own limit when None."""
    person: str | None = None
    """The profile that the label itself names; None: the alert's."""
    published: Alert | None = None
    """The alert as its topic has it."""

    @classmethod
    def of(cls, label: Label) -> Self:
        """What a label record asks: its time is left out, its length stays."""
        lasts = (label.expires_at - label.occurred_at).total_seconds() if label.expires_at else None
        return cls(label.alert_id, label.verdict, lasts, label.key)

    def find(self, alerts: Sequence[Alert]) -> Alert | None:
        """Its alert among these: by the id; or, where the records before it are gone or another policy judges, so that
        it begins at another time, by the workload of the published one, from when that began.
        """
        same = (a for a in alerts if a.alert_id == self.alert_id and self.person in {None, a.key})
        known = self.published
        alike = (a for a in alerts if known and place(a) == place(known) and a.raised_at >= known.starts_at)
        return next(chain(same, alike), None)

    def label(self, number: int, alert: Alert) -> Label:
        """The label as it would have been written at once when the alert was raised."""
        since = datetime.fromisoformat(alert.raised_at)
        seconds = MAX_SILENCE_SECONDS if self.seconds is None else self.seconds
        return Label(
            label_id=f"preview {number}",
            occurred_at=since,
            tenant_id=alert.tenant_id,
            user_id=alert.user_id,
            alert_id=alert.alert_id,
            verdict=self.verdict,
            author="preview",
            expires_at=since + min(timedelta(seconds=seconds), LATEST - since - timedelta.resolution),
        )


class Effect(msgspec.Struct):
    """Where a label took hold."""

    alert_id: str
    verdict: str
    judged_as: str | None = None
    """The id under which the records kept raise its alert; None while they do not."""
    counts_from: str | None = None
    """None: with the labels before it its alert is never raised."""
    expires_at: str | None = None
    known_at_end: bool = False
    """Whether the alert is still remembered after the last record: a label written then silences nothing otherwise."""
    summary: str = ""


class Preview:
    """Two judgements of the same records. Everybody's are judged, for what is known of people in general; twice, those
    of labelled people.
    """

    def __init__(self, judge: Replay, asked: Iterable[Asked]) -> None:
        self._judge = judge
        self._cohorts = Cohorts()
        self._pipeline = Pipeline(judge.pipeline.policy, self._cohorts)
        """What judges labelled people, beside what is known of everybody with the labels among the records."""
        self._asked = [(one, Effect(one.alert_id, one.verdict)) for one in asked]
        self._persons: dict[str, str] = {}
        """By the id that an alert asked about is raised under: its profile."""
        self._labelled: dict[str, Profile] = {}
        """Profiles that have a label which the others lack."""
        self._was: list[tuple[float, Alert]] = []
        self._now: list[tuple[float, Alert]] = []
        self.last_at = 0.0
        """The time (Unix seconds) of the last record."""

    def step(self, event: Event, source: Source, written: float | None = None) -> tuple[Alert, ...]:
        """Judge one record both ways; what it raises without labels. `written`: when it came in, where that is another
        time (Unix seconds) than its own.
        """
        self.last_at = at = event.at if written is None else written
        person = event.key
        step = self._judge.step(event, source)
        was = now = step.alerts
        if was:
            self._meet(was)
        if (profile := self._labelled.get(person)) is not None:
            step = self._pipeline.step(profile, event, source)
            now = step.alerts
        if self._judge.believed:
            self._cohorts.add(step.counts)
        if profile is None and person in self._persons.values():
            profile = self._labelled[person] = Profile.loads(person, self._judge.profile(person).dumps())
        if profile is not None:
            self._was += ((at, alert) for alert in was)
            self._now += ((at, alert) for alert in now)
            if now:
                self._label(profile, now, source)
        return was

    def unknown(self) -> list[str]:
        """Ids of alerts that the records never raised."""
        return [effect.alert_id for _, effect in self._asked if effect.judged_as is None]

    def judged(self, since: float) -> tuple[Judged, Judged]:
        """What was said of the labelled people by records that came in since then, without and with the labels. That an
        alert is over is no news by itself: it is told with the next record, weeks later perhaps.
        """
        both = Judged(), Judged()
        for judged, heard in zip(both, (self._was, self._now), strict=True):
            for at, alert in heard:
                if at >= since and alert.status == "firing":
                    judged.hear(alert)
        return both

    def effects(self) -> list[Effect]:
        """Each label's, in the order asked."""
        for _, effect in self._asked:
            if (known_as := effect.judged_as) is not None:
                alerts = self._judge.profile(self._persons[known_as]).alerts.values()
                effect.known_at_end = any(known.alert_id == known_as for known in alerts)
        return [effect for _, effect in self._asked]

    def _meet(self, alerts: Sequence[Alert]) -> None:
        """Note which of the alerts asked about the records raise."""
        for asked, effect in self._asked:
            if effect.judged_as is None and (alert := asked.find(alerts)) is not None:
                effect.judged_as, effect.summary = alert.alert_id, alert.summary
                self._persons[alert.alert_id] = alert.key

    def _label(self, profile: Profile, alerts: Sequence[Alert], source: Source) -> None:
        """Let the labels in that speak of these alerts."""
        for number, (asked, effect) in enumerate(self._asked):
            if effect.counts_from is None and (alert := asked.find(alerts)) is not None:
                label = asked.label(number, alert)
                self._cohorts.add(self._pipeline.step(profile, label, source).counts)
                effect.counts_from = alert.raised_at
                if label.verdict != "confirmed" and label.expires_at is not None:
                    effect.expires_at = rfc3339(label.expires_at.timestamp())
