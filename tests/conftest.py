"""What every test may ask for: a real broker, a real Redis, and names that no other test uses."""

import uuid
from collections.abc import Generator, Iterator

import pytest
import redis

from tests.servers import Broker, RedisServer, ServerFailedError
from tests.servers.ladder import REQUIRE_VARIABLE, choose_kafka, choose_redis, real_required

NEEDS_SERVER = {"kafka_server": "kafka", "redis_server": "redis"}
"""The fixtures whose users carry a mark, whether or not their author wrote it."""


def pytest_report_header() -> list[str]:
    """Say which servers this run would use; nothing is started for that."""
    told = []
    for name, choose in (("kafka", choose_kafka), ("redis", choose_redis)):
        try:
            told.append(f"{name}: {choose().told}")
        except ServerFailedError as error:
            told.append(f"{name}: {error}")
    return told


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that ask for a server."""
    for item in items:
        for fixture, mark in NEEDS_SERVER.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test of real servers into a failure, where they are required; rights are not required."""
    report = yield
    marked = any(item.get_closest_marker(mark) for mark in ("kafka", "redis", "faults"))
    permitted = not any(item.get_closest_marker(mark) for mark in ("hosts", "engine"))
    if real_required() and report.skipped and marked and permitted and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a whole module: nobody can tell what it would have held."""
    report = yield
    if real_required() and report.skipped:
        _fail(report)
    return report


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[Broker]:
    """A Kafka broker for the whole run. Shared: a test that stops, kills or freezes one starts its own."""
    with choose_kafka().start() as broker:
        yield broker


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis for the whole run. Shared, as above."""
    with choose_redis().start() as server:
        yield server


@pytest.fixture
def topic_prefix() -> str:
    """A prefix for topics and groups that no other test, nor another run on the same broker, uses."""
    return f"t{uuid.uuid4().hex[:12]}-"


@pytest.fixture
def redis_prefix(redis_server: RedisServer) -> Iterator[str]:
    """A prefix for keys that nobody else uses; what the test leaves under it is deleted."""
    prefix = f"t{uuid.uuid4().hex[:12]}"
    yield prefix
    with redis.Redis.from_url(redis_server.url) as client:
        for key in client.scan_iter(match=f"*{prefix}*", count=1000):
            client.delete(key)


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
    report.outcome = "failed"
    report.longrepr = f"{why}\nNothing that needs a real server may be skipped with {REQUIRE_VARIABLE}=1."
