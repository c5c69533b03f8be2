"""The store in memory: the specification of `RedisStore` in plain sight, and a store for one process that ends."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from detector.edge.store import UNREAD, Flush, Flushed, Grant, Mark, Refusal, Token


class _Partition(msgspec.Struct):
    epoch: int = 0
    owner: str = ""
    generation: int = -1
    partitions: int | None = None
    world: int = 0
    positions: dict[str, int] = msgspec.field(default_factory=dict)
    profiles: dict[str, bytes] = msgspec.field(default_factory=dict)
    tally: Counter[str] = msgspec.field(default_factory=Counter)
    cohort: Counter[str] = msgspec.field(default_factory=Counter)
    reached: int = 0


class MemoryStore:
    """See `store.Store`. Time does not pass here: a holder stays alive and profiles do not expire."""

    def __init__(self) -> None:
        self._held: dict[int, _Partition] = {}
        self._epochs = 0

    async def acquire(self, partition: int, owner: str, generation: int, partitions: int) -> Grant | Refusal:
        held = self._held.setdefault(partition, _Partition())
        if held.partitions not in {None, partitions}:
            return Refusal.PARTITIONS
        if held.owner not in {"", owner} and generation < held.generation:
            return Refusal.HELD
        if (held.owner, held.generation) != (owner, generation):
            self._epochs += 1
            held.epoch = self._epochs
        held.world = held.world or self._epochs
        held.owner, held.generation, held.partitions = owner, generation, partitions
        return Grant(Token(held.epoch, owner), held.world, dict(held.positions), held.reached)

    async def load(self, partition: int, keys: Sequence[str]) -> list[bytes | None]:
        profiles = self._held.setdefault(partition, _Partition()).profiles
        return [profiles.get(key) for key in keys]

    async def flush(self, partition: int, token: Token, flush: Flush) -> Flushed:
        held = self._held.setdefault(partition, _Partition())
        if (held.epoch, held.owner) != (token.epoch, token.owner):
            return Flushed.FENCED
        stored = {topic: held.positions.get(topic, UNREAD) for topic in flush.end}
        if stored != {topic: flush.start.get(topic, UNREAD) for topic in flush.end}:
            return Flushed.ALREADY if stored == flush.end else Flushed.MISMATCH
        for key, value in flush.profiles.items():
            if value:
                held.profiles[key] = value
            else:
                held.profiles.pop(key, None)
        held.tally.update(flush.tally)
        held.cohort.update(flush.cohort)
        if flush.reached:
            held.reached = flush.reached
            for name in [name for name in held.cohort if int(name.partition("|")[0]) < flush.oldest]:
                del held.cohort[name]
        held.positions.update({topic: end for topic, end in flush.end.items() if end != UNREAD})
        return Flushed.OK

    async def release(self, partition: int, token: Token) -> None:
        held = self._held.setdefault(partition, _Partition())
        if (held.epoch, held.owner) == (token.epoch, token.owner):
            held.owner = ""

    async def holder(self, partition: int) -> Token | None:
        held = self._held.setdefault(partition, _Partition())
        return Token(held.epoch, held.owner) if held.owner else None

    async def erase(self, partition: int, keys: Sequence[str]) -> int:
        held = self._held.setdefault(partition, _Partition())
        erased = sum(held.profiles.pop(key, None) is not None for key in keys)
        if erased:
            self._epochs += 1
            held.epoch, held.owner = self._epochs, ""
        return erased

    async def tally(self, partitions: int) -> dict[str, int]:
        return dict(sum((self._held[p].tally for p in range(partitions) if p in self._held), Counter[str]()))

    async def marks(self, partitions: int) -> list[Mark]:
        held = [self._held.get(partition, _Partition()) for partition in range(partitions)]
        return [Mark(one.reached, dict(one.positions)) for one in held]

    async def cohort(self, partition: int) -> dict[str, int]:
        return dict(self._held.get(partition, _Partition()).cohort)

    async def ping(self) -> None:
        return None

    async def close(self) -> None:
        return None
