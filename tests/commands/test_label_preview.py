"""`detector label --preview` and `--labels` on real servers."""

import json
from typing import Any

import msgspec
import pytest
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

from detector.alert import KafkaSource
from detector.event import Rejection
from detector.offline.replay import Replay
from detector.policy import Policy
from tests.edge.truth import story
from tests.edge.world import Record, World, until
from tests.lives import loops
from tests.streams import lines

COMPARED = ("before", "now", "stays", "goes", "comes", "changes", "told_otherwise", "untold_usd", "newly_told_usd")


def document(world: World, *arguments: str) -> dict[str, Any]:
    """What a preview says, for a program."""
    done = world.run("label", *arguments, "--preview", "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.slow
def test_preview_is_that_of_the_same_records_in_a_file_and_writes_nothing(world: World) -> None:
    """What is judged from Kafka, a person's own partition alone, is what the file gives; then labels are written."""
    world.settings["DETECTOR_PSEUDONYM_KEY"] = "a key for tests only"
    records = story(6_000)
    worker = world.worker()
    until(worker.ready, "the worker")
    world.produce(records)
    until(lambda: world.counted() == 6_000, "the records counted")
    file = world.folder / "records.ndjson"
    file.write_bytes(b"".join((record.value or b"") + b"\n" for record in records))
    told = world.alerts()
    revisions: dict[str, int] = {}
    for alert_id, revision in told:
        revisions[alert_id] = max(revision, revisions.get(alert_id, 0))
    first, second = sorted(revisions, key=lambda alert_id: -revisions[alert_id])[:2]
    for alert_id in (first, second):
        of_kafka = document(world, alert_id, "known_job", "--days", "30")
        of_file = document(world, alert_id, "known_job", "--days", "30", "--from", str(file))
        assert {name: of_kafka[name] for name in COMPARED} == {name: of_file[name] for name in COMPARED}
        (effect,) = of_kafka["labels"]
        assert (effect["alert_id"], effect["judged_as"]) == (alert_id, alert_id)
        assert effect["counts_from"] == told[alert_id, 1]["raised_at"]
    assert of_kafka["changes"] or of_kafka["told_otherwise"], "a label on the most told alert changes nothing"
    assert world.read(world.topics.labels) == []
    # Another policy: none of it is raised.
    policy = world.folder / "never.toml"
    policy.write_text("[policy]\nraise_at = 2.0\n")
    none = world.run("label", first, "bug", "--preview", "--config", str(policy))
    assert (none.returncode, "does not raise alert" in none.stderr) == (1, True)
    wrong = world.run("label", "no-such-alert", "bug", "--preview")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    away = world.run("label", first, "bug", "--preview", DETECTOR_KAFKA_BOOTSTRAP="127.0.0.1:1")
    assert away.returncode == 3

    labels = world.folder / "labels.ndjson"
    written = [_label(told[alert_id, 1], f"l-{alert_id}") for alert_id in (first, second)]
    labels.write_text("".join(json.dumps(one) + "\n" for one in written))
    both = document(world, "--labels", str(labels))
    assert [effect["alert_id"] for effect in both["labels"]] == [first, second]
    wrote = world.run("label", "--labels", str(labels))
    assert (wrote.returncode, len(wrote.stdout.splitlines())) == (0, 2), wrote.stderr
    until(lambda: world.tally().get("label:judged") == 2, "the labels judged")
    for record in world.read(world.topics.labels):
        source: Any = told[json.loads(record.value)["alert_id"], 1]["source"]
        assert record.partition == source["partition"]
    labels.write_text(json.dumps(written[0] | {"user_id": "somebody else"}))
    for options in ((), ("--preview",)):
        refused = world.run("label", "--labels", str(labels), *options)
        assert (refused.returncode, "another user" in refused.stderr) == (2, True)
    assert worker.end() == 0


def test_preview_where_retention_took_the_first_records(world: World) -> None:
    """What is left raises the alert later, under another id: it is known by its workload, and what is gone is said."""
    world.produce(Record(b"ann", line.value) for line in lines(loops(0, 9)))
    judge, told = Replay(Policy()), []
    for record in world.read(world.topics.invocations):
        event = judge.decoder.decode(record.value)
        assert not isinstance(event, Rejection)
        told += judge.step(event, KafkaSource(record.topic, record.partition, record.offset)).alerts
    first = told[0].alert_id
    world.produce(Record(a.alert_id.encode(), msgspec.json.encode(a), topic=world.topics.alerts) for a in told)
    whole = document(world, first, "known_job")
    assert [one["alert_id"] for one in whole["goes"]] == [told[-1].alert_id]
    admin = KafkaAdminClient(bootstrap_servers=world.bootstrap)
    admin.delete_records({TopicPartition(world.topics.invocations, int(told[0].source["partition"])): 10})
    admin.close()
    done = world.run("label", first, "known_job", "--preview", "--json")
    assert (done.returncode, "begins at 10: earlier records are gone" in done.stderr) == (0, True), done.stderr
    left = json.loads(done.stdout)
    assert left["labels"][0]["judged_as"] not in {None, first}
    assert (left["before"], left["now"]) == (whole["before"], whole["now"]) == (2, 1)


def _label(alert: dict[str, Any], label_id: str) -> dict[str, Any]:
    who = {"tenant_id": alert["tenant_id"], "user_id": alert["user_id"], "alert_id": alert["alert_id"]}
    said = {"verdict": "known_job", "author": "lead", "note": None, "expires_at": "2027-01-01T00:00:00Z"}
    return {"kind": "label", "label_id": label_id, "occurred_at": "2026-05-07T00:00:00Z"} | who | said
