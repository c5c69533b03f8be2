"""Honest work that looks like gaming, each kind in a few lines, on other assumptions than the simulators': tokens are
drawn call by call, of all outcomes a share is reported, and a person's other work goes on beside it.
"""

from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any

import pytest

from detector.policy import Policy
from tests.streams import DAY, HOUR, MONDAY, call, in_order, outcome, play

DAYS = 20


class Life:
    """One person's records, drawn by chance of their own; `heard` is the share of ends that are reported."""

    def __init__(self, seed: str, heard: float) -> None:
        self.rng = Random(seed)  # noqa: S311 seeded records, no secret
        self.heard = heard
        self.numbers = count()
        self.records: list[dict[str, Any]] = []

    def call(self, at: float, session: str, trigger: str = "manual", **fields: Any) -> None:
        """One call, of other words and another length than any before unless said otherwise."""
        word = f"{self.rng.randrange(1 << 60):016x}"
        tokens = int(self.rng.lognormvariate(5.8, 1.0))
        usual = {
            "agent": "ide", "project": "shop", "prompt_hash": word, "template_hash": word, "simhash": word,
            "target_hash": word[:8], "prompt_chars": self.rng.randrange(20, 400), "output_tokens": tokens,
            "input_tokens": int(self.rng.lognormvariate(7.5, 0.8)), "cost_usd": 0.02 + 15e-6 * tokens,
        }  # fmt: skip
        self.records.append(call(at, next(self.numbers), session_id=session, trigger=trigger, **usual | fields))

    def end(self, at: float, session: str, *ends: str) -> None:
        """How a session ended, one of these, if anybody reports it."""
        if self.rng.random() < self.heard:
            end = self.rng.choice(ends)
            self.records.append(outcome(at, next(self.numbers), session_id=session, outcome=end))

    def length(self, log_tokens: float, spread: float) -> int:
        """Tokens of an answer."""
        return int(self.rng.lognormvariate(log_tokens, spread))

    def work(self, day: int, sessions: int, *ends: str) -> None:
        """A working day of sessions of five to twenty-five calls, whose ends are reported three times of five."""
        at = MONDAY + day * DAY
        for _ in range(sessions):
            name = f"work{next(self.numbers)}"
            at += self.rng.uniform(0.3, 1.2) * HOUR
            for n in range(self.rng.randrange(5, 25)):
                at += self.rng.lognormvariate(3.3, 1.0)
                self.call(at, name, "agent" if n % 5 else "manual")
            if self.rng.random() < 0.6:
                end = self.rng.choice(ends or ("accepted", "merged", "accepted", "rejected", "discarded"))
                self.records.append(outcome(at + 600, next(self.numbers), session_id=name, outcome=end))


def migration(life: Life, day: int) -> None:
    """Two days of one change over four hundred files each, merged a day later."""
    if day in {11, 14}:
        at = MONDAY + day * DAY + HOUR
        for n in range(400):
            at += life.rng.lognormvariate(3.0, 0.25)
            same = {"template_hash": "change", "simhash": "00ff00ff00ff00ff", "target_hash": f"{day}-{n}"}
            life.call(at, f"mig{day}", "agent", agent="codemod", output_tokens=life.length(6.2, 0.2), **same)
        for n in range(6):
            life.end(at + DAY + n * HOUR, f"mig{day}", "merged")


def builder_and_critic(life: Life, day: int) -> None:
    """Three loops a day in which one agent writes and another reads, until the change is small."""
    for loop in range(3):
        at, size, name = MONDAY + day * DAY + 2 * loop * HOUR, life.rng.uniform(600, 1500), f"loop{day}-{loop}"
        for _ in range(life.rng.randrange(4, 10)):
            at += life.rng.lognormvariate(3.3, 0.4)
            same = {"target_hash": name}
            life.call(at, name, "agent", agent="builder", template_hash="write", output_tokens=int(size), **same)
            at += life.rng.lognormvariate(3.0, 0.4)
            read = life.length(5.7, 0.2)
            life.call(at, name, "agent", agent="critic", template_hash="read", output_tokens=read, **same)
            size *= 0.8
        life.end(at + 600, name, "accepted", "accepted", "accepted", "rejected")


def watcher(life: Life, day: int) -> None:
    """Now and then a deployment is watched for some hours, at a small fixed cost."""
    if day % 3 == 0:
        for n in range(40):
            at, same = MONDAY + day * DAY + n * 600, {"template_hash": "look", "prompt_hash": "look", "cost_usd": 0.003}
            life.call(at, f"watch{day}", "scheduled", agent="watch", output_tokens=life.length(4.0, 0.15), **same)
            life.end(at + 3, f"watch{day}", "no_op")


