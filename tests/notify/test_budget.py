"""The day's pages: never more than the budget, the rest counted exactly, whatever was forgotten in between."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from detector.notify.budget import NOTE_CHARS, Budget, read
from detector.notify.firing import Firing
from detector.notify.folded import Day, Folder
from detector.notify.form import Form, Posted
from detector.subscribe import News
from tests.notify.test_form import BASE, NOW, news

PARTITIONS = 4
HELD = range(PARTITIONS)


class Bridge:
    """What a bridge does, without servers: `notes` is what Kafka keeps, `record` what the topic does."""

    def __init__(self, pages: int) -> None:
        self.pages, self.notes, self.topic = pages, dict.fromkeys(HELD, ""), dict[str, News]()
        self.alone: list[str] = []
        """Ids of alerts told one by one, each time that one was told."""
        self.paged: set[str] = set()
        """Of those below critical, whoever told them."""
        self.restart()

    def restart(self) -> None:
        """As after kill -9: the notes are there, and the last word on each alert, in another order."""
        self.firing = Firing(Form("user", "https://page.example"), Budget(self.pages, self.notes))
        for one in sorted(self.topic.values(), key=lambda one: one.key):
            if one.firing:
                self.takes(one)

    def takes(self, one: News) -> list[Posted]:
        """Handle one piece of news."""
        self.topic[one.alert_id] = one
        if (note := self.firing.asks(one, NOW)) is not None:
            self.notes[one.partition] = note
            self.firing.budget.kept(one.partition, note)
        posted = self.firing.takes(one, NOW)
        begun = [told.labels for told in posted if told.ends_at is None or told.ends_at > NOW]
        self.alone += [labels["alert_id"] for labels in begun]
        self.paged |= {labels["alert_id"] for labels in begun if labels["severity"] != "critical"}
        return posted

    def digests(self) -> list[Posted]:
        """What is told of digests now, those that end last."""
        return sorted(self.firing.digests(HELD, NOW), key=lambda one: (one.ends_at == NOW, one.labels["day"]))


def alert(number: int, **fields: object) -> News:
    """An alert in the partition that its number says."""
    return news(number % PARTITIONS, **{"alert_id": f"a{number}", "user_id": f"person{number}"} | fields)


def test_under_the_budget_everything_is_told_alone() -> None:
    """No digest, and no note more than one a place."""
    bridge = Bridge(3)
    for number in range(3):
        (told,) = bridge.takes(alert(number))
        assert told.labels["alert_id"] == f"a{number}"
    assert bridge.digests() == []
    assert len(bridge.firing) == 3


def test_no_budget_keeps_no_note() -> None:
    """With 0 a thousand are told, and nothing is kept."""
    bridge = Bridge(0)
    for number in range(1_000):
        bridge.takes(alert(number))
    assert (len(bridge.alone), set(bridge.notes.values()), bridge.digests()) == (1_000, {""}, [])


def test_what_is_over_the_budget_is_one_digest() -> None:
    """Counts by typology, category and severity, dollars, people; no name and no team."""
    bridge, stake = Bridge(2), BASE["at_stake"]
    kinds = [
        ("spend_spike", "spike", "info"),
        ("unproductive_loop", "tokenmaxxing", "warning"),
        ("fan_out", "waste", "info"),
    ]
    for number in range(8):
        typology, category, severity = kinds[number % 3]
        cost = stake | {"cost_usd": 0.1, "tokens": 1_000, "invocations": 2}
        fields = {"typology": typology, "category": category, "severity": severity, "at_stake": cost}
        bridge.takes(alert(number, **fields, user_id=f"person{number // 2}", runbook_url="https://run.example/b#x"))
    (told,) = bridge.digests()
    day = BASE["starts_at"][:10]
    assert told.labels == {"alertname": "TokenmaxxingDigest", "tenant": "default", "day": day, "severity": "warning"}
    assert told.annotations == {
        "summary": f"6 alerts of {day} about 3 people go on beyond the 2 told one by one.",
        "count": "6", "people": "3", "severities": "info 4, warning 2",
        "categories": "spike 2, tokenmaxxing 2, waste 2",
        "typologies": "fan_out 2, spend_spike 2, unproductive_loop 2", "at_stake": "$0.60, 6,000 tokens, 12 calls",
        "all_of_them": "detector alerts", "runbook_url": "https://run.example/b#tokenmaxxingdigest",
        "page_url": "https://page.example",
    }  # fmt: skip
    assert bridge.digests() == [], "told again only when it says something else"
    assert told in bridge.firing.again(HELD, NOW)


def test_each_tenant_and_day_has_its_own() -> None:
    """A tenant's storm takes nobody else's pages, a day's none of the next; the day is that of the first revision."""
    bridge = Bridge(1)
    for number in range(3):
        bridge.takes(alert(number))
        bridge.takes(alert(10 + number, tenant_id="other"))
        bridge.takes(alert(20 + number, starts_at="2026-05-03T23:59:59Z", raised_at="2026-05-04T09:00:00Z"))
    assert bridge.alone == ["a0", "a10", "a20"]
    found = {(one.labels["tenant"], one.labels["day"]): one.annotations["count"] for one in bridge.digests()}
    assert found == {("default", "2026-05-03"): "2", ("default", "2026-05-04"): "2", ("other", "2026-05-04"): "2"}


