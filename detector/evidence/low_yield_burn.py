"""Burn of which nothing is wanted any more: a run of sessions with bad ends only, together with another way of working.

A line of work (one agent on one project) is looked at first, then the person as a whole, for gaming that is spread over
many projects. On two independent synthetic companies no honest line of eight or more sessions had four useless ones and
at most a quarter as many good ones.
"""

from typing import Final

from detector.evidence import Evidence, Finding
from detector.evidence.families import (
    alike_sessions,
    asking_again,
    away_line,
    changed,
    even,
    flat_output,
    regularity,
    repetition,
    shifted,
    stuffed,
)
from detector.evidence.fruit import sour
from detector.evidence.habit import asked_again, habitual, present, structure, useless_sessions
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile
from detector.work import Line

ALTERNATIVES: Final = (
    "exploration that is thrown away on purpose",
    "learning the tool",
    "outcomes that are not reported",
)
CALLED: Final = {
    "exact_duplicates": "duplicate_prompting",
    "asked_again": "duplicate_prompting",
    "context_per_answer": "context_inflation",
}
AGAIN_AT: Final = 0.6
"""What barren work is called whose oddest feature this is, and the score from which it is."""
HABITS_OF_WASTE: Final = {
    "scratch": structure("one_off_projects", "were each the first and mostly the last on their project"),
    "dear": structure("dear_trifles", "asked a dearer model than usual for trifles"),
}
BY_DESIGN: Final = frozenset({"heartbeat", "ci"})
"""What begins work whose bad ends are how it works: nothing to do, a build that fails."""
MIN_USELESS: Final = 4
BARREN: Final = 4
"""Useless sessions of a barren line, and how many for each good one: no honest line of the tuning data has so many."""
MIN_AUTOMATED: Final = 6
BARREN_AUTOMATED: Final = 2
"""The same of automation, whose good ends are those that somebody read, and whose bad ones those thrown away: of four
companies' honest automation the most thrown away was six times of ten, and no run of it weighed more than 6.2, so that
`sour_low` (8) is beyond doubt there."""
GOOD_LINE: Final = 1.0
"""Good sessions for each useless one of a line from which a bad run elsewhere is not this line's."""


def low_yield_burn(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at how the sessions of a line ended, then at those of the person."""
    if not features.due:
        return None
    for name, oddity in HABITS_OF_WASTE.items():
        if (found := habitual(profile, features, policy, name, "low_yield_burn", oddity)) is not None:
            return found
    line = features.line
    if line is None or line.calls < policy.pool_min_calls:
        return None
    if _is_barren(line, features, policy):
        return _evidence(profile, line, features.line_key, _line_findings(profile, features, line, policy))
    if profile.sour < policy.sour_low or line.fruit.useful > GOOD_LINE * line.fruit.useless:
        return None
    return _evidence(profile, line, "person", _person_findings(profile, policy))


def _is_barren(line: Line, features: Features, policy: Policy) -> bool:
    """Whether a line never bore fruit, or, where it did once, has run dry beyond doubt."""
    fruit = line.fruit
    if line.trigger in BY_DESIGN:
        return False
    if features.declared:
        return fruit.useless >= max(MIN_AUTOMATED, BARREN_AUTOMATED * fruit.useful) or fruit.sour >= policy.sour_low
    if fruit.sour < policy.line_sour_low:
        return False
    return fruit.useless >= max(MIN_USELESS, BARREN * fruit.useful) or fruit.sour >= policy.sour_high


def _evidence(profile: Profile, line: Line, key: str, findings: tuple[Finding, ...]) -> Evidence:
    best = max(findings[1:], key=lambda f: f.score)
    typology = CALLED.get(best.feature if best.score >= AGAIN_AT else "", "low_yield_burn")
    return Evidence(typology, open_key(profile) or key, line, findings, ALTERNATIVES)


def open_key(profile: Profile) -> str | None:
    """The workload of the person's alert that is open already: more of the same is told there, not on a second page."""
    return next(
        (k for k, known in profile.alerts.items() if known.status == "firing" and k[:2] not in {"d:", "t:"}), None
    )


def _line_findings(profile: Profile, features: Features, line: Line, policy: Policy) -> tuple[Finding, ...]:
    pool = features.pool
    machine = (repetition(pool), flat_output(pool), regularity(pool)) if pool is not None else ()
    came = sour(line.fruit.sour, line.fruit, profile, (policy.line_sour_low, policy.line_sour_high))
    if features.declared:
        came = max(came, useless_sessions(line.fruit, profile, policy), key=lambda f: f.score)
    return (
        came,
        alike_sessions(line),
        away_line(line),
        asking_again(line.exact),
        *_asked_again(profile, features, line),
        stuffed(line.context),
        shifted("output_shift", line.out, profile.out_usual, "The length of answers"),
        shifted("context_shift", line.context, profile.context_usual, "What is sent for each token written"),
        shifted("price_shift", line.price, profile.price_usual, "The price of the model"),
        *machine,
    )


def _asked_again(profile: Profile, features: Features, line: Line) -> list[Finding]:
    """How often the person asks again, where the present session does, and every second session of the line at least:
    too few ends of that may be known to judge it by itself. Not where asking again is of use more often than not: who
    hones prompts does that all day. Of other honest people with a barren line the most asked again 14 times in 36
    sessions.
    """
    habit = present(profile, features, "again")
    if habit is None or 2 * habit.again < line.fruit.sessions or habit.fruit.useful > habit.fruit.useless:
        return []
    return [asked_again(profile, habit)]


def _person_findings(profile: Profile, policy: Policy) -> tuple[Finding, ...]:
    return (
        sour(profile.sour, profile.fruit, profile, (policy.sour_low, policy.sour_high)),
        even(profile),
        changed("output_shift", profile.out_now, profile.out_usual, "The length of answers"),
        changed("context_shift", profile.context_now, profile.context_usual, "What is sent for each token written"),
        changed("price_shift", profile.price_now, profile.price_usual, "The price of the model"),
        asking_again(profile.duplicate),
    )
