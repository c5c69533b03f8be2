"""What typologies of gaming by hand share: sessions that show a habit, against the rest of a person's work."""

from collections.abc import Callable
from math import exp, log
from typing import Final

from detector import prior
from detector.evidence import Evidence, Finding, beta_binomial, ramp
from detector.evidence.fruit import sour
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
LOOKED_STRENGTH: Final = 10.0
"""Sessions' worth of belief that of useless ones `prior.USELESS_READ` are only read."""
HONEST_LOOKED: Final = (1.0, 1.0)
"""Beta prior of the same share of honest sessions that show a habit: anything. Who takes completions in an editor asks
a chat as well, with the whole file and the dearest model, and reads the answer; measured by what comes of completions,
such sessions looked useless."""
REST_WEIGHT: Final = 6.0
REST_RANGE: Final = (0.4, 0.8)
"""The rest of a person's sessions is drawn towards the prior by six of them, and kept within what anybody's is."""
MIN_ENDS: Final = 4
"""Useless sessions before a habit says anything."""
COMMON_ENDS: Final = 6
"""The same of habits that everybody shows now and then: four in a row are bad luck once in a few hundred people."""
MANY_ENDS: Final = 12
"""The same where the ends of most of them are unknown: so many do not come of a bias in what is reported."""
COVERED: Final = 0.5
"""Share of a habit's sessions whose end is known, below which nothing is said: unknown is never failure. A developer on
record closed six of fifteen contributions to other people's projects; nobody reported on the rest."""

COMMON: Final = frozenset({"again", "dear", "tail", "swarm"})
"""Habits that everybody shows now and then, so that runs of bad luck fall on them more often."""

AGAIN_OFTEN: Final = (0.2, 0.4)
"""Share of the latest sessions that ask again: honest people ask a second time where the first answer was bad, which is
why such sessions end badly, in 8 to 20 % of theirs; who games by it in 18 to 100 %."""
OFTEN: Final = (0.1, 0.3)
"""The same of other habits: 3 to 26 % of honest people's sessions, 8 to 90 % of those of who games by it."""

Oddity = Callable[[Profile, Habit], Finding]


def habitual(
    profile: Profile, features: Features, policy: Policy, name: str, typology: str, oddity: Oddity
) -> Evidence | None:
    """Evidence of a habit that the present session shows, of which next to nothing good comes."""
    if not features.habits or not features.due:  # most calls: asked first, it is asked six times each
        return None
    habit = present(profile, features, name)
    came = came_of(name, profile, policy) if habit is not None else None
    if habit is None or came is None:
        return None
    return Evidence(
        typology,
        f"h:{name}",
        habit,
        (oddity(profile, habit), came),
        ("exploration that is thrown away on purpose", "outcomes that are not reported"),
    )


def present(profile: Profile, features: Features, name: str) -> Habit | None:
    """The habit, where the present session shows it."""
    return profile.habits.get(name) if features.habits >> HABITS.index(name) & 1 else None


def came_of(name: str, profile: Profile, policy: Policy) -> Finding | None:
    """How little came of the sessions that show a habit, of all of them or of the latest; None where some did."""
    if (habit := profile.habits.get(name)) is None:
        return None
    fruit = habit.fruit
    least = COMMON_ENDS if name in COMMON else MIN_ENDS
    if fruit.useless < (least if fruit.answered >= COVERED * fruit.sessions else MANY_ENDS):
        return None
    came = max(useless_sessions(fruit, profile, policy), _run(name, fruit, profile, policy), key=lambda f: f.score)
    return came if came.score > 0.0 else None


def habit_odds(fruit: Yield, profile: Profile) -> float:
    """Log odds of the ends of a habit's sessions: useless against as good as the rest of the person's work."""
    good, bad = fruit.useful, fruit.useless
    usual = HABIT_DISCOUNT * rest_good(fruit, profile)
    honest = (HABIT_STRENGTH * usual, HABIT_STRENGTH * (1.0 - usual))
    return beta_binomial(good, bad, *HABIT_USELESS) - beta_binomial(good, bad, *honest) + looked_odds(fruit)


def looked_odds(fruit: Yield) -> float:
    """Log odds of how many answered sessions were only read: more than is usual of useless ones speaks for work that
    ends so, as questions do; fewer says nothing.

    >>> looked_odds(Yield(answered=10, useless=8, read=2)), round(looked_odds(Yield(answered=10, useless=3, read=7)), 1)
    (0.0, -1.0)
    """
    ended = fruit.useful + fruit.useless
    looked = max(0, min(fruit.read, fruit.answered - ended))
    useless = (LOOKED_STRENGTH * prior.USELESS_READ, LOOKED_STRENGTH * (1.0 - prior.USELESS_READ))
    return min(0.0, beta_binomial(looked, ended, *useless) - beta_binomial(looked, ended, *HONEST_LOOKED))


def rest_good(fruit: Yield, profile: Profile) -> float:
    """Share of good ends among the person's sessions that do not show the habit, or of the person's usual ones where
    those were better: what games shows its habit now and then only.
    """
    whole = profile.fruit
    good = max(0, whole.useful - fruit.useful)
    bad = max(0, whole.useless - fruit.useless)
    rest = (good + REST_WEIGHT * prior.GOOD_SHARE) / (good + bad + REST_WEIGHT)
    return min(REST_RANGE[1], max(REST_RANGE[0], rest, profile.usual_good))


def _run(name: str, fruit: Yield, profile: Profile, policy: Policy) -> Finding:
    if name in COMMON:
        return sour(fruit.sour, fruit, profile, (policy.common_sour_low, policy.common_sour_high))
    return sour(fruit.sour, fruit, profile, (policy.habit_sour_low, policy.habit_sour_high))


def useless_sessions(fruit: Yield, profile: Profile, policy: Policy) -> Finding:
    """How much less often some of a person's sessions end well than the rest, all of them counted."""
    odds, usual = habit_odds(fruit, profile), rest_good(fruit, profile)
    return Finding(
        "yield", "useless_sessions", ramp(odds, policy.habit_low, policy.habit_high), round(exp(min(odds, 12.0)), 1),
        "odds", usual, prior.GOOD_SHARE,
        f"{fruit.useless:,} of these sessions ended with bad outcomes only, {fruit.useful:,} with a good one; "
        f"{usual:.0%} of this person's other sessions with a clear end ended well.",
    )  # fmt: skip


def asked_again(profile: Profile, habit: Habit) -> Finding:
    """How many typed prompts asked again what was answered, and in how many of the latest sessions."""
    often = habit.how_often(profile.fruit.sessions)
    score = min(ramp(log(1 + habit.again), log(5.0), log(15.0)), ramp(often, *AGAIN_OFTEN))
    return Finding(
        "repetition", "asked_again", score, habit.again, "prompts", None, None,
        f"{habit.again:,} typed prompts asked again what had been answered, in {often:.0%} of the latest sessions.",
    )  # fmt: skip


def structure(feature: str, text: str) -> Oddity:
    """A finding that counts the sessions of a habit: two are chance, eight and many of the latest are a way to work."""

    def found(profile: Profile, habit: Habit) -> Finding:
        sessions, often = habit.fruit.sessions, habit.how_often(profile.fruit.sessions)
        score = min(ramp(log(max(1, sessions)), log(2.0), log(8.0)), ramp(often, *OFTEN))
        return Finding(
            "structure", feature, score, sessions, "sessions", None, None,
            f"{sessions:,} sessions {text}: {often:.0%} of the latest.",
        )  # fmt: skip

    return found