def test_critical_ones_pass_and_leave_the_digest() -> None:
    """A critical one takes no place; a folded one that rises is told alone; one that was told alone stays so."""
    bridge = Bridge(1)
    bridge.takes(alert(0, severity="critical"))
    for number in (1, 2, 3):
        bridge.takes(alert(number))
    assert bridge.alone == ["a0", "a1"]
    assert bridge.digests()[0].annotations["count"] == "2"
    (risen,) = bridge.takes(alert(2, revision=2, severity="critical"))
    assert (risen.labels["alert_id"], risen.labels["severity"]) == ("a2", "critical")
    assert bridge.digests()[0].annotations["count"] == "1"
    bridge.takes(alert(1, revision=2))
    assert bridge.alone == ["a0", "a1", "a2", "a1"]


def test_a_digest_grows_graver_and_ends() -> None:
    """The gravest severity is a label: the milder digest ends with it. The last alert's end is the digest's."""
    bridge = Bridge(1)
    bridge.takes(alert(0))
    bridge.takes(alert(1, severity="info"))
    (mild,) = bridge.digests()
    assert mild.labels["severity"] == "info"
    bridge.takes(alert(2))
    grave, over = bridge.digests()
    assert (grave.labels["severity"], over.labels, over.ends_at) == ("warning", mild.labels, NOW)
    for number in (1, 2):
        assert bridge.takes(alert(number, revision=2, status="resolved")) == [], "nobody was told that it began"
    (end,) = bridge.digests()
    assert (end.labels, end.ends_at) == (grave.labels, NOW)
    assert end in bridge.firing.again(HELD, NOW)
    assert bridge.alone == ["a0"], "an end gives no place back: the page was sent"
    bridge.takes(alert(3))
    assert bridge.alone == ["a0"]


def test_what_ends_by_its_own_time_or_is_erased_leaves_the_digest() -> None:
    """The end that an alert carries counts, and so does its tombstone."""
    bridge = Bridge(1)
    for number in range(4):
        bridge.takes(alert(number, ends_at=f"2026-05-04T1{number}:00:00Z"))
    assert bridge.digests()[0].annotations["count"] == "3"
    bridge.takes(News("a3", None, None, 3))
    assert bridge.digests()[0].annotations["count"] == "2"
    (one,) = bridge.firing.digests(HELD, NOW + timedelta(hours=2))
    assert one.annotations["count"] == "1", "the one that goes on until twelve"


@pytest.mark.parametrize("seed", range(5))
def test_killed_anywhere_it_counts_the_same(seed: int) -> None:
    """Any news in any order with restarts between: the digest is what a plain count of the topic says, and no alert
    more than the budget was ever told alone.
    """
    chance, bridge, pages = random.Random(seed), Bridge(7), 7  # noqa: S311 - a seed, no secret
    revisions: Counter[int] = Counter()
    for _ in range(400):
        if chance.random() < 0.03:
            bridge.restart()
        number = chance.randrange(60)
        revisions[number] += 1
        severity = chance.choices(["info", "warning", "critical"], [5, 5, 1])[0]
        status = chance.choices(["firing", "resolved"], [4, 1])[0]
        bridge.takes(alert(number, revision=revisions[number], severity=severity, status=status))
    bridge.restart()
    goes_on = [one.alert for one in bridge.topic.values() if one.firing and one.alert is not None]
    folded = [one for one in goes_on if one.severity != "critical" and one.alert_id not in bridge.paged]
    (digest,) = bridge.digests()
    assert digest.annotations["count"] == str(len(folded))
    by = Counter(one.severity for one in folded)
    assert digest.annotations["severities"] == ", ".join(
        f"{name} {n}" for name, n in sorted(by.items(), key=lambda one: (-one[1], one[0]))
    )
    assert len(bridge.paged) <= pages


def test_a_note_stays_small() -> None:
    """Weeks of full days: never longer than a broker keeps, and the days that go are the oldest."""
    budget, text = Budget(50, {}), None
    days_long = 40
    first = datetime(2026, 5, 4, 8, tzinfo=UTC)
    for day in range(days_long):
        for number in range(50):
            starts = (first + timedelta(days=day)).isoformat()
            told = alert(number, alert_id=f"{day}-{number}", starts_at=starts).alert
            text = budget.asks(told, 0)
            assert text is not None
            assert len(text) <= NOTE_CHARS
            budget.kept(0, text)
    days = [place.day for place in read(text or "")]
    assert days == sorted(days)
    assert len(days) >= 3
    assert days[-1] == first.date().toordinal() + days_long - 1


def test_a_full_note_folds() -> None:
    """Too many tenants for a day's notes: what has no place is in the digest, not lost."""
    budget = Budget(50, {})
    told = 0
    for number in range(2_000):
        if (text := budget.asks(alert(number, tenant_id=f"t{number % 100}").alert, 0)) is not None:
            budget.kept(0, text)
            told += 1
    assert 150 < told < 2_000


def test_a_note_of_somebody_else_is_no_note() -> None:
    """Whatever lies there, it is an empty beginning."""
    assert [read(text) for text in ("", "hello", "\x00", "ä", "0" * 4_096)] == [[]] * 5


def test_memory_is_bounded() -> None:
    """Beyond what is counted at once the first are let go, and the digest's day says so."""
    folder = Folder(most=10)
    for number in range(25):
        folder.takes(alert(number).alert, 0)
    assert len(folder) == 10
    (day,) = folder.short
    assert [one.user for one in folder.days()[day]] == [f"person{number}" for number in range(15, 25)]
    assert isinstance(day, Day)


def test_another_members_digest_is_left_alone() -> None:
    """Partitions gone: nothing is told of their digest, not even an end. What is recalled is what there is."""
    bridge = Bridge(1)
    for number in range(3):
        bridge.takes(alert(number))
    assert bridge.digests()
    assert bridge.firing.again((), NOW) == []
    bridge.firing.handed(Budget(1, bridge.notes))
    bridge.takes(alert(2))
    (told,) = bridge.digests()
    assert told.annotations["count"] == "1"
