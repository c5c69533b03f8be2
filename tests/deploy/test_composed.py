"""What docker-compose.yml says, done without an engine: its very settings and commands on real servers."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.test_compose import SERVICES
from tests.deploy.tools import Server, free_port, program
from tests.edge.world import PATIENCE_SECONDS, Worker, until
from tests.servers.apache_kafka import JAVA_OPTIONS
from tests.servers.jars import class_path, java, kafka_version

pytestmark = [pytest.mark.kafka, pytest.mark.redis, pytest.mark.slow]

SMALL = {"COMPANY_PEOPLE": "20", "COMPANY_DAYS": "1", "COMPANY_SPEED": "100000"}
"""The company's size is for the environment to choose, as in the file."""
START_SCRIPT = {"KAFKA_HEAP_OPTS"}
"""Read by the image's start script, not by the broker."""


class Here:
    """The file's names and ports, each translated to a free port of the loopback address."""

    def __init__(self) -> None:
        self.ports = {port: free_port() for port in ("19092", "9092", "9093", "6379")}

    def moved(self, text: str) -> str:
        """The same words on this machine."""
        text = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: SMALL.get(found[1], found[2]), text)
        address = r"(?:\b(?:kafka|redis|localhost))?:(\d{4,5})\b"
        return re.sub(address, lambda found: f"127.0.0.1:{self.ports[found[1]]}", text)

    def command(self, service: str) -> list[str]:
        """What the container would run."""
        return [self.moved(word) for word in SERVICES[service]["command"]]

    def env(self) -> dict[str, str]:
        """The detector's environment; a variable without a value is not set."""
        told = {name: self.moved(value) for name, value in SERVICES["detector"]["environment"].items() if value}
        own = {name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")}
        return own | told

    def detector(self, service: str) -> str:
        """Run one of the file's commands to its end; what it said."""
        command = [sys.executable, "-m", "detector", *self.command(service)]
        done = subprocess.run(
            command, env=self.env(), capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    """The file's Kafka and Redis, running."""
    built = Here()
    told = SERVICES["kafka"]["environment"]
    settings = {
        name.removeprefix("KAFKA_").replace("_", ".").lower(): built.moved(value)
        for name, value in told.items()
        if name.startswith("KAFKA_") and name not in START_SCRIPT
    }
    settings["log.dirs"] = str(tmp_path / "kafka")
    path = tmp_path / "server.properties"
    path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    if (runtime := java()) is None:
        pytest.skip("Apache Kafka needs Java 17 or later on the path")
    broker = [runtime, *JAVA_OPTIONS, *told["KAFKA_HEAP_OPTS"].split(), "-cp", class_path()]
    subprocess.run(
        [*broker, "kafka.tools.StorageTool", "format", "-t", told["CLUSTER_ID"], "-c", path],
        check=True,
        capture_output=True,
    )
    redis = [program("redis-server"), *built.command("redis")[1:]]
    place = ("--bind", "127.0.0.1", "--port", built.ports["6379"], "--dir", tmp_path)
    with (
        Server(tmp_path / "kafka.log", built.ports["9092"], *broker, "kafka.Kafka", path),
        Server(tmp_path / "redis.log", built.ports["6379"], *redis, *place),
    ):
        yield built


def test_the_image_is_the_release_that_is_tested() -> None:
    """Promises about Kafka are proved on one release: compose runs that one."""
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{kafka_version()}"


def test_its_settings_bring_it_up(here: Here, tmp_path: Path) -> None:
    """Topics are made, a worker gets ready, the company's records are judged."""

    def topics_made() -> bool:
        command = [sys.executable, "-m", "detector", *here.command("topics")]
        return subprocess.run(command, env=here.env(), capture_output=True, check=False).returncode == 0

    until(topics_made, "topics made as the file's job makes them")
    worker = Worker(here.env(), tmp_path / "worker.log")
    try:
        until(worker.ready, "a ready worker")
        here.detector("company")
        until(lambda: worker.metric("detector_records_total", disposition="judged") > 100, "judged records")
        assert worker.metric("detector_partitions_held") == 12
        assert worker.end() == 0
    finally:
        worker.process.kill()
        worker.process.wait()
