"""A policy read again while records come: each alert has one judge, and a bad file changes nothing."""

import signal
from itertools import pairwise
from pathlib import Path

import pytest

from detector.policy import Policy
from tests.edge.truth import story
from tests.edge.world import Worker, World, until


def _policy(path: Path, text: str) -> str:
    path.write_text(f"[policy]\n{text}\n")
    return Policy.load(path).digest


def _hup(worker: Worker) -> None:
    worker.process.send_signal(signal.SIGHUP)


@pytest.mark.slow
def test_a_policy_is_read_again(world: World, tmp_path: Path) -> None:
    """Before, one digest; after, the other; within a partition they change once, in the order of the records."""
    path = tmp_path / "detector.toml"
    first = _policy(path, "raise_at = 0.6")
    records = story(12_000)
    half = len(records) // 2
    worker = world.worker(DETECTOR_CONFIG=str(path))
    until(worker.ready, "the worker")
    world.produce(records[: half // 2])
    until(lambda: world.counted() > 0, "records judged")
    second = _policy(path, "raise_at = 0.59")
    _hup(worker)  # while records are judged, wherever each partition stands
    world.produce(records[half // 2 : half])
    until(lambda: world.counted() == half, "half of them")

    path.write_text("[policy]\nraise_at = 'much'\n")
    _hup(worker)
    until(lambda: "the policy in force stays" in worker.log.read_text(), "the refusal in the log")
    assert "raise_at" in worker.log.read_text()
    assert worker.metric("detector_config_taken") == 0
    world.produce(records[half:])
    until(lambda: world.counted() == len(records), "all of them")

    told: dict[int, list[tuple[int, str]]] = {}
    for alert in world.alerts().values():
        if alert["status"] == "firing":
            source, by = alert["source"], alert["produced_by"]
            told.setdefault(source["partition"], []).append((source["offset"], by["config_digest"]))
    digests = {digest for alerts in told.values() for _, digest in alerts}
    assert digests == {first, second}
    for alerts in told.values():
        order = [digest for _, digest in sorted(alerts)]
        assert sum(one != other for one, other in pairwise(order)) <= 1
        assert order[0] == first or first not in order

    third = _policy(path, "raise_at = 0.58")
    _hup(worker)
    until(lambda: worker.metric("detector_build_info", config=third) == 1, "the third in the metrics")
    assert worker.metric("detector_build_info") == 1
    assert worker.metric("detector_config_taken") == 1
    assert worker.end() == 0


@pytest.mark.slow
def test_nothing_to_read_again(world: World) -> None:
    """Without a file SIGHUP is told and harmless."""
    worker = world.worker()
    until(worker.ready, "the worker")
    _hup(worker)
    until(lambda: "DETECTOR_CONFIG is not set" in worker.log.read_text(), "a word in the log")
    assert worker.end() == 0
