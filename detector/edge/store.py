"""Where profiles and positions live, and the one rule of their life: they change together, and only by the holder.

For each input partition, what is stored describes exactly the effect of all records below the stored positions. One
partition number is one lease over both input topics, which are co-partitioned.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from detector.cohort import KEPT_DAYS

Positions = Mapping[str, int]
"""Topic to the offset of the next record to judge; a topic never read is absent."""

DAY_SECONDS = 86_400
UNREAD = -1
"""The stored position of a topic that was never read."""


class Token(msgspec.Struct, frozen=True):
    """What fences a holder: the epoch that only grows, and who acquired it."""

    epoch: int
    owner: str


class Grant(msgspec.Struct, frozen=True):
    """A partition acquired: with what token, from which positions, in which world (see `envelope`)."""

    token: Token
    world: int
    positions: dict[str, int]
    reached: int = 0
    """How far the partition's clock has come (see `Mark`)."""


class Mark(msgspec.Struct, frozen=True):
    """Where a partition stands: the newest event time that its records have reached (Unix seconds, 0 before the first),
    and its positions.
    """

    reached: int
    positions: dict[str, int]


class Refusal(StrEnum):
    """Why a partition could not be acquired."""

    HELD = "held"
    """A worker of a later Kafka generation holds it and is alive."""
    PARTITIONS = "partitions"
    """The topic has another number of partitions than when this state was written: keys have moved."""


class Flushed(StrEnum):
    """What became of a checkpoint's write."""

    OK = "ok"
    ALREADY = "already"
    """This very write was done before: its reply was lost."""
    FENCED = "fenced"
    """Somebody else acquired the partition."""
    MISMATCH = "mismatch"
    """The store is not where this holder started from: it was rolled back."""


class Flush(msgspec.Struct, frozen=True):
    """A checkpoint's write. `profiles` with no bytes are deleted; `tally` is added to the partition's counts, `cohort`
    to those of people in general (see `cohort.Count`). With the positions unmoved there is nothing to add.
    """

    start: dict[str, int]
    end: dict[str, int]
    profiles: Mapping[str, bytes | None]
    tally: Mapping[str, int]
    cohort: Mapping[str, int] = {}
    reached: int = 0
    """How far the clock has come; 0 leaves it. Counts of days older than `oldest` go."""

    @property
    def oldest(self) -> int:
        """The first day of which counts are kept, in days since 1970."""
        return self.reached // DAY_SECONDS - KEPT_DAYS


class Store(Protocol):
    """The ledger's counterpart. Every method may raise the store's own connection errors."""

    async def acquire(self, partition: int, owner: str, generation: int, partitions: int) -> Grant | Refusal:
        """Take a lease; the same owner and generation may repeat it. `partitions`: how many the topic has."""

    async def load(self, partition: int, keys: Sequence[str]) -> list[bytes | None]:
        """The stored bytes of profiles, in the order of `keys`."""

    async def flush(self, partition: int, token: Token, flush: Flush) -> Flushed:
        """Write profiles, counts and positions together, if the token still holds and the positions are at `start`."""

    async def release(self, partition: int, token: Token) -> None:
        """Give the lease back, so that the next owner need not wait."""

    async def holder(self, partition: int) -> Token | None:
        """Who holds the partition now; None when nobody does."""

    async def erase(self, partition: int, keys: Sequence[str]) -> int:
        """Delete profiles and, if there were any, take the partition from its holder; how many there were.

        What the holder has in memory can't be written after this.
        """

    async def tally(self, partitions: int) -> dict[str, int]:
        """The counts of all partitions together, as of their last checkpoints."""

    async def marks(self, partitions: int) -> list[Mark]:
        """Where every partition stands, as of its last checkpoint."""

    async def cohort(self, partition: int) -> dict[str, int]:
        """A partition's counts of people in general. Read after its mark, they hold all that came before it."""

    async def ping(self) -> None:
        """Return when the store answers."""

    async def close(self) -> None:
        """Let go of connections."""
