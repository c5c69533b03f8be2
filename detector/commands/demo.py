"""`detector demo`: everything on this machine, with nothing else installed."""

import asyncio
import logging

import click
from rich.console import Console

from detector.demo.show import Play, show
from detector.demo.stage import HOST, page_port


@click.command()
@click.option("--people", default=60, type=click.IntRange(20, 5_000), show_default=True, help="In the company.")
@click.option("--days", default=14, type=click.IntRange(1, 365), show_default=True, help="That are played.")
@click.option("--seed", default="demo", show_default=True, help="Any word; the same word plays the same company.")
@click.option("--rate", default=2_000.0, type=click.FloatRange(1, 100_000), show_default=True, help="Records a second.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Of the page; 8088, or a free one, when not given.")
@click.option("--duration", type=click.FloatRange(min=1), help="Seconds after which the demo ends by itself.")
def command(people: int, days: int, seed: str, rate: float, port: int | None, duration: float | None) -> None:
    """Start a broker, a Redis, a worker, a synthetic company and a live page, and show the alerts that come.

    All of it runs on this machine and only answers to it. Ctrl-C ends it: no process and no file is left behind.
    """
    console = Console(highlight=False)
    port = page_port(port)
    logging.getLogger().addHandler(logging.NullHandler())  # clients tell every try to reach a server that starts
    console.print(f"Page: http://{HOST}:{port}/", soft_wrap=True)
    if console.is_terminal:
        console.print(
            "[dim]A synthetic company, a fortnight in a minute. Ctrl-C ends it and leaves nothing behind.[/]\n"
        )
    told = asyncio.run(show(Play(people, days, seed, rate, duration), port, console))
    console.print(f"Ended: {told}; nothing is left behind.", soft_wrap=True)
