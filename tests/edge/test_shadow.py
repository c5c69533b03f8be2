"""A shadow beside workers that count: it touches nothing of theirs."""

from pathlib import Path

import pytest

from detector.edge.topics import Topics
from tests.edge.truth import bad_records, story
from tests.edge.world import World, until


def _tally(world: World, prefix: str) -> int:
    keys = [f"{{{prefix}:{partition}}}:tally" for partition in range(world.partitions)]
    return sum(int(count) for key in keys for count in world.redis.hgetall(key).values())


@pytest.mark.slow
def test_a_shadow_touches_nothing_of_the_others(world: World, tmp_path: Path) -> None:
    """Both judge all; the shadow's alerts, by its own policy, and its state stand apart; no letter is kept twice."""
    config = tmp_path / "new.toml"
    config.write_text("[policy]\nraise_at = 0.59\n")
    shadow = {"DETECTOR_SHADOW": "1", "DETECTOR_CONFIG": str(config)}
    world.settings["DETECTOR_DEAD_LETTER_PERCENT"] = "100"
    made = world.run("topics", "--partitions", "4", "--replication", "1", **shadow)
    assert made.stdout.count("created") == 1, made.stdout + made.stderr
    topic = Topics.under(world.prefix, shadow=True).alerts
    assert topic in made.stdout

    bad, records = bad_records(), story(3_000)
    worker, trial = world.worker(), world.worker(**shadow)
    until(lambda: worker.ready() and trial.ready(), "both")
    world.produce([*bad, *records])
    until(lambda: world.counted() == len(bad) + len(records), "all judged")
    until(lambda: _tally(world, world.prefix + "-shadow") == len(bad) + len(records), "all judged in the shadow")
    assert len(world.read(world.topics.dead_letters)) == len(bad)
    digests = {str(alert["produced_by"]["config_digest"]) for alert in world.alerts().values()}
    assert len(digests) == 1
    told = world.run("alerts", "--json", "--no-follow", **shadow).stdout
    assert told
    assert digests.pop() not in told
    assert len(world.read(topic)) >= len(told.splitlines())
    assert world.run("notify", DETECTOR_ALERTMANAGER_URL="http://127.0.0.1:1", **shadow).returncode == 2

    user = str(next(iter(world.alerts().values()))["user_id"])
    erased = world.run("erase", user)
    assert erased.returncode == 0, erased.stdout + erased.stderr
    assert erased.stdout.count("erased 1 profiles") == 2
    assert erased.stdout.count("looked again: left 0 profiles, 0 alerts") == 2
    assert (worker.end(), trial.end()) == (0, 0)
