"""Who plays in the demo, and how fast their records come."""

import asyncio
import time

import msgspec
from aiokafka import AIOKafkaProducer

from detector.edge.settings import Settings
from detector.edge.topics import Topics
from detector.simulate import Company, Gamer, Mix
from detector.simulate.session import Disguise

GAMERS = (
    Gamer("G01_endless_task", 0.75),
    Gamer("G14_duplicates", 0.75),
    Gamer("G16_micro_flood", 0.25),
    Gamer("G02_overnight", 0.75),
    Gamer("G04_throwaway", 0.75, Disguise(jitter=True, paraphrase=True)),
    Gamer("G23_burn_daemon", 0.25),
)
"""Six ways to burn tokens for nothing, one of them hidden by jitter and paraphrase."""
LOOKALIKES = {
    "L1_ci_bot": 1, "L2_codemod": 1, "L6_long_agentic": 1, "L7_builder_critic": 1, "L8_nightly_digest": 1,
    "L0_spend_spike": 1, "L0_power_user": 1, "L10_same_response": 1,
}  # fmt: skip
"""Honest people whose work resembles it, and a client that counts every answer twice."""
BATCH_SECONDS = 0.05
"""Records are handed over in twentieths of a second: smooth to the eye, cheap for the loop."""


class Glance(msgspec.Struct, frozen=True):
    """What of a record matters on its way: whose it is, and when."""

    user_id: str
    occurred_at: str


class Progress(msgspec.Struct):
    """How far the company has come."""

    sent: int = 0
    day: str = ""
    over: bool = False


def company(people: int, days: int, seed: str) -> Company:
    """The company: plain honest people, look-alikes, and gamers who start within the first days."""
    return Company(seed=seed, people=people, days=days, mix=Mix("demo", LOOKALIKES, GAMERS, onset=1))


async def play(company: Company, settings: Settings, rate: float, progress: Progress) -> None:
    """Send the company's records in the order of their arrival, about `rate` of them a second."""
    topic = Topics.under(settings.topic_prefix).invocations
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap, linger_ms=5, max_batch_size=131_072)
    read = msgspec.json.Decoder(Glance).decode
    pause = max(1, int(rate * BATCH_SECONDS))
    async with producer:
        began = time.monotonic()
        for line in company.records():
            seen = read(line)
            await producer.send(topic, line, key=seen.user_id.encode())
            progress.sent += 1
            if progress.sent % pause == 0:
                progress.day = seen.occurred_at[:10]
                await asyncio.sleep(max(0.0, began + progress.sent / rate - time.monotonic()))
    progress.over = True
