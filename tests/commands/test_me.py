"""What a person sees of themselves: true, whole, fair, and nobody else's."""

import pytest

from tests.edge.truth import profiles, story
from tests.edge.world import World, until

PSEUDONYM_KEY = "a key for tests of mirrors"


@pytest.mark.slow
@pytest.mark.parametrize("key", [None, PSEUDONYM_KEY], ids=["plain", "pseudonyms"])
def test_a_person_sees_all_of_themselves(world: World, key: str | None) -> None:
    """Own counts and means, each alert with its reasons, ways out that exist; asked by one's own id."""
    if key:
        world.settings["DETECTOR_PSEUDONYM_KEY"] = key
    records = story(3_000)
    worker = world.worker()
    world.produce(records)
    until(lambda: world.counted() == len(records), "all records counted")
    assert worker.end() == 0
    told = [alert for alert in world.alerts().values() if alert["status"] == "firing"]
    name = str(told[0]["user_id"])
    mine = {str(alert["alert_id"]): alert for alert in told if alert["user_id"] == name}
    user = name if key is None else _behind(name, {(r.key or b"").decode() for r in records}, key)
    done = world.run("me", user)
    assert done.returncode == 0, done.stderr
    said, profile = done.stdout, profiles(world)[f"7:default:{name}"]
    assert f"{profile.events:,} calls" in said
    assert "Your usual active day: $" in said
    for alert in mine.values():
        assert str(alert["summary"]) in said
    others = {str(alert["user_id"]) for alert in told} - {name}
    assert others
    assert not [other for other in others if other in said]
    assert "not a verdict on you" in said
    assert "cheat" not in said.lower()


@pytest.mark.slow
def test_nobody_and_a_wrong_key(world: World) -> None:
    """Who was never seen is told so; without topics the way out is named."""
    nobody = world.run("me", "nobody")
    assert (nobody.returncode, "Nothing is remembered of you" in nobody.stdout) == (0, True), nobody.stderr
    assert "Flagged now: nothing" in nobody.stdout
    nowhere = world.run("me", "nobody", DETECTOR_TOPIC_PREFIX=world.prefix + "none-")
    assert (nowhere.returncode, "detector topics" in nowhere.stderr) == (2, True)


def _behind(name: str, users: set[str], key: str) -> str:
    from detector.event import pseudonym  # noqa: PLC0415 - needed for pseudonyms alone

    return next(user for user in users if pseudonym(key.encode(), "default", user) == name)
