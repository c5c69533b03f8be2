"""What every gaming behaviour works with: the person, the workload's lasting traits, its budget, its evasions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.apart.dice import Dice
from tests.apart.prompts import Prompt, fixed
from tests.apart.records import Call, Diary
from tests.apart.sessions import Session

EVASIVE_SPREAD = 0.6  # lognormal spread of gaps under jitter
PARAPHRASED_SHARE = 0.85


@dataclass(slots=True)
class Traits:
    """What stays the same in one workload from its onset to its end."""

    order: Prompt
    subjects: list[int]
    files: list[str]
    project: str
    model: str
    target: float  # dollars in all
    honest: Sequence[Call]
    variant: int
    state: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Scene:
    """One occasion of a gaming workload: when it begins and what it may burn."""

    diary: Diary
    dice: Dice
    traits: Traits
    evasive: frozenset[str]
    start: float
    budget: float

    def session(
        self, agent: str, kind: str, context: float, *, trigger: str = "manual", model: str | None = None
    ) -> Session:
        """A session of the workload; those who rotate give it another project each time."""
        projects = self.diary.person.projects()
        project = self.dice.pick(projects) if "rotation" in self.evasive else self.traits.project
        chosen = model or self.traits.model
        effort = self.diary.person.effort
        return Session(
            self.diary, self.start, agent, kind, project, chosen, self.label(trigger), effort, context=context
        )

    def label(self, trigger: str) -> str:
        """What the workload says started it."""
        return "manual" if "mislabel" in self.evasive else trigger

    def wait(self, session: Session, seconds: float, spread: float) -> None:
        session.wait(self.dice.around(seconds, max(spread, EVASIVE_SPREAD) if "jitter" in self.evasive else spread))

    def word(self, prompt: Prompt) -> Prompt:
        """The prompt as it is sent: those who evade have it reworded most of the time."""
        if "paraphrase" in self.evasive and self.dice.chance(PARAPHRASED_SHARE):
            return prompt.again_in_other_words(self.dice)
        return prompt

    def unspent(self, *sessions: Session) -> bool:
        return sum(session.spent for session in sessions) < self.budget


def draw_traits(diary: Diary, dice: Dice, target: float, script: Prompt) -> Traits:
    """A workload's lasting traits; `script` is a prompt that colleagues have passed round (only sharers use it)."""
    return Traits(
        order=fixed(dice, dice.whole(80, 700)),
        subjects=[dice.bits(64) for _ in range(dice.whole(8, 16))],
        files=[f"{dice.bits(64):016x}" for _ in range(dice.whole(3, 14))],
        project=dice.pick([*diary.person.projects(), f"scratch-{dice.bits(16):04x}"]),
        model=diary.person.model,
        target=target,
        honest=[call for call in diary.calls if call.trigger == "manual" and call.status == "ok"],
        variant=dice.whole(0, 2),
        state={"script": script.text},
    )
