"""How many alerts a subscriber and the bridge get through: Apache Kafka, a real Alertmanager, each figure once a round.

`python -m tests.bench notify [--alerts N]`
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from detector.edge.settings import Settings, load
from detector.subscribe import Subscription
from tests.edge.world import World, until
from tests.faults.crew import peak_mib
from tests.notify.conftest import Alertmanager, Bridge, at, fresh, settle
from tests.servers.ladder import choose_kafka
from tests.subscribe.conftest import record_of


async def _handled(settings: Settings, name: str, most: int) -> float:
    """Seconds from the first news to the last, handled by doing nothing."""
    began, count = 0.0, 0
    async with Subscription(settings, name, recall=True) as alerts:
        async for _ in alerts:
            began = began or time.perf_counter()
            count += 1
            if count == most:
                break
    return time.perf_counter() - began


async def _again(settings: Settings, name: str) -> float:
    """Seconds until a subscriber that has handled all of them is told of a first one that fires."""
    began = time.perf_counter()
    async with Subscription(settings, name, recall=True) as alerts:
        async for _ in alerts:
            break
    return time.perf_counter() - began


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--alerts", type=int, default=20_000)
    most = parser.parse_args(arguments).alerts
    told = most // 10
    with (
        tempfile.TemporaryDirectory() as folder,
        choose_kafka().start() as broker,
        World(broker.bootstrap, "redis://127.0.0.1:1/0", "bench-", Path(folder), partitions=12) as world,
    ):
        settings = load(world.env())
        world.produce([record_of(f"a{n}", world.topics.alerts, ends_at=at(days=-1)) for n in range(most)])
        seconds = asyncio.run(_handled(settings, "bench", most))
        sys.stdout.write(f"subscriber, handler does nothing: {most / seconds:,.0f} alerts/s ({most:,})\n")
        seconds = asyncio.run(_again(settings, "bench-again"))
        sys.stdout.write(f"first news of a new subscriber: {seconds:.2f} s\n")
        seconds = asyncio.run(_again(settings, "bench"))
        sys.stdout.write(f"restart that remembers {most:,} alerts: {seconds:.2f} s\n")
        alertmanager = Alertmanager(Path(folder))
        alertmanager.start()
        began = time.perf_counter()
        given = {"DETECTOR_ALERTMANAGER_URL": alertmanager.url, "DETECTOR_PAGES_PER_DAY": "0"}
        bridge = Bridge(world, Path(folder) / "bridge.log", **given)
        try:
            world.produce([fresh(world, f"b{n}") for n in range(told)])
            until(lambda: len(alertmanager.alerts()) == told, "all in Alertmanager")
            seconds = time.perf_counter() - began
            sys.stdout.write(
                f"bridge, start and {most:,} past alerts included: {told / seconds:,.0f} alerts/s ({told:,})\n"
            )
        finally:
            bridge.process.kill()
            bridge.process.wait()
        try:
            _folded(world, alertmanager, Path(folder), most)
        finally:
            alertmanager.stop()


def _folded(world: World, alertmanager: Alertmanager, folder: Path, most: int) -> None:
    """Print how fast a storm beyond the day's pages is counted, first and after a kill, and in how much memory."""
    began = at(hours=-1)
    storm = [fresh(world, f"c{n}", tenant_id="storm", starts_at=began, user_id=f"u{n}") for n in range(most)]
    given = {"DETECTOR_ALERTMANAGER_URL": alertmanager.url, "DETECTOR_NOTIFY_GROUP": world.prefix + "folding"}
    world.produce(storm)
    for which in ("first", "after kill -9"):
        since = time.perf_counter()
        bridge = Bridge(world, folder / f"{which}.log", **given, DETECTOR_PAGES_PER_DAY="50")
        try:
            until(lambda: _counted(alertmanager) == most - 50, "the digest")
            seconds, mib = time.perf_counter() - since, peak_mib(bridge)
            settle(2)  # the last position is committed
        finally:
            bridge.process.kill()
            bridge.process.wait()
        sys.stdout.write(f"bridge, {most:,} beyond the day's pages, {which}: {seconds:.1f} s, {mib:.0f} MiB\n")
        alertmanager.stop()
        alertmanager.start()


def _counted(alertmanager: Alertmanager) -> int:
    told = [one for one in alertmanager.alerts_told() if one["labels"]["tenant"] == "storm"]
    return sum(int(one["annotations"].get("count", 0)) for one in told)
