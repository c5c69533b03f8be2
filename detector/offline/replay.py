"""The judgement without Kafka or Redis: all users' profiles in one process, fed line by line."""

from typing import Final

from detector.alert import Source
from detector.cohort import Cohorts
from detector.event import Decoder, Event, Label, Rejection
from detector.pipeline import Pipeline, Step
from detector.policy import Policy
from detector.profile import Profile
from detector.reach import Reach

MAX_HOT: Final = 10_000
"""Profiles kept as objects, about 45 KiB each; the others rest as bytes, about a sixth of that."""


class Replay:
    """All users' profiles and the judgement."""

    def __init__(self, policy: Policy, pseudonym_key: bytes | None = None, max_hot: int = MAX_HOT) -> None:
        self.cohorts = Cohorts()
        self.pipeline = Pipeline(policy, self.cohorts)
        self.reach = Reach()
        self.believed = True
        """Whether the clock of the last record is believed: counts of one that is not are not taken in."""
        self.decoder = Decoder(pseudonym_key)
        self.profiles: dict[str, Profile] = {}
        """The hot ones, in the order in which they were loaded."""
        self._resting: dict[str, bytes] = {}
        self._max_hot = max_hot

    @property
    def users(self) -> int:
        """How many users were seen."""
        return len(self.profiles) + len(self._resting)

    def feed(self, line: bytes, source: Source) -> Step | Rejection:
        """Judge one record; a refused one comes back as its rejection."""
        event = self.decoder.decode(line)
        return event if isinstance(event, Rejection) else self.step(event, source)

    def step(self, event: Event, source: Source) -> Step:
        """Judge one event."""
        key = event.key
        profile = self.profiles.get(key)
        if profile is None:
            profile = self._load(key)
        step = self.pipeline.step(profile, event, source)
        at = event.at
        self.believed = self.reach.believes(at) if isinstance(event, Label) else self.reach.see(at)
        if step.counts and self.believed:
            self.cohorts.add(step.counts)
        return step

    def profile(self, key: str) -> Profile:
        """What is remembered of a user by now."""
        return self.profiles.get(key) or self._load(key)

    def _load(self, key: str) -> Profile:
        if len(self.profiles) >= self._max_hot:
            oldest = next(iter(self.profiles))
            self._resting[oldest] = self.profiles.pop(oldest).dumps()
        state = self._resting.pop(key, None)
        profile = self.profiles[key] = Profile.new(key) if state is None else Profile.loads(key, state)
        return profile
