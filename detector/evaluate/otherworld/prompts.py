"""Prompts as a detector sees them: hashes and a length, never words."""

from hashlib import blake2b
from typing import NamedTuple

from detector.evaluate.otherworld.chance import Chance

STOCK = ("continue", "yes", "run the tests", "fix it", "try again", "commit", "explain", "go on", "lgtm", "undo that")
"""What everybody types: the same exact hash at many people's desks, many times a day, and no sign of anything."""


class Ask(NamedTuple):
    """One prompt: exact hash, form (what is left after masking numbers, paths and ids), similarity bits, length."""

    exact: str
    form: str
    bits: int
    chars: int


def keyed(*words: object) -> int:
    """A 64-bit hash of words, the same everywhere."""
    return int.from_bytes(blake2b("\x1f".join(map(str, words)).encode(), digest_size=8).digest(), "big")


def constant(name: str, chars: int) -> Ask:
    """A prompt that is the same to the letter each time: a heartbeat's, a button's, a script's."""
    code = keyed("constant", name)
    return Ask(f"{code:016x}", f"{code ^ 0xF0F0:016x}", code, chars)


STOCK_ASKS = tuple(constant(f"stock {word}", len(word)) for word in STOCK)


class Topic:
    """One matter that somebody works on: its prompts resemble each other more than they resemble other matters'."""

    __slots__ = ("bits", "chance", "files", "last")

    def __init__(self, chance: Chance, home: int, files: int) -> None:
        """`home` is what the whole project sounds like; `files` is how many files the matter touches."""
        self.chance = chance
        self.last: Ask | None = None
        self.bits = home ^ chance.some_bits()
        self.files = [chance.token(12) for _ in range(max(1, files))]

    def ask(self, mean_chars: float = 180.0) -> Ask:
        """A new question about the matter in free words: exact text and form never recur."""
        chance = self.chance
        chars = 8 + int(chance.weibullvariate(mean_chars, 0.8))
        return Ask(chance.token(), chance.token(), self.bits ^ chance.some_bits(), chars)

    def say(self, mean_chars: float = 180.0) -> Ask:
        """What a person types next: a new question, one time in nine a stock phrase, now and then the last again."""
        luck = self.chance.random()
        if luck < 0.11:
            return self.chance.choice(STOCK_ASKS)
        if luck > 0.96 and self.last is not None:
            return self.last
        self.last = self.ask(mean_chars)
        return self.last

    def of_tool(self, tool: str, file: str) -> Ask:
        """What an agent hands to a tool: the tool's form, one file; a fifth of such calls repeat to the letter."""
        chance = self.chance
        exact = f"{keyed(tool, file):016x}" if chance.flip(0.2) else chance.token()
        return Ask(exact, tool, self.bits ^ chance.some_bits(), 20 + chance.getrandbits(8))


def reworded(chance: Chance, ask: Ask) -> Ask:
    """The same wish in other words: hashes are new, the similarity bits stay near (about 4 of 64 differ)."""
    chars = max(4, int(ask.chars * chance.uniform(0.85, 1.2)))
    return Ask(chance.token(), chance.token(), ask.bits ^ chance.few_bits(), chars)


def filled_in(chance: Chance, ask: Ask) -> Ask:
    """The same form with another name or number in it: the exact hash is new, the form stays."""
    return Ask(chance.token(), ask.form, ask.bits ^ (chance.few_bits() & chance.getrandbits(64)), ask.chars)
