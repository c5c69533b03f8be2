"""The Faust app: one agent over both input topics, and the producer behind the outbox."""

import asyncio
import tempfile
from functools import partial
from typing import Any

import faust
from faust.exceptions import ProducerSendError

from detector.edge import transport
from detector.edge.chunks import ChunkSchema
from detector.edge.deadletter import Outgoing
from detector.edge.outbox import Answer
from detector.edge.settings import Settings
from detector.edge.topics import DEAD_LETTER_BYTES, Topics
from detector.edge.watchdog import Watchdog
from detector.edge.worker import Worker

QUEUED_CHUNKS = 4
"""Chunks waiting for the agent: enough that a fetch (2 ms) never leaves it idle, few enough to be cheap to drop."""
LINGER_SECONDS = 0.0
"""How long an alert waits for company in a batch: not at all. What comes while one is on its way shares the next."""
YEAR_SECONDS = 31_536_000.0


AGENT = "judge"


class DetectorApp(faust.App):
    """A Faust app whose transport has a holder."""

    holder: Worker
    mundane_level = "debug"

    async def hand_over(self, record: Outgoing) -> Answer:
        """Give a record to the producer (see `outbox.Send`)."""
        try:
            answer: Answer = await self.producer.send(
                record.topic, record.key, record.value, None, None, record.headers or None
            )
        except ProducerSendError as error:
            raise error.__cause__ or error from error
        return answer


def build(settings: Settings) -> DetectorApp:
    """The app, without its worker: set `holder` before it starts."""
    transport.register()
    app = DetectorApp(
        settings.group_id,
        broker=[f"{transport.SCHEME}://{address.strip()}" for address in settings.kafka_bootstrap.split(",")],
        datadir=tempfile.gettempdir(),
        store="memory://",
        autodiscover=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_buffer_maxsize=QUEUED_CHUNKS,
        stream_wait_empty=True,
        stream_processing_timeout=YEAR_SECONDS,
        broker_commit_interval=2.0,
        broker_commit_livelock_soft_timeout=YEAR_SECONDS,
        broker_session_timeout=settings.session_seconds,
        broker_request_timeout=max(40.0, settings.session_seconds + 5),
        broker_rebalance_timeout=60.0,
        consumer_group_instance_id=settings.group_instance_id or "",
        producer_acks=-1,
        producer_linger=LINGER_SECONDS,
        producer_max_request_size=DEAD_LETTER_BYTES,
        processing_guarantee="at_least_once",
        cython_optimizations=True,
    )
    topics = Topics.under(settings.topic_prefix, shadow=settings.shadow)
    # Without acks Faust counts nothing per record: the store owns the positions.
    channel = app.topic(*topics.inputs, schema=ChunkSchema(), acks=False)

    async def judge(stream: Any) -> None:
        async for chunk in stream:
            await app.holder.take(chunk)

    app.agent(channel, name=AGENT, concurrency=1)(judge)
    return app


def agent_alive(app: DetectorApp) -> bool:
    """Whether the agent has a task that runs."""
    return any(not actor.actor_task.done() for actor in app.agents[AGENT]._actors if actor.actor_task)


async def live(app: DetectorApp) -> None:
    """Start the app, hold what it is assigned and watch over it, until cancelled."""
    await app.start()
    app.holder.attach(app.consumer)
    await asyncio.gather(app.holder.keep(), Watchdog(app.holder, app.consumer, partial(agent_alive, app)).watch())


async def ended(app: DetectorApp, life: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Return when `stop` is set. Raises what made the worker fail before that."""
    asked, crashed = asyncio.create_task(stop.wait()), asyncio.create_task(app._crashed.wait())
    done, _ = await asyncio.wait({life, asked, crashed, app.holder.failure}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    crashed.cancel()
    if crashed in done:
        app.holder.halt(app.crash_reason)
    if app.holder.failure.done():
        app.holder.failure.result()
    if life in done:
        life.result()
