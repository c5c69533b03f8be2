"""Redis as a cluster of three masters, one of which dies and returns, and with it a worker: exact as on one server."""

import time
from pathlib import Path

from tests.edge.truth import story
from tests.edge.world import World, until
from tests.faults.conftest import Toll
from tests.faults.crew import Hand, settled
from tests.servers import Broker, RedisClusterServer

RECORDS = 12_000
QUARTER = RECORDS // 4
PARTITIONS = 8
"""Enough that each of three masters has some, whatever the prefix hashes to."""


def test_a_worker_and_a_master_die(kafka_server: Broker, topic_prefix: str, tmp_path: Path, toll: Toll) -> None:
    """Two workers; one is killed, then a master is killed and started again, all under load."""
    with (
        RedisClusterServer() as servers,
        World(kafka_server.bootstrap, servers.url, topic_prefix, tmp_path, PARTITIONS, cluster=True) as world,
    ):
        records = story(RECORDS)
        hands = [Hand(world), Hand(world)]
        for hand in hands:
            hand.ready()
        world.produce(records[:QUARTER])
        settled(world, QUARTER // 2)
        died = hands.pop(0).kill()
        hands.append(Hand(world))
        world.produce(records[QUARTER : 2 * QUARTER])
        longest = hands[-1].ready() - died
        settled(world, 2 * QUARTER)
        servers.nodes[1].kill()
        world.produce(records[2 * QUARTER : 3 * QUARTER])
        until(lambda: any(hand.worker.get("/readyz")[0] == 503 for hand in hands), "a worker to miss the master")
        servers.nodes[1].start()
        began = time.monotonic()
        world.produce(records[3 * QUARTER :])
        for hand in hands:
            until(hand.worker.ready, "the workers to be ready again")
        longest = max(longest, time.monotonic() - began)
        settled(world, RECORDS)
        for hand in hands:
            assert hand.worker.end() == 0
        toll("Redis Cluster: a worker and a master die", 2, RECORDS, longest, world=world)
