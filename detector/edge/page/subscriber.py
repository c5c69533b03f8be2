"""Fills the board from the alert topic, as any subscriber would: so every worker's page shows the whole fleet's alerts.

It starts when somebody first looks: a worker whose page nobody opens pays nothing.
"""

import asyncio
import logging

import msgspec
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from detector.edge.page.board import BOARD_ALERTS, Board
from detector.edge.security import kafka_security
from detector.edge.settings import Settings

log = logging.getLogger(__name__)

AGAIN_SECONDS = 3.0
"""Between two tries when the topic can't be read."""


class Subscriber:
    """Reads the last records of each partition of the alert topic, and then what comes."""

    def __init__(self, settings: Settings, topic: str, board: Board) -> None:
        self._settings = settings
        self._topic = topic
        self._board = board
        self._task: asyncio.Task[None] | None = None
        self.fault: str | None = "the alert topic was not read yet"
        """Why the board may not be up to date; None while it is."""

    def start(self) -> None:
        """Begin reading; does nothing when it reads already."""
        if self._task is None:
            self._task = asyncio.create_task(self._read_on())

    async def stop(self) -> None:
        """Stop reading."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _read_on(self) -> None:
        while True:
            try:
                await self._read()
            except (KafkaError, OSError) as error:
                if self.fault is None:
                    log.warning("the live page can't read %s (%s): trying again", self._topic, type(error).__name__)
                self.fault = f"the alert topic can't be read ({type(error).__name__})"
            await asyncio.sleep(AGAIN_SECONDS)

    async def _read(self) -> None:
        consumer = AIOKafkaConsumer(
            self._topic,
            bootstrap_servers=self._settings.kafka_bootstrap,
            client_id="detector-page",
            enable_auto_commit=False,
            auto_offset_reset="latest",
            **kafka_security(self._settings),
        )
        async with consumer:
            partitions = list(consumer.assignment())
            first = await consumer.beginning_offsets(partitions)
            for partition, end in (await consumer.end_offsets(partitions)).items():
                consumer.seek(partition, max(first[partition], end - BOARD_ALERTS))
            self.fault = None
            async for record in consumer:
                self._take(record.key, record.value)

    def _take(self, key: bytes | None, value: bytes | None) -> None:
        if value is None:  # a tombstone: the person that the alert was about is erased
            self._board.drop((key or b"").decode(errors="replace"))
            return
        try:
            self._board.put(value)
        except msgspec.DecodeError:
            log.warning("the alert topic holds a record that is no alert: the live page passes over it")
