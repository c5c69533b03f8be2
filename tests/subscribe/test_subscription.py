"""A subscriber on real Kafka: order, repeats, restarts, crashes in the handler, sharing, a broker that goes away."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka.cluster import ClusterMetadata

from detector.edge.failures import Misconfigured, Unreachable
from detector.edge.settings import Settings, load
from detector.subscribe import News, Subscription
from detector.subscribe.alone import Alone
from tests.edge.world import PATIENCE_SECONDS, Record, World, until
from tests.servers.ladder import choose_kafka
from tests.subscribe.conftest import record_of

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[2]
NAME = "a-subscriber"


class HandlerError(Exception):
    """What a handler raises in these tests."""


async def take(settings: Settings, count: int, *, name: str = NAME, recall: bool = False) -> list[News]:
    """The next news, all of them handled."""
    found: list[News] = []
    async with asyncio.timeout(PATIENCE_SECONDS), Subscription(settings, name, recall=recall) as alerts:
        async for news in alerts:
            if len(found) == count:  # one more was asked for, so all before it are handled
                break
            found.append(news)
    return found


@asynccontextmanager
async def quiet(settings: Settings, name: str = NAME) -> AsyncIterator[list[News]]:
    """A subscriber that runs meanwhile, and what it was told."""
    told: list[News] = []

    async def run() -> None:
        async with Subscription(settings, name) as alerts:
            async for news in alerts:
                told.append(news)  # noqa: PERF401 - it never ends

    task = asyncio.create_task(run())
    try:
        yield told
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def reach(told: list[News], keys: set[str]) -> None:
    """Wait until all of these were told."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not keys <= {news.key for news in told}:  # noqa: ASYNC110 - the list tells nobody
            await asyncio.sleep(0.05)


def test_repeats_are_told_once_in_order_and_typed(world: World, settings: Settings) -> None:
    """Revisions in order; repeats dropped by id and revision; a record that is no alert passed over; the end erased."""
    topic = world.topics.alerts
    first, second = (
        record_of("a", topic),
        record_of("a", topic, revision=2, status="resolved", ends_at="2026-05-04T10:00:00Z"),
    )
    world.produce(
        [first, first, second, first, Record(b"a", b"{}", topic=topic), second, Record(b"a", None, topic=topic)]
    )

    async def story() -> None:
        async with quiet(settings) as told:
            await reach(told, {"a:1", "a:2", "a:erased"})
            assert [news.key for news in told] == ["a:1", "a:2", "a:erased"]
            assert told[0].firing
            assert not told[1].firing
            assert told[0].record == first.value

    asyncio.run(story())


def test_a_handler_that_fails_gets_the_same_again(world: World, settings: Settings) -> None:
    """Positions are committed after the handler has returned, never before."""
    topic = world.topics.alerts
    world.produce([record_of("a", topic, revision=number) for number in (1, 2, 3)])

    async def fail_at(key: str) -> list[str]:
        told: list[str] = []
        async with Subscription(settings, NAME) as alerts:
            async for news in alerts:
                told.append(news.key)
                if news.key == key:
                    raise HandlerError
        return told

    with pytest.raises(HandlerError):
        asyncio.run(fail_at("a:2"))
    world.produce([record_of("a", topic, revision=4)])

    async def rest() -> list[str]:
        async with quiet(settings) as told:
            await reach(told, {"a:4"})
            return [news.key for news in told]

    assert asyncio.run(rest()) == ["a:2", "a:3", "a:4"]


def test_a_restart_remembers_what_was_told(world: World, settings: Settings) -> None:
    """A repeat that comes after the restart is dropped: the topic itself says what was told. Other names get it all."""
    topic = world.topics.alerts
    world.produce(
        [
            record_of("a", topic),
            record_of("b", topic),
            record_of("c", topic, status="resolved", ends_at="2026-05-04T10:00:00Z"),
        ]
    )

    async def first() -> None:
        async with quiet(settings) as told:
            await reach(told, {"a:1", "b:1", "c:1"})

    asyncio.run(first())
    world.produce([record_of("a", topic), record_of("a", topic, revision=2), record_of("d", topic)])

    async def again() -> list[str]:
        async with quiet(settings) as told:
            await reach(told, {"a:2", "d:1"})
            return sorted(news.key for news in told)

    assert asyncio.run(again()) == ["a:2", "d:1"]
    world.produce([record_of("e", topic)])

    async def recalled() -> dict[str, bool]:
        told: dict[str, bool] = {}
        async with asyncio.timeout(PATIENCE_SECONDS), Subscription(settings, NAME, recall=True) as alerts:
            async for news in alerts:
                told[news.key] = news.recalled
                if len(told) == 4:
                    return told
        return told

    assert asyncio.run(recalled()) == {"a:2": True, "b:1": True, "d:1": True, "e:1": False}

    async def another() -> None:
        async with quiet(settings, "another-name") as told:
            await reach(told, {"a:1", "a:2", "b:1", "c:1", "d:1", "e:1"})

    asyncio.run(another())


