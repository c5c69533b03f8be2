"""State that an earlier release wrote: it is carried on with to the byte, or begun afresh and said so, never guessed.

`layouts/N.json` holds what a worker of state layout N had written after the records beside it, sealed under the tests'
key. A new layout adds a file; none is ever changed.
"""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from detector.alert import KafkaSource
from detector.offline.replay import Replay
from detector.policy import Policy
from detector.profile import STATE_VERSION
from tests.edge.truth import Judgement, profiles
from tests.edge.world import Record, World, until
from tests.faults.conftest import Toll
from tests.faults.crew import readied, settled
from tests.servers import Broker, RedisServer

LAYOUTS = sorted(Path(__file__).with_name("layouts").glob("*.json"))


def keyed(values: list[str]) -> list[Record]:
    """Records as their producer would key them."""
    return [Record(json.loads(value)["user_id"].encode(), value.encode()) for value in values]


def later(values: list[str]) -> list[str]:
    """Each user's last invocation once more, an hour later and under a new id."""
    last: dict[str, dict[str, Any]] = {}
    for value in values:
        record = json.loads(value)
        if record["kind"] == "invocation":
            last[record["user_id"]] = record
    at = "2030-01-01T00:00:00Z"
    return [json.dumps(r | {"invocation_id": f"later-{user}", "occurred_at": at}) for user, r in last.items()]


def stored(world: World, layout: dict[str, Any]) -> None:
    """Put Redis in the state that the earlier worker left."""
    head = f"{{{world.prefix}:0}}"
    lease = {"epoch": 1, "owner": "", "generation": 0, "renewed": 0, "partitions": 1, "world": layout["world"]}
    world.redis.hset(f"{head}:lease", mapping=lease)
    world.redis.hset(f"{head}:positions", world.topics.invocations, len(layout["records"]))
    for key, sealed in layout["profiles"].items():
        world.redis.set(f"{head}:profile:{key}", base64.b64decode(sealed))


def replayed(world: World, values: list[str]) -> dict[str, bytes]:
    """Every profile's bytes after an offline replay."""
    replay = Replay(Policy())
    for offset, value in enumerate(values):
        replay.feed(value.encode(), KafkaSource(world.topics.invocations, 0, offset))
    return {key: profile.dumps() for key, profile in replay.profiles.items()}


@pytest.mark.parametrize("file", LAYOUTS, ids=lambda file: f"layout {file.stem}")
def test_state_of_each_layout(
    kafka_server: Broker, redis_server: RedisServer, topic_prefix: str, tmp_path: Path, file: Path, toll: Toll
) -> None:
    """The present layout goes on exactly; an older one begins afresh for each user, counted, and no record is lost."""
    layout = json.loads(file.read_bytes())
    more = later(layout["records"])
    with World(kafka_server.bootstrap, redis_server.url, topic_prefix, tmp_path, partitions=1) as world:
        stored(world, layout)
        world.produce(keyed(layout["records"] + more))
        began = time.monotonic()
        worker = world.worker()
        ready = readied(worker) - began
        settled(world, len(more))
        current = layout["layout"] == STATE_VERSION
        reset = 0 if current else len(more)
        until(lambda: worker.metric("detector_profile_resets_total", reason="codec") == reset, "resets told")
        assert ("begins afresh" in worker.log.read_text()) is not current
        assert worker.end() == 0
        touched = {json.loads(value)["user_id"] for value in more}
        wanted = replayed(world, layout["records"] + more if current else more)
        found = {key: profile.dumps() for key, profile in profiles_of(world, touched).items()}
        wrong = [key for key in found if found[key] != wanted.get(key)]
        lost = max(0, len(more) - world.counted())
        note = "carried on" if current else f"{reset} profiles begun afresh, told"
        row = f"upgrade from state layout {layout['layout']}"
        toll(row, 1, len(more), ready, found=Judgement(lost, world.counted() - len(more) + lost, wrong), note=note)


def profiles_of(world: World, users: set[str]) -> dict[str, Any]:
    """The profiles of those whom the new worker has touched; the others' bytes are as they were."""
    for name in world.redis.scan_iter(match=f"{{{world.prefix}:0}}:profile:*", count=1000):
        if name.decode().rpartition(":")[2] not in users:
            world.redis.delete(name)
    return profiles(world)
