"""Prompts without text: hashes that relate to each other as those of real prompts do.

A *template* is a prompt with its numbers, paths and ids masked. Two fillings of one template share `template`, differ
in `prompt` and lie a few simhash bits apart. A paraphrase lies 1-6 bits apart under another exact hash and, every
second time, another template. Unrelated prompts lie 32 bits apart on average (binomial, sigma 4). A tool call aimed at
a file shares its template with every such call of the company and lies about 24 bits from the same call at another.
"""

from random import Random
from typing import NamedTuple

from detector.simulate.chance import key64, mix64


class Prompt(NamedTuple):
    """One prompt as its producer's hashes show it; `chars` is its length, `target` the file or argument it works on."""

    prompt: int
    template: int
    simhash: int
    chars: int
    target: int | None = None


def novel(rng: Random, chars: int, target: int | None = None) -> Prompt:
    """Something nobody asked before."""
    template = rng.getrandbits(64)
    return Prompt(mix64(template, 1), template, mix64(template, 2), chars, target)


def fixed(*words: object, chars: int, target: int | None = None) -> Prompt:
    """The constant prompt that the words name: the same bytes each time (a heartbeat, "continue", a saved command)."""
    template = key64("template", *words)
    return Prompt(mix64(template, 1), template, mix64(template, 2), chars, target)


def filled(template: Prompt, value: int, target: int | None = None) -> Prompt:
    """The template with another number, path or id in it: at most 3 bits from the template."""
    exact = mix64(template.prompt, value)
    return Prompt(exact, template.template, _flip(template.simhash, exact, exact & 3), template.chars, target)


def aimed(template: Prompt, target: int, detail: int = 0) -> Prompt:
    """A tool call at a target: short text that is mostly its argument, so another target is no near-duplicate."""
    argument = mix64(template.template, target)
    far = argument & mix64(argument, 1)  # a quarter of the bits: 16 from the template, 24 between two targets
    return Prompt(mix64(argument, detail), template.template, template.simhash ^ far, template.chars, target)


def paraphrased(prompt: Prompt, rng: Random) -> Prompt:
    """The same request in other words: a new exact hash, 1-6 bits away, every second time a new template."""
    exact = rng.getrandbits(64)
    template = prompt.template if exact & 1 else mix64(exact, 3)
    bits = 1 + exact % 6
    return Prompt(exact, template, _flip(prompt.simhash, mix64(exact, 4), bits), prompt.chars, prompt.target)


def _flip(simhash: int, noise: int, bits: int) -> int:
    """Exactly `bits` bits flipped, at positions that the noise names (11 is odd, so no position comes twice)."""
    for step in range(bits):
        simhash ^= 1 << ((noise + 11 * step) & 63)
    return simhash


def distance(a: int, b: int) -> int:
    """Hamming distance of two simhashes.

    >>> distance(0b1010, 0b0110)
    2
    """
    return (a ^ b).bit_count()
