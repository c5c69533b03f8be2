"""The bridge on real Kafka with a real Alertmanager and a receiver that checks: refreshed, ended, nothing lost."""

import json
import subprocess
import time
from collections.abc import Callable

import pytest

from detector.notify.webhook import verified
from tests.deploy.tools import program
from tests.edge.world import World, until
from tests.notify.conftest import KEY, Alertmanager, Bridge, Hook, at, fresh, settle
from tests.subscribe.conftest import record_of

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
Start = Callable[..., Bridge]


def test_alertmanager_is_told_of_the_whole_life(world: World, bridge: Start, alertmanager: Alertmanager) -> None:
    """It fires with labels and annotations; grows graver under one alert at a time; ends; amtool sees the same."""
    one = bridge(DETECTOR_ALERTMANAGER_URL=alertmanager.url, DETECTOR_PAGE_URL="https://page.example")
    world.produce([fresh(world, "a"), fresh(world, "a"), record_of("old", world.topics.alerts, ends_at=at(days=-9))])
    until(lambda: "a/warning" in alertmanager.alerts(), "the alert in Alertmanager")
    told = alertmanager.alerts()["a/warning"]
    assert told["labels"] == {
        "alertname": "WorkloadUnproductiveLoop", "alert_id": "a", "category": "tokenmaxxing",
        "typology": "unproductive_loop", "severity": "warning", "tenant": "default", "team": "payments",
    }  # fmt: skip
    assert told["annotations"]["at_stake"] == "$38.20, 4,200,000 tokens, 212 calls"
    assert told["generatorURL"] == told["annotations"]["page_url"] == "https://page.example"
    assert told["receivers"] == [{"name": "team-leads"}]
    said = subprocess.run(
        [program("amtool"), f"--alertmanager.url={alertmanager.url}", "alert", "query", "alert_id=a", "-o", "json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [found["labels"] for found in json.loads(said.stdout)] == [told["labels"]]

    world.produce([fresh(world, "a", revision=2, severity="critical")])
    until(lambda: set(alertmanager.alerts()) == {"a/critical"}, "the graver alert alone")
    assert alertmanager.alerts()["a/critical"]["receivers"] == [{"name": "spend-pager"}]
    world.produce([fresh(world, "a", revision=3, severity="critical", status="resolved", ends_at=at(minutes=-1))])
    until(lambda: not alertmanager.alerts(), "the end")
    until(lambda: "detector_notify_firing 0.0" in one.get("/metrics"), "nothing firing in the metrics")
    assert one.end() == 0


def test_an_alertmanager_that_was_down(world: World, bridge: Start, alertmanager: Alertmanager) -> None:
    """What fired before it crashed and what came while it was down are there afterwards; what ended is not."""
    one = bridge(DETECTOR_ALERTMANAGER_URL=alertmanager.url)
    world.produce([fresh(world, name) for name in ("a", "b")])
    until(lambda: set(alertmanager.alerts()) == {"a/warning", "b/warning"}, "both")
    alertmanager.stop()
    over = fresh(world, "b", revision=2, status="resolved", ends_at=at(minutes=-1))
    world.produce([fresh(world, "c"), over, *(fresh(world, f"m{n}") for n in range(20))])
    until(lambda: "alertmanager does not answer" in one.get("/readyz"), "the fault in readyz")
    settle(2)
    alertmanager.start()
    wanted = {"a/warning", "c/warning", *(f"m{n}/warning" for n in range(20))}
    until(lambda: set(alertmanager.alerts()) == wanted, "all that fires, and no more")
    until(lambda: json.loads(one.get("/readyz"))["ok"], "no fault any more")


@pytest.mark.faults
def test_a_bridge_that_was_killed(world: World, bridge: Start, alertmanager: Alertmanager) -> None:
    """Killed while Alertmanager is down as well: the next bridge tells what fired before and what nobody had taken."""
    one = bridge(DETECTOR_ALERTMANAGER_URL=alertmanager.url)
    world.produce([fresh(world, "a")])
    until(lambda: "a/warning" in alertmanager.alerts(), "the first")
    until(lambda: _committed(one) >= 1, "one taken")
    settle(1.5)  # its position is committed within a second
    alertmanager.stop()
    world.produce([fresh(world, "b")])
    until(lambda: "alertmanager does not answer" in one.get("/readyz"), "the fault")
    one.process.kill()
    alertmanager.start()
    bridge(DETECTOR_ALERTMANAGER_URL=alertmanager.url)
    until(lambda: set(alertmanager.alerts()) == {"a/warning", "b/warning"}, "both")


def test_alerts_stay_longer_than_alertmanager_remembers(
    world: World, bridge: Start, alertmanager: Alertmanager
) -> None:
    """One without an end of its own is refreshed before `resolve_timeout`; without the bridge it would end."""
    bridge(DETECTOR_ALERTMANAGER_URL=alertmanager.url)
    world.produce([fresh(world, "a", ends_at=None)])
    until(lambda: "a/warning" in alertmanager.alerts(), "the alert")
    first = alertmanager.alerts()["a/warning"]["endsAt"]
    until(lambda: alertmanager.alerts()["a/warning"]["endsAt"] > first, "its end moved on")


def test_a_webhook_gets_all_signed_in_order(world: World, bridge: Start, hook: Hook) -> None:
    """Each revision once, the erased too, as published; a refused one is passed over, one not taken now is not."""
    failing = {"flaky": 3}

    def status(record: dict[str, object]) -> int:
        if record["alert_id"] == "bad":
            return 422
        if record["alert_id"] in failing and failing[record["alert_id"]]:
            failing[record["alert_id"]] -= 1
            return 503
        return 200

    hook.status = status
    one = bridge(DETECTOR_WEBHOOK_URL=hook.url, DETECTOR_WEBHOOK_KEY=KEY)
    alerts = [fresh(world, "a"), fresh(world, "a"), fresh(world, "a", revision=2)]
    gone = fresh(world, "a")._replace(value=None)
    world.produce([*alerts, gone, fresh(world, "bad"), fresh(world, "flaky"), fresh(world, "late")])
    wanted = {"a:1", "a:2", "a:erased", "flaky:1", "late:1"}
    until(lambda: wanted <= set(hook.taken()), "all of them")
    assert sorted(hook.taken()) == sorted(wanted)
    assert [key for key in hook.taken() if key.startswith("a:")] == ["a:1", "a:2", "a:erased"]
    for headers, body in hook.got:
        assert verified(KEY, headers, body, time.time())
        assert not verified(KEY, headers, body + b" ", time.time())
        assert not verified("another key, of tests", headers, body, time.time())
        assert not verified(KEY, headers, body, time.time() + 600)
    assert alerts[0].value in [body for _, body in hook.got]
    assert 'detector_notifications_total{result="refused",sink="webhook"} 1.0' in one.get("/metrics")
    assert 'detector_notify_failures_total{sink="webhook"} 3.0' in one.get("/metrics")
    assert one.end() == 0


def test_one_receiver_does_not_hold_up_the_other(world: World, bridge: Start, hook: Hook) -> None:
    """Alertmanager is away for good; the webhook gets everything."""
    bridge(DETECTOR_ALERTMANAGER_URL="http://127.0.0.1:1", DETECTOR_WEBHOOK_URL=hook.url, DETECTOR_WEBHOOK_KEY=KEY)
    world.produce([fresh(world, name) for name in "abc"])
    until(lambda: sorted(hook.taken()) == ["a:1", "b:1", "c:1"], "all of them")


def test_what_is_missing_is_said(world: World) -> None:
    """Nobody to tell, no key to sign with, no topic: status 2 and the variable's name."""
    nobody = world.run("notify", DETECTOR_WEB_PORT="0")
    assert (nobody.returncode, "DETECTOR_ALERTMANAGER_URL" in nobody.stderr) == (2, True)
    keyless = world.run("notify", DETECTOR_WEBHOOK_URL="http://127.0.0.1:1/")
    assert (keyless.returncode, "DETECTOR_WEBHOOK_KEY" in keyless.stderr) == (2, True)
    given = {"DETECTOR_ALERTMANAGER_URL": "http://127.0.0.1:1", "DETECTOR_WEB_PORT": "0"}
    topicless = world.run("notify", DETECTOR_TOPIC_PREFIX=world.prefix + "none-", **given)
    assert (topicless.returncode, "detector topics" in topicless.stderr) == (2, True), topicless.stderr
    lonely = world.run("notify", DETECTOR_KAFKA_BOOTSTRAP="127.0.0.1:1", **given)
    assert lonely.returncode == 3, lonely.stderr


def _committed(one: Bridge) -> float:
    lines = [line for line in one.get("/metrics").splitlines() if line.startswith("detector_notifications_total")]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


@pytest.mark.faults
def test_two_bridges_share_and_one_takes_over(world: World, bridge: Start, alertmanager: Alertmanager) -> None:
    """What one told and the other ended stays ended: nobody tells of a partition that went to somebody else."""
    given = {"DETECTOR_ALERTMANAGER_URL": alertmanager.url, "DETECTOR_PAGES_PER_DAY": "0"}
    first = bridge(**given)
    names = [f"a{n}" for n in range(24)]
    world.produce([fresh(world, name) for name in names])
    until(lambda: len(alertmanager.alerts()) == len(names), "all of them")
    second = bridge(**given)
    until(lambda: 0 < _firing(second) < len(names), "the second to have some of them")
    until(lambda: _firing(first) + _firing(second) == len(names), "the first to have let go of those")
    world.produce([fresh(world, name, revision=2, status="resolved", ends_at=at(minutes=-1)) for name in names])
    until(lambda: not alertmanager.alerts(), "all over")
    settle(2)  # several refreshes
    assert not alertmanager.alerts()
    second.process.kill()
    world.produce([fresh(world, name, revision=3) for name in names])
    until(lambda: len(alertmanager.alerts()) == len(names), "the first to tell all of them alone")


def _firing(one: Bridge) -> int:
    told = [line for line in one.get("/metrics").splitlines() if line.startswith("detector_notify_firing ")]
    return int(float(told[0].split()[1])) if told else 0
