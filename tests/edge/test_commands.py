"""The edge's commands, from topics to labels, around one worker."""

import json

import pytest

from tests.edge.truth import bad_records, profiles, story
from tests.edge.world import Record, World, until


def rows(text: str) -> list[dict[str, object]]:
    """One JSON document a line."""
    return [json.loads(line) for line in text.splitlines()]


def test_topics_are_made_once_and_checked(world: World) -> None:
    """Missing topics are made, those that are there are left alone, and what is wrong is told."""
    made = world.run("topics", "--partitions", "3", DETECTOR_TOPIC_PREFIX=world.prefix + "new-")
    assert made.returncode == 0, made.stderr
    assert made.stdout.count("created") == 4
    again = world.run("topics", "--partitions", "5", DETECTOR_TOPIC_PREFIX=world.prefix + "new-")
    assert again.returncode == 0
    assert again.stdout.count("there ") == 4
    assert again.stdout.count("3 partitions") == 4
    missing = world.run("topics", "--check", DETECTOR_TOPIC_PREFIX=world.prefix + "none-")
    assert missing.returncode == 1
    assert missing.stderr.count("does not exist") == 4


@pytest.mark.slow
def test_a_worker_says_what_it_misses(world: World) -> None:
    """No topics is a matter of configuration, no server one of reach; each has its status and names the way out."""
    nowhere = world.run("worker", DETECTOR_TOPIC_PREFIX=world.prefix + "none-", DETECTOR_WEB_PORT="0")
    assert nowhere.returncode == 2
    assert "detector topics" in nowhere.stderr
    lonely = world.run(
        "worker", DETECTOR_REDIS_URL="redis://127.0.0.1:1/0", DETECTOR_OUTAGE_SECONDS="1", DETECTOR_WEB_PORT="0"
    )
    assert lonely.returncode == 3
    assert "redis" in lonely.stderr


@pytest.mark.slow
def test_dead_letters_alerts_and_labels(world: World) -> None:
    """Refused records are kept to the byte and can be sent back; alerts are told once; a label reaches its profile."""
    world.settings["DETECTOR_DEAD_LETTER_PERCENT"] = "100"
    world.settings["DETECTOR_PSEUDONYM_KEY"] = "another key for tests only"
    bad, good = bad_records(), story(3_000)
    worker = world.worker()
    world.produce([*bad, *good])
    until(lambda: world.counted() == len(bad) + len(good), "all records counted")
    until(lambda: worker.metric("detector_records_total") == len(bad) + len(good), "each record in one disposition")
    assert worker.metric("detector_dead_letters_total") == len(bad)
    kept = world.read(world.topics.dead_letters)
    assert sorted((r.key or b"", r.value or b"") for r in kept) == sorted((r.key or b"", r.value or b"") for r in bad)
    assert [r for r in kept if ("trace", b"1") in r.headers]
    assert [r.value for r in kept].count(None) == 1

    listed = rows(world.run("dead-letters", "list", "--json").stdout)
    assert len(listed) == len(bad)
    assert {row["reason"] for row in listed} >= {
        "empty",
        "not_json",
        "not_utf8",
        "too_large",
        "invalid",
        "key_mismatch",
    }
    large = next(row for row in listed if row["bytes"] == 5_000_000)
    shown = world.run("dead-letters", "show", str(large["place"]), "--value")
    assert shown.stdout == "x" * 5_000_000

    assert world.run("dead-letters", "redrive", "--all", "--dry-run").stdout == f"would send {len(bad)}, left 0\n"
    again = world.run("dead-letters", "redrive", "--all", "--reason", "invalid")
    assert again.stdout == "sent 1, left 0\n", again.stderr
    until(lambda: world.tally()["refused:dead"] == len(bad) + 1, "the letter to come back")
    attempts = [
        row["attempt"] for row in rows(world.run("dead-letters", "list", "--json", "--reason", "invalid").stdout)
    ]
    assert sorted(attempts) == [0, 1]
    stopped = world.run("dead-letters", "redrive", "--all", "--reason", "invalid", "--max-attempts", "1")
    assert stopped.stdout.endswith("sent 1, left 1\n")

    told = rows(world.run("alerts", "--json", "--no-follow").stdout)
    assert {(alert["alert_id"], alert["revision"]) for alert in told} == set(world.alerts())
    assert told
    assert all(str(alert["user_id"]).startswith("p-") for alert in told)
    assert str(told[0]["summary"]) in world.run("alerts", "--no-follow", COLUMNS="1000").stdout

    labelled = world.run("label", str(told[0]["alert_id"]), "known_job", "--days", "7", "--author", "test")
    assert labelled.returncode == 0, labelled.stderr
    until(lambda: world.tally().get("label:judged") == 1, "the label judged")
    (label,) = world.read(world.topics.labels)
    assert label.partition == told[0]["source"]["partition"]
    assert any(profile.silences for profile in profiles(world).values()), "the label did not reach its alert"
    assert world.run("label", "no-such-alert", "bug").returncode == 2
    assert worker.end() == 0


@pytest.mark.slow
def test_spent_budget_stops_the_worker(world: World) -> None:
    """When a producer has gone wrong the worker stops with a sentence, and has given up nothing."""
    world.settings["DETECTOR_DEAD_LETTER_WINDOW"] = "200"
    worker = world.worker()
    until(worker.ready, "the worker")
    world.produce([Record(b"u%d" % n, b"garbage") for n in range(300)])
    assert worker.process.wait(60) == 1
    assert "DETECTOR_DEAD_LETTER_PERCENT" in worker.log.read_text()
    raised = world.worker(DETECTOR_DEAD_LETTER_PERCENT="100")
    until(lambda: world.tally() == {"refused:dead": 300}, "all records, each counted once")
    assert raised.end() == 0
