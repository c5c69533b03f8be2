"""What typologies of gaming by hand share: sessions that show a habit, against the rest of a person's work."""

from collections.abc import Callable
from math import exp, log
from typing import Final

from detector import prior
from detector.evidence import Evidence, Finding, beta_binomial, ramp
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile
from detector.work import HABITS, Habit, Yield

HABIT_STRENGTH: Final = 8.0
"""Sessions' worth of belief that honest work shows its usual good ends whatever the habit."""
HABIT_DISCOUNT: Final = 0.9
"""Honest sessions that show a habit end well a little less often than the rest: what is asked again was bad before."""
HABIT_USELESS: Final = (1.0, 5.0)
"""Beta prior of the share of good ends where the habit is gaming: some honest sessions show it too."""
REST_WEIGHT: Final = 6.0
REST_RANGE: Final = (0.4, 0.8)
"""The rest of a person's sessions is drawn towards the prior by six of them, and kept within what anybody's is."""
MIN_ENDS: Final = 4
"""Useless sessions before a habit says anything."""
COVERED: Final = 0.5
"""Share of a habit's sessions whose end is known, below which nothing is said: unknown is never failure. A developer on
record closed six of fifteen contributions to other people's projects; nobody reported on the rest."""

Oddity = Callable[[Habit], Finding]


def habitual(
    profile: Profile, features: Features, policy: Policy, name: str, typology: str, oddity: Oddity
) -> Evidence | None:
    """Evidence of a habit that the present session shows, of which next to nothing good comes."""
    session, habit = features.session, profile.habits.get(name)
    if session is None or habit is None or not session.habits >> HABITS.index(name) & 1:
        return None
    if habit.fruit.useless < MIN_ENDS or habit.fruit.answered < COVERED * habit.fruit.sessions or not features.due:
        return None
    odds = habit_odds(habit.fruit, profile.fruit)
    if odds <= policy.habit_low:
        return None
    return Evidence(
        typology,
        f"h:{name}",
        habit,
        (oddity(habit), _yield(habit.fruit, profile.fruit, odds, policy)),
        ("exploration that is thrown away on purpose", "outcomes that are not reported"),
    )


def habit_odds(fruit: Yield, whole: Yield) -> float:
    """Log odds of the ends of a habit's sessions: useless against as good as the rest of the person's work."""
    good, bad = fruit.useful, fruit.useless
    usual = HABIT_DISCOUNT * rest_good(fruit, whole)
    honest = (HABIT_STRENGTH * usual, HABIT_STRENGTH * (1.0 - usual))
    return beta_binomial(good, bad, *HABIT_USELESS) - beta_binomial(good, bad, *honest)


def rest_good(fruit: Yield, whole: Yield) -> float:
    """Share of good ends among the person's sessions that do not show the habit."""
    good = max(0, whole.useful - fruit.useful)
    bad = max(0, whole.useless - fruit.useless)
    rest = (good + REST_WEIGHT * prior.GOOD_SHARE) / (good + bad + REST_WEIGHT)
    return min(REST_RANGE[1], max(REST_RANGE[0], rest))


def _yield(fruit: Yield, whole: Yield, odds: float, policy: Policy) -> Finding:
    usual = rest_good(fruit, whole)
    return Finding(
        "yield", "useless_sessions", ramp(odds, policy.habit_low, policy.habit_high), round(exp(min(odds, 12.0)), 1),
        "odds", usual, prior.GOOD_SHARE,
        f"{fruit.useless:,} of these sessions ended with bad outcomes only, {fruit.useful:,} with a good one; "
        f"{usual:.0%} of this person's other answered sessions end well.",
    )  # fmt: skip


def asked_again(habit: Habit) -> Finding:
    """How often typed prompts asked again what was answered."""
    return Finding(
        "repetition", "asked_again", ramp(log(1 + habit.again), log(5.0), log(15.0)), habit.again, "prompts", None,
        None, f"{habit.again:,} typed prompts asked again what had been answered.",
    )  # fmt: skip


def structure(feature: str, text: str) -> Oddity:
    """A finding that counts the sessions of a habit: two are chance, eight are a way to work."""

    def found(habit: Habit) -> Finding:
        sessions = habit.fruit.sessions
        return Finding(
            "structure", feature, ramp(log(max(1, sessions)), log(2.0), log(8.0)), sessions, "sessions", None, None,
            f"{sessions:,} sessions {text}.",
        )  # fmt: skip

    return found
