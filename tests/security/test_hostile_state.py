"""State bytes that somebody has put into Redis: they run nothing, stop nothing, and cost their user a fresh start."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from detector.edge.envelope import MAX_STATE_BYTES, Envelope
from detector.profile import STATE_VERSION
from tests.edge.truth import profiles
from tests.edge.world import STATE_KEY, Record, World, until

Spoil = Callable[[bytes], bytes]


class Bomb:
    """What a pickle would do if anybody loaded it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (open, (str(self.path), "w"))  # type: ignore[return-value]


def spoilt(folder: Path) -> dict[str, tuple[str, Spoil]]:
    """By user: the reason that is counted, and what is done to the bytes."""
    return {
        "cut": ("forged", lambda sealed: sealed[:-1]),
        "stub": ("damaged", lambda sealed: sealed[:9]),
        "flipped": ("forged", lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1])),
        "noise": ("damaged", lambda _: bytes(range(256)) * 4),
        "pickled": ("damaged", lambda _: pickle.dumps(Bomb(folder / "pickled"))),
        "huge": ("too_large", lambda sealed: sealed + b"\0" * MAX_STATE_BYTES),
        "future": ("format", lambda sealed: sealed[:2] + b"\x09" + sealed[3:]),
    }


def calls(users: list[str], number: int) -> list[Record]:
    """One record each."""
    call = {"kind": "invocation", "invocation_id": f"i{number}", "occurred_at": f"2026-05-0{number}T10:00:00Z"}
    return [Record(user.encode(), json.dumps(call | {"user_id": user}).encode()) for user in users]


@pytest.mark.slow
def test_hostile_bytes_only_reset_their_user(world: World) -> None:
    """Each is counted with its reason; others keep theirs; a sealed body of junk is refused by its reader."""
    kinds = spoilt(world.folder)
    users = [*kinds, "swapped", "junk", "untouched", "other"]
    worker = world.worker()
    world.produce(calls(users, 1))
    until(lambda: world.counted() == len(users), "the first records counted")
    assert worker.end() == 0

    keys = {
        user: next(
            f"{{{world.prefix}:{partition}}}:profile:7:default:{user}"
            for partition in range(world.partitions)
            if world.redis.exists(f"{{{world.prefix}:{partition}}}:profile:7:default:{user}")
        )
        for user in users
    }
    for user, (_, spoil) in kinds.items():
        world.redis.set(keys[user], spoil(world.redis.get(keys[user])))
    world.redis.set(keys["swapped"], world.redis.get(keys["other"]))
    born = int(world.redis.hget(keys["junk"].partition(":profile")[0] + ":lease", "world"))
    envelope = Envelope(STATE_KEY, codec=STATE_VERSION)
    world.redis.set(keys["junk"], envelope.seal("7:default:junk", born, b"\xff" * 2_000))

    worker = world.worker()
    world.produce(calls(users, 2))
    until(lambda: world.counted() == 2 * len(users), "the other records counted")
    for reason in {reason for reason, _ in kinds.values()} | {"state"}:
        expected = [told for told, _ in kinds.values()].count(reason)
        expected += {"forged": 1, "state": 1}.get(reason, 0)  # the swapped one, the junk
        assert worker.metric("detector_profile_resets_total", reason=reason) == expected, reason
    assert worker.metric("detector_dead_letters_total") == 0
    events = {name.rpartition(":")[2]: profile.events for name, profile in profiles(world).items()}
    assert events == {user: 2 if user in {"untouched", "other"} else 1 for user in users}
    assert not (world.folder / "pickled").exists()
    assert worker.end() == 0
