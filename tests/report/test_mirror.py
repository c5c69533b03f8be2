"""The words of `detector me`: what fires comes with its reasons and its ways out, what is over is only listed."""

import json
from datetime import UTC, datetime
from pathlib import Path

from detector.__main__ import cli
from detector.alert import Alert, FileSource
from detector.event import Decoder, Rejection
from detector.mirror import Seen, told
from detector.pipeline import Pipeline
from detector.policy import Policy
from detector.profile import Profile, Silence
from detector.subscribe import News

EXAMPLE = json.loads((Path(__file__).parents[2] / "schemas/examples/valid/alert/firing.json").read_text("utf-8"))
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def alert(**fields: object) -> Alert:
    """The schema's example with other fields."""
    found = News.of(b"k", json.dumps(EXAMPLE | fields).encode()).alert
    assert found is not None
    return found


def lines(*alerts: Alert, profiles: tuple[Profile, ...] = ()) -> str:
    """All that is said."""
    return "\n".join(told(Seen(list(profiles), list(alerts)), Policy(), NOW))


def test_what_fires_comes_with_reasons_alternatives_and_ways_out() -> None:
    """Each label that is named is one that the command takes."""
    said = lines(alert(ends_at="2026-05-04T15:00:00Z"))
    own = (EXAMPLE["summary"], EXAMPLE["reasons"][0]["text"], *EXAMPLE["could_also_be"])
    clears = ("at 2026-05-04 15:00 UTC", "for 6 hours", "accepted or merged (of automation: read)")
    for wanted in (*own, "Flagged now: 1", *clears):
        assert wanted in said
    verdicts = cli.get_command(None, "label").params[1].type.choices
    named = {word.split()[3] for word in said.split("`") if word.startswith("detector label")}
    assert named == {"known_job", "deliberate", "false_alarm", "bug"} <= set(verdicts)


def test_what_is_over_is_only_listed() -> None:
    """Resolved, or its time gone by though no later record said so; the rest is counted."""
    over = [alert(alert_id=f"a{n}", status="resolved", ends_at="2026-05-04T10:00:00Z") for n in range(12)]
    said = lines(alert(ends_at="2026-05-04T11:59:59Z"), *over)
    assert "Flagged now: nothing" in said
    assert "Over: 13" in said
    assert "and 3 before that" in said
    assert "detector label" not in said


def test_the_profile_is_told_as_it_is() -> None:
    """Own figures; a newcomer's usual day is said to be mostly other people's; silences with their end."""
    pipeline, profile = Pipeline(Policy()), Profile.new("7:default:ann")
    for number in range(30):
        event = Decoder().decode(
            json.dumps({"kind": "invocation", "invocation_id": f"i{number}", "user_id": "ann", "cost_usd": 0.25,
                        "occurred_at": f"2026-05-04T09:{number:02}:00Z", "output_tokens": 100}).encode()
        )  # fmt: skip
        assert not isinstance(event, Rejection)
        pipeline.step(profile, event, FileSource("f", number + 1))
    profile.silences.append(Silence("k", "known_job", NOW.timestamp() + 86_400))
    profile.silences.append(Silence("k", "bug", NOW.timestamp() - 1))
    said = lines(profiles=(profile,))
    assert "30 calls from 2026-05-04 to 2026-05-04" in said
    assert "$7.50 in 30 calls" in said
    assert "mostly other people's" in said
    assert "(known_job) until 2026-05-05" in said
    assert "(bug)" not in said
