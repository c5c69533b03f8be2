"""The report made again and again, and its figures answered to Prometheus in between."""

import asyncio
import logging
import signal
from collections.abc import Callable
from typing import Final

import click
from prometheus_client import CollectorRegistry

from detector.edge.door import opened
from detector.edge.settings import Settings
from detector.report.gauges import Adoption
from detector.report.model import Report

log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 60.0
"""Longest wait after a report that could not be made: Kafka is away, or has no record yet."""


def serve(settings: Settings, make: Callable[[], Report], hours: float) -> None:
    """Answer until told to stop."""
    asyncio.run(_serve(settings, make, hours * 3600))


async def _serve(settings: Settings, make: Callable[[], Report], seconds: float) -> None:
    stop, registry, adoption = asyncio.Event(), CollectorRegistry(), Adoption()
    registry.register(adoption)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    faults = ["no report was made yet"]
    runner = await opened(settings, registry, lambda: faults)
    making = asyncio.create_task(_make(adoption, make, seconds, faults))
    try:
        asked = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait({asked, making}, return_when=asyncio.FIRST_COMPLETED)
        if making in done:
            making.result()
    finally:
        making.cancel()
        await runner.cleanup()


async def _make(adoption: Adoption, make: Callable[[], Report], seconds: float, faults: list[str]) -> None:
    while True:
        try:
            adoption.report = await asyncio.to_thread(make)
        except click.ClickException as error:
            faults[:] = [error.message]
            log.warning("no report: %s", error.message)
            await asyncio.sleep(min(AGAIN_SECONDS, seconds))
            continue
        faults.clear()
        log.info("the figures are those of %s", adoption.report.week)
        await asyncio.sleep(seconds)
