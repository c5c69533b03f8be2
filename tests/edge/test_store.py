"""One suite for both stores: what the ledger relies on."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import msgspec
import pytest

from detector.cohort import KEPT_DAYS
from detector.edge.memory_store import MemoryStore
from detector.edge.redis_store import RedisStore
from detector.edge.settings import Settings
from detector.edge.store import UNREAD, Flush, Flushed, Grant, Mark, Refusal, Store, Token
from tests.servers import RedisClusterServer, RedisServer

DAY = 20_590
TODAY = f"{DAY}|people||acme"
Story = Callable[[Store], Coroutine[Any, Any, None]]


def flush(start: int, end: int, *, labels: int = UNREAD, **profiles: bytes | None) -> Flush:
    """A checkpoint of `calls` from `start` to `end`, with the labels topic standing still."""
    return Flush(
        {"calls": start, "labels": labels}, {"calls": end, "labels": labels}, profiles, {"judged": end - start}
    )


async def granted(store: Store, owner: str = "ann", generation: int = 1, partition: int = 0) -> Grant:
    """A lease that must be given."""
    grant = await store.acquire(partition, owner, generation, 4)
    assert isinstance(grant, Grant)
    return grant


class StoreContract:
    """What every store keeps."""

    @pytest.fixture
    def tell(self) -> Callable[[Story], None]:
        """Runs a story on a fresh store."""
        raise NotImplementedError

    def test_a_new_partition_is_empty(self, tell):
        """Nothing is known of a partition before its first checkpoint."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            assert grant.positions == {}
            assert await store.load(0, ["a", "b"]) == [None, None]

        tell(story)

    def test_profiles_counts_and_positions_move_together(self, tell):
        """A checkpoint's three parts are all there, and a second one follows from its end."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            assert await store.flush(0, grant.token, flush(UNREAD, 5, a=b"1", b=b"2")) is Flushed.OK
            assert await store.flush(0, grant.token, flush(5, 9, a=b"3")) is Flushed.OK
            again = await granted(store)
            assert again.positions == {"calls": 9}
            assert await store.load(0, ["b", "a"]) == [b"2", b"3"]
            assert (await store.tally(4))["judged"] == 10

        tell(story)

    def test_no_bytes_delete(self, tell):
        """A profile without bytes is gone after the checkpoint."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            await store.flush(0, grant.token, flush(UNREAD, 1, a=b"1"))
            await store.flush(0, grant.token, flush(1, 2, a=None))
            assert await store.load(0, ["a"]) == [None]

        tell(story)

    def test_a_lost_reply_is_not_counted_twice(self, tell):
        """The same flush again says that it was done, and changes nothing."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            same = flush(UNREAD, 5, a=b"1")
            assert await store.flush(0, grant.token, same) is Flushed.OK
            assert await store.flush(0, grant.token, same) is Flushed.ALREADY
            assert (await store.tally(4))["judged"] == 6

        tell(story)

    def test_counts_of_people_move_with_the_positions(self, tell):
        """They are added once, with how far the clock has come; a holder that was pushed out adds nothing."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            assert (await store.marks(2), await store.cohort(0)) == ([Mark(0, {}), Mark(0, {})], {})
            same = msgspec.structs.replace(flush(UNREAD, 5), cohort={TODAY: 2}, reached=DAY * 86_400 + 7)
            assert [await store.flush(0, grant.token, same) for _ in range(2)] == [Flushed.OK, Flushed.ALREADY]
            more = msgspec.structs.replace(flush(5, 6), cohort={TODAY: 3, f"{DAY}|people||other": 1})
            assert await store.flush(0, grant.token, more) is Flushed.OK
            later = await granted(store, "bob", 2)
            assert later.reached == DAY * 86_400 + 7
            assert (
                await store.flush(0, grant.token, msgspec.structs.replace(flush(6, 7), cohort={TODAY: 9})) == "fenced"
            )
            assert await store.cohort(0) == {TODAY: 5, f"{DAY}|people||other": 1}
            assert await store.marks(2) == [Mark(DAY * 86_400 + 7, {"calls": 6}), Mark(0, {})]
            assert (await store.tally(2))["judged"] == 7

        tell(story)

    def test_the_clock_moves_without_records(self, tell):
        """Who waits before a record says so: nothing else changes, however often it is said."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            await store.flush(0, grant.token, flush(UNREAD, 5))
            still = msgspec.structs.replace(flush(5, 5), reached=DAY * 86_400)
            assert [await store.flush(0, grant.token, still) for _ in range(2)] == [Flushed.OK, Flushed.OK]
            assert await store.marks(1) == [Mark(DAY * 86_400, {"calls": 5})]

        tell(story)

    def test_old_counts_go(self, tell):
        """What no judgement reads any more is dropped when the clock comes to a new day."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            first, last = f"{DAY}|people||acme", f"{DAY + 1}|barren|7|acme"
            await store.flush(
                0,
                grant.token,
                msgspec.structs.replace(flush(UNREAD, 5), cohort={first: 1, last: 1}, reached=DAY * 86_400),
            )
            after = (DAY + 1 + KEPT_DAYS) * 86_400
            await store.flush(0, grant.token, msgspec.structs.replace(flush(5, 6), reached=after))
            assert await store.cohort(0) == {last: 1}

        tell(story)

    def test_acquire_is_idempotent(self, tell):
        """The same owner in the same generation keeps its token."""

        async def story(store: Store) -> None:
            assert (await granted(store)).token == (await granted(store)).token

        tell(story)

    def test_the_epoch_only_grows(self, tell):
        """Every change of hands gives a higher epoch, also after a release."""

        async def story(store: Store) -> None:
            epochs = []
            for generation, owner in enumerate(["ann", "bob", "ann", "ann"], start=1):
                grant = await granted(store, owner, generation)
                epochs.append(grant.token.epoch)
                await store.release(0, grant.token)
            assert epochs == sorted(set(epochs))

        tell(story)

    def test_a_zombie_is_fenced(self, tell):
        """Once somebody else has acquired, the former owner can neither write nor release."""

        async def story(store: Store) -> None:
            old = await granted(store, "ann", 1)
            new = await granted(store, "bob", 2)
            assert await store.flush(0, old.token, flush(UNREAD, 5, a=b"old")) is Flushed.FENCED
            await store.release(0, old.token)
            assert await store.flush(0, new.token, flush(UNREAD, 3, a=b"new")) is Flushed.OK
            assert await store.load(0, ["a"]) == [b"new"]

        tell(story)

    def test_a_forged_token_is_fenced(self, tell):
        """The right epoch from the wrong owner is no token."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            forged = Token(grant.token.epoch, "mallory")
            assert await store.flush(0, forged, flush(UNREAD, 5)) is Flushed.FENCED

        tell(story)

    def test_an_erased_profile_is_not_written_back(self, tell):
        """Erasing takes the partition from whoever has the profile in memory; others' profiles and positions stay."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            await store.flush(0, grant.token, flush(UNREAD, 5, a=b"1", b=b"2"))
            assert await store.holder(0) == grant.token
            assert await store.erase(0, ["a", "c"]) == 1
            assert await store.holder(0) is None
            assert await store.flush(0, grant.token, flush(5, 6, a=b"3")) is Flushed.FENCED
            assert await store.load(0, ["a", "b"]) == [None, b"2"]
            again = await granted(store)
            assert again.token.epoch > grant.token.epoch
            assert again.positions == {"calls": 5}

        tell(story)

    def test_erasing_nobody_takes_nothing(self, tell):
        """A holder that had no such profile goes on."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            assert await store.erase(0, ["a"]) == 0
            assert await store.holder(0) == grant.token
            assert await store.flush(0, grant.token, flush(UNREAD, 5, b=b"2")) is Flushed.OK

        tell(story)

    def test_a_late_acquire_of_an_older_generation_is_refused(self, tell):
        """A worker that slept through a rebalance can't push out the one that came after it."""

        async def story(store: Store) -> None:
            await granted(store, "bob", 7)
            assert await store.acquire(0, "ann", 6, 4) is Refusal.HELD

        tell(story)

    def test_after_a_release_any_generation_may_have_it(self, tell):
        """Generations start again when a group is deleted; a released partition waits for nobody."""

        async def story(store: Store) -> None:
            grant = await granted(store, "bob", 7)
            await store.release(0, grant.token)
            await granted(store, "ann", 1)

        tell(story)

    def test_a_store_elsewhere_refuses_the_flush(self, tell):
        """A checkpoint that does not start where the store is changes nothing, whichever topic differs."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            await store.flush(0, grant.token, flush(UNREAD, 5, a=b"1"))
            assert await store.flush(0, grant.token, flush(4, 6, a=b"2")) is Flushed.MISMATCH
            assert await store.flush(0, grant.token, flush(5, 6, labels=3, a=b"2")) is Flushed.MISMATCH
            assert await store.load(0, ["a"]) == [b"1"]

        tell(story)

    def test_partitions_are_apart(self, tell):
        """The same key and token in two partitions are two things."""

        async def story(store: Store) -> None:
            one, two = await granted(store), await granted(store, partition=1)
            await store.flush(0, one.token, flush(UNREAD, 5, a=b"one"))
            await store.flush(1, two.token, flush(UNREAD, 7, a=b"two"))
            assert await store.load(0, ["a"]) == [b"one"]
            assert (await granted(store, partition=1)).positions == {"calls": 7}

        tell(story)

    def test_another_number_of_partitions_is_refused(self, tell):
        """Users would have moved between partitions: the state no longer lies where their records do."""

        async def story(store: Store) -> None:
            await granted(store)
            assert await store.acquire(0, "ann", 2, 5) is Refusal.PARTITIONS

        tell(story)

    def test_the_world_stays(self, tell):
        """The id of a partition's history does not change with its owner."""

        async def story(store: Store) -> None:
            assert (await granted(store, "ann", 1)).world == (await granted(store, "bob", 2)).world

        tell(story)

    def test_the_largest_checkpoint_fits(self, tell):
        """2,000 profiles with binary keys and values in one call."""

        async def story(store: Store) -> None:
            grant = await granted(store)
            keys = [f"7:default:üser-{n}" for n in range(2_000)]
            large = Flush({"calls": UNREAD}, {"calls": 2_000}, {key: bytes(range(256)) for key in keys}, {})
            assert await store.flush(0, grant.token, large) is Flushed.OK
            assert await store.load(0, keys) == [bytes(range(256))] * 2_000

        tell(story)


