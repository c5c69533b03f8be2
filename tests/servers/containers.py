"""Servers in containers, where a Docker engine answers."""

from functools import cache
from importlib import import_module

from tests.servers.server import Broker, RedisServer

KAFKA_IMAGE = "confluentinc/cp-kafka:7.9.2"
"""The family of images whose start script testcontainers' KafkaContainer knows; 7.9 is Apache Kafka 3.9."""

REDIS_IMAGE = "redis:7.2-alpine"

PING_SECONDS = 3
"""Time that an engine gets to say that it is there."""

START_SECONDS = 180
"""Time for a container to serve, the first pull of its image not counted."""


@cache
def engine_answers() -> bool:
    """Whether a Docker engine answers a ping. Asked first: constructing a container without an engine raises."""
    try:
        docker = import_module("docker")
    except ImportError:
        return False
    errors = (docker.errors.DockerException, import_module("requests").RequestException)
    try:
        return bool(docker.from_env(timeout=PING_SECONDS).ping())
    except errors:
        return False


def start_kafka_container() -> Broker:
    """A KRaft broker in a container."""
    made = import_module("testcontainers.community.kafka").KafkaContainer(KAFKA_IMAGE).with_kraft()
    made.with_env("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
    made.with_env("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "1000")
    for name in ("REPLICATION_FACTOR", "MIN_ISR"):
        made.with_env(f"KAFKA_TRANSACTION_STATE_LOG_{name}", "1")
    container = made.start(timeout=START_SECONDS)
    address = container.get_bootstrap_server()
    return Broker("docker", KAFKA_IMAGE, on_close=container.stop, bootstrap=address, listeners={"PLAIN": address})


def start_redis_container() -> RedisServer:
    """A Redis with an append-only file in a container."""
    container = import_module("testcontainers.community.redis").RedisContainer(REDIS_IMAGE)
    container.with_command(["redis-server", "--appendonly", "yes", "--save", ""])
    container.start()
    url = f"redis://{container.get_container_host_ip()}:{container.get_exposed_port(container.port)}/0"
    return RedisServer("docker", REDIS_IMAGE, on_close=container.stop, url=url)
