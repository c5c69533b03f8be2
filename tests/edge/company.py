"""A small company whose alerts hang on what is known of its people together: one script that makes the rounds."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.edge.world import Record
from tests.streams import DAY, HOUR, MONDAY, call, outcome

PEOPLE, SHARERS, DAYS = 24, 9, 17
"""Nine people with the script lie in several of six partitions; 17 days are more than twice what a cohort reads."""


def company(seed: str = "rounds", people: int = PEOPLE, days: int = DAYS) -> list[Record]:
    """Everybody's records, in order of time."""
    chance = Random(seed)  # noqa: S311 - a seed, no secret
    told = [record for n in range(people) for day in range(days) for record in _day(chance, n, day)]
    told.sort(key=lambda record: str(record["occurred_at"]))
    return [Record(str(record["user_id"]).encode(), json.dumps(record).encode()) for record in told]


def _day(chance: Random, n: int, day: int) -> Iterator[dict[str, Any]]:
    """A person's day: honest work that is accepted and, for some, hours of a script that nobody wants."""
    at, who = MONDAY + day * DAY + chance.uniform(0, 2 * HOUR), {"user_id": f"person{n}", "agent": "coder"}
    session, name = f"s{n}-{day}", f"{n}-{day}"
    for step in range(4):
        at += chance.uniform(60, 900)
        words = f"{n}-{day}-{step}-{chance.random()}"
        yield call(
            at, f"{name}-{step}", **who, session_id=session, trigger="manual", prompt_hash=words, template_hash=words,
            target_hash=words, output_tokens=int(chance.lognormvariate(6, 1)), cost_usd=0.2, project="shop",
        )  # fmt: skip
    yield outcome(at + 60, name, user_id=who["user_id"], session_id=session, outcome="accepted")
    if n >= SHARERS or day < n % 4:
        return
    for step in range(8):
        at += chance.uniform(20, 40)
        yield call(
            at, f"{name}-x{step}", **who, session_id=session + "x", trigger="agent", prompt_hash=f"x{step}",
            template_hash="the script", target_hash="one", output_tokens=500, cost_usd=0.1, project="shop",
        )  # fmt: skip
    yield outcome(at + 60, f"{name}-x", user_id=who["user_id"], session_id=session + "x", outcome="discarded")
