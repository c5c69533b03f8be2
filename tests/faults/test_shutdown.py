"""A worker is told to leave: it checkpoints, tells Kafka and is out of the group within ten seconds."""

import asyncio
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor

from tests.edge.truth import story
from tests.edge.world import PATIENCE_SECONDS, World, until
from tests.faults.conftest import Toll
from tests.faults.crew import Hand, readied, settled
from tests.servers import Broker, start_redis

RECORDS = 9_000
ROUNDS = 4
STOP_SECONDS = 10.0
"""What `docker stop` gives before it kills."""
FAR_SESSION = "120"
"""Whoever has to wait for this session to pass has not been left in good order."""


def inherited(world: World) -> float:
    """Start a worker that does the rest and ends in order; when it was ready (monotonic seconds)."""
    heir = Hand(world)
    ready = heir.ready()
    settled(world, RECORDS)
    assert heir.worker.end() == 0
    return ready


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_leave(world: World, number: signal.Signals, toll: Toll) -> None:
    """Again and again in the middle of a stream: status 0, nothing done twice, and the next worker need not wait."""
    world.settings |= {"DETECTOR_SESSION_SECONDS": FAR_SESSION, "DETECTOR_FETCH_RECORDS": "50"}
    world.produce(story(RECORDS, f"{number}"))
    hands, leaving, ready = [Hand(world)], [], []
    for _ in range(ROUNDS):
        hand = hands[-1]
        at = hand.seen.judged + 500
        until(lambda hand=hand, at=at: hand.seen.judged >= at, "some records judged")
        began = time.monotonic()
        hand.worker.process.send_signal(number)
        hands.append(Hand(world))
        assert hand.worker.process.wait(60) == 0
        leaving.append(time.monotonic() - began)
        assert sum(each.seen.judged for each in hands[:-1]) == world.counted(), "left without its last checkpoint"
        ready.append(hands[-1].ready() - began)
    settled(world, RECORDS)
    assert hands[-1].worker.end() == 0
    assert max(leaving) < STOP_SECONDS
    assert sum(hand.seen.judged for hand in hands) == RECORDS, "something was judged twice"
    note = f"out after {max(leaving):.1f} s at most, nothing judged twice"
    toll(f"{number.name} under load", ROUNDS, RECORDS, max(ready), world=world, note=note)


def test_told_to_leave_while_a_caller_stalls(world: World, toll: Toll) -> None:
    """Whoever sends half a request to the door, and waits, keeps nobody."""
    world.produce(story(RECORDS, "stalled"))
    hand = Hand(world)
    until(lambda: hand.seen.judged >= RECORDS // 9, "some records judged")
    with socket.create_connection(("127.0.0.1", hand.worker.port)) as caller:
        caller.sendall(b"GET /healthz HTTP/1.1\r\nHost: detector\r\nContent-Length: 1000\r\n\r\nhalf")
        assert caller.recv(12) == b"HTTP/1.1 200"
        began = time.monotonic()
        assert hand.worker.end() == 0
        gone = time.monotonic() - began
    assert gone < STOP_SECONDS
    ready = inherited(world) - began
    toll("SIGTERM while a caller stalls", 1, RECORDS, ready, world=world, note=f"gone after {gone:.1f} s")


async def pass_by(world: World, connected: threading.Event, now: threading.Event) -> None:
    """Join the workers' group when told to, stay until every partition is one's own, and leave."""
    async with AIOKafkaConsumer(
        bootstrap_servers=world.bootstrap,
        group_id=world.env()["DETECTOR_GROUP_ID"],
        partition_assignment_strategy=[RangePartitionAssignor],
        enable_auto_commit=False,
    ) as consumer:
        connected.set()
        await asyncio.to_thread(now.wait, PATIENCE_SECONDS)
        consumer.subscribe(world.topics.inputs)
        every = len(world.topics.inputs) * world.partitions
        while len(consumer.assignment()) < every:  # noqa: ASYNC110 - aiokafka has no event for it
            await asyncio.sleep(0.1)


def test_told_to_leave_amid_a_rebalance(kafka_server: Broker, topic_prefix: str, tmp_path: Path, toll: Toll) -> None:
    """The group rebalances while a worker makes its last checkpoint: it leaves in order all the same."""
    with (
        start_redis(own=True) as server,
        World(kafka_server.bootstrap, server.url, topic_prefix, tmp_path) as world,
        ThreadPoolExecutor() as threads,
    ):
        world.settings["DETECTOR_SESSION_SECONDS"] = FAR_SESSION
        hand = Hand(world)
        hand.ready()
        world.produce(story(RECORDS))
        settled(world, RECORDS // 9)
        connected, now = threading.Event(), threading.Event()
        passer = threads.submit(asyncio.run, pass_by(world, connected, now))
        assert connected.wait(PATIENCE_SECONDS)
        server.freeze()
        hand.worker.process.send_signal(signal.SIGTERM)
        until(lambda: "a second signal leaves at once" in hand.worker.log.read_text(), "the signal heard")
        now.set()  # the worker asks within 3 s whether the group rebalances, and waits 5 s for Redis
        until(lambda: "it is rebalancing" in hand.worker.log.read_text(), "the worker to hear of the rebalance")
        server.thaw()
        began = time.monotonic()
        assert hand.worker.process.wait(60) == 0
        passer.result(60)  # half of the session that a worker which said nothing would still have had
        ready = inherited(world) - began
        toll("SIGTERM amid a rebalance", 1, RECORDS, ready, world=world)


def test_told_to_leave_and_it_goes_wrong(world: World, toll: Toll) -> None:
    """What nobody foresaw happens on the way out: the process ends all the same, says so, and nothing is lost."""
    world.produce(story(RECORDS, "wrong"))
    hand = Hand(world, "released", "1", "fall")
    until(lambda: hand.seen.judged >= RECORDS // 9, "some records judged")
    began = time.monotonic()
    assert hand.worker.end() == 1
    gone = time.monotonic() - began
    assert "could not stop in order" in hand.worker.log.read_text()
    ready = inherited(world) - began
    toll("SIGTERM, and stopping fails: status 1", 1, RECORDS, ready, world=world, note=f"gone after {gone:.1f} s")


def test_told_twice(kafka_server: Broker, topic_prefix: str, tmp_path: Path, toll: Toll) -> None:
    """With a Redis that does not answer the first signal waits; the second leaves at once, and nothing is lost."""
    with (
        start_redis(own=True) as server,
        World(kafka_server.bootstrap, server.url, topic_prefix, tmp_path) as world,
    ):
        records = story(RECORDS)
        worker = world.worker()
        readied(worker)
        world.produce(records)
        settled(world, RECORDS // 9)
        server.freeze()
        worker.process.send_signal(signal.SIGTERM)
        until(lambda: "a second signal leaves at once" in worker.log.read_text(), "the first signal heard")
        began = time.monotonic()
        assert worker.end() == 130
        gone = time.monotonic() - began
        server.thaw()
        ready = inherited(world) - began
        toll("a second signal", 1, RECORDS, ready, world=world, note=f"gone after {gone:.1f} s")
