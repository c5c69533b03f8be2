"""The bridge as a process: its receivers, its door, its end."""

import asyncio
import logging
import signal

import aiohttp
import click
from prometheus_client import CollectorRegistry, disable_created_metrics

from detector.edge.door import opened
from detector.edge.failures import Misconfigured
from detector.edge.settings import Settings
from detector.notify.alertmanager import Alertmanager
from detector.notify.delivery import NotifyMetrics
from detector.notify.webhook import Webhook

log = logging.getLogger(__name__)
Receiver = Alertmanager | Webhook


def run(settings: Settings) -> None:
    """Tell alerts until told to stop. Raises the house's failures; returns after a clean end."""
    disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for each counter, which nobody asks for
    asyncio.run(serve(settings))


async def serve(settings: Settings) -> None:
    """The bridge's whole life."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    metrics = NotifyMetrics(CollectorRegistry())
    async with aiohttp.ClientSession() as session:
        receivers = chosen(settings, session, metrics)
        metrics.born([receiver.delivery.sink for receiver in receivers])
        runner = await opened(settings, metrics.registry, lambda: _faults(receivers))
        try:
            await _until(stop, receivers)
        finally:
            await runner.cleanup()


def chosen(settings: Settings, session: aiohttp.ClientSession, metrics: NotifyMetrics) -> list[Receiver]:
    """The receivers that are configured. Raises `Misconfigured` when there are none."""
    if settings.shadow:
        raise Misconfigured("DETECTOR_SHADOW: what a shadow says is told to nobody")
    receivers: list[Receiver] = []
    if settings.alertmanager_url:
        receivers.append(Alertmanager(settings, session, metrics))
    if settings.webhook_url:
        receivers.append(Webhook(settings, session, metrics))
    if not receivers:
        raise Misconfigured("DETECTOR_ALERTMANAGER_URL, DETECTOR_WEBHOOK_URL: set at least one")
    return receivers


async def _until(stop: asyncio.Event, receivers: list[Receiver]) -> None:
    """Return when told to stop. Raises the first failure, whichever receiver's it is."""
    asked = asyncio.create_task(stop.wait())
    tasks = {asked, *(asyncio.create_task(receiver.run()) for receiver in receivers)}
    log.info("telling %s", " and ".join(receiver.delivery.sink for receiver in receivers))
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        try:
            task.result()
        except BaseExceptionGroup as group:
            if (ours := group.subgroup(click.ClickException)) is not None:
                raise ours.exceptions[0] from group
            raise


def _faults(receivers: list[Receiver]) -> list[str]:
    return [f"{receiver.delivery.sink} does not answer" for receiver in receivers if receiver.delivery.away]
