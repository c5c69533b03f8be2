"""The report made again and again, and its figures answered to Prometheus in between."""

import asyncio
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

import click
from prometheus_client import CollectorRegistry

from detector.edge.door import opened
from detector.edge.settings import Settings
from detector.report.gauges import Adoption
from detector.report.model import Report

log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 60.0
"""Longest wait after a report that could not be made: Kafka is away, or has no record yet."""


def serve(settings: Settings, make: Callable[[], Report], hours: float) -> NoReturn:
    """Answer until told to stop, by SIGTERM or SIGINT; then leave with status 0.

    Reports are made on the main thread, where a signal ends them wherever they are: a reading of weeks of records can
    take longer than the 10 s that an orchestrator grants. What they keep in temporary files is removed on the way out.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    registry, adoption, faults = CollectorRegistry(), Adoption(), ["no report was made yet"]
    registry.register(adoption)
    with _answering(settings, registry, lambda: faults):
        while True:
            time.sleep(_make(adoption, make, hours * 3600, faults))


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    sys.exit(0)


@contextmanager
def _answering(settings: Settings, registry: CollectorRegistry, faults: Callable[[], list[str]]) -> Iterator[None]:
    """The door, on a thread of its own."""
    with asyncio.Runner() as runner:
        door = runner.run(opened(settings, registry, faults))
        loop = runner.get_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            runner.run(door.cleanup())


def _make(adoption: Adoption, make: Callable[[], Report], seconds: float, faults: list[str]) -> float:
    """Make the report, if it can be made. Returns the seconds until the next."""
    try:
        adoption.report = make()
    except click.ClickException as error:
        faults[:] = [error.message]
        log.warning("no report: %s", error.message)
        return min(AGAIN_SECONDS, seconds)
    faults.clear()
    log.info("the figures are those of %s", adoption.report.week)
    return seconds
