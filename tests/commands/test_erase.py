"""`detector erase` on real servers: nothing of the person stays, with workers that run; others keep all."""

import itertools
import json
import threading

import pytest

from tests.edge.truth import profiles, story
from tests.edge.world import Record, World, until

PSEUDONYM_KEY = "a key for tests of erasure"


def flagged(world: World) -> tuple[str, list[str]]:
    """A user who has alerts, and their ids."""
    about: dict[str, set[str]] = {}
    for alert in world.alerts().values():
        about.setdefault(str(alert["user_id"]), set()).add(str(alert["alert_id"]))
    user = max(about, key=lambda user: len(about[user]))
    return user, sorted(about[user])


def live(world: World) -> dict[bytes, dict[str, object]]:
    """What a compacted alert topic comes to: the last word on each alert."""
    told: dict[bytes, dict[str, object]] = {}
    for record in world.read(world.topics.alerts):
        told.pop(record.key, None)
        if record.value is not None:
            told[record.key] = json.loads(record.value)
    return told


@pytest.mark.slow
@pytest.mark.parametrize("key", [None, PSEUDONYM_KEY], ids=["plain", "pseudonyms"])
def test_a_person_is_erased_everywhere(world: World, key: str | None) -> None:
    """Profile, open alerts, the topic's alerts, the page's: gone; others untouched; the worker goes on from new."""
    if key:
        world.settings["DETECTOR_PSEUDONYM_KEY"] = key
    records = story(6_000)
    worker = world.worker()
    until(worker.ready, "the worker")
    world.produce(records)
    until(lambda: world.counted() == len(records), "all records counted")
    user, ids = flagged(world)
    until(lambda: ids[0] in worker.get("/api/v1/alerts")[1], "the alerts on the page")
    before = profiles(world)

    dry = world.run("erase", user, "--dry-run")
    assert dry.stdout == f"would erase 1 profiles, {len(ids)} alerts\n", dry.stderr
    assert profiles(world).keys() == before.keys()
    if key:  # the pseudonym is what alerts name; the person's own id must do as well
        mine = {r.key.decode() for r in records if r.key}
        user = next(name for name in mine if name in before or _is(name, user))
    done = world.run("erase", user)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"erased 1 profiles, {len(ids)} alerts\n" in done.stdout
    assert "looked again: left 0 profiles, 0 alerts\n" in done.stdout

    after = profiles(world)
    (gone,) = before.keys() - after.keys()
    assert {name: profile.dumps() for name, profile in after.items()} == {
        name: profile.dumps() for name, profile in before.items() if name != gone
    }
    assert not set(ids) & {key.decode() for key in live(world)}
    until(lambda: not any(one in worker.get("/api/v1/alerts")[1] for one in ids), "the page to forget")
    assert world.run("label", ids[0], "bug").returncode == 2

    # The worker that had the person in memory begins afresh, and its writes are believed again.
    until(worker.ready, "the worker to hold everything again")
    call = {"kind": "invocation", "invocation_id": "new", "occurred_at": "2026-07-01T10:00:00Z", "user_id": user}
    world.produce([Record(user.encode(), json.dumps(call).encode())])
    until(lambda: world.counted() == len(records) + 1, "one more record")
    assert profiles(world)[gone].events == 1
    assert worker.end() == 0


def _is(name: str, pseudonym_: str) -> bool:
    from detector.event import pseudonym  # noqa: PLC0415 - for this comparison alone

    return pseudonym(PSEUDONYM_KEY.encode(), "default", name) == pseudonym_


def test_without_a_worker_nothing_is_waited_for(world: World) -> None:
    """State at rest is erased at once, and a second time there is nothing to erase."""
    world.produce(story(500))
    worker = world.worker()
    until(lambda: world.counted() == 500, "all records counted")
    assert worker.end() == 0
    user = next(iter(profiles(world))).split(":", 2)[2]
    done = world.run("erase", user)
    assert done.returncode == 0, done.stderr
    assert "1 profiles erased; held by nobody" in done.stdout
    assert "erased 0 profiles, 0 alerts" in world.run("erase", user).stdout
    assert "erased 0 profiles, 0 alerts" in world.run("erase", "somebody else", "--tenant", "other").stdout


def test_state_of_an_older_pseudonym_key_is_erased_with_that_key(world: World) -> None:
    """After a rotation a person has two profiles until the older one expires: each key erases its own."""
    call = {"kind": "invocation", "occurred_at": "2026-07-01T10:00:00Z", "user_id": "ann"}
    keys = ["the key of the year before", PSEUDONYM_KEY]
    for number, key in enumerate(keys):
        worker = world.worker(DETECTOR_PSEUDONYM_KEY=key)
        world.produce([Record(b"ann", json.dumps(call | {"invocation_id": f"i{number}"}).encode())])
        until(lambda count=number + 1: world.counted() == count, "the record counted")
        assert worker.end() == 0
    assert len(profiles(world)) == 2
    for left, key in zip((1, 0), keys, strict=True):
        done = world.run("erase", "ann", DETECTOR_PSEUDONYM_KEY=key)
        assert "erased 1 profiles, 0 alerts" in done.stdout, done.stderr
        assert len(profiles(world)) == left


@pytest.mark.slow
def test_what_is_left_is_told(world: World) -> None:
    """A person whose records still come in is not erased, and the command says so with status 1."""
    worker = world.worker()
    until(worker.ready, "the worker")
    numbers = itertools.count()
    call = {"kind": "invocation", "occurred_at": "2026-07-01T10:00:00Z", "user_id": "busy"}

    def work() -> None:
        world.produce([Record(b"busy", json.dumps(call | {"invocation_id": f"i{next(numbers)}"}).encode())])

    work()
    until(lambda: profiles(world), "the first profile")
    done = threading.Event()

    def keep_working() -> None:
        while not done.is_set():
            work()

    busy = threading.Thread(target=keep_working)
    busy.start()
    told = world.run("erase", "busy")
    done.set()
    busy.join()
    assert told.returncode == 1
    assert "left 1 profiles" in told.stderr
    produced = next(numbers)
    until(lambda: world.counted() == produced, "all records counted")
    assert "looked again: left 0 profiles" in world.run("erase", "busy").stdout
    assert worker.end() == 0


def test_servers_that_are_away_end_with_3(world: World) -> None:
    """Neither Kafka nor Redis can be passed over: what was not looked through is not proven."""
    assert world.run("erase", "ann", DETECTOR_KAFKA_BOOTSTRAP="127.0.0.1:1").returncode == 3
    assert world.run("erase", "ann", DETECTOR_REDIS_URL="redis://127.0.0.1:1/0").returncode == 3
