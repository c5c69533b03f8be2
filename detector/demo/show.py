"""The whole demo: the stage, the company that plays on it, and the alerts that come of it, until it is enough."""

import asyncio
import signal
from contextlib import suppress
from typing import NoReturn

import msgspec
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.status import Status

from detector.alert import Alert
from detector.demo.children import Child
from detector.demo.company import Progress, company, play
from detector.demo.stage import built, judged
from detector.demo.telling import Teller
from detector.demo.truth import verdict_on
from detector.edge.failures import Halted
from detector.edge.settings import Settings
from detector.edge.topics import Topics
from detector.simulate import Company

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a supervisor's request, a closed terminal: each ends the demo in order."""
REFRESH_SECONDS = 0.25
"""Between two updates of the line at the bottom."""


class Play(msgspec.Struct, frozen=True):
    """What to play: the company, records a second, and for how long (None: until told to end)."""

    people: int
    days: int
    seed: str
    rate: float
    seconds: float | None


async def show(wanted: Play, port: int, console: Console) -> str:
    """Run the demo to its end, and say how far it came. Raises the house's failures when a part can't go on."""
    enough = asyncio.Event()
    for number in ENDING:
        asyncio.get_running_loop().add_signal_handler(number, enough.set)
    progress, teller = Progress(), Teller(console)
    with console.status("Starting a broker, a Valkey and a worker") as status:
        demo = asyncio.create_task(_run(wanted, port, teller, progress, status))
        told = asyncio.create_task(enough.wait())
        await asyncio.wait({demo, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        demo.cancel()
        status.update("Ending: the worker's last checkpoint, then the servers")
        with suppress(asyncio.CancelledError):
            await demo
    return f"{progress.sent:,} records, {teller.standing}"


async def _run(wanted: Play, port: int, teller: Teller, progress: Progress, status: Status) -> None:
    async with built(port) as stage:
        players = company(wanted.people, wanted.days, wanted.seed)
        try:
            async with asyncio.timeout(wanted.seconds), asyncio.TaskGroup() as group:
                group.create_task(_play(players, stage.settings, wanted.rate, progress, teller))
                group.create_task(_follow(stage.settings, teller))
                group.create_task(_refresh(status, teller, progress))
                for child in stage.children:
                    group.create_task(_fail_with(child))
        except TimeoutError:
            return
        except ExceptionGroup as failed:
            raise _sentence(failed.exceptions[0]) from None


async def _play(players: Company, settings: Settings, rate: float, progress: Progress, teller: Teller) -> None:
    """Play the company to its end; once the worker has judged all of it, say what was true."""
    await play(players, settings, rate, progress)
    await judged(settings.web_port, progress.sent)
    for line in verdict_on(players.truth(), teller.gravest.values()):
        teller.say(line)


def _sentence(error: Exception) -> Exception:
    return Halted(f"the broker does not answer any more: {error}") if isinstance(error, KafkaError) else error


async def _fail_with(child: Child) -> NoReturn:
    raise await child.ended()


async def _follow(settings: Settings, teller: Teller) -> None:
    """Tell every alert record of the topic, as any subscriber would read it."""
    decode = msgspec.json.Decoder(Alert).decode
    topic = Topics.under(settings.topic_prefix).alerts
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
    )
    async with consumer:
        async for record in consumer:
            if record.value is not None:
                teller.tell(decode(record.value))


async def _refresh(status: Status, teller: Teller, progress: Progress) -> None:
    """Keep the line at the bottom true."""
    while True:
        where = "all is played; the page stays until Ctrl-C" if progress.over else f"day {progress.day}"
        status.update(f"{progress.sent:,} records, {teller.standing}, {where}")
        await asyncio.sleep(REFRESH_SECONDS)
