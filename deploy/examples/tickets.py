"""A whole subscriber: one line in a file for every alert that begins or ends. Put your ticket system in its place.

DETECTOR_KAFKA_BOOTSTRAP and the like say where Kafka is. Run as many as you like: those with one NAME share the work,
and whichever is killed, its alerts come to the others or to the next.

    python deploy/examples/tickets.py tickets.txt
"""

import asyncio
import sys
from pathlib import Path

from detector.alert import printable
from detector.edge import settings
from detector.subscribe import News, Subscription

NAME = "tokenmaxxing-tickets"


async def main(path: Path) -> None:
    """Write until told to stop."""
    async with Subscription(settings.load(), NAME) as alerts:
        async for news in alerts:
            write(path, news)


def write(path: Path, news: News) -> None:
    """The handler. What it raises ends the service, and the same news comes again after the next start.

    So it may write a line twice: `news.key` is the same then, and is what a ticket system should be asked by.
    """
    alert = news.alert
    line = f"{news.key} erased" if alert is None else f"{news.key} {alert.status} {printable(alert.summary)}"
    with path.open("a", encoding="utf-8") as out:
        out.write(line + "\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
