"""`detector audit` on real servers: honest alerts are reproduced; what was changed, forged or held back is named."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from detector.pipeline import MODEL_DIGEST
from tests.edge.truth import story
from tests.edge.world import Record, World, until

FIELDS = {"alert_id", "revision", "source", "model_digest", "config_digest", "outcome", "why"}


def span() -> tuple[str, str]:
    """From before this test to after it, in whole seconds."""
    now = datetime.now(UTC)
    return f"{now - timedelta(days=1):%Y-%m-%d}", f"{now + timedelta(days=1):%Y-%m-%d}"


def receipts(world: World, *arguments: str, **settings: str) -> tuple[int, list[dict[str, object]]]:
    """The command's status and its receipts."""
    done = world.run("audit", *arguments, "--json", **settings)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def judged(world: World) -> World:
    """A company's records, judged by a worker that has left; one label among them."""
    records = story(6_000)
    worker = world.worker()
    until(worker.ready, "the worker")
    world.produce(records[:5_000])
    until(lambda: world.counted() == 5_000, "the first records counted")
    alert = next(iter(world.alerts().values()))
    assert world.run("label", str(alert["alert_id"]), "known_job", "--days", "30", "--author", "t").returncode == 0
    until(lambda: world.tally().get("label:judged") == 1, "the label judged")
    world.produce(records[5_000:])
    until(lambda: world.counted() == 6_001, "all records counted")
    assert worker.end() == 0
    return world


@pytest.mark.slow
def test_alerts_are_reproduced_or_named(judged: World) -> None:
    """All of them at first; then one that was changed, one that nothing raised, and one under another policy."""
    world, since_until = judged, span()
    told = world.alerts()
    assert told
    status, found = receipts(world, *since_until)
    assert status == 0, found
    assert {(receipt["alert_id"], receipt["revision"]) for receipt in found} == set(told)
    for receipt in found:
        assert receipt.keys() == FIELDS
        assert receipt["outcome"] == "reproduced"
        assert receipt["model_digest"] == MODEL_DIGEST
        assert receipt["source"] == told[receipt["alert_id"], receipt["revision"]]["source"]
    shown = world.run("audit", *since_until)
    assert f"{len(told)} of {len(told)} alerts reproduced" in shown.stderr
    assert shown.stdout.count("reproduced") == len(told)

    # Another policy judges otherwise, and says whose digest is whose.
    policy = world.folder / "stricter.toml"
    policy.write_text("[policy]\nraise_at = 0.99\n")
    status, found = receipts(world, *since_until, DETECTOR_CONFIG=str(policy))
    assert status == 1
    assert {receipt["outcome"] for receipt in found} <= {"unfounded", "different"}
    assert all("config" in str(receipt["why"]) for receipt in found)

    honest = next(alert for alert in told.values() if alert["revision"] == 1)
    changed = honest | {"alert_id": "changed", "user_id": "framed"}
    nowhere = changed | {"alert_id": "nowhere", "source": {"topic": "elsewhere", "partition": 99, "offset": 10**12}}
    world.produce(
        Record(name, value, topic=world.topics.alerts)
        for name, value in (
            (b"changed", json.dumps(changed).encode()),
            (b"nowhere", json.dumps(nowhere).encode()),
            (b"none", b"not an alert"),
        )
    )
    status, found = receipts(world, *since_until)
    assert status == 1
    forged = {receipt["alert_id"]: receipt["outcome"] for receipt in found if receipt["outcome"] != "reproduced"}
    assert forged == {"changed": "unfounded", "nowhere": "unfounded"}
    assert "elsewhere[99]" in world.run("audit", *since_until).stdout
    edited = honest | {"summary": "nothing to see here"}
    key = str(honest["alert_id"]).encode()
    world.produce([
        Record(b"changed", None, topic=world.topics.alerts),
        Record(b"nowhere", None, topic=world.topics.alerts),
        Record(key, json.dumps(edited).encode(), topic=world.topics.alerts),
    ])  # fmt: skip
    status, found = receipts(world, *since_until)
    assert status == 1
    (two,) = [receipt for receipt in found if receipt["outcome"] != "reproduced"]
    assert (two["alert_id"], two["why"]) == (honest["alert_id"], "the topic tells it in two ways")


@pytest.mark.slow
def test_what_was_never_published_is_named(world: World) -> None:
    """Of records that no worker has judged the replay tells alerts that the topic has not. Outside, nothing is said."""
    world.produce(story(3_000))
    status, found = receipts(world, *span())
    assert status == 1
    assert found
    assert {receipt["outcome"] for receipt in found} == {"unpublished"}
    assert receipts(world, "2026-01-01", "2026-01-02") == (0, [])
    assert world.run("audit", "yesterday", "today").returncode == 2
