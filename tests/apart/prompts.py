"""Prompts as the producer hashes them: exact hash, hash of the masked template, similarity hash and length."""

from dataclasses import dataclass, replace
from hashlib import blake2b

from tests.apart.dice import Dice

SIMHASH_BITS = 64
# Two wordings of one request differ in a few of 64 bits, turns on one subject in some, strangers in about 32.
REWORDED_BITS = 5
SAME_SUBJECT_BITS = 16


def keyed_hash(*parts: object) -> str:
    """A short keyed hash, as the producers make them: equal for equal things, otherwise meaningless."""
    return blake2b("/".join(map(str, parts)).encode(), digest_size=8, key=b"meshclaw-producer").hexdigest()


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt: what identifies it (`text`), its masked form, its meaning in 64 bits, its new characters."""

    text: str
    template: str
    meaning: int
    chars: int
    target: str | None = None

    def on(self, target: str, dice: Dice, bits: int = 3) -> "Prompt":
        """The same template filled in for another target: only the masked parts change."""
        return replace(
            self,
            text=keyed_hash(self.template, target, dice.bits(32)),
            target=target,
            meaning=blur(self.meaning, bits, dice),
        )

    def again_in_other_words(self, dice: Dice) -> "Prompt":
        """A paraphrase: new text and template, nearly the same meaning."""
        fresh = keyed_hash("paraphrase", self.text, dice.bits(64))
        chars = max(8, round(self.chars * dice.between(0.8, 1.3)))
        return replace(
            self,
            text=fresh,
            template=keyed_hash("t", fresh),
            meaning=blur(self.meaning, REWORDED_BITS, dice),
            chars=chars,
        )


def blur(meaning: int, bits: int, dice: Dice) -> int:
    """The meaning with up to so many bits turned (a bit drawn twice turns back)."""
    for _ in range(bits):
        meaning ^= 1 << int(dice.unit() * SIMHASH_BITS)
    return meaning


def typed(dice: Dice, subject: int, chars: float = 160.0, target: str | None = None) -> Prompt:
    """Something a person typed on a subject: nobody types the same sentence twice, so text and template are new."""
    text = keyed_hash("typed", dice.bits(64))
    return Prompt(
        text,
        keyed_hash("t", text),
        blur(subject, SAME_SUBJECT_BITS, dice),
        max(6, round(dice.around(chars, 0.7))),
        target,
    )


def fixed(dice: Dice, chars: int) -> Prompt:
    """A prompt that was written once and is sent again and again by a job."""
    text = keyed_hash("fixed", dice.bits(64))
    return Prompt(text, keyed_hash("t", text), dice.bits(64), chars)


def scaffold(agent: str, tool: str, variant: int, target: str, dice: Dice) -> Prompt:
    """An agent's own step: the platform's scaffolding is the same for everybody, only what it works on differs."""
    template = keyed_hash("scaffold", agent, tool, variant)
    text = keyed_hash(template, target, dice.bits(48))
    return Prompt(text, template, blur(int(template, 16), 10, dice), round(dice.around(420, 0.6)), target)
