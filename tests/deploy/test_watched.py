"""A real Prometheus scrapes a real worker fed by a company: every rule and every panel has an answer."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploy.grafana.boards import BOARDS
from deploy.grafana.panels import Panel
from detector.edge.topics import Topics
from detector.simulate import Company
from tests.deploy.tools import DEPLOY, Server, free_port, program, read, rules, start_alertmanager
from tests.edge.world import Record, World, until

pytestmark = [pytest.mark.kafka, pytest.mark.redis, pytest.mark.slow]

MAY_BE_EMPTY = {"Firing about the detector", "Teams that follow themselves"}
"""Panels that are empty when all is well, and one that needs six weeks of records."""


@pytest.fixture
def world(kafka_server, redis_server, topic_prefix, tmp_path) -> Iterator[World]:
    with World(kafka_server.bootstrap, redis_server.url, topic_prefix, tmp_path) as built:
        yield built
    for key in built.redis.scan_iter(match=f"*{topic_prefix}*", count=1000):
        built.redis.delete(key)


def _prometheus(folder: Path, alertmanager: int, jobs: dict[str, int]) -> Server:
    """The checked-in configuration, but for the addresses and a pace fit for a test."""
    config = read(DEPLOY / "prometheus/prometheus.yml")
    config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(DEPLOY / "prometheus/rules/*.yml")]
    config["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]
    config["scrape_configs"] = [
        {"job_name": name, "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]} for name, port in jobs.items()
    ]
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config))
    port = free_port()
    data = f"--storage.tsdb.path={folder}/prometheus"
    address = f"--web.listen-address=127.0.0.1:{port}"
    return Server(folder / "prometheus.log", port, program("prometheus"), f"--config.file={path}", data, address)


def _beside(world: World, folder: Path, *arguments: str, **settings: str) -> Server:
    """Another command of the house that Prometheus scrapes."""
    port = free_port()
    env = (f"{name}={value}" for name, value in world.env(DETECTOR_WEB_PORT=str(port), **settings).items())
    log = folder / f"{arguments[0]}.log"
    return Server(log, port, "env", *env, sys.executable, "-m", "detector", *arguments)


def _told(world: World, alertmanager: Server) -> dict[str, str]:
    url = f"http://127.0.0.1:{alertmanager.port}"
    return {"DETECTOR_ALERTMANAGER_URL": url, "DETECTOR_NOTIFY_GROUP": world.prefix + "notify"}


def _records() -> list[Record]:
    company = Company(seed="watched", people=40, days=3)
    return [
        Record(json.loads(line)["user_id"].encode(), line.encode() if isinstance(line, str) else line)
        for line in company.records()
    ]


def _asked(prometheus: Server, expression: str) -> list[dict[str, object]]:
    if (reply := prometheus.get("/api/v1/query", query=expression)) is None:
        return []
    assert reply["status"] == "success", f"{expression}\n{reply}"
    return reply["data"]["result"]


def _questions() -> list[tuple[Panel, str]]:
    panels = [panel for board in BOARDS for row in board.rows for panel in row.panels]
    return [
        (panel, expression.replace("$job", "detector").replace("$__rate_interval", "1m"))
        for panel in panels
        for expression, _ in panel.queries
    ]


def test_every_rule_and_every_panel_has_an_answer(world: World, tmp_path: Path) -> None:
    """After a small company and one refused record nothing on the dashboards is empty that should not be."""
    records = _records()
    worker = world.worker()
    until(worker.ready, "a worker that is ready")
    with (
        start_alertmanager(tmp_path) as alertmanager,
        _beside(world, tmp_path, "report", "--serve", "--every", "0.002") as report,
        _beside(world, tmp_path, "notify", **_told(world, alertmanager)) as bridge,
        _prometheus(
            tmp_path,
            alertmanager.port,
            {"detector": worker.port, "detector-report": report.port, "detector-notify": bridge.port},
        ) as prometheus,
    ):
        until(lambda: _asked(prometheus, 'up{job="detector"} == 1'), "a scrape of the worker")
        world.produce([*records, Record(b"u", b"not json")])
        until(lambda: world.counted() > len(records), "all records judged")
        latency = "job:detector_alert_latency_seconds:p95_5m >= 0"
        refused = "job:detector_unjudged:ratio_rate5m > 0"
        until(lambda: _asked(prometheus, latency) and _asked(prometheus, refused), "the counts in Prometheus")

        adopted = "detector_adoption_authenticity_index > 0"
        until(lambda: _asked(prometheus, adopted), "the report's figures in Prometheus")

        silent = [rule["record"] for rule in rules("recording.yml") if not _asked(prometheus, rule["record"])]
        assert not silent
        empty = [panel.title for panel, expression in _questions() if not _asked(prometheus, expression)]
        assert set(empty) <= MAY_BE_EMPTY
        told = prometheus.get("/api/v1/rules")["data"]["groups"]
        sick = {rule["name"]: rule["lastError"] for group in told for rule in group["rules"] if rule["health"] == "err"}
        assert not sick
        firing = {found["metric"]["alertname"] for found in _asked(prometheus, 'ALERTS{alertstate="firing"}')}
        assert "Watchdog" in firing
        assert not firing & {"DetectorDown", "DetectorNotReady", "DetectorDependencyDown"}
        until(lambda: alertmanager.get("/api/v2/alerts", filter="alertname=Watchdog"), "the watchdog in Alertmanager")
        series = [line for line in worker.get("/metrics")[1].splitlines() if not line.startswith("#")]
        limit = read(DEPLOY / "prometheus/prometheus.yml")["scrape_configs"][0]["sample_limit"]
        assert len(series) * 4 < limit
        assert Topics.under(world.prefix).invocations in "".join(series)
