"""`docker compose --profile company up`, seen: all is healthy, records are judged, alerts told, everything watched."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.container import written
from tests.deploy.engine import Turn, refused
from tests.deploy.images import build_detector, have, have_base
from tests.deploy.stack import LEFT_OUT, Stack, taken_ports
from tests.deploy.test_compose import SERVICES
from tests.deploy.tools import DEPLOY, program, read, rules
from tests.edge.world import answer, sampled, until

pytestmark = [pytest.mark.kafka, pytest.mark.redis, pytest.mark.slow, pytest.mark.engine]

SMALL = {"COMPANY_PEOPLE": "20", "COMPANY_DAYS": "7", "COMPANY_SPEED": "100000"}
"""17,900 records in some seconds, after which one alert goes on, whatever the weekday. With 40 people none does."""
ONCE = {"topics", "company"}
"""Services that end when they are done."""
JVM_STOPPED = 143
"""A Java machine's own status after SIGTERM."""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The file's services, on images pulled, built or made."""
    program("docker-compose")
    images = {service["image"] for name, service in SERVICES.items() if name not in LEFT_OUT}
    others = sorted(image for image in images if not image.startswith("tokenmaxxing-"))
    if why := refused():
        pytest.skip(why)
    with Turn():
        if why := have_base() or have(others, tmp_path):
            pytest.skip(why)
        if taken := taken_ports():
            pytest.skip(f"somebody listens on ports of docker-compose.yml: {taken}")
        build_detector(tmp_path)
        with Stack(tmp_path, SMALL) as built:
            yield built


def _ready(port: int) -> bool:
    return bool(answer(port, "/readyz")[0] == 200)


def test_everything_comes_up(stack: Stack) -> None:
    """Everything that the file promises, on its own settings, networks, volumes and users."""
    stack.up()
    lasting = {f"{name}-1" for name in SERVICES.keys() - LEFT_OUT - ONCE} | {"detector-2"}
    until(lambda: stack.healthy() == lasting, f"healthy: {lasting}")
    until(lambda: stack.containers()["company-1"]["State"]["Status"] == "exited", "a company that has told all")
    found = stack.containers()
    assert {found[f"{name}-1"]["State"]["ExitCode"] for name in ONCE} == {0}
    assert all(told["RestartCount"] == 0 for told in found.values())
    _closed(found)
    for name in ("detector-1", "detector-2"):
        port = _page(found[name])
        # Healthy a moment ago, and not ready while the group takes in the other one: that is its work.
        until(partial(_ready, port), f"{name}, ready")
        assert "<html" in answer(port, "/")[1]
    until(lambda: _judged(found) > 10_000, "the company's records judged")
    until(lambda: any(name.startswith("Workload") for name in _told()), "alerts about workloads in Alertmanager")
    _watched()
    # Where Alertmanager came up after it, Prometheus tells it again after a minute, counted from a start 30 s ago.
    until(lambda: "Watchdog" in _told(), "the watchdog's alert, of Prometheus, in Alertmanager")
    stack.stop()
    ended = {name: told["State"]["ExitCode"] for name, told in stack.containers().items()}
    assert ended.pop("kafka-1") in {0, JVM_STOPPED}
    assert {name: status for name, status in ended.items() if status} == {}


def _closed(found: dict[str, dict[str, Any]]) -> None:
    """Each runs as the file says, and the engine agrees: no rights, no root, nothing written."""
    for name, told in found.items():
        service = SERVICES[name.rpartition("-")[0]]
        assert told["EffectiveCaps"] in ([], None), name
        assert "no-new-privileges" in told["HostConfig"]["SecurityOpt"], name
        assert told["HostConfig"]["ReadonlyRootfs"] == service.get("read_only", False), name
        assert told["Config"]["User"] == service["user"], name
        if service["image"].startswith("tokenmaxxing-"):
            assert written(told["Id"]) == [], name


def _page(told: dict[str, Any]) -> int:
    return int(told["NetworkSettings"]["Ports"]["8088/tcp"][0]["HostPort"])


def _judged(found: dict[str, dict[str, Any]]) -> float:
    pages = [answer(_page(found[name]), "/metrics")[1] for name in ("detector-1", "detector-2")]
    return sum(sampled(page, "detector_records_total") for page in pages)


def _asked(port: int, path: str) -> Any:
    status, body = answer(port, path)
    return json.loads(body) if status == 200 else []


def _told() -> set[str]:
    return {alert["labels"]["alertname"] for alert in _asked(9093, "/api/v2/alerts")}


def _watched() -> None:
    """Prometheus finds both workers, the bridge and the report by their services' names; all rules are in force."""
    wanted = Counter(job["job_name"] for job in read(DEPLOY / "prometheus/prometheus.yml")["scrape_configs"])
    wanted["detector"] = 2

    def up() -> Counter[str]:
        targets = _asked(9090, "/api/v1/targets")["data"]["activeTargets"]
        return Counter(target["labels"]["job"] for target in targets if target["health"] == "up")

    until(lambda: up() == wanted, f"targets up: {dict(wanted)}")

    def rulings() -> Counter[str]:
        groups = _asked(9090, "/api/v1/rules")["data"]["groups"]
        return Counter(rule["health"] for group in groups for rule in group["rules"])

    number = sum(len(rules(path.name)) for path in (DEPLOY / "prometheus/rules").glob("*.yml"))
    until(lambda: rulings() == Counter(ok=number), f"{number} rules without an error")
