"""Honest people use the platform as published populations do. Every range says where it comes from."""

import math
from collections import Counter, defaultdict
from functools import cache
from statistics import fmean, median, quantiles

import pytest

from tests.simulate.played import calls, cost, fates, played, users


@cache
def world():
    """A honest company's calls, each with its user's truth line."""
    company, _, events = played("honest", people=150)
    people = users(company)
    return people, calls(events), fates(events)


@cache
def days():
    """Dollars by user and local day, of the days on which the person did something themselves."""
    people, events, _ = world()
    dollars, active = defaultdict(float), set()
    for event in events:
        day = event.user_id, int((event.at + people[event.user_id]["utc_offset_hours"] * 3600) // 86_400)
        dollars[day] += cost(event)
        if event.trigger not in {"heartbeat", "scheduled"}:
            active.add(day)
    return {day: usd for day, usd in dollars.items() if day in active}


def test_mean_and_tail_of_an_active_day():
    """About 13 dollars on an active day, under 30 for about 90 % (an enterprise's published figures)."""
    usd = list(days().values())
    assert 9.0 < fmean(usd) < 17.0
    assert 20.0 < quantiles(usd, n=10)[8] < 42.0


def test_gini_between_people():
    """0.72-0.77 is published of products with a longer history; a lognormal of sigma 1.4 gives 0.68."""
    people, _, _ = world()
    spend = sorted(line["cost_usd"] for line in people.values())
    count = len(spend)
    gini = sum((2 * rank - count + 1) * usd for rank, usd in enumerate(spend)) / (count * sum(spend))
    assert 0.6 < gini < 0.8


def test_a_person_differs_from_day_to_day():
    """The within-person sigma of a day's log cost is about 0.8 (assumed; sessions are cut at the day's amount)."""
    by_user = defaultdict(list)
    for (user, _), usd in days().items():
        by_user[user].append(math.log(usd))
    sigmas = [median(abs(x - median(found)) for x in found) * 1.4826 for found in by_user.values() if len(found) > 6]
    assert 0.5 < median(sigmas) < 1.1


def test_weekly_active():
    """71-90 % of people are active in a week (published medians and P90 of companies)."""
    people, events, _ = world()
    active = {
        (event.user_id, int((event.at - 1_777_852_800) // 604_800)) for event in events if event.trigger != "heartbeat"
    }
    assert 0.71 < len(active) / (2 * len(people)) < 0.93


def test_cache_reads_and_proportions():
    """Cache reads are 90-96 % of raw tokens; fresh and written input to output about 13 to 1."""
    _, events, _ = world()
    fresh, out, read, write = (
        sum(getattr(event, f"{kind}_tokens") for event in events)
        for kind in ("input", "output", "cache_read", "cache_write")
    )
    assert 0.88 < read / (fresh + out + read + write) < 0.97
    assert 10.0 < (fresh + write) / out < 17.0


def test_prompts_repeat_honestly():
    """A person's prompts repeat in 10-25 % of calls (16.6 % counted in real traffic), automation left out."""
    _, events, _ = world()
    seen, again, total = defaultdict(set), 0, 0
    for event in sorted(events, key=lambda event: event.at):
        if event.agent != "mesh-desk":
            total += 1
            again += event.prompt_hash in seen[event.user_id]
            seen[event.user_id].add(event.prompt_hash)
    assert 0.10 < again / total < 0.25


def test_sessions_spread_thirtyfold():
    """Sessions differ thirtyfold and more in cost; chats are short, agentic ones reach hundreds of calls."""
    _, events, _ = world()
    usd, size = defaultdict(float), Counter()
    for event in events:
        usd[event.session_id] += cost(event)
        size[event.session_id] += 1
    cuts = quantiles(usd.values(), n=20)
    assert cuts[18] / cuts[0] > 30
    assert median(size.values()) < 10
    assert max(size.values()) > 145


def test_weekends_and_lunch_are_quiet():
    """Less on a weekend day than on a third of a weekday; less at lunch than before and after; little at night."""
    people, events, _ = world()
    weekday, hour = Counter(), Counter()
    for event in events:
        if event.agent != "mesh-desk":
            local = event.at + people[event.user_id]["utc_offset_hours"] * 3600
            weekday[int(local // 86_400 + 3) % 7] += 1
            hour[int(local // 3_600) % 24] += 1
    assert max(weekday[5], weekday[6]) < min(weekday[day] for day in range(5)) / 3
    assert hour[12] < min(hour[11], hour[14])
    assert sum(hour[h] for h in range(6)) < sum(hour.values()) / 25


def test_outcome_coverage():
    """About two thirds of the sessions get some outcome, late: minutes to days."""
    _, events, outcomes = world()
    session_of = {event.invocation_id: event.session_id for event in events}
    known = {fate.session_id or session_of.get(fate.invocation_id) for fate in outcomes}
    sessions = {event.session_id for event in events}
    assert 0.55 < len(known & sessions) / len(sessions) < 0.8
    merged = [fate.at - max(call.at for call in events if call.session_id == fate.session_id)
              for fate in outcomes[-400:] if fate.outcome == "merged" and fate.session_id in sessions]  # fmt: skip
    assert median(merged) > 3_600


@pytest.mark.parametrize("field", ["role", "time_zone", "part_time"])
def test_people_are_of_all_kinds(field):
    """Roles, places and part-time vary, so that fairness can be measured."""
    people, _, _ = world()
    found = Counter(line[field] for line in people.values())
    assert len(found) >= (2 if field == "part_time" else 6)
    assert all(count < 0.95 * len(people) for count in found.values())
