"""The image itself: built of deploy/Dockerfile as it is, run as deployed, on a real Kafka and a real Redis."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.container import Container, once, written
from tests.deploy.engine import Turn, podman, refused
from tests.deploy.images import build_detector, have_base
from tests.deploy.tools import free_port, start_alertmanager
from tests.edge.world import until
from tests.servers import Broker, RedisServer

pytestmark = [pytest.mark.slow, pytest.mark.engine]

LARGEST_MB = 700
"""536 on a Debian base of 176 MB; python:slim has 130. Half of it is SciPy, which River needs."""
COMPANY = ("--people", "20", "--days", "7", "--speed", "100000", "--start", "today")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image's name."""
    if why := refused() or have_base():
        pytest.skip(why)
    with Turn():
        yield build_detector(tmp_path_factory.mktemp("image"))


@pytest.fixture
def settings(kafka_server: Broker, redis_server: RedisServer, topic_prefix: str) -> dict[str, str]:
    """A world of this test's own on the servers."""
    return {
        "DETECTOR_KAFKA_BOOTSTRAP": kafka_server.bootstrap,
        "DETECTOR_REDIS_URL": redis_server.url,
        "DETECTOR_TOPIC_PREFIX": topic_prefix,
        "DETECTOR_REDIS_PREFIX": topic_prefix,
        "DETECTOR_GROUP_ID": topic_prefix + "group",
        "DETECTOR_NOTIFY_GROUP": topic_prefix + "notify",
        "DETECTOR_STATE_KEY": "a key that only tests have",
    }


def test_it_is_what_it_says(image: str) -> None:
    """Not root by itself, with its health check, a port, a signal, and no larger than it must be."""
    told = json.loads(podman("image", "inspect", image))[0]
    assert told["Config"]["User"] == "10001:10001"
    assert told["Config"]["StopSignal"] == "SIGTERM"
    assert "8088/tcp" in told["Config"]["ExposedPorts"]
    assert told["Healthcheck"]["Test"][0] == "CMD"
    assert told["Labels"]["org.opencontainers.image.revision"] == "under-test"
    size = told["Size"] / 1e6
    print(f"image: {size:.0f} MB")  # noqa: T201 - a figure for -s
    assert size < LARGEST_MB


def test_there_is_nothing_else_in_it(image: str) -> None:
    """No compiler, no installer beside the code, no version control, no tests, no key; its user owns nothing."""
    script = r"""
        id -u
        for name in cc gcc g++ make ld git; do command -v $name; done
        ls -d /opt/detector/bin/pip* /opt/detector/lib/python3*/site-packages/setuptools
        find / -xdev \( -name .git -o -name .env -o -name '*.key' -o -user 10001 \) -not -path '/proc/*'
        find / -xdev -type d -path '*/site-packages/tests'
        grep CapEff /proc/self/status
        grep NoNewPrivs /proc/self/status
    """
    done = once(image, {}, "-c", script, entry="sh")
    assert done.stdout.split() == ["10001", "CapEff:", "0000000000000000", "NoNewPrivs:", "1"]


def test_its_code_is_compiled(image: str) -> None:
    """A read-only root keeps no byte code, so what the image lacks is compiled again at each start."""
    script = "import sys, detector.__main__, detector.edge.app as app; print(app.__cached__, app.__file__)"
    cached, source = once(image, {}, "-v", "-c", script, entry="python").stdout.split()
    assert source.startswith("/opt/detector/lib/")
    said = once(image, {}, "-v", "-c", script, entry="python").stderr
    assert f"{cached} matches {source}" in said


def test_its_configuration(image: str) -> None:
    """What the image itself sets is in force, and a wrong setting ends it with status 2."""
    done = once(image, {}, "worker", "--check-config")
    assert done.returncode == 0, done.stderr
    assert {"DETECTOR_WEB_HOST=0.0.0.0", "DETECTOR_LOG_FORMAT=json"} <= set(done.stdout.splitlines())
    assert once(image, {"DETECTOR_WEB_PORT": "none"}, "worker", "--check-config").returncode == 2


@pytest.mark.kafka
@pytest.mark.redis
def test_it_works_as_deployed(image: str, settings: dict[str, str], tmp_path: Path) -> None:
    """Topics, a worker, a company, alerts, the bridge and the report; each healthy, silent on disk, and out in time."""
    made = once(image, settings, "topics", "--partitions", "4", "--replication", "1")
    assert made.returncode == 0, made.stderr
    with (
        start_alertmanager(tmp_path) as alertmanager,
        Container(image, settings, port=free_port()) as worker,
        Container(
            image,
            settings | {"DETECTOR_ALERTMANAGER_URL": f"http://127.0.0.1:{alertmanager.port}"},
            "notify",
            port=free_port(),
        ) as bridge,
    ):
        until(worker.healthy, "a healthy worker")
        until(lambda: worker.get("/readyz")[0] == 200, "a worker that is ready")
        told = once(image, settings, "simulate", "--to-kafka", settings["DETECTOR_KAFKA_BOOTSTRAP"], *COMPANY)
        assert told.returncode == 0, told.stderr
        sent = int(re.sub(r"[^\d]", "", re.search(r"([\d,]+) records written", told.stdout + told.stderr)[1]))
        until(lambda: worker.metric("detector_records_total") >= sent, "all records judged")
        heard = once(image, settings, "alerts", "--json", "--no-follow")
        alerts = [json.loads(line) for line in heard.stdout.splitlines()]
        assert any(alert["status"] == "firing" for alert in alerts)
        until(lambda: alertmanager.get("/api/v2/alerts"), "alerts in Alertmanager")
        with Container(image, settings, "report", "--serve", port=free_port()) as report:
            until(report.healthy, "a healthy report")
            until(lambda: "detector_adoption" in report.get("/metrics")[1], "figures of adoption")
            assert written(report.name) == []
            assert report.stop() == 0
        for container in (worker, bridge):
            assert container.healthy()
            assert written(container.name) == []
            assert container.stop() == 0, container.log()
        lines = worker.log().splitlines()
        assert any("last checkpoint" in json.loads(line)["message"] for line in lines)
