"""What alerts promise beyond their laws: how many, about what, and what a label does."""

import itertools
from collections import Counter
from datetime import datetime

import msgspec

from detector.limits import MAX_ALERTS, MAX_FIRING
from detector.names import kept_id, kept_name
from tests.streams import DAY, EAGER, MONDAY, call, in_order, label, lines, outcome, play


def loop(name, start, calls=40):
    """An agent that goes round on a project of its own, on three days."""
    for n in range(calls):
        at = start + n * 10 + 3 * n // calls * DAY
        yield call(
            at, f"{name}-{n}", session_id=f"{name}-{n // 10}", agent=name, project=name,
            trigger="scheduled", prompt_hash=name, template_hash=name, target_hash=name,
            output_tokens=300, cost_usd=1.0,
        )  # fmt: skip
        if n % 10 == 9:
            yield outcome(at + 1, f"{name}-{n}", session_id=f"{name}-{n // 10}")


def test_never_more_than_some_open():
    """However many workloads go wrong at once, a person has at most so many open alerts, and they are remembered."""
    records = [record for n in range(12) for record in loop(f"a{n}", MONDAY + n)]
    records += [record for day in range(1, 9) for record in loop(f"b{day}", MONDAY + day * DAY)]
    status: dict[str, str] = {}
    most = 0

    def seen(step, _):
        nonlocal most
        for alert in step.alerts:
            status[alert.alert_id] = alert.status
        most = max(most, Counter(status.values())["firing"])

    played = play(in_order(records), seen=seen)
    assert 0 < most <= MAX_FIRING
    assert all(len(profile.alerts) <= MAX_ALERTS for profile in played.profiles.values())


def test_a_label_silences_its_workload_for_its_time():
    """After a label the workload is not told of again until the label ends; after it, it is."""
    first, again, late = (list(loop("a", MONDAY + day * DAY)) for day in (0, 3, 20))
    for records, day in ((again, 3), (late, 20)):
        for record in records:
            for field in ("invocation_id", "outcome_id"):
                if field in record:
                    record[field] += f"-{day}"
    raised = play(in_order(first)).told[0]
    said = label(MONDAY + 2 * DAY + 3600, 1, raised.alert_id, verdict="known_job", expires_at="2026-05-10T00:00:00Z")
    unsaid = play(in_order([*first, *again, *late])).told
    told = play(in_order([*first, said, *again, *late])).told
    assert [a for a in unsaid if "2026-05-07" <= a.raised_at < "2026-05-10" and a.status == "firing"]
    assert not [a for a in told if "2026-05-07" <= a.raised_at < "2026-05-10" and a.status == "firing"]
    assert [a for a in told if a.raised_at > "2026-05-20"]


def test_confirmed_silences_nothing():
    """A label that says yes, that is it, keeps the alert going."""
    story = list(loop("a", MONDAY, 240))
    raised = play(in_order(story)).told[0]
    said = label(datetime.fromisoformat(raised.raised_at).timestamp() + 1, 1, raised.alert_id, verdict="confirmed")
    assert len(play(in_order([*story, said])).told) == len(play(in_order(story)).told) > 2


def test_off_is_off():
    """A typology that is switched off leads no alert."""
    story = in_order(loop("a", MONDAY))
    told = {alert.typology for alert in play(story).told}
    assert told
    for typology in told:
        off = msgspec.structs.replace(EAGER, off=frozenset({typology}))
        assert typology not in {alert.typology for alert in play(story, off).told}


def test_long_names_are_cut_and_long_ids_left_out():
    """What is remembered of texts is bounded in bytes; half an id would lead to the wrong thing."""
    assert kept_name("☂" * 400) == "☂" * 20 + "…"
    assert kept_id("☂" * 400) is None
    assert kept_name("a" * 64) == kept_id("a" * 64) == "a" * 64
    assert kept_name(None) is kept_id(None) is None
    assert len((kept_name("é" * 33) or "").encode()) <= 64


def test_a_spike_is_told_again_when_the_day_has_doubled():
    """Its stake is the day's burn: weeks of work on the same project before it do not make each call news."""
    days = [call(MONDAY + day * DAY, day, agent="coder", project="shop", cost_usd=20.0) for day in range(20)]
    rush = [call(MONDAY + 20 * DAY + 60 * n, f"r{n}", agent="coder", project="shop", cost_usd=5.0) for n in range(160)]
    costs = [alert.at_stake.cost_usd for alert in play(lines([*days, *rush])).told if alert.severity == "critical"]
    assert len(costs) == 4
    assert all(later >= 2 * earlier for earlier, later in itertools.pairwise(costs))
