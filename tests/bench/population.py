"""Many users of few kinds: real simulated people, each stood in for by any number of users with the same past.

A simulated person's first days give the profile that every user of that kind has in Redis when the run begins; what
the person does after that is what those users do, each from the beginning. So a run over a million users neither
simulates a million people nor meets newcomers only.
"""

import asyncio
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Literal, NamedTuple
from zlib import crc32

import msgspec

from detector.edge.envelope import Envelope
from detector.edge.redis_store import RedisStore
from detector.edge.settings import Settings
from detector.edge.store import UNREAD, Flush, Flushed, Grant
from detector.profile import STATE_VERSION, Profile
from detector.simulate import Company
from detector.simulate.kafka import Timed
from tests.bench.peers.same_core import SameCore
from tests.edge.world import STATE_KEY, Record, World

PAST = 30_000
"""Records that make the kinds' profiles: about nine days of forty people."""
FUTURE = 120_000
LEAST_FUTURE = 1_000
"""A kind that does less than this after its past can't stand in for a busy user."""
ZIPF = 0.9
"""Exponent of the uneven law: of a million users the busiest makes 2.5 % of the events, half of them a tenth."""
PRELOAD = 1_000
"""Profiles in one write of the preload."""

Law = Literal["uniform", "Zipf"]


class Kind(NamedTuple):
    """What users of a kind were, and what they do."""

    user_id: str
    past: bytes
    future: list[bytes]


def kinds() -> list[Kind]:
    """The kinds, the busiest first."""
    lines = Company(seed="population", people=40, days=120, mix="default").records()
    owner, core = msgspec.json.Decoder(Timed).decode, SameCore()
    for line in islice(lines, PAST):
        core.take(line, ("past", 0, 0))
    future: dict[str, list[bytes]] = {profile.user_id: [] for profile in core.profiles.values()}
    for line in islice(lines, FUTURE):
        future.setdefault(owner(line).user_id, []).append(line)
    found = [
        Kind(profile.user_id, profile.dumps(), future[profile.user_id])
        for profile in core.profiles.values()
        if len(future[profile.user_id]) >= LEAST_FUTURE
    ]
    return sorted(found, key=lambda kind: -len(kind.future))


class Population:
    """`users` users of these kinds, whose events are drawn by a law, the same with every run."""

    def __init__(self, of: list[Kind], users: int, law: Law) -> None:
        self._kinds, self._users, self._law = of, users, law
        self._done: dict[int, int] = {}
        """How many of its kind's records each user has made."""

    def records(self, count: int, partitions: int) -> list[Record]:
        """Events in the order in which they come."""
        return list(islice(self._drawn(partitions), count))

    def _drawn(self, partitions: int) -> Iterator[Record]:
        for user in self._draws():
            kind, done = self._kinds[user % len(self._kinds)], self._done.get(user, 0)
            if done >= len(kind.future):
                continue
            self._done[user] = done + 1
            name = name_of(user)
            value = kind.future[done].replace(b'"user_id":"%s"' % kind.user_id.encode(), b'"user_id":"%s"' % name)
            yield Record(name, value, partition=crc32(name) % partitions)

    def _draws(self) -> Iterator[int]:
        chance = Random(f"{self._users} {self._law}")  # noqa: S311 - a benchmark's dice
        if self._law == "uniform":
            while True:
                yield chance.randrange(self._users)
        weights, total = [], 0.0
        for rank in range(self._users):
            total += (rank + 1) ** -ZIPF
            weights.append(total)
        while True:
            yield from chance.choices(range(self._users), cum_weights=weights, k=10_000)

    def preload(self, world: World) -> int:
        """Put the profile of every user drawn so far into Redis, as of before its first event; how many."""
        by_partition: dict[int, list[int]] = {}
        for user in self._done:
            by_partition.setdefault(crc32(name_of(user)) % world.partitions, []).append(user)
        asyncio.run(self._preload(world, by_partition))
        return len(self._done)

    async def _preload(self, world: World, by_partition: dict[int, list[int]]) -> None:
        settings = Settings(redis_url=world.redis_url, redis_prefix=world.prefix)
        store, seal = RedisStore.from_settings(settings), Envelope(STATE_KEY, codec=STATE_VERSION).seal
        topic = world.topics.invocations
        for partition, users in by_partition.items():
            grant = await store.acquire(partition, "preload", 0, world.partitions)
            assert isinstance(grant, Grant)
            position = UNREAD
            for start in range(0, len(users), PRELOAD):
                states = dict(map(self._past, users[start : start + PRELOAD]))
                sealed = {key: seal(key, grant.world, state) for key, state in states.items()}
                flush = Flush({topic: position}, {topic: 0}, sealed, {})
                assert await store.flush(partition, grant.token, flush) in {Flushed.OK, Flushed.ALREADY}
                position = 0
            await store.release(partition, grant.token)
        await store.close()

    def _past(self, user: int) -> tuple[str, bytes]:
        kind = self._kinds[user % len(self._kinds)]
        profile = Profile.loads(f"7:default:{kind.user_id}", kind.past)
        profile.user_id = name_of(user).decode()
        return f"7:default:{profile.user_id}", profile.dumps()


def name_of(user: int) -> bytes:
    """A user's id."""
    return b"u-%012d" % user
