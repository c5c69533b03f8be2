"""The detector's own judgement, as an engine without our edge would carry it."""

import msgspec

from detector.alert import KafkaSource
from detector.event import Decoder, Event, Rejection
from detector.pipeline import Pipeline
from detector.policy import Policy
from detector.profile import Profile

Place = tuple[str, int, int]
"""Topic, partition and offset."""


class SameCore:
    """Decodes, judges, learns and encodes alerts; what the engine does around it is the engine's."""

    def __init__(self) -> None:
        self._decode = Decoder().decode
        self._step = Pipeline(Policy()).step
        self.profiles: dict[str, Profile] = {}

    def decode(self, value: bytes) -> Event | None:
        """The event, or None for what would be a dead letter: simulated records are none."""
        event = self._decode(value)
        return None if isinstance(event, Rejection) else event

    def step(self, profile: Profile, event: Event, place: Place) -> list[bytes]:
        """Judge with a profile that the engine keeps; the alerts, encoded."""
        return [msgspec.json.encode(alert) for alert in self._step(profile, event, KafkaSource(*place)).alerts]

    def take(self, value: bytes, place: Place) -> list[bytes]:
        """Judge with profiles kept here, in memory alone: after a crash everybody is a newcomer."""
        event = self.decode(value)
        if event is None:
            return []
        return self.step(self.profiles.get(event.key) or self.new(event.key), event, place)

    def new(self, key: str) -> Profile:
        """A newcomer's profile, held here from now on."""
        profile = self.profiles[key] = Profile.new(key)
        return profile
