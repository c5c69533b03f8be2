"""What Alertmanager is told: labels that stay, times that it takes, nobody named who need not be."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from detector.notify.budget import Budget
from detector.notify.firing import Firing
from detector.notify.form import Form, when
from detector.subscribe import News
from tests.deploy.tools import DEPLOY, read

EXAMPLES = Path(__file__).parents[2] / "schemas/examples/valid/alert"
NOW = datetime(2026, 5, 4, 9, 12, 32, tzinfo=UTC)
BASE = json.loads((EXAMPLES / "firing.json").read_text("utf-8")) | {"ends_at": "2026-05-04T15:00:00Z"}


def news(partition: int = 0, **fields: object) -> News:
    """The example with other fields."""
    return News.of(b"k", json.dumps(BASE | fields).encode(), partition)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_valid_alert_has_a_form(path: Path) -> None:
    """It ends after it starts, and no label or annotation is empty."""
    alert = News.of(b"k", path.read_bytes()).alert
    posted = Form("user").posted(alert, NOW)
    assert posted.ends_at is None or posted.ends_at >= posted.starts_at
    assert all([*posted.labels.values(), *posted.annotations.values()])
    told = json.loads(msgspec.json.encode(posted))
    assert told.keys() <= {"labels", "annotations", "startsAt", "endsAt", "generatorURL"}


@pytest.mark.parametrize(("names", "named"), [("nobody", set()), ("team", {"team"}), ("user", {"team", "user"})])
def test_names_only_whom_it_may(names: str, named: set[str]) -> None:
    """Nobody, the team, or the user too: in labels and in everything else."""
    posted = Form(names).posted(news().alert, NOW)
    assert posted.labels.keys() - {"alertname", "alert_id", "category", "typology", "severity", "tenant"} == named
    text = msgspec.json.encode(posted).decode()
    assert (BASE["user_id"] in text) is ("user" in named)
    assert (f'"{BASE["team_id"]}"' in text) is ("team" in named)


def test_the_configuration_asks_for_labels_that_are_told() -> None:
    """Each label that a route or an inhibition about workloads looks at is one that alerts have."""
    config = read(DEPLOY / "alertmanager/alertmanager.yml")
    told = Form("user").labels(news().alert).keys() | {"service", "job"}
    asked = {name for route in config["route"]["routes"] for name in route.get("group_by", [])}
    asked |= {name for rule in config["inhibit_rules"] for name in rule.get("equal", [])}
    assert asked <= told


def test_the_life_of_an_alert() -> None:
    """Told, graver under other labels with the old ones ended, ended, told again, and not told for what is past."""
    firing = Firing(Form(), Budget(0, {}))
    (first,) = firing.takes(news(), NOW)
    assert first.ends_at == when("2026-05-04T15:00:00Z")
    old, graver = firing.takes(news(revision=2, severity="critical"), NOW)
    assert (old.labels, old.ends_at) == (first.labels, NOW)
    assert graver.labels["severity"] == "critical"
    assert firing.again({0}, NOW) == [old, graver]
    (end,) = firing.takes(news(revision=3, severity="critical", status="resolved", ends_at="2026-05-04T09:00:00Z"), NOW)
    assert (end.labels, end.ends_at) == (graver.labels, when("2026-05-04T09:00:00Z"))
    assert firing.again({0}, NOW) == [old, end]
    (back,) = firing.takes(news(revision=4, severity="critical"), NOW)
    assert firing.again({0}, NOW) == [old, back], "the same labels never end and fire at once"
    assert firing.again({0}, NOW + timedelta(minutes=16)) == [back]
    assert firing.again({0}, NOW + timedelta(hours=7)) == []
    assert firing.takes(news(revision=5, ends_at="2026-05-04T09:12:31Z"), NOW) == []


def test_an_end_of_the_future_is_now() -> None:
    """A clock that runs ahead leaves nothing firing, and nothing that begins after its end."""
    ahead = news(status="resolved", starts_at="2027-01-01T00:00:00Z", ends_at="2027-01-01T01:00:00Z")
    (posted,) = Firing(Form(), Budget(0, {})).takes(ahead, NOW)
    assert posted.starts_at == posted.ends_at == NOW


def test_another_members_alerts_are_left_alone() -> None:
    """Once a partition is somebody else's, what came from it is not told from here any more."""
    firing = Firing(Form(), Budget(0, {}))
    firing.takes(news(partition=1), NOW)
    assert firing.again({0}, NOW) == []
    assert len(firing) == 0


def test_an_erased_alert_ends_without_a_word() -> None:
    """The end has no annotations."""
    firing = Firing(Form(), Budget(0, {}))
    firing.takes(news(), NOW)
    (end,) = firing.takes(News(BASE["alert_id"], None, None, 0), NOW)
    assert end.annotations == {}
    assert end.ends_at == NOW
