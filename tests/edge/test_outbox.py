"""What was sent and not confirmed: order survives failures, and a record that is too large goes out cut."""

import asyncio

import pytest
from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from prometheus_client import CollectorRegistry

from detector.edge.deadletter import KEPT_BYTES, TRUNCATED, Outgoing
from detector.edge.failures import Halted
from detector.edge.metrics import Metrics
from detector.edge.outbox import Answer, Outbox


class Broker:
    """Takes records; refuses those over `limit`, and fails the sends whose numbers (from 0) are in `failing`."""

    def __init__(self, failing: set[int] = frozenset(), limit: int = 1_000_000) -> None:
        self.failing, self.limit = failing, limit
        self.sends = 0
        self.log: list[Outgoing] = []

    async def send(self, record: Outgoing) -> Answer:
        """Answer at once, or in the next step when it fails."""
        number, self.sends = self.sends, self.sends + 1
        if len(record.value or b"") > self.limit:
            raise MessageSizeTooLargeError(record.topic)
        answer = asyncio.get_running_loop().create_future()
        if number in self.failing:
            answer.set_exception(KafkaTimeoutError())
        else:
            self.log.append(record)
            answer.set_result(None)
        return answer


def outgoing(text: str) -> Outgoing:
    """A small record."""
    return Outgoing("alerts", b"k", text.encode(), [])


async def settled(broker: Broker, *records: Outgoing) -> list[str]:
    """What the broker's log reads once all is settled, however often that has to be tried."""
    outbox = Outbox(broker.send, Metrics(CollectorRegistry()))
    for record in records:
        await outbox.put(record)
    while True:
        try:
            await outbox.settle()
            break
        except KafkaTimeoutError:
            continue
    assert outbox.bytes == 0
    return [(record.value or b"").decode()[:9] for record in broker.log]


@pytest.mark.parametrize("failing", [set(), {0}, {1}, {2}, {0, 1, 2, 3}, {1, 4}])
def test_the_last_revision_stays_last(failing: set[int]) -> None:
    """Whichever sends fail, every record arrives, and after the last failure they stand in their order."""
    log = asyncio.run(settled(Broker(failing), *map(outgoing, ("r1", "r2", "r3"))))
    assert set(log) == {"r1", "r2", "r3"}
    lasts = [max(at for at, text in enumerate(log) if text == revision) for revision in ("r1", "r2", "r3")]
    assert lasts == sorted(lasts)


def test_what_the_broker_refuses_for_its_size_is_cut_and_marked() -> None:
    """Its first part goes out in its place, with the size that it had; its neighbours are whole."""
    broker = Broker(limit=KEPT_BYTES)
    large = Outgoing("dead", b"k", b"x" * 5_000_000, [("a", b"1")])
    asyncio.run(settled(broker, outgoing("before"), large, outgoing("after")))
    cut = next(record for record in broker.log if record.topic == "dead")
    assert len(cut.value or b"") == KEPT_BYTES
    assert cut.headers == [("a", b"1"), (TRUNCATED, b"5000000")]
    assert [record.value for record in broker.log if record.topic != "dead"][-1] == b"after"


def test_what_cannot_be_cut_is_not_tried_for_ever() -> None:
    """A topic that refuses even small records is a wrong setting: it is named, and a person changes it."""
    with pytest.raises(Halted, match=r"alerts refuses 5 bytes .* max\.message\.bytes"):
        asyncio.run(settled(Broker(limit=3), outgoing("alert")))
