"""A small world to run workers in: topics, records, worker processes, and what is true of them at the end."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import redis
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import ConsumerRecord, TopicPartition
from kafka.admin import KafkaAdminClient

from detector.edge.topics import Topics

PATIENCE_SECONDS = 60.0
"""How long a test waits for what must come; a healthy run needs a tenth of it."""
STATE_KEY = b"a key that only tests have"
ENTRY = ("-m", "detector", "worker")
LARGE_BYTES = 8 * 1024 * 1024


class Record(NamedTuple):
    """One record to produce."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    topic: str = ""
    partition: int | None = None


def until(true: Callable[[], object], what: str) -> None:
    """Wait for a condition, looking often; fail with its name when it does not come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"waited {PATIENCE_SECONDS:.0f} s for: {what}")
        time.sleep(0.05)


def answer(port: int, path: str) -> tuple[int, str]:
    """Status and body of a loopback port; status 0 while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def sampled(page: str, name: str, **labels: str) -> float:
    """The sum of a metric's samples, on a page of metrics, that carry these labels."""
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    samples = [line for line in page.splitlines() if line.startswith((name + "{", name + " "))]
    return sum(float(line.rsplit(" ", 1)[1]) for line in samples if all(w in line for w in wanted))


class Worker:
    """A worker process with its own log and port. `entry` is what Python runs; a command before it runs on a `host`."""

    def __init__(
        self, env: dict[str, str], log: Path, *options: str, entry: Sequence[str] = ENTRY, host: Sequence[str] = ()
    ) -> None:
        self.log = log
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [*host, sys.executable, *entry, *options],
                env={"DETECTOR_WEB_PORT": str(self.port)} | env,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; status 0 while nobody answers."""
        return answer(self.port, path)

    def ready(self) -> bool:
        """Whether the worker says that it can work; a worker that ended never will."""
        assert self.process.poll() is None, self.log.read_text()
        return self.get("/readyz")[0] == 200

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples that carry these labels."""
        return sampled(self.get("/metrics")[1], name, **labels)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


class World:
    """Topics and keys of one test, and the workers that it started; all of them end with the test."""

    def __init__(
        self, bootstrap: str, redis_url: str, prefix: str, folder: Path, partitions: int = 4, *, cluster: bool = False
    ) -> None:
        self.bootstrap, self.redis_url, self.prefix, self.folder = bootstrap, redis_url, prefix, folder
        self.partitions = partitions
        self.topics = Topics.under(prefix)
        self.redis: Any = (redis.RedisCluster if cluster else redis.Redis).from_url(redis_url)
        self.workers: list[Worker] = []
        self.settings: dict[str, str] = {"DETECTOR_REDIS_CLUSTER": "true"} if cluster else {}

    def __enter__(self) -> Self:
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        shape = {"num_partitions": self.partitions, "replication_factor": 1}
        topics = {name: {**shape, "configs": dict(config)} for name, config in self.topics.wanted().items()}
        topics[self.topics.invocations]["configs"]["max.message.bytes"] = str(LARGE_BYTES)
        admin.create_topics(topics, wait_for_metadata=True)
        admin.close()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.process.kill()
                worker.process.wait()
        if kind is not None:
            for worker in self.workers:
                sys.stderr.write(f"--- {worker.log}\n{worker.log.read_text()[-6000:]}\n")
        self.redis.close()

    def env(self, **settings: str) -> dict[str, str]:
        """A worker's environment."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")},
            "DETECTOR_KAFKA_BOOTSTRAP": self.bootstrap,
            "DETECTOR_REDIS_URL": self.redis_url,
            "DETECTOR_TOPIC_PREFIX": self.prefix,
            "DETECTOR_REDIS_PREFIX": self.prefix,
            "DETECTOR_GROUP_ID": self.prefix + "group",
            "DETECTOR_STATE_KEY": STATE_KEY.decode(),
            "DETECTOR_SESSION_SECONDS": "3",
            "DETECTOR_OUTAGE_SECONDS": "30",
            **self.settings,
            **settings,
        }

    def worker(self, *options: str, entry: Sequence[str] = ENTRY, host: Sequence[str] = (), **settings: str) -> Worker:
        """Start a worker; it may take seconds until it is ready."""
        log = self.folder / f"worker{len(self.workers)}.log"
        worker = Worker(self.env(**settings), log, *options, entry=entry, host=host)
        self.workers.append(worker)
        return worker

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the house to its end."""
        command = [sys.executable, "-m", "detector", *arguments]
        return subprocess.run(
            command, env=self.env(**settings), capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )

    def produce(self, records: Iterable[Record]) -> None:
        """Write records in order; returns when the broker has them all."""
        asyncio.run(self._produce(list(records)))

    async def _produce(self, records: list[Record]) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap, linger_ms=5, max_batch_size=131_072, max_request_size=LARGE_BYTES
        )
        async with producer:
            sent = [
                await producer.send(
                    record.topic or self.topics.invocations,
                    record.value,
                    key=record.key,
                    headers=list(record.headers),
                    partition=record.partition,
                )
                for record in records
            ]
            await asyncio.gather(*sent)

    async def transact(self, records: list[Record], *, commit: bool) -> None:
        """Write records in one transaction, and commit or abort it."""
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, transactional_id=self.prefix)
        async with producer:
            await producer.begin_transaction()
            for record in records:
                await producer.send_and_wait(self.topics.invocations, record.value, key=record.key)
            if commit:
                await producer.commit_transaction()
            else:
                await producer.abort_transaction()

    def read(self, topic: str) -> list[ConsumerRecord]:
        """Every record of a topic, partition by partition."""
        return asyncio.run(self._read(topic))

    async def _read(self, topic: str) -> list[ConsumerRecord]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_partition_fetch_bytes=LARGE_BYTES,
        )
        async with consumer:
            tps = [TopicPartition(topic, partition) for partition in range(self.partitions)]
            consumer.assign(tps)
            ends = await consumer.end_offsets(tps)
            found: list[ConsumerRecord] = []
            while any([await consumer.position(tp) < end for tp, end in ends.items()]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
            return found

    def tally(self) -> dict[str, int]:
        """The counts of all partitions, as of their checkpoints."""
        total: dict[str, int] = {}
        for partition in range(self.partitions):
            for name, count in self.redis.hgetall(f"{{{self.prefix}:{partition}}}:tally").items():
                total[name.decode()] = total.get(name.decode(), 0) + int(count)
        return total

    def counted(self) -> int:
        """Records of which something has become, as of the checkpoints."""
        return sum(self.tally().values())

    def alerts(self) -> dict[tuple[str, int], dict[str, object]]:
        """The alert topic as a subscriber sees it: repeats, which must agree, dropped by id and revision."""
        told: dict[tuple[str, int], dict[str, object]] = {}
        for record in self.read(self.topics.alerts):
            alert = json.loads(record.value)
            known = told.setdefault((alert["alert_id"], alert["revision"]), alert)
            assert known == alert, "the same id and revision say two things"
        return told
