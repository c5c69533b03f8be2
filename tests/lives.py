"""Episodes: each tells some minutes to days of one person's life. Single random records would never repeat anything for
long enough to be judged.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.streams import DAY, HOUR, MONDAY, call, outcome

KINDS = ("accepted", "rejected", "merged", "discarded", "no_op", "read", "error")


class Life:
    """One person's records so far: a clock, numbers for ids, and the seeded chance that shapes them."""

    def __init__(self, rng: Random, tenant: str, user: str, name: str, at: float) -> None:
        self.rng, self.at, self.name = rng, at, name
        self.who = {"tenant_id": tenant, "user_id": user}
        self.count = 0
        self.sessions = 0
        self.last: dict[str, Any] = {}

    def number(self) -> str:
        self.count += 1
        return f"{self.name}-{self.count}"

    def session(self) -> str:
        self.sessions += 1
        return f"s-{self.name}-{self.sessions}"

    def call(self, seconds: float = 0.0, **fields: Any) -> dict[str, Any]:
        self.at += seconds
        base: dict[str, Any] = {"agent": "coder", "project": "shop", "output_tokens": 400, "cost_usd": 0.1}
        self.last = call(self.at, self.number(), **(self.who | base | fields))
        return self.last

    def outcome(self, seconds: float = 0.0, **fields: Any) -> dict[str, Any]:
        return outcome(self.at + seconds, self.number(), **(self.who | fields))


Episode = Callable[[Life], Iterator[dict[str, Any]]]


def work(life: Life) -> Iterator[dict[str, Any]]:
    """Ordinary work: other words, other files, mixed ends."""
    session = life.session()
    for _ in range(life.rng.randint(2, 12)):
        token = life.rng.randrange(1 << 60)
        yield life.call(
            life.rng.lognormvariate(4, 1),
            session_id=session,
            trigger=life.rng.choice(["manual", "agent"]),
            prompt_hash=f"p{token}",
            template_hash=f"t{token % 7}",
            target_hash=f"f{token % 5}",
            simhash=f"{token:016x}",
            output_tokens=token % 5000,
            status=life.rng.choice(["ok", "ok", "ok", "error"]),
        )
    yield life.outcome(60, session_id=session, outcome=life.rng.choice(KINDS))


def loop(life: Life) -> Iterator[dict[str, Any]]:
    """The same on the same, at an even beat, thrown away."""
    word, every = life.rng.randrange(3), life.rng.choice([5.0, 40.0])
    for _ in range(life.rng.randint(1, 5)):
        session = life.session()
        for _ in range(life.rng.randint(8, 15)):
            yield life.call(
                every, session_id=session, prompt_hash=f"loop{word}", template_hash=f"loop{word}",
                target_hash="one", simhash=f"{word:016x}", trigger="agent", response_id=f"r-{life.count}",
            )  # fmt: skip
        yield life.outcome(5, session_id=session, outcome=life.rng.choice(["discarded", "no_op", "rejected"]))


def heartbeat(life: Life) -> Iterator[dict[str, Any]]:
    """A timer that nobody watches, through the night."""
    for _ in range(life.rng.randint(10, 40)):
        yield life.call(1800, trigger="heartbeat", template_hash="beat", prompt_hash="beat", agent=None, project=None)


def duplicates(life: Life) -> Iterator[dict[str, Any]]:
    """A person asks the same again and again, and says so."""
    session = life.session()
    for _ in range(life.rng.randint(10, 40)):
        yield life.call(20, session_id=session, trigger="manual", prompt_hash="again", template_hash="again")
        if life.rng.random() < 0.2:
            yield life.outcome(1, invocation_id=life.last["invocation_id"], outcome=life.rng.choice(KINDS))


def flood(life: Life) -> Iterator[dict[str, Any]]:
    """Many tiny calls in a few minutes."""
    for _ in range(life.rng.randint(60, 90)):
        yield life.call(2, cost_usd=0.001, output_tokens=5, input_tokens=100, template_hash="tiny")


def fault(life: Life) -> Iterator[dict[str, Any]]:
    """A counter that tells the same answers again under new ids."""
    answer = f"r-{life.number()}"
    for _ in range(life.rng.randint(2, 30)):
        yield life.call(1, response_id=answer, client_version="1.2.3")


def spike(life: Life) -> Iterator[dict[str, Any]]:
    """Some plain days, then a day of far more."""
    for _ in range(7):
        life.at += DAY
        yield life.call(prompt_hash=life.number())
    life.at += DAY
    for _ in range(5):
        yield life.call(60, cost_usd=500.0, prompt_hash=life.number())


def silence(life: Life) -> Iterator[dict[str, Any]]:
    """Hours or days of nothing, then a sign of life."""
    life.at += life.rng.choice([3 * HOUR, 8 * HOUR, 2 * DAY, 9 * DAY])
    yield life.call()


def late(life: Life) -> Iterator[dict[str, Any]]:
    """A client that empties an old buffer, from hours to days behind."""
    behind, now = life.rng.choice([HOUR, 30 * HOUR, 5 * DAY]), life.at
    for n in range(life.rng.randint(1, 8)):
        life.at = now - behind + n
        yield life.call(prompt_hash="loop0", template_hash="loop0")
    life.at = now


def odd(life: Life) -> Iterator[dict[str, Any]]:
    """What the contract allows and nobody expects: nothing but the required, the longest ids, the largest counts."""
    long = "☂" * 256
    yield call(life.at, life.number(), **life.who)
    yield life.call(
        session_id=long, root_id=long, parent_id=long, response_id=long, agent=long * 2, project=long * 2,
        tool=long, prompt_hash=long, template_hash=long, target_hash=long, simhash="f" * 16, team_id=long,
        input_tokens=10**12, output_tokens=10**12, cache_read_tokens=10**12, cache_write_tokens=10**12, cost_usd=1e6,
        client_version=long, prompt_chars=10**12, duration_ms=10**12, identity="service", effort="high",
    )  # fmt: skip
    yield life.call(session_id=None, agent="", project="", prompt_hash="", cost_usd=0, output_tokens=0, trigger="ci")
    yield life.outcome(-2 * DAY, session_id=long, outcome="merged")
    yield life.outcome(invocation_id="never seen", outcome="read")


def loops(*days: float) -> list[dict[str, Any]]:
    """The same agent does the same for nothing on each of these days; a week between two makes two alerts."""
    life = Life(Random(1), "default", "ann", "a", MONDAY)  # noqa: S311 a seeded world, no secret
    records = []
    for day in days:
        life.at = MONDAY + day * DAY
        for _ in range(4):
            session = life.session()
            same = {"prompt_hash": "loop", "template_hash": "loop", "target_hash": "one", "simhash": f"{1:016x}"}
            records += [life.call(40, session_id=session, trigger="agent", **same) for _ in range(15)]
            records.append(life.outcome(5, session_id=session))
    return records


EPISODES: tuple[Episode, ...] = (work, loop, heartbeat, duplicates, flood, fault, spike, silence, late, odd)
