"""One world through the judgement, in process: what was published, and how near the rest came."""

import time
from collections import defaultdict
from datetime import datetime

import msgspec

from detector.alert import Alert, FileSource, Source
from detector.cohort import Cohorts
from detector.consider import Change
from detector.evaluate.baselines import Baseline
from detector.evaluate.played import Named, Peak, Played, Story, Telling, Trace
from detector.evaluate.truth import User, Workload, World, read
from detector.event import Invocation, Rejection
from detector.evidence import Evidence, combined
from detector.evidence.catalogue import Typology
from detector.features import Features, burn_of
from detector.offline.replay import Replay
from detector.pipeline import Pipeline, Step
from detector.policy import DAY, Policy
from detector.profile import Profile
from detector.verdict import PLAIN, Verdict, accuse, agreeing


class Watched(Pipeline):
    """The judgement, with all evidence kept for a look, also what stays below the threshold."""

    def __init__(self, policy: Policy, cohorts: Cohorts) -> None:
        super().__init__(policy, cohorts)
        self.found: list[tuple[Evidence, bool]] = []
        """Each with whether it would be `tokenmaxxing` at its score."""

    def _weigh(
        self, profile: Profile, seen: Features, source: Source, typologies: list[Typology]
    ) -> tuple[list[Verdict], list[Change]]:
        return super()._weigh(profile, seen, source, [self._listening(judge) for judge in typologies])

    def _listening(self, judge: Typology) -> Typology:
        def listening(profile: Profile, seen: Features, policy: Policy) -> Evidence | None:
            evidence = judge(profile, seen, policy)
            if evidence is not None:
                gaming = evidence.typology not in PLAIN and accuse(agreeing(profile, evidence, policy))
                self.found.append((evidence, gaming))
            return evidence

        return listening


class _Call(msgspec.Struct, array_like=True, gc=False):
    at: float
    burn: float
    id: str
    session: str | None
    root: str | None
    template: str | None
    agent: str | None
    project: str | None


class Ledger:
    """What is noted while a world is played; who games is known only afterwards."""

    def __init__(self, policy: Policy, baselines: dict[str, Baseline]) -> None:
        self.policy = policy
        self.calls: dict[User, list[_Call]] = defaultdict(list)
        self.days: dict[User, set[int]] = defaultdict(set)
        self.stories: dict[tuple[User, str], Story] = {}
        self.peaks: dict[tuple[User, str, str, int], Peak] = {}
        self.baselines = baselines
        self.highest: dict[str, dict[tuple[User, int], float]] = {name: {} for name in baselines}

    def call(self, user: User, event: Invocation) -> None:
        """One invocation, for the burn and the baselines."""
        at, burn = event.at, burn_of(event)
        self.calls[user].append(_Call(
            at, burn, event.invocation_id, event.session_id, event.root_id or event.invocation_id, event.template_hash,
            event.agent, event.project,
        ))  # fmt: skip
        day = int(at // DAY)
        self.days[user].add(day)
        for name, baseline in self.baselines.items():
            score, best = baseline(user, event, burn), self.highest[name]
            if score > best.get((user, day), -1.0):
                best[user, day] = score

    def step(self, user: User, step: Step, found: list[tuple[Evidence, bool]], at: float) -> None:
        """What the judgement said of one event."""
        for alert in step.alerts:
            story = self.stories.setdefault((user, alert.alert_id), Story(alert.alert_id, user, []))
            if alert.status == "firing":
                story.tellings.append(_telling(alert))
        suppressed = {v.evidence.key: v.suppressed for v in step.verdicts}
        for evidence, gaming in found:
            self._peak(user, evidence, at, suppressed.get(evidence.key), gaming=gaming)

    def _peak(self, user: User, evidence: Evidence, at: float, suppressed: str | None, *, gaming: bool) -> None:
        score, day = combined(evidence), int(at // DAY)
        place = user, evidence.key, evidence.typology, day
        best = self.peaks.get(place)
        if best is not None and (best.gaming, best.score) >= (gaming, score):
            return
        named, every = _named(evidence.work), evidence.families(0.01)
        self.peaks[place] = Peak(
            user, evidence.key, evidence.typology, day, at, score, gaming, named, every, suppressed
        )


def play(world: World, policy: Policy, baselines: dict[str, Baseline]) -> Played:
    """Judge every record of a world and keep what the scoring needs."""
    began = time.process_time()
    judge, ledger = Replay(policy), Ledger(policy, baselines)
    watched = judge.pipeline = Watched(policy, judge.cohorts)
    number = 0
    for number, line in enumerate(world.records(), 1):
        event = judge.decoder.decode(line)
        if isinstance(event, Rejection):
            continue
        user = event.tenant_id, event.user_id
        if isinstance(event, Invocation):
            ledger.call(user, event)
        watched.found.clear()
        ledger.step(user, judge.step(event, FileSource("world", number)), watched.found, event.at)
    return _close(world, ledger, number, time.process_time() - began)


def _close(world: World, ledger: Ledger, records: int, seconds: float) -> Played:
    people, workloads = read(world.truth())
    return Played(
        records=records, seconds=seconds, people=people, workloads=workloads,
        active_days={user: len(found) for user, found in ledger.days.items()},
        stories=[story for story in ledger.stories.values() if story.tellings], peaks=list(ledger.peaks.values()),
        traces=[_trace(w, ledger.calls[w.key]) for w in workloads],
        baselines={k: [(user, day, s) for (user, day), s in best.items()] for k, best in ledger.highest.items()},
    )  # fmt: skip


def _trace(workload: Workload, calls: list[_Call]) -> Trace:
    own = [c for c in calls if c.id in workload.invocation_ids or c.session in workload.session_ids]
    own.sort(key=lambda c: c.at)
    return Trace(
        [c.at for c in own], [c.burn for c in own],
        frozenset(c.session for c in own if c.session), frozenset(c.root for c in own if c.root),
        frozenset(c.template for c in own if c.template), frozenset((c.agent, c.project) for c in own),
    )  # fmt: skip


def _named(work: object) -> Named:
    """What an alert about this work would name, as far as the work knows."""
    return Named(*(getattr(work, field, None) for field in Named.__struct_fields__))


def _telling(alert: Alert) -> Telling:
    work = alert.workload
    reasons = "; ".join(f"{r.feature}={r.value:g}" for r in alert.reasons)
    return Telling(
        datetime.fromisoformat(alert.raised_at).timestamp(), alert.category, alert.typology,
        Named(work.session_id, work.root_id, work.template_hash, work.agent, work.project),
        alert.score, tuple(alert.families), reasons,
    )  # fmt: skip
