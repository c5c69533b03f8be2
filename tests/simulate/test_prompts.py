"""Hashes without text relate as hashes of text do."""

from itertools import combinations
from statistics import fmean

from detector.simulate.chance import seeded
from detector.simulate.honest import TOOLS
from detector.simulate.prompts import aimed, distance, filled, fixed, novel, paraphrased

RNG = seeded("prompts")


def test_different_prompts_lie_half_the_bits_apart():
    """Unrelated prompts differ in 32 bits on average, never in few."""
    found = [distance(a.simhash, b.simhash) for a, b in combinations([novel(RNG, 100) for _ in range(80)], 2)]
    assert 31.5 < fmean(found) < 32.5
    assert min(found) > 10


def test_fillings_of_a_template_are_near_duplicates():
    """Another number in a template: same template hash, another exact hash, at most 3 bits from the template."""
    template = novel(RNG, 100)
    found = [filled(template, number) for number in range(200)]
    assert {prompt.template for prompt in found} == {template.template}
    assert len({prompt.prompt for prompt in found}) == 200
    assert max(distance(prompt.simhash, template.simhash) for prompt in found) == 3
    assert filled(template, 7) == filled(template, 7)


def test_paraphrases_are_near_and_new():
    """Other words: always a new exact hash, 1-6 bits away, a new template about every second time."""
    prompt = novel(RNG, 100)
    found = [paraphrased(prompt, RNG) for _ in range(400)]
    bits = {distance(prompt.simhash, other.simhash) for other in found}
    assert bits == {1, 2, 3, 4, 5, 6}
    assert len({other.prompt for other in found}) == 400
    assert 0.4 < sum(other.template == prompt.template for other in found) / 400 < 0.6


def test_tool_calls_at_other_targets_are_no_duplicates():
    """The same tool at two files: same template, no near-duplicate; at the same file and range: the same prompt."""
    found = [aimed(TOOLS["read"], target) for target in range(60)]
    assert {prompt.template for prompt in found} == {TOOLS["read"].template}
    assert min(distance(a.simhash, b.simhash) for a, b in combinations(found, 2)) > 6
    assert aimed(TOOLS["read"], 1, 2) == aimed(TOOLS["read"], 1, 2) != aimed(TOOLS["read"], 1, 3)


def test_constant_prompts_are_constant():
    """What the words name is the same bytes every time, and different words are different prompts."""
    assert fixed("a", 1, chars=5) == fixed("a", 1, chars=5) != fixed("a", 2, chars=5)