class TestMemoryStore(StoreContract):
    """The specification keeps its own contract."""

    @pytest.fixture
    def tell(self) -> Callable[[Story], None]:
        """Runs a story on a fresh store."""
        return lambda story: asyncio.run(story(MemoryStore()))


class TestRedisStore(StoreContract):
    """The real one, on a real Redis."""

    @pytest.fixture
    def tell(self, redis_server: RedisServer, redis_prefix: str) -> Callable[[Story], None]:
        """Runs a story under a prefix of its own."""

        async def run(story: Story) -> None:
            store = RedisStore.from_settings(Settings(redis_url=redis_server.url, redis_prefix=redis_prefix))
            await story(store)
            await store.close()

        return lambda story: asyncio.run(run(story))

    def test_profiles_expire_and_positions_do_not(self, tell):
        """A silent user is forgotten after the configured time; where reading stands is never forgotten."""

        async def story(store: RedisStore) -> None:
            grant = await granted(store)
            await store.flush(0, grant.token, msgspec.structs.replace(flush(UNREAD, 1, a=b"1"), cohort={TODAY: 1}))
            client, key = store.client, store.key
            assert 0 < await client.ttl(key(0, "profile", "a")) <= 120 * 86_400
            assert 0 < await client.ttl(key(0, "cohort")) <= 120 * 86_400
            assert [await client.ttl(key(0, name)) for name in ("positions", "lease", "tally")] == [-1, -1, -1]

        tell(story)

    def test_a_rolled_back_epoch_is_not_given_twice(self, tell):
        """When Redis loses the last acquire, the next one gets an epoch that the lost one never had."""

        async def story(store: RedisStore) -> None:
            first = await granted(store, "ann", 1)
            lease = await store.client.hgetall(store.key(0, "lease"))
            lost = await granted(store, "bob", 2)
            await store.client.hset(store.key(0, "lease"), mapping=lease)
            third = await granted(store, "cyd", 3)
            assert len({first.token.epoch, lost.token.epoch, third.token.epoch}) == 3
            assert await store.flush(0, lost.token, flush(UNREAD, 1)) is Flushed.FENCED

        tell(story)

    def test_an_owner_that_went_silent_gives_way(self, tell):
        """After the grace time an older generation may acquire: the group was deleted, and generations began anew."""

        async def story(store: RedisStore) -> None:
            await granted(store, "bob", 7)
            await store.client.hset(store.key(0, "lease"), "renewed", 1)
            await granted(store, "ann", 1)

        tell(story)


