"""The day's pages on real Kafka with a real Alertmanager: the budget is kept, the digest exact, whoever is killed."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.edge.world import Record, World, until
from tests.notify.conftest import Alertmanager, Bridge, at, fresh, settle

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
Start = Callable[..., Bridge]
PAGES = 5
TYPOLOGIES = ("unproductive_loop", "fan_out", "spend_spike")


class Day:
    """Alerts of one tenant and day, all begun at one time."""

    def __init__(self, world: World) -> None:
        self.world, self.began = world, at(hours=-1)

    def alert(self, number: int, **fields: Any) -> Record:
        """The alert of this number, about one of ten people."""
        given = {"starts_at": self.began, "user_id": f"u{number % 10}", "typology": TYPOLOGIES[number % 3]}
        return fresh(self.world, f"a{number}", **given | fields)


def digest_of(alertmanager: Alertmanager) -> dict[str, Any]:
    """What the digest says; nothing while there is none, or two."""
    found = [one for one in alertmanager.alerts_told() if one["labels"]["alertname"] == "TokenmaxxingDigest"]
    return dict(found[0]["annotations"]) if len(found) == 1 else {}


def alone(alertmanager: Alertmanager) -> set[str]:
    """The ids of what is told one by one."""
    return {one["labels"]["alert_id"] for one in alertmanager.alerts_told() if "alert_id" in one["labels"]}


def test_the_digest_in_alertmanager(world: World, bridge: Start, alertmanager: Alertmanager) -> None:
    """Routed to people in daylight, counted, refreshed when one rises or ends, over when all of it is."""
    one = bridge(DETECTOR_ALERTMANAGER_URL=alertmanager.url, DETECTOR_PAGES_PER_DAY=str(PAGES))
    day = Day(world)
    world.produce([day.alert(number) for number in range(30)])
    until(lambda: digest_of(alertmanager).get("count") == "25", "the digest of 25")
    own = alone(alertmanager)
    assert len(own) == PAGES
    folded = [number for number in range(30) if f"a{number}" not in own]
    said, typologies = digest_of(alertmanager), Counter(TYPOLOGIES[number % 3] for number in folded)
    assert dict(pair.split() for pair in said["typologies"].split(", ")) == {k: str(n) for k, n in typologies.items()}
    assert said["people"] == str(len({number % 10 for number in folded}))
    assert said["at_stake"] == f"${38.20 * 25:,.2f}, {4_200_000 * 25:,} tokens, {212 * 25:,} calls"
    (told,) = [one for one in alertmanager.alerts_told() if "alert_id" not in one["labels"]]
    assert told["receivers"] == [{"name": "team-leads"}]
    assert "detector_notify_folded 25.0" in one.get("/metrics")

    risen, *others = folded
    world.produce([day.alert(risen, revision=2, severity="critical")])
    until(lambda: f"a{risen}" in alone(alertmanager), "the one that rose")
    until(lambda: digest_of(alertmanager)["count"] == "24", "the digest without it")
    over = {"revision": 3, "status": "resolved", "ends_at": at(minutes=-1)}
    world.produce([day.alert(number, **over) for number in others])
    until(lambda: not digest_of(alertmanager), "the digest's end")
    assert alone(alertmanager) == own | {f"a{risen}"}
    assert one.end() == 0


@pytest.mark.faults
def test_killed_between_it_pages_nobody_twice(world: World, bridge: Start, alertmanager: Alertmanager) -> None:
    """Killed again and again while alerts come, Alertmanager forgetting everything at the end as well: the places are
    the first ones', the digest counts the topic.
    """
    day, given = Day(world), {"DETECTOR_ALERTMANAGER_URL": alertmanager.url, "DETECTOR_PAGES_PER_DAY": str(PAGES)}
    paged: set[str] = set()
    for batch in range(5):
        one, there = bridge(**given), min(2 * batch + 2, PAGES)
        world.produce([day.alert(number) for number in range(batch * 2, batch * 2 + 2)])
        until(lambda: len(alone(alertmanager)) >= there, "all of it told, or the day's pages used up")  # noqa: B023
        settle(0.3 * batch)  # earlier and later than the commit that comes each second
        paged.update(alone(alertmanager))
        one.process.kill()
        one.process.wait()
    alertmanager.stop()
    alertmanager.start()
    bridge(**given)
    until(lambda: digest_of(alertmanager).get("count") == str(10 - PAGES), "the digest of all others")
    until(lambda: alone(alertmanager) == paged, "the same ones told alone as before")
    assert len(paged) == PAGES


@pytest.mark.faults
def test_one_tells_and_the_other_stands_by(world: World, bridge: Start, alertmanager: Alertmanager) -> None:
    """Two bridges keep one budget; the one that takes over knows its places and its digest."""
    day, given = Day(world), {"DETECTOR_ALERTMANAGER_URL": alertmanager.url, "DETECTOR_PAGES_PER_DAY": str(PAGES)}
    both = [bridge(**given), bridge(**given)]
    world.produce([day.alert(number) for number in range(20)])
    until(lambda: digest_of(alertmanager).get("count") == "15", "the digest")
    own = alone(alertmanager)
    until(lambda: sorted("detector_notify_folded 15.0" in one.get("/metrics") for one in both) == [False, True], "one")
    teller = next(one for one in both if "detector_notify_folded 15.0" in one.get("/metrics"))
    teller.process.kill()
    world.produce([day.alert(number) for number in range(20, 30)])
    until(lambda: digest_of(alertmanager).get("count") == "25", "the other's digest")
    assert alone(alertmanager) == own
    assert len(own) == PAGES
