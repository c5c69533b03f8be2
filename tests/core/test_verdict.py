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
        ({"structure": 0.49, "yield": 1.0}, ("yield",)),
        ({"repetition": 0.7, "structure": 0.7, "yield": 0.1}, ("repetition", "structure", "yield")),
        ({"repetition": 0.7, "structure": 0.69, "yield": 0.49}, ("repetition", "structure")),
        ({"repetition": 1.0, "structure": 1.0, "yield": 0.09}, ("repetition", "structure")),
    ],
)
def test_weak_yield_agrees_only_beside_two_that_are_certain(families, agree):
    """Every other family must be strong by itself."""
    assert agreeing(person(), evidence(**families), Policy()) == agree


def called(profile, found, **policy):
    """What the only verdict on this evidence is called."""
    return [verdict.category for verdict in decide(profile, NOW, [found], Policy(**policy))]


def test_of_a_newcomer_weak_yield_is_none():
    """A watcher's first answers are all that is known of its owner: all alike, and none of them wanted yet."""
    script = evidence(repetition=1.0, structure=1.0, timing=1.0, **{"yield": 0.3})
    assert called(person(), script) == ["tokenmaxxing"]
    assert called(person(NEWCOMER_SECONDS - 1), script) == ["waste"]


def test_what_is_less_sure_is_waste():
    """Two families agree, and it is told; but nobody is called what it is not sure that they do."""
    unsure, sure = evidence(structure=0.6, **{"yield": 0.9}), evidence(structure=0.9, **{"yield": 0.9})
    assert called(person(), unsure) == ["waste"]
    assert called(person(), sure) == ["tokenmaxxing"]
    assert called(person(), unsure, tokenmaxxing_at=0.6) == ["tokenmaxxing"]
    assert called(person(), sure, raise_at=0.9) == []
