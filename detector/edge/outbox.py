"""What a lease has sent to Kafka and not heard of: sending starts early, a checkpoint waits for the broker's yes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial

from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from detector.edge.deadletter import KEPT_BYTES, Outgoing, truncated
from detector.edge.failures import Halted
from detector.edge.metrics import Metrics

Answer = asyncio.Future[object]
Send = Callable[[Outgoing], Awaitable[Answer]]
"""Hands one record to the producer, in order; the future ends with the broker's answer. May raise `KafkaError`."""

TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)


class Outbox:
    """Records sent in order; `settle` returns when the broker has every one of them."""

    def __init__(self, send: Send, metrics: Metrics) -> None:
        self._send = send
        self._metrics = metrics
        self._sent: list[tuple[Outgoing, Answer]] = []
        self.bytes = 0
        """Bytes sent and not yet settled."""

    async def put(self, record: Outgoing) -> None:
        """Start sending. Raises nothing: failures show when the outbox is settled."""
        try:
            answer = await self._send(record)
        except KafkaError as error:
            answer = asyncio.get_running_loop().create_future()
            answer.set_exception(error)
        answer.add_done_callback(partial(self._heard, record.born))
        self._sent.append((record, answer))
        self.bytes += len(record.value or b"")

    async def settle(self) -> None:
        """Wait for the broker's yes to all. Raises the first `KafkaError` that a shorter record would not mend, and
        `Halted` where the broker refuses for its size what cannot be cut.

        From the first failed record on, all are sent again, in order, so that an alert's last revision stays last.
        """
        while self._sent:
            answers = await asyncio.gather(*(answer for _, answer in self._sent), return_exceptions=True)
            at = next((i for i, answer in enumerate(answers) if isinstance(answer, BaseException)), None)
            if at is None:
                self._sent = []
                break
            error = answers[at]
            again = [record for record, _ in self._sent[at:]]
            if isinstance(error, TOO_LARGE):
                again[0] = self._shorter(again[0])
            self._sent = []
            for record in again:
                await self.put(record)
            if isinstance(error, BaseException) and not isinstance(error, TOO_LARGE):
                raise error
        self.bytes = 0

    def _shorter(self, record: Outgoing) -> Outgoing:
        size = len(record.value or b"")
        if size <= KEPT_BYTES:
            raise Halted(
                f"{record.topic} refuses {size} bytes for their size: raise its max.message.bytes; nothing was lost"
            )
        return truncated(record)

    def _heard(self, born: int | None, answer: Answer) -> None:
        """The broker answered: retrieve the exception, or measure. A lost lease's answers end here, unread."""
        if not answer.cancelled() and answer.exception() is None and born is not None:
            self._metrics.alert_seconds.observe(max(0.0, time.time() - born / 1000))