def client_fault(life: Life, day: int) -> None:
    """One afternoon a client sends the same four thousand times, and gets nearly the same."""
    if day == 15:
        at, same = MONDAY + day * DAY + 6 * HOUR, {"template_hash": "b", "prompt_hash": "b", "target_hash": "t"}
        for _ in range(4000):
            at += 4 + 0.3 * life.rng.random()
            life.call(at, "stuck", "agent", output_tokens=life.length(5.3, 0.1), **same)


def retries(life: Life, day: int) -> None:
    """A provider that refuses six calls of seven, for an hour."""
    if day == 14:
        at, same = MONDAY + day * DAY + 2 * HOUR, {"template_hash": "r", "prompt_hash": "r", "target_hash": "t"}
        for n in range(600):
            at += life.rng.uniform(1, 6)
            refused = {"status": "rate_limited", "output_tokens": 0} if n % 7 else {"output_tokens": 300}
            life.call(at, "retry", "agent", **same | refused)
        life.end(at + 60, "retry", "accepted")


def review_bot(life: Life, day: int) -> None:
    """Under its owner's key it looks at each change, and half of what it says is read."""
    for n in range(life.rng.randrange(10, 40)):
        at, name = MONDAY + day * DAY + life.rng.random() * 10 * HOUR, f"change{day}-{n}"
        life.call(at, name, "event", agent="review", template_hash="rev", output_tokens=life.length(6.0, 0.3))
        life.end(at + 600, name, "read", "read", "no_op", "discarded")


def fleet(life: Life, day: int) -> None:
    """Every morning one question sets off five agents, twenty-five steps at once; most of that is used."""
    at, name = MONDAY + day * DAY + 6 * HOUR, f"fleet{day}"
    life.call(at, name)
    for n in range(25):
        step = {"template_hash": "part", "target_hash": f"{day}-{n}", "duration_ms": 30_000}
        life.call(at + 2 + 0.3 * n, name, "agent", agent=f"part{n % 5}", output_tokens=life.length(6.0, 0.5), **step)
    life.end(at + HOUR, name, "accepted", "accepted", "discarded")


def second_try(life: Life, day: int) -> None:
    """Eight questions a day; every fifth is answered badly, asked once more in the same words, and given up."""
    for n in range(8):
        at, name, bad = MONDAY + day * DAY + n * HOUR, f"question{day}-{n}", life.rng.random() < 0.2
        same = {"prompt_hash": name, "template_hash": name, "simhash": f"{life.rng.randrange(1 << 60):016x}"}
        for attempt in range(1 + bad):
            life.call(at + 90 * attempt, name, target_hash=name, **same)
        life.end(at + 300, name, *(["discarded"] if bad else ["accepted", "accepted", "accepted", "discarded"]))


def last_resort(life: Life, day: int) -> None:
    """Eight questions a day; for every fifth the whole of it is pasted in, three times, and three of four such fail."""
    for n in range(8):
        at, name, hard = MONDAY + day * DAY + n * HOUR, f"question{day}-{n}", life.rng.random() < 0.2
        life.call(at, name)
        for attempt in range(3 * hard):
            answer = life.rng.randrange(60, 140)
            life.call(at + 60 + 60 * attempt, name, input_tokens=60_000, output_tokens=answer, cost_usd=0.2)
        ends = ("discarded", "discarded", "rejected", "accepted") if hard else ("accepted", "accepted", "discarded")
        life.end(at + 900, name, *ends)


@pytest.mark.parametrize("heard", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(
    "kind",
    [migration, builder_and_critic, watcher, client_fault, retries, review_bot, fleet, second_try, last_resort],
    ids=lambda f: f.__name__,
)
def test_honest_work_is_never_called_gaming(kind: Callable[[Life, int], None], heard: float) -> None:
    """Whatever share of its ends is reported."""
    for seed in range(3):
        life = Life(f"{kind.__name__} {heard} {seed}", heard)
        for day in range(DAYS):
            if day % 7 < 5:
                life.work(day, 3)
                kind(life, day)
        told = play(in_order(life.records), Policy()).told
        assert [(a.typology, a.score, a.reasons) for a in told if a.category == "tokenmaxxing"] == []


@pytest.mark.parametrize("thrown_away", [1, 2, 3])
def test_who_rightly_throws_most_of_it_away_is_no_gamer(thrown_away: int) -> None:
    """Twenty people who explore and keep one of so many and one: the sessions of each are alike, as sums of independent
    calls are.
    """
    accused = 0
    for seed in range(20):
        life = Life(f"explore {seed}", 1.0)
        for day in range(DAYS):
            if day % 7 < 5:
                life.work(day, 6, "accepted", *["discarded"] * thrown_away)
        told = play(in_order(life.records), Policy()).told
        accused += any(alert.category == "tokenmaxxing" for alert in told)
    assert accused == 0
