"""Workers on three hosts, one of which is cut off from everything: taken over, fenced when it is back, nothing lost."""

import time
from pathlib import Path

import pytest

from tests.edge.truth import story
from tests.edge.world import World, until
from tests.faults.conftest import Toll
from tests.faults.crew import Hand, settled
from tests.servers import start_kafka, start_redis
from tests.servers.hosts import Hosts, hosts_refused

RECORDS = 9_000
THIRD = RECORDS // 3
LOST = 1
"""The host that is cut off."""


def owners(world: World) -> set[str]:
    """Whose the partitions are, by the store."""
    held = (world.redis.hget(f"{{{world.prefix}:{partition}}}:lease", "owner") for partition in range(world.partitions))
    return {owner.decode().partition("/")[0] for owner in held if owner}


@pytest.mark.hosts
def test_a_host_is_cut_off(topic_prefix: str, tmp_path: Path, toll: Toll) -> None:
    """Its cable is pulled under load for longer than its session, and put back."""
    if refused := hosts_refused():
        pytest.skip(refused)
    with (
        Hosts(3) as hosts,
        start_kafka(listeners={"HOSTS": "PLAINTEXT"}, address=hosts.address) as broker,
        start_redis("--bind", "127.0.0.1", hosts.address, "--protected-mode", "no") as server,
        World(broker.bootstrap, server.url, topic_prefix, tmp_path) as world,
    ):
        world.settings |= {
            "DETECTOR_KAFKA_BOOTSTRAP": broker.listeners["HOSTS"],
            "DETECTOR_REDIS_URL": server.url.replace("127.0.0.1", hosts.address),
            "DETECTOR_OUTAGE_SECONDS": "60",
        }
        records = story(RECORDS)
        crew = [Hand(world, host=hosts.entry(at), DETECTOR_WORKER_ID=f"host{at}") for at in range(3)]
        everybody = {f"host{at}" for at in range(3)}
        until(lambda: owners(world) == everybody, "each host to hold something")
        world.produce(records[:THIRD])
        settled(world, THIRD // 2)
        hosts.cut(LOST)
        cut = time.monotonic()
        world.produce(records[THIRD : 2 * THIRD])
        until(lambda: owners(world) == everybody - {f"host{LOST}"}, "the others to take over")
        taken = time.monotonic() - cut
        settled(world, 2 * THIRD)
        hosts.mend(LOST)
        mended = time.monotonic()
        until(lambda: owners(world) == everybody, "the lost host to hold something again")
        back = time.monotonic() - mended
        world.produce(records[2 * THIRD :])
        settled(world, RECORDS)
        for hand in crew:
            assert hand.worker.end() == 0
        note = f"back in the group {back:.0f} s after the cable"
        toll("one of three hosts cut off", 1, RECORDS, taken, world=world, note=note)
