"""Stories as data: a YAML file a typology, each story a few steps of one person's life, told as records.

A step is one of

- ``usual: DAYS``: honest working days, three sessions a day, other words every time, two thirds of them wanted;
- ``wait: HOURS``;
- ``calls: N`` with ``every`` (seconds), ``jitter`` (0-1 of it), ``session_of`` (calls a session, else one session),
  ``ends`` (outcomes of the sessions, in turn; none when not given), ``ends_after`` (hours) and ``call``: the fields of
  the record. ``{n}`` in a text is the call's number, ``{s}`` its session's; a list holds values taken in turn.

A story with ``people: N`` is lived by N people, each by chance of their own.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import yaml

from detector.alert import Alert
from detector.policy import Policy
from tests.streams import DAY, HOUR, MONDAY, Line, call, in_order, outcome, play

HERE = Path(__file__).parent


def stories() -> list[tuple[str, dict[str, Any]]]:
    """All stories with their names, `<typology>: <title>`."""
    found = []
    for path in sorted(HERE.glob("*.yaml")):
        found += [(f"{path.stem}: {story['story']}", story) for story in yaml.safe_load(path.read_text())]
    return found


def told(story: dict[str, Any]) -> list[Line]:
    """The records of a story, in the order of their times."""
    records = []
    for person in range(story.get("people", 1)):
        life = Life(person)
        for step in story["steps"]:
            life.live(step)
        records += life.records
    return in_order(records)


def alerts(story: dict[str, Any]) -> list[Alert]:
    """What is told of it under the shipped policy, or with the story's own settings."""
    return play(told(story), msgspec.convert(story.get("policy", {}), Policy)).told


class Life:
    """A person's clock and records so far."""

    def __init__(self, person: int = 0) -> None:
        self.at = MONDAY
        self.rng = Random(f"stories{person or ''}")  # noqa: S311 seeded stories, no secret
        self.person = f"-{person}" if person else ""
        self.told: list[dict[str, Any]] = []
        self.count = self.sessions = 0

    @property
    def records(self) -> list[dict[str, Any]]:
        """What was told, each record, and what it names, under this person's own ids."""
        own = ("user_id", "invocation_id", "session_id", "outcome_id")
        return [r | {name: r[name] + self.person for name in own if r.get(name)} for r in self.told]

    def live(self, step: dict[str, Any]) -> None:
        """One step."""
        if "usual" in step:
            self._usual(step["usual"])
        elif "wait" in step:
            self.at += step["wait"] * HOUR
        else:
            self._calls(**step)

    def _usual(self, days: int) -> None:
        for _ in range(days):
            morning = self.at
            for _ in range(3):
                self._session(self.rng.randint(8, 20))
                self.at += self.rng.uniform(0.3, 1.0) * HOUR
            self.at = morning + DAY

    def _session(self, calls: int) -> None:
        self.sessions += 1
        for n in range(calls):
            self.at += self.rng.lognormvariate(3.5, 1.2)
            self.count += 1
            word = f"{self.rng.randrange(1 << 60):016x}"
            self.told.append(call(
                self.at, self.count, session_id=f"usual-{self.sessions}", trigger="agent" if n % 4 else "manual",
                agent="coder", project="shop", model="m", prompt_hash=word, template_hash=word, simhash=word,
                target_hash=word[:2], output_tokens=int(self.rng.lognormvariate(6, 1)), cost_usd=0.1,
                input_tokens=int(self.rng.lognormvariate(8, 1)), identity="human",
            ))  # fmt: skip
        end = self.rng.choice(["accepted", "merged", "read", "accepted", "rejected", "discarded"])
        self.told.append(outcome(self.at + 300, f"u{self.sessions}", session_id=f"usual-{self.sessions}", outcome=end))

    def _calls(
        self, calls: int, every: float, call: dict[str, Any], jitter: float = 0.0, session_of: int | None = None,
        ends: list[str] | None = None, ends_after: float = 0.1,
    ) -> None:  # fmt: skip
        size = session_of or calls
        for n in range(calls):
            if n % size == 0:
                self.sessions += 1
            self.at += every * (1 + self.rng.uniform(-jitter, jitter))
            self.count += 1
            self.told.append(_record(self.at, self.count, self.sessions, call))
            if ends and n % size == size - 1:
                end, at = ends[n // size % len(ends)], self.at + ends_after * HOUR
                self.told.append(outcome(at, f"s{self.sessions}", session_id=f"s{self.sessions}", outcome=end))


def _record(at: float, n: int, s: int, fields: dict[str, Any]) -> dict[str, Any]:
    return call(at, n, session_id=f"s{s}", identity="human") | {name: _value(v, n, s) for name, v in fields.items()}


def _value(value: Any, n: int, s: int) -> Any:
    if isinstance(value, list):
        value = value[n % len(value)]
    return value.format(n=n, s=s) if isinstance(value, str) else value


def names() -> Iterator[str]:
    """The typologies that have stories."""
    return (path.stem for path in sorted(HERE.glob("*.yaml")))
