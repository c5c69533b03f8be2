"""An hour's worth of records of a large company at full speed: what grows must stop growing."""

from tests.edge.truth import story
from tests.edge.world import World
from tests.faults.conftest import Toll
from tests.faults.crew import peak_mib, readied, settled

PEOPLE = 1_500
RECORDS = 180_000
"""An hour at 50 records a second: 1,500 people with their agents at their busiest."""
SLICES = 10
CACHE = 500
GROWTH = 1.25
"""Peak memory of the second half over that of the first: caches are full by then."""


def test_an_hour_at_full_speed(world: World, toll: Toll) -> None:
    """Memory, Redis keys and series of metrics are bounded, and every profile has its time to live."""
    world.settings |= {"DETECTOR_CACHE_PROFILES": str(CACHE), "DETECTOR_PROFILE_TTL_DAYS": "1"}
    records = story(RECORDS, "soak", people=PEOPLE)
    users = len({record.key for record in records})
    worker = world.worker()
    readied(worker)
    size, peaks, series = RECORDS // SLICES, [], []
    for at in range(0, RECORDS, size):
        world.produce(records[at : at + size])
        settled(world, at + size)
        peaks.append(peak_mib(worker))
        series.append(len([line for line in worker.get("/metrics")[1].splitlines() if not line.startswith("#")]))
    assert worker.metric("detector_profiles_cached") <= CACHE
    assert worker.end() == 0
    keys = list(world.redis.scan_iter(match=f"*{world.prefix}*", count=1000))
    profiles = [key for key in keys if b":profile:" in key]
    assert len(profiles) == users
    assert len(keys) == users + 4 * world.partitions, "more than lease, positions, tally and cohort beside the profiles"
    assert all(0 < world.redis.ttl(key) <= 86_400 for key in profiles), "a profile that would never be forgotten"
    assert len(set(series[1:])) == 1, f"series came while records did: {series}"
    assert peaks[-1] < GROWTH * peaks[SLICES // 2 - 1], f"memory grows: {peaks}"
    half, whole = peaks[SLICES // 2 - 1], peaks[-1]
    note = f"{half:.0f} MiB half way, {whole:.0f} at the end; {len(keys):,} keys, {series[-1]} series"
    toll("soak: an hour at full speed", 1, RECORDS, world=world, note=note)
