"""Asking the cluster about topics, and making them: for the command line and for a worker's first look."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError

from detector.edge.failures import Misconfigured, Unreachable
from detector.edge.security import blocking_kafka_security, kafka_refusal
from detector.edge.settings import Settings
from detector.edge.topics import Topics

BOOTSTRAP_MS = 10_000
"""How long a command waits for the first broker: a person is waiting too."""


class Found(msgspec.Struct, frozen=True):
    """A topic as it is."""

    partitions: int
    config: dict[str, str]


def client_arguments(settings: Settings) -> dict[str, Any]:
    """What every kafka-python client of the command line is made with."""
    return {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "client_id": "detector-cli",
        "bootstrap_timeout_ms": BOOTSTRAP_MS,
        **blocking_kafka_security(settings),
    }


@contextmanager
def reaching(settings: Settings) -> Iterator[None]:
    """Turn a missing broker into one sentence and status 3, one that refuses these settings into status 2."""
    # Asked first: the clients would only say, after ten seconds, that nobody answers.
    if settings.kafka_security_protocol != "PLAINTEXT" and (fault := asyncio.run(kafka_refusal(settings))):
        raise Misconfigured(fault)
    try:
        yield
    except KafkaError as error:
        raise Unreachable(f"Kafka at DETECTOR_KAFKA_BOOTSTRAP={settings.kafka_bootstrap}: {error}") from error


@contextmanager
def admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    """An admin client, closed at the end. Raises `Unreachable`."""
    with reaching(settings):
        client = KafkaAdminClient(**client_arguments(settings))
        try:
            yield client
        finally:
            client.close()


def look(client: KafkaAdminClient, topics: Topics) -> dict[str, Found]:
    """Those of the four topics that exist."""
    names = list(topics.wanted())
    there = {
        topic["name"]: len(topic["partitions"]) for topic in client.describe_topics(names) if not topic["error_code"]
    }
    configs = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in there])
    told = configs.get("topic", configs.get("TOPIC", {}))
    return {
        name: Found(count, {key: str(item["value"]) for key, item in told.get(name, {}).items()})
        for name, count in there.items()
    }


def faults(topics: Topics, found: dict[str, Found]) -> list[str]:
    """What is wrong with the topics as they are, one sentence each."""
    told = [f"{name} does not exist: `detector topics` makes it" for name in topics.wanted() if name not in found]
    counts = {name: found[name].partitions for name in topics.inputs if name in found}
    if len(set(counts.values())) > 1:
        told.append(f"the input topics need equally many partitions, so that users meet their labels: {counts}")
    for name, wanted in topics.wanted().items():
        if name not in found:
            continue
        for key, value in wanted.items():
            if key in {"cleanup.policy", "max.message.bytes"} and found[name].config.get(key) != value:
                told.append(f"{name}: {key} is {found[name].config.get(key, 'the default')}, wanted {value}")
    return told