@pytest.mark.slow
def test_a_name_is_shared_and_the_rest_is_taken_over(world: World, settings: Settings) -> None:
    """Two members of one name get each alert between them; when one goes the other goes on, with nothing told twice."""
    topic = world.topics.alerts

    def some(word: str) -> set[str]:
        world.produce([record_of(f"{word}{n}", topic) for n in range(40)])
        return {f"{word}{n}:1" for n in range(40)}

    async def story() -> None:
        async with quiet(settings) as one:
            await reach(one, await asyncio.to_thread(some, "early"))
            async with quiet(settings) as other:
                shared = set[str]()
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while not other or not shared <= {news.key for news in one + other}:
                        shared |= await asyncio.to_thread(some, f"shared{len(shared)}-")
                        await asyncio.sleep(0.5)
            await reach(one, await asyncio.to_thread(some, "late"))
            keys = [news.key for news in one] + [news.key for news in other]
            assert len(keys) == len(set(keys))

    asyncio.run(story())


@pytest.mark.slow
@pytest.mark.faults
def test_a_killed_service_loses_nothing(world: World, tmp_path: Path) -> None:
    """The example service, killed and started again while alerts come: every one is in its file."""
    topic, path = world.topics.alerts, tmp_path / "tickets.txt"
    command = [sys.executable, str(ROOT / "deploy/examples/tickets.py"), str(path)]

    def lines() -> list[str]:
        return path.read_text("utf-8").splitlines() if path.exists() else []

    for round_ in range(3):
        world.produce([record_of(f"r{round_}-{n}", topic, summary=f"alert {n}") for n in range(30)])
        with subprocess.Popen(command, env=world.env()) as service:
            try:
                until(lambda: len({line.split()[0] for line in lines()}) > 30 * round_ + 10, "some of them")  # noqa: B023
            finally:
                service.kill()
    with subprocess.Popen(command, env=world.env()) as service:
        try:
            until(lambda: len({line.split()[0] for line in lines()}) == 90, "all of them")
        finally:
            service.terminate()
    assert all(line.split(" ", 2)[1] == "firing" for line in lines())


def test_a_note_is_there_before_the_handler_is_done_and_stays(world: World, settings: Settings) -> None:
    """Kept at once, with the position where it was; later commits, and another member, carry it on."""
    world.produce([record_of(name, world.topics.alerts) for name in "abcdefgh"])

    async def noted(handled: int) -> dict[int, str]:
        async with asyncio.timeout(PATIENCE_SECONDS), Subscription(settings, NAME, alone=True) as alerts:
            async for news in alerts:
                before = alerts.notes
                assert await alerts.keep(news.partition, before[news.partition] + news.alert_id)
                assert not await alerts.keep(99, "a partition of nobody")
                if not handled:
                    raise HandlerError
                handled -= 1
        raise AssertionError

    async def kept() -> dict[int, str]:
        async with asyncio.timeout(PATIENCE_SECONDS), Subscription(settings, NAME, alone=True) as alerts:
            async for _ in alerts:
                return alerts.notes
        raise AssertionError

    for handled in (0, 3):
        with pytest.raises(HandlerError):
            asyncio.run(noted(handled))
    told = "".join(asyncio.run(kept()).values())
    assert len(told) == 5, "one whose handler failed at once, three handled, one that failed after them"
    assert len(asyncio.run(take(settings, 4))) == 4, "a fifth was there to be asked for: three of eight were handled"


def test_alone_means_that_the_others_stand_by() -> None:
    """Everything to one; nobody is without an answer."""
    cluster = ClusterMetadata()
    cluster.partitions_for_topic = lambda _: {0, 1, 2}
    members = {name: Alone.metadata(["t"]) for name in ("c", "a", "b")}
    shared = {name: found.partitions() for name, found in Alone.assign(cluster, members).items()}
    assert {name: len(found) for name, found in shared.items()} == {"a": 3, "b": 0, "c": 0}


def test_what_is_missing_is_said(world: World, settings: Settings) -> None:
    """No topic is a matter of configuration, no broker one of reach."""
    nowhere = load(world.env(DETECTOR_TOPIC_PREFIX=world.prefix + "none-"))
    with pytest.raises(Misconfigured, match="detector topics"):
        asyncio.run(take(nowhere, 1))
    lonely = load(world.env(DETECTOR_KAFKA_BOOTSTRAP="127.0.0.1:1"))
    with pytest.raises(Unreachable):
        asyncio.run(take(lonely, 1))


@pytest.mark.slow
@pytest.mark.faults
def test_a_broker_that_comes_back(tmp_path: Path) -> None:
    """While the broker is away the subscriber waits; what is published after that arrives, and nothing twice."""
    with choose_kafka().start() as broker, World(broker.bootstrap, "redis://127.0.0.1:1/0", "back-", tmp_path) as world:
        settings, topic = load(world.env()), world.topics.alerts
        world.produce([record_of("a", topic)])

        async def story() -> list[str]:
            async with quiet(settings) as told:
                await reach(told, {"a:1"})
                await asyncio.to_thread(broker.kill)
                await asyncio.sleep(1)
                await asyncio.to_thread(broker.start)
                await asyncio.to_thread(world.produce, [record_of("b", topic)])
                await reach(told, {"b:1"})
                return [news.key for news in told]

        assert asyncio.run(story()) == ["a:1", "b:1"]
