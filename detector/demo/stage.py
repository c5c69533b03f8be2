"""The stage: servers, topics and a worker, started in order and ended in the opposite one."""

import asyncio
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import aiohttp
import msgspec
import redis.asyncio as redis
from aiokafka import AIOKafkaClient
from aiokafka.errors import KafkaError

from detector.demo import parts
from detector.demo.children import Child, Nursery
from detector.edge import settings as edge_settings
from detector.edge.failures import Misconfigured
from detector.edge.kafka_admin import admin
from detector.edge.settings import PREFIX, Settings
from detector.edge.topics import Topics

HOST = "127.0.0.1"
PAGE_PORT = 8088
"""Where the page is unless somebody else is there already."""
PARTITIONS = 4
"""Enough to see that there are several; one worker holds them all."""
START_SECONDS = 30.0
"""A server's start takes 0.5 s, a worker's 3 s; a busy laptop gets ten times that."""
END_SECONDS = 8.0
"""For all children together to end in order: the worker needs 1 s, and nobody waits ten seconds after Ctrl-C."""


READY = 200
LOOK_SECONDS = 1.0
"""Between two questions how far the worker is: its counts move once in half a second."""


class Stage(msgspec.Struct, frozen=True):
    """What is set up: the settings that the worker has, and every process that must go on running."""

    settings: Settings
    children: tuple[Child, ...]


def page_port(wanted: int | None) -> int:
    """The port for the page: the one wanted, else the usual one, else any. Raises `Misconfigured` when it is taken."""
    if wanted is not None:
        if not _free(wanted):
            raise Misconfigured(f"port {wanted} is taken on this machine: choose another with --port, or none")
        return wanted
    return PAGE_PORT if _free(PAGE_PORT) else _any_port()


@asynccontextmanager
async def built(port: int) -> AsyncIterator[Stage]:
    """Everything up and ready, with the page on `port`; gone at the end, whatever happened."""
    broker, valkey = parts.broker(), parts.valkey()
    nursery = Nursery()
    try:
        settings = edge_settings.load(
            {
                "DETECTOR_KAFKA_BOOTSTRAP": f"{HOST}:{_any_port()}",
                "DETECTOR_REDIS_URL": f"redis://{HOST}:{_any_port()}/0",
                "DETECTOR_WEB_PORT": str(port),
                "DETECTOR_WORKER_ID": "demo",
                # The embedded broker never misses a dead member; a static one gets its partitions at once.
                "DETECTOR_GROUP_INSTANCE_ID": "demo",
                "DETECTOR_STATE_KEY": secrets.token_hex(16),
                "DETECTOR_CHECKPOINT_SECONDS": "0.5",
            }
        )
        await asyncio.gather(
            _start_broker(nursery, str(broker), settings), _start_valkey(nursery, str(valkey), settings)
        )
        await asyncio.to_thread(_create_topics, settings)
        await _start_worker(nursery, settings)
        yield Stage(settings, tuple(nursery.children))
    finally:
        await nursery.close(END_SECONDS)


async def _start_broker(nursery: Nursery, program: str, settings: Settings) -> None:
    port = settings.kafka_bootstrap.partition(":")[2]
    where = ["--data-dir", str(nursery.folder / "broker"), "--host", HOST, "--kafka-port", port]
    child = await nursery.start("the broker", [program, "start", "--only", "kafka", *where], os.environ)
    await child.answers(partial(_broker_answers, settings.kafka_bootstrap), START_SECONDS)


async def _broker_answers(bootstrap: str) -> bool:
    client = AIOKafkaClient(bootstrap_servers=bootstrap)
    try:
        await client.bootstrap()
    except KafkaError:
        return False
    finally:
        await client.close()
    return True


async def _start_valkey(nursery: Nursery, program: str, settings: Settings) -> None:
    port = settings.redis_url.rpartition(":")[2].partition("/")[0]
    nothing_kept = ["--save", "", "--appendonly", "no", "--dir", str(nursery.folder)]
    child = await nursery.start("Valkey", [program, "--bind", HOST, "--port", port, *nothing_kept], os.environ)
    await child.answers(partial(_valkey_answers, settings.redis_url), START_SECONDS)


async def _valkey_answers(url: str) -> bool:
    client = redis.Redis.from_url(url)
    try:
        await client.ping()
    except redis.RedisError:
        return False
    finally:
        await client.aclose()
    return True


def _create_topics(settings: Settings) -> None:
    wanted = Topics.under(settings.topic_prefix).wanted()
    shape = {"num_partitions": PARTITIONS, "replication_factor": 1}
    with admin(settings) as client:
        client.create_topics(
            {name: {**shape, "configs": configs} for name, configs in wanted.items()}, wait_for_metadata=True
        )


async def _start_worker(nursery: Nursery, settings: Settings) -> None:
    """The same `detector worker` as anywhere; settings of the terminal are for another one and stay out."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    told = {name: getattr(settings, name) for name in settings.__struct_fields__}
    env |= {PREFIX + name.upper(): str(value) for name, value in told.items() if value is not None}
    child = await nursery.start("the worker", [sys.executable, "-m", "detector", "worker"], env)
    await child.answers(partial(_worker_answers, settings.web_port), START_SECONDS)


async def judged(port: int, records: int) -> None:
    """Return when the worker has told what became of that many records, and subscribers have had time to read of it."""
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        counted = 0
        while counted < records:
            await asyncio.sleep(LOOK_SECONDS)
            async with session.get(f"http://{HOST}:{port}/api/v1/summary") as reply:
                counted = sum((await reply.json())["records"].values())
    await asyncio.sleep(LOOK_SECONDS)


async def _worker_answers(port: int) -> bool:
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://{HOST}:{port}/readyz") as reply:
            return reply.status == READY
    except aiohttp.ClientError:
        return False


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
