"""`detector evaluate`: plays worlds whose truth is known and prints what the judgement made of them."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from detector.evaluate.benchmark import FULL, MIXES, QUICK, REPORTING_SEEDS, TUNING_SEEDS, WORLDS, plan, run_all
from detector.evaluate.misses import missed, why, wrongly_named
from detector.evaluate.played import Played
from detector.evaluate.plot import draw
from detector.evaluate.report import tables
from detector.evaluate.tables import show
from detector.policy import Policy, PolicyError


def _seeds(context: click.Context, parameter: click.Parameter, value: str | None) -> list[int] | None:  # noqa: ARG001 -- click's signature
    """The seeds of a comma-separated list."""
    try:
        return [int(seed) for seed in value.split(",")] if value else None
    except ValueError as error:
        raise click.BadParameter("seeds are whole numbers, separated by commas") from error


@click.command()
@click.option("--world", type=click.Choice([*WORLDS, "both"]), default="both", show_default=True)
@click.option("--mix", "mixes", multiple=True, type=click.Choice(MIXES), help="Only these mixes (repeatable).")
@click.option("--seeds", callback=_seeds, help=f"Comma-separated; default {','.join(map(str, REPORTING_SEEDS))}.")
@click.option("--tune", is_flag=True, help=f"The first of the tuning seeds {TUNING_SEEDS} in place of those.")
@click.option("--people", type=click.IntRange(1, 100_000), help=f"Default {FULL[0]}, quick {QUICK[0]}.")
@click.option("--days", type=click.IntRange(1, 366), help=f"Default {FULL[1]}, quick {QUICK[1]}.")
@click.option("--quick", is_flag=True, help="One seed, fewer people, days and baselines: a first look.")
@click.option("--config", type=click.Path(path_type=Path), help="TOML file with a [policy] table.")
@click.option("--misses", is_flag=True, help="List every missed gamer and every false alert with its evidence.")
@click.option("--why", "user", help="All that was said, and nearly said, about this user; no tables.")
@click.option("--plot", type=click.Path(path_type=Path, file_okay=False), help="Write the curves as SVG into DIR.")
@click.option("--json", "out", type=click.Path(path_type=Path, dir_okay=False), help="The tables as JSON.")
def command(
    *, world: str, mixes: tuple[str, ...], seeds: list[int] | None, tune: bool, people: int | None, days: int | None,
    quick: bool, config: Path | None, misses: bool, user: str | None, plot: Path | None, out: Path | None,
) -> None:  # fmt: skip
    """Run the detection benchmark and print its tables."""
    try:
        policy = Policy.load(config)
    except PolicyError as error:
        raise click.UsageError(str(error)) from error
    size = QUICK if quick else FULL
    chosen = seeds or list(TUNING_SEEDS[:2] if tune else REPORTING_SEEDS)
    tasks = plan(
        worlds=[name for name in WORLDS if world in {name, "both"}],
        mixes=[mix for mix in MIXES if mix in mixes or not mixes],
        seeds=chosen[:1] if quick else chosen,
        size=(people or size[0], days or size[1]),
        policy=policy,
        quick=quick or user is not None,
    )
    played = run_all(tasks)
    runs = [run for run, task in zip(played, tasks, strict=True) if task.learning]
    rules = [run for run, task in zip(played, tasks, strict=True) if not task.learning]
    if user:
        click.echo("\n".join(why(runs, user)))
        return
    _tell(runs, rules, plot, out)
    if misses:
        for line in (*missed(runs), *wrongly_named(runs)):
            click.echo(line)


def _tell(runs: Sequence[Played], rules: Sequence[Played], plot: Path | None, out: Path | None) -> None:
    found = tables(runs, rules)
    for table in found:
        show(table)
        click.echo()
    for path in draw(runs, rules, plot) if plot else ():
        click.echo(path)
    if out:
        out.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))
