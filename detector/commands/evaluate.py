"""`detector evaluate`: plays worlds whose truth is known and prints what the judgement made of them."""

from pathlib import Path

import click
import msgspec
from msgspec.structs import replace

from detector.evaluate.against import ablation
from detector.evaluate.benchmark import FULL, MIXES, QUICK, REPORTING_SEEDS, TUNING_SEEDS, WORLDS, Task, run_all
from detector.evaluate.misses import missed, why, wrongly_named
from detector.evaluate.plot import draw
from detector.evaluate.report import tables
from detector.evaluate.tables import show
from detector.policy import Policy, PolicyError


@click.command()
@click.option("--world", type=click.Choice([*WORLDS, "both"]), default="both", show_default=True)
@click.option(
    "--mix", "mixes", multiple=True, type=click.Choice(MIXES), help="Only these mixes of people (repeatable)."
)
@click.option("--seeds", help=f"Comma-separated; default {REPORTING_SEEDS}.")
@click.option("--tune", is_flag=True, help=f"The tuning seeds {TUNING_SEEDS} in place of the reporting ones.")
@click.option("--people", type=click.IntRange(1, 100_000), help="Default 150, quick 80.")
@click.option("--days", type=click.IntRange(1, 366), help="Default 14, quick 10.")
@click.option("--quick", is_flag=True, help="One seed, fewer people and days: a first look.")
@click.option("--config", type=click.Path(path_type=Path), help="TOML file with a [policy] table.")
@click.option("--misses", is_flag=True, help="List every missed gamer and every false alert with its evidence.")
@click.option("--why", "user", help="All that was said, and nearly said, about this user.")
@click.option("--plot", type=click.Path(path_type=Path, file_okay=False), help="Write the curves as SVG into DIR.")
@click.option("--json", "out", type=click.Path(path_type=Path, dir_okay=False), help="The tables as JSON.")
def command(
    *,
    world: str, mixes: tuple[str, ...], seeds: str | None, tune: bool, people: int | None, days: int | None,
    quick: bool, plot: Path | None, config: Path | None, misses: bool, user: str | None, out: Path | None,
) -> None:  # fmt: skip
    """Run the detection benchmark and print its tables."""
    try:
        policy = Policy.load(config)
    except PolicyError as error:
        raise click.UsageError(str(error)) from error
    seeds_played = (
        [int(seed) for seed in seeds.split(",")] if seeds else list(TUNING_SEEDS[:2] if tune else REPORTING_SEEDS)
    )
    people, days = people or (QUICK if quick else FULL)[0], days or (QUICK if quick else FULL)[1]
    tasks = [
        Task(world=name, mix=mix, seed=seed, people=people, days=days, policy=policy, thin=quick)
        for seed in (seeds_played[:1] if quick else seeds_played)
        for name in WORLDS
        for mix in MIXES
        if world in {name, "both"} and (mix in mixes or not mixes)
    ]
    without = [] if quick or user else [replace(task, learning=False) for task in tasks if task.seed == tasks[0].seed]
    played = run_all([*tasks, *without])
    runs, rules = played[: len(tasks)], played[len(tasks) :]
    if user:
        click.echo("\n".join(why(runs, user)))
        return
    found = tables(runs)
    if rules:
        found.append(ablation(runs[: len(rules)], rules))
    for table in found:
        show(table)
        click.echo()
    if misses:
        for line in (*missed(runs), *wrongly_named(runs)):
            click.echo(line)
    if plot:
        for path in draw(runs, plot):
            click.echo(path)
    if out:
        out.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))
