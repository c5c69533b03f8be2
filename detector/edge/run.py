"""From settings to a running worker, and back out: signals, first look, last checkpoint, exit status."""

import asyncio
import gc
import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path

from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry, disable_created_metrics
from redis.exceptions import ConnectionError as RedisConnectionError

from detector import __version__
from detector.edge import web
from detector.edge.app import DetectorApp, build, ended, live
from detector.edge.failures import Misconfigured, Unreachable
from detector.edge.kafka_admin import admin, faults, look
from detector.edge.redis_store import RedisStore, reaching_redis
from detector.edge.settings import Settings, without_password
from detector.edge.topics import Topics
from detector.edge.worker import Worker
from detector.policy import Policy, PolicyError

log = logging.getLogger(__name__)

COLLECT = (20_000, 20, 1_000)
"""Thresholds of the garbage collector. Profiles hold no cycles, and walking through 10,000 of them takes 0.4 s, once
for 2,500 new ones: that full walk now comes after 400 million objects made and not dropped, the small ones as ever."""
AT_ONCE = 130
"""Status after a second signal: the shell's for an interrupted command."""


def run(settings: Settings, policy: Policy, config: Path | None = None) -> None:
    """Run one worker until it is told to stop; SIGHUP has it read the `[policy]` table of `config` again.

    Raises the house's failures; returns after a clean end.
    """
    if sys.platform != "win32":
        import uvloop  # noqa: PLC0415 - not there on Windows

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for each counter, which nobody asks for
    asyncio.run(serve(settings, policy, config))


async def serve(settings: Settings, policy: Policy, config: Path | None = None) -> None:
    """One worker's whole life."""
    gc.freeze()  # what is imported stays, and need not be looked at again
    gc.set_threshold(*COLLECT)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _told, stop)
    store = RedisStore.from_settings(settings)
    app = build(settings)
    app.holder = worker = Worker(settings, policy, store, app.hand_over, CollectorRegistry())
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGHUP, reread, worker, config)
    runner = await web.start(worker)
    log.info(
        "detector %s, worker %s, Kafka %s, Redis %s, policy %s",
        __version__,
        worker.owner,
        settings.kafka_bootstrap,
        without_password(settings.redis_url),
        policy.digest,
    )
    if settings.shadow:
        log.info("in the shadow: alerts go to %s, state under %s", worker.topics.alerts, settings.redis_prefix)
    if settings.state_key is None:
        log.warning("DETECTOR_STATE_KEY is not set: state bytes are checked for damage, not for forgery")
    life = asyncio.create_task(_live(app, worker, store))
    try:
        with reaching_redis(settings):
            await ended(app, life, stop)
    except KafkaError as error:
        raise Unreachable(f"Kafka at {settings.kafka_bootstrap}: {error}") from error
    finally:
        await _leave(app, worker, sys.exception())
        life.cancel()
        await runner.cleanup()
        await store.close()


async def _live(app: DetectorApp, worker: Worker, store: RedisStore) -> None:
    await first_look(worker, store)
    await live(app)


def reread(worker: Worker, config: Path | None) -> None:
    """Take what the file says now; a bad one changes nothing. The other settings need a restart."""
    if config is None:
        log.warning("nothing to read again: DETECTOR_CONFIG is not set")
        return
    try:
        policy = Policy.load(config)
    except PolicyError as error:
        worker.metrics.config_taken.set(0)
        log.error("the policy in force stays: %s", error)  # noqa: TRY400 - the sentence says it, a trace would not
        return
    worker.adopt(policy)
    worker.metrics.config_taken.set(1)
    log.info("policy %s, from each partition's next checkpoint on", policy.digest)


def _told(stop: asyncio.Event) -> None:
    """The first signal asks for an orderly end; the second does not wait for it."""
    if stop.is_set():
        os._exit(AT_ONCE)
    log.info("stopping: last checkpoint, then out of the group; a second signal leaves at once")
    stop.set()


async def first_look(worker: Worker, store: RedisStore) -> None:
    """Ask both servers for what the worker will need: a wrong setting is told now, not at the first record."""
    await worker.patience.redis(partial(_reach, worker.settings, store))
    if await store.evicts():
        log.error("this Redis evicts keys when it is full: profiles would be lost; set maxmemory-policy noeviction")
    told = await worker.patience.kafka(partial(asyncio.to_thread, _topic_faults, worker.settings, worker.topics))
    for fault in told:
        log.warning("%s", fault)
    if wrong := [fault for fault in told if "does not exist" in fault or "equally many" in fault]:
        raise Misconfigured("; ".join(wrong))


async def _reach(settings: Settings, store: RedisStore) -> None:
    """Ask Redis for an answer, and for the right to ask. Raises `Misconfigured` when it will not have this user."""
    try:
        with reaching_redis(settings):
            await store.ping()
            await store.holder(0)
    except Unreachable as error:
        raise RedisConnectionError(error.message) from error


def _topic_faults(settings: Settings, topics: Topics) -> list[str]:
    """What is wrong with the topics. Raises `TimeoutError` when no broker answers."""
    try:
        with admin(settings) as client:
            return faults(topics, look(client, topics))
    except Unreachable as error:
        raise TimeoutError(error.message) from error


async def _leave(app: DetectorApp, worker: Worker, error: BaseException | None) -> None:
    """Stop in order, within the time there is. What could not be checkpointed is read again by the next owner."""
    stopping = asyncio.create_task(app.stop())
    # Waited for, not cancelled: Faust's services swallow a cancellation and go on stopping.
    done, _ = await asyncio.wait({stopping}, timeout=worker.settings.stop_seconds)
    if not done:
        log.warning("not out of the group after %.0f s: leaving anyway", worker.settings.stop_seconds)
        _abandon(error)
    if failed := stopping.exception():
        log.error("could not stop in order: leaving anyway", exc_info=failed)
        _abandon(error or failed)


def _abandon(error: BaseException | None) -> None:
    """Leave without waiting for the threads, which wait for a server that does not answer or were not told to end."""
    if error is not None:
        log.error("%s", error)
    logging.shutdown()
    os._exit(0 if error is None else getattr(error, "exit_code", 1))
