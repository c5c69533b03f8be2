"""Workers join, leave, die, freeze and wake up: the group changes hands, and nothing else changes."""

import random
import signal
import time
from pathlib import Path

from detector.edge.settings import Settings
from tests.edge.truth import crowd, judged, story
from tests.edge.world import World, until
from tests.faults.conftest import Toll
from tests.faults.crew import SESSION_SECONDS, Hand, readied, settled
from tests.servers import Broker, RedisServer

RECORDS = 9_000
THIRD = RECORDS // 3
KILLED_RECORDS = 100_000
SLICE = 2_500
PAUSE = 0.5
"""Records that come at once, and the seconds until the next do."""


def test_a_killer_at_random(world: World, toll: Toll) -> None:
    """Three workers, one of them killed every few seconds and replaced at once, while 100,000 records come."""
    chance = random.Random("killer")  # noqa: S311 - a seed, no secret
    world.settings["DETECTOR_CACHE_PROFILES"] = "20000"
    records = story(KILLED_RECORDS, "killer", people=300)
    hands = [Hand(world) for _ in range(3)]
    crew = list(hands)
    for hand in crew:
        hand.ready()
    deaths: list[tuple[float, Hand]] = []
    kill_at = time.monotonic() + chance.uniform(2, 5)
    for at in range(0, KILLED_RECORDS, SLICE):
        world.produce(records[at : at + SLICE])
        strike = chance.uniform(0.0, PAUSE)  # anywhere in a slice's work, not when a fast machine has saved it all
        time.sleep(strike)
        if time.monotonic() > kill_at:
            victim = crew.pop(chance.randrange(3))
            died = victim.kill()
            crew.append(Hand(world))
            hands.append(crew[-1])
            deaths.append((died, crew[-1]))
            kill_at = died + chance.uniform(2, 5)
        time.sleep(PAUSE - strike)
    settled(world, KILLED_RECORDS)
    for hand in crew:
        hand.ready()  # the last heir may have found nothing left, and still be starting: it recovers like the others
    recoveries = [hand.seen.ready_at - died for died, hand in deaths if hand.seen.ready_at]
    for hand in crew:
        assert hand.worker.end() == 0
    redone = sum(hand.seen.judged for hand in hands) - KILLED_RECORDS
    note = f"3 workers, {redone:,} records judged again"
    toll("kill -9 at random", len(deaths), KILLED_RECORDS, max(recoveries), world=world, note=note)
    assert redone <= len(deaths) * world.partitions * 2_000, "more than a checkpoint's interval was done again"


def test_ten_thousand_hot_profiles(world: World, toll: Toll) -> None:
    """A lone worker with 10,000 people in memory and the settings of a user dies, and is started again."""
    world.settings["DETECTOR_SESSION_SECONDS"] = str(Settings().session_seconds)
    people = 10_000
    records = [record for batch in range(2) for record in crowd(people, batch)]
    first = Hand(world)
    first.ready()
    world.produce(records)
    settled(world, 2 * people)
    until(lambda: first.worker.metric("detector_profiles_cached") >= 0.9 * people, "the profiles in memory")
    world.produce(crowd(people, 2))
    died = first.kill()
    heir = Hand(world)
    ready = heir.ready() - died
    settled(world, 3 * people)
    caught_up = time.monotonic() - died
    assert heir.worker.end() == 0
    note = f"lone worker, default settings; a record of each of them judged after {caught_up:.0f} s"
    found = judged(world, 3 * people, alerting=False)
    toll("kill -9, 10,000 hot profiles", 1, 3 * people, ready, found=found, note=note)


def test_one_three_two_workers(world: World, toll: Toll) -> None:
    """Scaled up to three and down to two, then all restarted in turn, under load."""
    world.settings |= {"DETECTOR_CHECKPOINT_SECONDS": "0.3"}
    parts = 6
    records = story(parts * THIRD)
    crew = [world.worker()]
    readied(crew[0])
    times, changes = [], 0
    for part in range(parts):
        world.produce(records[part * THIRD : (part + 1) * THIRD])
        began = time.monotonic()
        if part == 0:
            crew += [world.worker(), world.worker()]
        elif part > 0:
            assert crew.pop(0).end() == 0
            if part > 1:
                crew.append(world.worker())
        times += [readied(worker) - began for worker in crew]
        changes += 2 if part == 0 else 1 + (part > 1)
    settled(world, len(records))
    for worker in crew:
        assert worker.end() == 0
    toll("1, 3, 2 workers; rolling restart", changes, len(records), max(times), world=world)