@pytest.fixture(scope="module")
def cluster() -> Iterator[RedisClusterServer]:
    """Three masters that share the slots."""
    with RedisClusterServer() as servers:
        yield servers


class TestRedisCluster(TestRedisStore):
    """The same on a cluster: a call that leaves its hash slot is refused there."""

    @pytest.fixture
    def tell(self, cluster: RedisClusterServer, topic_prefix: str) -> Callable[[Story], None]:
        """Runs a story under a prefix of its own."""
        settings = Settings(redis_url=cluster.url, redis_cluster=True, redis_prefix=topic_prefix)

        async def run(story: Story) -> None:
            store = RedisStore.from_settings(settings)
            await store.ping()
            await story(store)
            await store.close()

        return lambda story: asyncio.run(run(story))

    def test_partitions_lie_on_all_masters(self, tell):
        """A dozen partitions of one store: each answers, whichever master has it."""

        async def story(store: RedisStore) -> None:
            grants = [await granted(store, partition=partition) for partition in range(12)]
            for partition, grant in enumerate(grants):
                assert await store.flush(partition, grant.token, flush(UNREAD, 1, a=b"1")) is Flushed.OK
            assert await store.tally(12) == {"judged": 24}
            homes = {store.client.get_node_from_key(store.key(partition, "lease")).port for partition in range(12)}
            assert len(homes) == 3

        tell(story)
