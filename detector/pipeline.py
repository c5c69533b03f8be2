"""The way of one event, on one screen: assess reads, learn writes, in that order."""

import hashlib
from typing import Final, Literal

import msgspec

from detector import __version__, census, prior
from detector.alert import Alert, ProducedBy, Source
from detector.cohort import Cohorts, Count
from detector.consider import Change, Judge, Occasion, consider
from detector.credit import learn_outcome
from detector.event import Event, Invocation, Outcome
from detector.evidence.catalogue import CATALOGUE, Typology
from detector.evidence.telemetry_fault import telemetry_fault
from detector.features import LATE_SECONDS, Features, extract, extract_outcome
from detector.learn import learn_alerts, learn_call, learn_counted_twice, learn_label
from detector.names import id_hash
from detector.policy import DAY, Policy
from detector.profile import STATE_VERSION, Profile
from detector.verdict import Verdict, decide

Disposition = Literal["judged", "repeat", "late"]
LATE_RUN: Final = 5
"""Late records in a row after which the clock is believed again: one wrong future time must not silence a person."""
MODEL_DIGEST: Final = hashlib.blake2b(
    repr((STATE_VERSION, {k: v for k, v in vars(prior).items() if k.isupper()})).encode(), digest_size=6
).hexdigest()
"""Names the shipped models: layout and prior."""


class Step(msgspec.Struct, frozen=True):
    """What became of one event."""

    disposition: Disposition
    alerts: tuple[Alert, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    counts: tuple[Count, ...] = ()
    """What it adds to what is known of people in general."""


QUIET: Final[dict[Disposition, Step]] = {"judged": Step("judged"), "repeat": Step("repeat"), "late": Step("late")}
"""What becomes of nearly every event: nothing to tell."""


class Pipeline:
    """The judgement under one policy, beside what is known of people in general. Holds no state of any user."""

    def __init__(self, policy: Policy, cohorts: Cohorts | None = None) -> None:
        self.policy = policy
        self.cohorts = cohorts or Cohorts()
        self._judge = Judge(policy, ProducedBy(__version__, policy.digest, MODEL_DIGEST))
        self._typologies = [judge for name, judge in CATALOGUE.items() if name not in policy.off]

    def step(self, profile: Profile, event: Event, source: Source) -> Step:
        """Judge one event against its user's profile, then let the profile learn it. A redelivered one adds nothing."""
        record = record_id(event)
        if profile.knows(record):
            return Step("repeat")
        if isinstance(event, Invocation):
            return self._call(profile, event, record, source)
        profile.remember_id(record)
        if isinstance(event, Outcome):
            return self._outcome(profile, event, source)
        counts = census.of_label(profile, event)
        learn_label(profile, event)
        return Step("judged", counts=counts)

    def assess(self, profile: Profile, seen: Features, source: Source) -> tuple[list[Verdict], list[Change]]:
        """The verdicts on what is seen now, and the alerts that follow. Changes no byte of the profile."""
        return self._weigh(profile, seen, source, self._typologies)

    def _weigh(
        self, profile: Profile, seen: Features, source: Source, typologies: list[Typology]
    ) -> tuple[list[Verdict], list[Change]]:
        evidence = [found for judge in typologies if (found := judge(profile, seen, self.policy)) is not None]
        if not evidence and not profile.alerts:
            return [], []
        verdicts = decide(profile, seen.at, evidence, self.policy, seen.cohort)
        return verdicts, consider(profile, Occasion(seen.at, source), verdicts, self._judge)

    def _call(self, profile: Profile, call: Invocation, record: int, source: Source) -> Step:
        at = call.at
        if call.response_id and id_hash(call.response_id) in profile.responses:
            return self._counted_twice(profile, call, record, source)
        if is_late(profile, at):
            profile.late_run += 1
            profile.remember_id(record)
            return Step("late")
        profile.late_run = 0
        seen = extract(profile, call, at, self.cohorts.of(profile.tenant_id, int(at // DAY)))
        verdicts, changes = self.assess(profile, seen, source)
        flagged = bool(verdicts) and any(
            v.suppressed is None and v.category in {"tokenmaxxing", "waste"} for v in verdicts
        )
        flagged |= not seen.due and bool(profile.alerts)  # between two looks, what was seen last still holds
        barren = census.is_barren(seen, self.policy)
        counts = census.of_call(profile, seen, self.policy, barren=barren)
        learn_call(profile, call, record, seen, flagged=flagged, barren=barren)
        return self._close(profile, "judged", seen.at, verdicts, changes, counts)

    def _counted_twice(self, profile: Profile, call: Invocation, record: int, source: Source) -> Step:
        """The same answer under a new id, often with its old time: only telemetry is judged, as of now."""
        now = max(call.at, profile.last_at)
        seen = extract(profile, call, now)
        judges: list[Typology] = [judge for judge in self._typologies if judge is telemetry_fault]
        verdicts, changes = self._weigh(profile, seen, source, judges)
        learn_counted_twice(profile, call, record, now)
        return self._close(profile, "repeat", now, verdicts, changes)

    def _outcome(self, profile: Profile, outcome: Outcome, source: Source) -> Step:
        at = outcome.at
        learn_outcome(profile, outcome)
        seen = extract_outcome(profile, outcome, at, self.cohorts.of(profile.tenant_id, int(at // DAY)))
        if seen is None:
            return Step("judged")
        counts = census.of_outcome(profile, outcome, seen)
        verdicts, changes = self.assess(profile, seen, source)
        return self._close(profile, "judged", seen.at, verdicts, changes, counts)

    def _close(
        self,
        profile: Profile,
        disposition: Disposition,
        at: float,
        verdicts: list[Verdict],
        changes: list[Change],
        counts: tuple[Count, ...] = (),
    ) -> Step:
        if not (verdicts or changes or profile.alerts or counts):
            return QUIET[disposition]
        live = {v.evidence.key for v in verdicts if v.suppressed is None}
        learn_alerts(profile, changes, live, at, self.policy)
        return Step(disposition, tuple(change.alert for change in changes), tuple(verdicts), counts)


def record_id(event: Event) -> int:
    """What a redelivered record is known by; the kinds' ids never meet.

    An invocation's is the hash by which outcomes name it.
    """
    if isinstance(event, Invocation):
        return id_hash(event.invocation_id)
    return id_hash(f"outcome {event.outcome_id}" if isinstance(event, Outcome) else f"label {event.label_id}")


def is_late(profile: Profile, at: float) -> bool:
    """Whether a call is too old to judge, unless so many were in a row that it was the clock before that was wrong."""
    return at < profile.last_at - LATE_SECONDS and profile.late_run < LATE_RUN
