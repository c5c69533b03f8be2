"""What may be wrong with the stream itself: repeats, disorder, lateness, and everybody anomalous at once."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import msgspec

from detector.alert import FileSource
from detector.offline.replay import Replay
from detector.policy import Policy
from tests.edge.truth import Truth, judged, story
from tests.edge.world import Record, World, until
from tests.faults.conftest import Toll
from tests.faults.crew import peak_mib, readied, settled
from tests.faults.pages import digest, expected, paged
from tests.notify.conftest import Bridge, Hook

RECORDS = 12_000
WINDOW = 200
"""Records that may arrive in any order, as long as each user's own order stays: what Kafka promises."""
REPEATED = 0.2
LATE = timedelta(days=3)
"""Past the 48 h within which a record is judged."""
CALM, STORM = 10, 1_000
PAGES = 50
"""`DETECTOR_PAGES_PER_DAY` as it is when nobody sets it."""
MOST_MIB = 300
"""A worker has 95 MiB resident with nothing to remember; the 500 profiles allowed here take 40 MiB more at most."""


def alerts_of(records: Iterable[Record]) -> dict[tuple[str, int], dict[str, object]]:
    """What the replay tells of these records, by id and revision, without where they lay."""
    replay, told = Replay(Policy(), max_hot=1_000_000), {}
    for number, record in enumerate(records):
        for alert in getattr(replay.feed(record.value or b"", FileSource("clean", number)), "alerts", ()):
            told[alert.alert_id, alert.revision] = json.loads(msgspec.json.encode(alert))
    return without_source(told)


def without_source(told: dict[tuple[str, int], dict[str, object]]) -> dict[tuple[str, int], dict[str, object]]:
    """The offset of the record that raised it is the one thing that may differ."""
    return {key: {name: value for name, value in alert.items() if name != "source"} for key, alert in told.items()}


def shuffled(records: list[Record], chance: random.Random) -> list[Record]:
    """Any order within a window, each user's own order kept; some are told twice, soon after."""
    out: list[Record] = []
    for at in range(0, len(records), WINDOW):
        window = records[at : at + WINDOW]
        by_user: dict[bytes | None, list[Record]] = {}
        for record in window:
            by_user.setdefault(record.key, []).append(record)
        turns = [record.key for record in window]
        chance.shuffle(turns)
        for turn in turns:
            out.append(by_user[turn].pop(0))
            if chance.random() < REPEATED:
                out.append(chance.choice(out[-WINDOW:]))
    return out


def late_ones(records: list[Record]) -> list[Record]:
    """One record of each user from long before what that user has told since, under a new id."""
    last = {
        record.key: json.loads(record.value or b"") for record in records if b'"invocation"' in (record.value or b"")
    }
    found = []
    for user, call in last.items():
        at = (datetime.fromisoformat(call["occurred_at"]) - LATE).isoformat()
        late = call | {"invocation_id": f"late-{call['invocation_id']}", "occurred_at": at, "response_id": None}
        found.append(Record(user, json.dumps(late).encode()))
    return found


def test_disorder_changes_no_alert(world: World, toll: Toll) -> None:
    """Repeats, and any order between users within the bound: the alerts are those of the clean stream. What comes
    later than 48 hours is counted as late, and changes nothing either.
    """
    chance = random.Random("disorder")  # noqa: S311 - a seed, no secret
    clean = story(RECORDS, "disorder")
    late = late_ones(clean)
    arriving = [*shuffled(clean, chance), *late]
    workers = [world.worker(), world.worker()]
    for worker in workers:
        readied(worker)
    world.produce(arriving)
    settled(world, len(arriving))
    for worker in workers:
        assert worker.end() == 0
    tally = world.tally()
    assert tally["invocation:late"] == len(late)
    assert without_source(world.alerts()) == alerts_of(clean), "disorder changed an alert"
    repeats = len(arriving) - len(clean) - len(late)
    note = f"{repeats:,} repeats, windows of {WINDOW} shuffled between users, {len(late)} later than 48 h"
    toll("disorder: same alerts as in order", repeats + len(late), len(arriving), world=world, note=note)


def spell(user: str, number: int) -> list[Record]:
    """One step of somebody who has the same done again and again for nothing, in a night so far off that all of it
    still goes on.
    """
    at = f"2099-05-01T{1 + number // 60:02}:{number % 60:02}:00Z"
    base = {"user_id": user, "session_id": f"s-{user}", "occurred_at": at}
    call = base | {
        "kind": "invocation", "invocation_id": f"{user}-{number}", "trigger": "agent", "agent": "coder",
        "output_tokens": 400, "cost_usd": 0.5, "prompt_hash": "same", "template_hash": "same", "target_hash": "one",
        "simhash": "0" * 16, "team_id": f"team{hash_of(user) % 5}",
    }  # fmt: skip
    outcome = base | {"kind": "outcome", "outcome_id": f"o-{user}-{number}", "outcome": "discarded"}
    told = [call, outcome] if number % 10 == 9 else [call]
    return [Record(user.encode(), json.dumps(each).encode()) for each in told]


def hash_of(user: str) -> int:
    """A number that is the same in every process."""
    return int.from_bytes(user.encode(), "big")


def test_a_storm(world: World, toll: Toll, bridge: Callable[..., Bridge], hook: Hook) -> None:
    """A hundred times as many people anomalous at once as before: exact, within memory; the day's pages and no more,
    though the bridge is killed in it; and a digest of all others that the replay counts the same.
    """
    world.settings |= {"DETECTOR_CACHE_PROFILES": "500"}
    steps = 40
    calm = [record for n in range(steps) for user in range(CALM) for record in spell(f"calm{user}", n)]
    storm = [record for n in range(steps) for user in range(STORM) for record in spell(f"storm{user}", n)]
    worker = world.worker()
    readied(worker)
    world.produce(calm)
    settled(world, len(calm))
    before = peak_mib(worker)
    world.produce(storm)
    first = bridge(DETECTOR_ALERTMANAGER_URL=hook.url)
    until(lambda: digest(hook), "a digest")
    first.process.kill()
    second = bridge(DETECTOR_ALERTMANAGER_URL=hook.url)
    settled(world, len(calm) + len(storm))
    peak = peak_mib(worker)
    assert worker.end() == 0
    alerts = world.alerts()
    people = Counter(str(alert["user_id"])[:4] for alert in alerts.values() if alert["revision"] == 1)
    assert people["stor"] >= STORM, "not everybody's alert was told"
    assert peak < MOST_MIB
    told = Truth(world).alerts
    until(lambda: digest(hook) | expected(told, paged(hook)) == digest(hook), "a digest as the replay counts it")
    assert len(paged(hook)) == PAGES
    folded, bridged = digest(hook)["count"], peak_mib(second)
    note = (
        f"{people['stor']:,} alerts after {people['calm']}, {PAGES} told one by one, {folded} in a digest, the bridge "
        f"killed once; {before:.0f} to {peak:.0f} MiB, the bridge {bridged:.0f}"
    )
    records = len(calm) + len(storm)
    toll(f"storm: {STORM // CALM} times as many at once", 1, records, found=judged(world, records), note=note)
