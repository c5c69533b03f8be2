"""The world of a test, on the run's shared servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.world import World
from tests.servers import Broker, RedisServer


@pytest.fixture
def world(
    kafka_server: Broker, redis_server: RedisServer, topic_prefix: str, redis_prefix: str, tmp_path: Path
) -> Iterator[World]:
    """Topics, keys and workers of one test."""
    del redis_prefix  # cleans up: the world's keys carry the topic prefix, which contains none of another test's
    with World(kafka_server.bootstrap, redis_server.url, topic_prefix, tmp_path) as built:
        yield built
    for key in built.redis.scan_iter(match=f"*{topic_prefix}*", count=1000):
        built.redis.delete(key)
