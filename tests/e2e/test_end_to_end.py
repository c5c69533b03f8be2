"""From a gamer's call to whoever is on call: everything real, nothing between them but the product."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
import yaml

from tests.deploy.tools import DEPLOY, Server, free_port, program, read
from tests.e2e.plot import Raised, company, story
from tests.edge.world import Record, World, until
from tests.notify.conftest import Alertmanager, Bridge
from tests.page import browser
from tests.page.browser import Tab
from tests.servers import Broker, RedisServer

pytestmark = [pytest.mark.kafka, pytest.mark.redis, pytest.mark.slow, pytest.mark.browser]

FLOOR_SECONDS = 5.0
"""From the event that raises it to Alertmanager: what is promised."""
MEASURED = 5
"""Alerts whose way is timed."""
AHEAD = timedelta(seconds=45)
"""Time for what came before the first alert to be judged."""
CARD = "[...document.querySelectorAll('.card')].find((card) => card.dataset.id === %r)"


@pytest.fixture
def world(kafka_server: Broker, redis_server: RedisServer, topic_prefix: str, tmp_path: Path) -> Iterator[World]:
    with World(kafka_server.bootstrap, redis_server.url, topic_prefix, tmp_path) as built:
        yield built
    for key in built.redis.scan_iter(match=f"*{topic_prefix}*", count=1000):
        built.redis.delete(key)


def _prometheus(folder: Path, alertmanager: int, **ports: int) -> Server:
    """The checked-in configuration, but for the addresses and a pace fit for a test."""
    config = read(DEPLOY / "prometheus/prometheus.yml")
    config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(DEPLOY / "prometheus/rules/*.yml")]
    config["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]
    config["scrape_configs"] = [
        {"job_name": job.replace("_", "-"), "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
        for job, port in ports.items()
    ]
    path, port = folder / "prometheus.yml", free_port()
    path.write_text(yaml.safe_dump(config))
    options = (f"--storage.tsdb.path={folder}/prometheus", f"--web.listen-address=127.0.0.1:{port}")
    return Server(folder / "prometheus.log", port, program("prometheus"), f"--config.file={path}", *options)


def _record(line: bytes) -> Record:
    return Record(json.loads(line)["user_id"].encode(), line)


def _timed(world: World, alertmanager: Alertmanager, line: bytes, alert_id: str) -> float:
    """Write the record that raises the alert; seconds from then until Alertmanager has it."""
    began = time.time()
    world.produce([_record(line)])
    until(lambda: any(key.startswith(alert_id) for key in alertmanager.alerts()), f"{alert_id} in Alertmanager")
    return time.time() - began


def _told(world: World, alertmanager: Alertmanager, lines: list[bytes], alerts: list[Raised]) -> list[float]:
    """The company lives on until the last of these alerts; how long each took to Alertmanager."""
    seconds, sent = [], 0
    for number, alert in alerts:
        world.produce(map(_record, lines[sent:number]))
        until(lambda: world.counted() == number, "what came before it judged")  # noqa: B023
        event = datetime.fromisoformat(json.loads(lines[number])["occurred_at"])
        if not sent:  # the first is raised at its own time
            time.sleep(max(0.0, (event - datetime.now(UTC)).total_seconds()))
        seconds.append(_timed(world, alertmanager, lines[number], alert.alert_id))
        sent = number + 1
    return seconds


def _quiet(alert: Raised) -> Record:
    """The same person, eight hours later, at something else: what was flagged is over."""
    at = datetime.fromisoformat(alert.alert.raised_at) + timedelta(hours=8)
    told = {"kind": "invocation", "invocation_id": "the-next-morning", "occurred_at": at.isoformat(),
            "user_id": alert.alert.user_id, "trigger": "manual", "output_tokens": 10}  # fmt: skip
    return _record(json.dumps(told).encode())


def test_a_gamer_is_told_and_untold(
    world: World, alertmanager: Alertmanager, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Within five seconds of the event the alert is in Alertmanager, and on the page; when it is over it is gone."""
    if (chromium := browser.program()) is None:
        pytest.skip("no Chromium on this machine")
    lines, chosen = story(*company(), datetime.now(UTC) + AHEAD, MEASURED)
    assert len(chosen) == MEASURED
    worker, bridge = world.worker(), Bridge(world, tmp_path / "bridge.log", DETECTOR_ALERTMANAGER_URL=alertmanager.url)
    ports = {"detector": worker.port, "detector_notify": bridge.port}
    try:
        until(worker.ready, "a ready worker")
        until(lambda: bridge.get("/readyz"), "the bridge")
        with _prometheus(tmp_path, alertmanager.port, **ports) as prometheus:
            seconds = _told(world, alertmanager, lines, chosen)
            with capsys.disabled():
                told = f"{median(seconds):.2f} s, at most {max(seconds):.2f} s ({len(seconds)} alerts)"
                sys.stdout.write(f"\nfrom the event to Alertmanager: {told}\n")
            assert max(seconds) < FLOOR_SECONDS
            asyncio.run(_on_the_page(chromium, world, alertmanager, chosen[-1], worker.port))
            taken = 'detector_notifications_total{sink="alertmanager",result="taken"} > 2'
            for question in ("sum(detector_alerts_total) > 2", taken):
                until(lambda: _answer(prometheus, question), question)  # noqa: B023
            until(lambda: alertmanager.server.get("/api/v2/alerts", filter="alertname=Watchdog"), "the rules' own")
    finally:
        sys.stderr.write(bridge.log.read_text()[-3000:])
        bridge.process.kill()
        bridge.process.wait()


async def _on_the_page(chromium: str, world: World, alertmanager: Alertmanager, alert: Raised, port: int) -> None:
    """A person sees the card; then the workload is over, and both the page and Alertmanager say so."""
    alert_id = alert.alert.alert_id
    async with browser.tab(chromium) as tab:
        await tab.open(f"http://127.0.0.1:{port}/")
        await _shows(tab, alert)
        await asyncio.to_thread(world.produce, [_quiet(alert)])
        await tab.until(f"document.querySelector('#resolved [data-id=\"{alert_id}\"]') !== null")
        await asyncio.to_thread(
            until, lambda: not any(key.startswith(alert_id) for key in alertmanager.alerts()), "it is over there too"
        )
        assert tab.told == []


async def _shows(tab: Tab, alert: Raised) -> None:
    card = CARD % alert.alert.alert_id
    await tab.until(f"Boolean({card})")
    text = await tab.value(f"{card}.innerText")
    assert alert.alert.typology.replace("_", " ").capitalize() in text


def _answer(prometheus: Server, question: str) -> object:
    reply = prometheus.get("/api/v1/query", query=question)
    return reply and reply["data"]["result"]
