"""Real traces through real servers: a slice of what `python -m tests.realdata.through_kafka` sends."""

from pathlib import Path

import pytest

from tests.edge.world import World
from tests.realdata.source import root
from tests.realdata.through_kafka import assert_accounted, run
from tests.servers import Broker, RedisServer

EACH = 1_000
"""Records of one trace: with six traces, one of them tiny, a slice of 5,000."""


@pytest.mark.slow
@pytest.mark.skipif(root() is None, reason="no real data: set TM_DATA to its directory")
def test_every_real_record_is_accounted_for(
    kafka_server: Broker, redis_server: RedisServer, topic_prefix: str, redis_prefix: str, tmp_path: Path
) -> None:
    """Sent = judged + repeats + late + dead letters, with redelivery and damage in between; nobody is accused."""
    with World(kafka_server.bootstrap, redis_server.url, topic_prefix, tmp_path) as world:
        told = run(world, each=EACH, flawed=True)
        for key in world.redis.scan_iter(match=f"*{topic_prefix}*", count=1000):
            world.redis.delete(key)
    assert sum(told.sent.values()) > 5_000
    assert told.damaged
    assert_accounted(told)
    assert not [alert for alert in told.alerts if alert["category"] == "tokenmaxxing"]
