"""Stock Faust: an agent that does nothing, one with the same judgement, and what most people would write with River."""

import asyncio
import pickle
import tempfile
from collections.abc import Callable
from typing import Any

import faust
import msgspec
import redis.asyncio
import uvloop
from river import anomaly, compose, preprocessing, stats

from tests.bench.count import Count
from tests.bench.peers.same_core import SameCore
from tests.bench.peers.subject import Subject

BATCH, WITHIN_SECONDS = 500, 1.0


def bare(subject: Subject) -> None:
    """One record at a time, dropped."""

    def body(count: Count) -> Callable[[Any], Any]:
        async def agent(stream: Any) -> None:
            async for _ in stream:
                count.take(1)

        return agent

    _run(subject, body)


def bare_batches(subject: Subject) -> None:
    """Batches by `take`, dropped."""

    def body(count: Count) -> Callable[[Any], Any]:
        async def agent(stream: Any) -> None:
            async for batch in stream.take(BATCH, within=WITHIN_SECONDS):
                count.take(len(batch))

        return agent

    _run(subject, body)


def core_batches(subject: Subject) -> None:
    """Batches by `take` with the same judgement, profiles in memory only."""

    def body(count: Count) -> Callable[[Any], Any]:
        core = SameCore()

        async def agent(stream: Any) -> None:
            async for batch in stream.take_events(BATCH, within=WITHIN_SECONDS):
                for event in batch:
                    core.take(event.value, (event.message.topic, event.message.partition, event.message.offset))
                count.take(len(batch))

        return agent

    _run(subject, body)


def naive_trees(subject: Subject) -> None:
    """One record, one GET, one SET of a pickled model: half-space trees as River's manual has them."""
    _naive(subject, lambda: compose.Pipeline(preprocessing.MinMaxScaler(), anomaly.HalfSpaceTrees(seed=42)))


def naive_light(subject: Subject) -> None:
    """The same with the lightest model there is: a z-score from an exponentially weighted mean and variance."""
    _naive(subject, Deviation)


class Deviation:
    """How many deviations the tokens of a call are from a person's usual."""

    def __init__(self) -> None:
        self.mean, self.variance = stats.EWMean(0.05), stats.EWVar(0.05)

    def score_one(self, x: dict[str, float]) -> float:
        """The z-score of the output tokens."""
        spread = max(self.variance.get(), 1e-9) ** 0.5
        return abs(x["output"] - self.mean.get()) / spread

    def learn_one(self, x: dict[str, float]) -> None:
        """Learn them."""
        self.mean.update(x["output"])
        self.variance.update(x["output"])


class Call(msgspec.Struct):
    """The four figures that such an agent looks at."""

    user_id: str
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cost_usd: float | None = None


def _naive(subject: Subject, model: Callable[[], Any]) -> None:
    def body(count: Count) -> Callable[[Any], Any]:
        client = redis.asyncio.Redis.from_url(subject.redis_url)
        decode = msgspec.json.Decoder(Call).decode  # kinder than json.loads: the codec is not the point

        async def agent(stream: Any) -> None:
            async for value in stream:
                call = decode(value)
                key = f"peer:{call.user_id}"
                stored = await client.get(key)
                known = pickle.loads(stored) if stored else model()  # noqa: S301 - what most people would write
                x = {
                    "input": float(call.input_tokens),
                    "output": float(call.output_tokens),
                    "cached": float(call.cache_read_tokens),
                    "cost": call.cost_usd or 0.0,
                }
                known.score_one(x)
                known.learn_one(x)
                await client.set(key, pickle.dumps(known))
                count.take(1)

        return agent

    _run(subject, body)


def stock_app(bootstrap: str, group: str) -> faust.App:
    """Faust as its manual shows it, with nothing kept and nothing served."""
    return faust.App(
        group,
        broker=f"kafka://{bootstrap}",
        datadir=tempfile.gettempdir(),
        store="memory://",
        autodiscover=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
    )


def _run(subject: Subject, body: Callable[[Count], Callable[[Any], Any]]) -> None:
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # as the worker does
    asyncio.run(_serve(subject, body))


async def _serve(subject: Subject, body: Callable[[Count], Callable[[Any], Any]]) -> None:
    app = stock_app(subject.bootstrap, subject.group)
    topic = app.topic(subject.topic, value_type=bytes, value_serializer="raw", key_serializer="raw")
    app.agent(topic)(body(Count(subject.stop_at)))
    await app.start()
    await asyncio.Event().wait()
