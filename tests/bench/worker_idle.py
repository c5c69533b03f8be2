"""The yardsticks, each a process of its own: consumers that take the worker's batches and do nothing with them.

`python -m tests.bench.worker_idle KIND BOOTSTRAP TOPIC_PREFIX GROUP STOP_AT` prints one JSON line: see `Count`.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import uvloop
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from detector.edge.app import build
from detector.edge.chunks import Chunk
from detector.edge.settings import Settings
from detector.edge.topics import Topics
from tests.bench.count import Count
from tests.bench.peers.faust_agents import stock_app

if TYPE_CHECKING:
    from detector.edge.worker import Worker

BATCH = 500
"""Records a batch, the worker's own."""
WITHIN_SECONDS = 1.0
"""How long the stock agent waits for a full batch; never long while records are there."""


class Idle:
    """Stands where the worker stands behind the transport (`transport.Holder`), and does nothing."""

    def __init__(self, settings: Settings, count: Count) -> None:
        self.settings, self._count = settings, count
        self.app: Any = None
        self._seeks: list[asyncio.Future[Any]] = []

    async def take(self, chunk: Chunk) -> None:
        self._count.take(len(chunk.records))

    def assigned(self) -> None:
        consumer = self.app.consumer
        start = {TopicPartition(*tp): 0 for tp in consumer.assignment()}
        self._seeks.append(asyncio.ensure_future(consumer.seek_all(start)))

    async def give_back_all(self) -> None:
        """Nothing is held."""

    def out_of_range(self, partition: int) -> None:
        raise AssertionError(partition)

    def committable(self) -> dict[tuple[str, int], int]:
        return {}

    def committed(self, *, ok: bool) -> None:
        """Nothing was told."""

    def halt(self, error: BaseException) -> None:
        raise error


async def chunks(bootstrap: str, prefix: str, group: str, count: Count) -> None:
    """The detector's own Faust app and transport, with nothing behind them."""
    settings = Settings(kafka_bootstrap=bootstrap, topic_prefix=prefix, group_id=group)
    app, idle = build(settings), Idle(settings, count)
    idle.app, app.holder = app, cast("Worker", idle)
    await app.start()


async def stock(bootstrap: str, prefix: str, group: str, count: Count) -> None:
    """What the Faust manual shows: an agent that takes batches, everything else as it comes."""
    app = stock_app(bootstrap, group)
    topic = app.topic(Topics.under(prefix).invocations, value_type=bytes, value_serializer="raw", key_serializer="raw")

    async def nothing(stream: Any) -> None:
        async for batch in stream.take(BATCH, within=WITHIN_SECONDS):
            count.take(len(batch))

    app.agent(topic)(nothing)
    await app.start()


async def getmany(bootstrap: str, prefix: str, group: str, count: Count) -> None:
    """No Faust and no group: aiokafka's own loop."""
    del group
    topic = Topics.under(prefix).invocations
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    while True:
        for records in (await consumer.getmany(timeout_ms=500, max_records=BATCH)).values():
            count.take(len(records))


KINDS: dict[str, Callable[[str, str, str, Count], Any]] = {"chunks": chunks, "stock": stock, "getmany": getmany}


async def _main(kind: str, bootstrap: str, prefix: str, group: str, stop_at: str) -> None:
    await KINDS[kind](bootstrap, prefix, group, Count(int(stop_at)))
    await asyncio.Event().wait()  # until the count ends the process


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # as the worker does
    asyncio.run(_main(*sys.argv[1:]))