def test_a_zombie_is_fenced(world: World, toll: Toll) -> None:
    """Frozen past its session with records in hand, it finds another owner when it wakes, and writes nothing."""
    world.settings |= {"DETECTOR_CHECKPOINT_SECONDS": "0.2", "DETECTOR_CHECKPOINT_EVENTS": "200"}
    records = story(RECORDS)
    zombie = world.worker()
    readied(zombie)
    world.produce(records[:THIRD])
    settled(world, THIRD // 4)
    zombie.process.send_signal(signal.SIGSTOP)
    frozen = time.monotonic()
    heir = world.worker()
    world.produce(records[THIRD : 2 * THIRD])
    ready = readied(heir)
    settled(world, 2 * THIRD)
    zombie.process.send_signal(signal.SIGCONT)
    world.produce(records[2 * THIRD :])
    settled(world, RECORDS)
    readied(zombie)
    assert zombie.end() == 0
    assert heir.end() == 0
    toll("frozen past its session, wakes", 1, RECORDS, ready - frozen, world=world)


def test_work_that_lets_nobody_in(world: World, toll: Toll) -> None:
    """Work holds the whole interpreter for longer than the session, just before a write: that write is refused."""
    world.settings |= {"DETECTOR_CHECKPOINT_SECONDS": "0.2", "DETECTOR_CHECKPOINT_EVENTS": "200"}
    records = story(RECORDS)
    heavy = Hand(world, "before the write", "4", str(3 * SESSION_SECONDS))
    heavy.ready()
    other = Hand(world)
    other.ready()
    world.produce(records)
    until(lambda: heavy.seen.unsaved, "the heavy work to begin")
    began = time.monotonic()
    until(lambda: other.worker.metric("detector_partitions_held") == world.partitions, "all partitions taken over")
    taken = time.monotonic() - began
    settled(world, RECORDS)
    readied(heavy.worker)
    fenced = heavy.worker.metric("detector_checkpoints_total", result="fenced")
    assert fenced >= 1, "a zombie's write was not refused"
    for hand in (heavy, other):
        assert hand.worker.end() == 0
    note = f"{fenced:.0f} of its writes refused"
    toll("judging blocks heartbeats past the session", 1, RECORDS, taken, world=world, note=note)


def test_a_standby_takes_over(
    kafka_server: Broker, redis_server: RedisServer, topic_prefix: str, tmp_path: Path, toll: Toll
) -> None:
    """One partition, two workers: the one without is ready, waits, and goes on when the other is killed."""
    with World(kafka_server.bootstrap, redis_server.url, topic_prefix, tmp_path, partitions=1) as world:
        records = story(2 * THIRD)
        workers = [world.worker(), world.worker()]
        for worker in workers:
            readied(worker)
        world.produce(records[:THIRD])
        settled(world, THIRD // 2)
        workers.sort(key=lambda worker: worker.metric("detector_partitions_held"))
        standby, active = workers
        assert standby.metric("detector_partitions_held") == 0
        active.end(signal.SIGKILL)
        died = time.monotonic()
        until(lambda: standby.metric("detector_partitions_held") == 1, "the standby to take over")
        taken = time.monotonic() - died
        world.produce(records[THIRD:])
        settled(world, 2 * THIRD)
        assert standby.end() == 0
        toll("one dies, a standby takes over", 1, 2 * THIRD, taken, world=world)


def test_a_restart_goes_on_where_the_last_one_stopped(world: World, toll: Toll) -> None:
    """SIGTERM checkpoints: the next worker judges only what came since."""
    records = story(RECORDS)
    first = Hand(world)
    world.produce(records[:THIRD])
    until(lambda: first.seen.judged >= THIRD, "a third judged")
    ended = time.monotonic()
    assert first.worker.end() == 0
    assert world.counted() == THIRD
    second = Hand(world)
    world.produce(records[THIRD:])
    settled(world, RECORDS)
    assert second.worker.end() == 0
    assert second.seen.judged == RECORDS - THIRD
    toll("orderly restart", 1, RECORDS, second.seen.ready_at - ended, world=world)
