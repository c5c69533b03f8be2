"""Clocks that were wrong: a single wrong time must not make a person's future late, nor blind the judgement."""

from tests.streams import DAY, HOUR, MONDAY, call, lines, outcome, play

AHEAD = 30 * 365 * DAY


def days(first, last, **fields):
    for day in range(first, last):
        yield from (call(MONDAY + day * DAY + n * HOUR, f"{day}-{n}", **fields) for n in range(3))


def test_one_wrong_future():
    """After one record from the year 2056, five are late; then the clock is believed again."""
    played = play(lines([*days(0, 6), call(MONDAY + AHEAD, "x"), *days(6, 12)]))
    assert played.counts == {"judged": 18 + 1 + 13, "late": 5}


def test_spend_is_seen_after_a_wrong_future():
    """A day of far more is a spike, though a record came from the future a week before."""
    story = [*days(0, 7, cost_usd=1.0), call(MONDAY + AHEAD, "x"), *days(7, 14, cost_usd=1.0)]
    story += [call(MONDAY + 14 * DAY + n, f"s{n}", cost_usd=300.0) for n in range(4)]
    assert {alert.typology for alert in play(lines(story)).told} == {"spend_spike"}


def test_old_buffer():
    """A client that empties a buffer of weeks ago: the first few are late, none is lost from the counts."""
    story = [*days(30, 40), *days(0, 2), *days(40, 42)]
    played = play(lines(story))
    assert played.counts.total() == len(story)
    assert played.counts["late"] == 5


def test_a_wrong_future_holds_no_alert_open():
    """What a wrong clock said does not hold alerts open for years: a day later all have ended, after they began."""
    calls = [call(MONDAY + n * 40, n, prompt_hash="p", template_hash="t", session_id=f"s{n // 12}",
                  trigger="agent", output_tokens=400, cost_usd=0.2) for n in range(120)]  # fmt: skip
    ends = [outcome(MONDAY + n * 480 + 470, n, session_id=f"s{n}") for n in range(10)]
    story = sorted([*calls, *ends], key=lambda record: record["occurred_at"])
    later = [call(MONDAY + 8 * HOUR + n * 8 * HOUR, f"later{n}") for n in range(20)]
    told = play(lines([*story, call(MONDAY + AHEAD, "x"), *later])).told
    last = {alert.alert_id: alert for alert in told}
    before = [alert.status for alert in last.values() if alert.starts_at < "2027"]
    assert before == ["resolved"] * len(before) != []
    assert all(alert.starts_at <= alert.ends_at for alert in told)
