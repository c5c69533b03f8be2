"""The doors that are fuzzed: what comes from Kafka, and what comes back from Redis."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from detector.alert import KafkaSource
from detector.edge.agent import FAULTS
from detector.edge.envelope import Envelope, EnvelopeError
from detector.edge.prompt_text import carries_text
from detector.event import Decoder, Invocation, Outcome, Rejection
from detector.pipeline import Pipeline
from detector.policy import Policy
from detector.profile import STATE_VERSION, Profile, StateError

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
USERS = 64
"""Profiles kept by the record door: enough that records meet each other's history, few enough to stay small."""
_call = Decoder().decode(
    b'{"kind":"invocation","invocation_id":"i","occurred_at":"2026-05-04T09:12:31Z","user_id":"u","input_tokens":9}'
)
assert isinstance(_call, Invocation)
CALL: Invocation = _call
TOLD: Counter[str] = Counter()


class Records:
    """The decoder and what stands behind it: each input becomes a refusal fit for a header, or it is judged."""

    def __init__(self) -> None:
        self._decoders = Decoder(), Decoder(b"k" * 32)
        self._pipeline = Pipeline(Policy())
        self._profiles: dict[str, Profile] = {}

    def __call__(self, data: bytes) -> None:
        """One record, without and with pseudonyms."""
        for decoder in self._decoders:
            event = decoder.decode(data)
            if isinstance(event, Rejection):
                assert event.detail.isprintable()
                assert 0 < len(event.detail) < 200
                TOLD["dead letters"] += 1
                continue
            carries_text(data)
            if len(self._profiles) > USERS:
                del self._profiles[next(iter(self._profiles))]
            profile = self._profiles.setdefault(event.key, Profile.new(event.key))
            self._pipeline.step(profile, event, KafkaSource("t", 0, 0))
            assert Profile.loads(event.key, profile.dumps()).dumps() == profile.dumps()
            TOLD["judged"] += 1


class States:
    """What comes back from Redis: with the key any change is refused; without it, the state's own reader stands."""

    def __init__(self) -> None:
        self._envelope = Envelope(b"k" * 32, codec=STATE_VERSION)
        self._pipeline = Pipeline(Policy())

    def __call__(self, data: bytes) -> None:
        """The input as sealed bytes, and as a body that somebody with the key has sealed."""
        try:
            self._envelope.open(CALL.key, 7, data)
        except EnvelopeError:
            TOLD["seals refused"] += 1
        else:
            raise AssertionError("bytes that nobody sealed were believed")
        try:
            profile = Profile.loads(CALL.key, self._envelope.open(CALL.key, 7, self._envelope.seal(CALL.key, 7, data)))
        except StateError:
            TOLD["states refused"] += 1
            return
        try:
            self._pipeline.step(profile, CALL, KafkaSource("t", 0, 0))
            profile.dumps()
        except FAULTS:  # the worker sets such a record aside (see `edge.agent`)
            TOLD["set aside"] += 1
        else:
            TOLD["judged"] += 1


class Faulty(Records):
    """Fails on every outcome: by this door the fuzzer itself is tested."""

    def __call__(self, data: bytes) -> None:
        """One record."""
        if isinstance(Decoder().decode(data), Outcome):
            raise ZeroDivisionError


DOORS: dict[str, Callable[[], Callable[[bytes], None]]] = {"record": Records, "state": States, "faulty": Faulty}


def seeds(name: str, folder: Path) -> None:
    """Write a door's first inputs: the schemas' examples, or profiles of some honest work."""
    if name != "state":
        for number, path in enumerate(sorted(EXAMPLES.rglob("*.json"))):
            (folder / f"{number}.json").write_bytes(path.read_bytes())
        return
    pipeline, envelope = Pipeline(Policy()), Envelope(b"other" * 8, codec=STATE_VERSION)
    profile = Profile.new(CALL.key)
    for number in range(4):
        (folder / f"body{number}").write_bytes(profile.dumps())
        (folder / f"sealed{number}").write_bytes(envelope.seal(CALL.key, 7, profile.dumps()))
        for call in range(10 * number + 1):
            told = json.dumps({
                "kind": "invocation", "invocation_id": f"{number}-{call}", "user_id": "u", "session_id": "s",
                "occurred_at": f"2026-05-0{number + 1}T10:{call:02}:00Z", "template_hash": "t", "prompt_hash": "p",
                "output_tokens": call, "prompt_chars": 9, "trigger": "scheduled",
            })  # fmt: skip
            pipeline.step(profile, Decoder().decode(told.encode()), KafkaSource("t", 0, call))
