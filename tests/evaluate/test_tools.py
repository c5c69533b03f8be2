"""Today's tools and the ablation: they score what they say they score."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

from detector.evaluate.ablation import rules_only
from detector.evaluate.baselines import DailyCap, DailyZ, Velocity, top_rank
from detector.evaluate.plot import Chart, svg
from detector.event import Invocation
from detector.models import Level, Share

USER = ("default", "u")
MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


def call(after: timedelta, tokens: int = 0) -> Invocation:
    return Invocation(occurred_at=MONDAY + after, user_id="u", invocation_id=str(after), input_tokens=tokens)


def test_the_cap_counts_a_utc_day() -> None:
    """Dollars add up within a day and begin anew on the next."""
    cap = DailyCap()
    assert [cap(USER, call(timedelta(hours=h)), 2.0) for h in (0, 1, 24)] == [2.0, 4.0, 2.0]


def test_the_z_score_waits_for_days() -> None:
    """No score before the fourth day; then a day of a hundred times the usual is far out."""
    z = DailyZ()
    quiet = [z(USER, call(timedelta(days=d)), 1.0 + d / 10) for d in range(3)]
    assert quiet == [0.0, 0.0, 0.0]
    assert z(USER, call(timedelta(days=3)), 100.0) > 10


def test_velocity_forgets_after_two_minutes() -> None:
    """Tokens of the last 120 seconds."""
    velocity = Velocity()
    assert [velocity(USER, call(timedelta(seconds=s), 100), 0.0) for s in (0, 60, 130, 400)] == [100, 200, 200, 100]


def test_ranks_are_of_one_day() -> None:
    """The top of each day has 1, whatever other days hold."""
    days = [(("t", "a"), 1, 5.0), (("t", "b"), 1, 9.0), (("t", "a"), 2, 1.0)]
    assert top_rank(days) == [(("t", "a"), 1, 0.5), (("t", "b"), 1, 1.0), (("t", "a"), 2, 1.0)]


def test_rules_only_gives_river_back() -> None:
    """Inside, models learn by plain means of the last so many values; outside, by River's again."""

    def learned() -> tuple[float, float, float]:
        level, share = Level(2), Share(2)
        for x in (1.0, 1.0, 0.0, 4.0):
            level.update(x)
            share.update(min(x, 1.0))
        return level.mean, level.square, share.value

    before = learned()
    with rules_only():
        assert learned() == (2.0, 6.625, 0.5)
    assert learned() == before != (2.0, 6.625, 0.5)


def test_a_chart_is_well_formed() -> None:
    """One polyline a curve, in an SVG that parses."""
    chart = Chart("c", "Title", "x", 1.0, {"a": [(0.0, 0.0), (1.0, 1.0)], "b": [(0.0, 0.5)]})
    picture = ET.fromstring(svg(chart))  # noqa: S314 -- it was made one line above
    assert len(picture.findall("{http://www.w3.org/2000/svg}polyline")) == 2
