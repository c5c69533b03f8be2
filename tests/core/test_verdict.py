"""How families of evidence come to agree: strong ones alone, weak ones only beside certain ones."""

import pytest

from detector.evidence import Evidence, Finding
from detector.policy import DAY, Policy
from detector.profile import Profile
from detector.verdict import NEWCOMER_SECONDS, agreeing, decide

NOW = 20_577 * DAY


def evidence(**families):
    """Evidence with one finding a family, of this score."""
    found = (Finding(name, name, score, 1.0, "ratio", None, None, name) for name, score in families.items())
    return Evidence("unproductive_loop", "k", None, tuple(found))


def person(known_for=NEWCOMER_SECONDS):
    """A profile whose owner is known for so many seconds."""
    profile = Profile.new("1:a:ann")
    profile.first_at, profile.last_at = NOW - known_for, NOW
    return profile


@pytest.mark.parametrize(
    ("families", "agree"),
    [
        ({"structure": 0.5, "yield": 0.5}, ("structure", "yield")),
        ({"structure": 0.49, "yield": 0.5}, ("yield",)),
        ({"structure": 0.1, "yield": 0.7}, ("structure", "yield")),
        ({"structure": 0.09, "yield": 1.0}, ("yield",)),
        ({"structure": 0.1, "yield": 0.69}, ("yield",)),
        ({"repetition": 0.7, "structure": 0.7, "yield": 0.1}, ("repetition", "structure", "yield")),
        ({"repetition": 0.7, "structure": 0.69, "yield": 0.49}, ("repetition", "structure")),
        ({"repetition": 1.0, "structure": 1.0, "yield": 0.09}, ("repetition", "structure")),
    ],
)
def test_weak_families_agree_only_beside_certain_ones(families, agree):
    """Certain yield needs little beside it; yield that is hardly noticed needs two others that are certain."""
    assert agreeing(person(), evidence(**families), Policy()) == agree


def test_of_a_newcomer_weak_yield_is_none():
    """A watcher's first answers are all that is known of its owner: all alike, and none of them wanted yet."""
    script = evidence(repetition=1.0, structure=1.0, timing=1.0, **{"yield": 0.3})
    new, known = person(NEWCOMER_SECONDS - 1), person()
    assert [v.category for v in decide(known, NOW, [script], Policy())] == ["tokenmaxxing"]
    assert [v.category for v in decide(new, NOW, [script], Policy())] == ["waste"]
