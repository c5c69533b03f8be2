"""One worker for all tests of the page, and alert records for its topic: the page shows what the topic says."""

import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.edge.world import Record, Worker, World, until
from tests.servers import Broker, RedisServer

ROOT = Path(__file__).parents[2]
EXAMPLE = json.loads((ROOT / "schemas/examples/valid/alert/firing.json").read_text("utf-8"))

Publish = Callable[..., dict[str, Any]]


def alert(alert_id: str, **fields: Any) -> dict[str, Any]:
    """The schema's example of an alert with another id and other fields."""
    return {**EXAMPLE, "alert_id": alert_id, **fields}


@pytest.fixture(scope="module")
def world(kafka_server: Broker, redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Topics and keys of this module's tests."""
    prefix = f"t{uuid.uuid4().hex[:12]}-"
    with World(kafka_server.bootstrap, redis_server.url, prefix, tmp_path_factory.mktemp("page")) as built:
        yield built
    for key in built.redis.scan_iter(match=f"*{prefix}*", count=1000):
        built.redis.delete(key)


@pytest.fixture(scope="module")
def worker(world: World) -> Worker:
    """A worker that is ready."""
    worker = world.worker()
    until(worker.ready, "the worker to be ready")
    return worker


@pytest.fixture
def publish(world: World) -> Publish:
    """Writes an alert record to the alert topic; ids are the test's own unless given."""
    ids = (f"{uuid.uuid4().hex[:12]}-{number}" for number in itertools.count(1))

    def publish(alert_id: str | None = None, **fields: Any) -> dict[str, Any]:
        record = alert(alert_id or next(ids), **fields)
        key, value = record["alert_id"].encode(), json.dumps(record).encode()
        world.produce([Record(key, value, topic=world.topics.alerts)])
        return record

    return publish
