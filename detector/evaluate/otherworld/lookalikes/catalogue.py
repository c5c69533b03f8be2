"""All look-alikes by name."""

from collections.abc import Callable
from dataclasses import dataclass

from detector.evaluate.otherworld.life import Habit, Life
from detector.evaluate.otherworld.lookalikes.automation import (
    DeployWatcher,
    HalfReadDigest,
    Heartbeat,
    MailTriage,
    NightlyDigest,
)
from detector.evaluate.otherworld.lookalikes.callings import (
    AgentSmith,
    EveningCourse,
    LongContext,
    Panel,
    PromptTuner,
    Researcher,
    SteadyNearMinimum,
)
from detector.evaluate.otherworld.lookalikes.crowds import (
    Deadline,
    Hackathon,
    Incident,
    QuotaReset,
    RollOut,
    TrainingDay,
)
from detector.evaluate.otherworld.lookalikes.faults import ClientBug, ForkedSession, ReplayedHistory, RetryStorm
from detector.evaluate.otherworld.lookalikes.machines import (
    BuildKey,
    Codemod,
    Harness,
    Pipeline,
    ReviewBot,
    TestFixLoop,
    TypeAhead,
)
from detector.evaluate.otherworld.lookalikes.manners import (
    BuilderCritic,
    Journey,
    Learner,
    LightUse,
    Marathon,
    Mover,
    SplitShift,
)
from detector.evaluate.otherworld.people import Person


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of honest person.

    Attributes:
        habits: What they do beside ordinary work.
        work: How much ordinary work they have, relative to their role; 0 is none.
        kept: Share of their finished work that is kept, when it is not the role's.
        group: How many people it takes: a hackathon is nobody's alone.
        settle: Changes the person so that the story holds (a night worker's nights), before their life begins.
        tolerated: Typologies that may be raised as waste, spike or data quality without being wrong.
    """

    habits: tuple[Callable[[Life], Habit], ...] = ()
    work: float = 1.0
    kept: float | None = None
    group: int = 1
    settle: Callable[[Person], None] | None = None
    tolerated: frozenset[str] = frozenset()


def _may(*typologies: str) -> frozenset[str]:
    return frozenset(typologies)


def _newcomer(person: Person) -> None:
    person.joined, person.tenure_days = max(1, person.joined), 0


def _night(person: Person) -> None:
    person.night, person.leave = True, range(0)


def _heavy(person: Person) -> None:
    person.appetite, person.leave = 12.0, range(0)


def _manager(person: Person) -> None:
    person.role = "manager"


PERSONAS: dict[str, Persona] = {
    "plain": Persona(),
    "L01_review_bot": Persona((ReviewBot,), tolerated=_may("micro_call_flood")),
    "L01_build_key": Persona((BuildKey,), tolerated=_may("micro_call_flood")),
    "L02_codemod": Persona((Codemod,), tolerated=_may("spend_spike")),
    "L03_incident": Persona((Incident,), group=3, tolerated=_may("spend_spike")),
    "L04_hackathon": Persona((Hackathon,), group=6, tolerated=_may("spend_spike")),
    "L04_training_day": Persona((TrainingDay,), group=5),
    "L05_newcomer": Persona((Learner,), work=0.6, settle=_newcomer),
    "L06_marathon": Persona((Marathon,), work=0.3),
    "L07_builder_critic": Persona((BuilderCritic,)),
    "L08_heartbeat": Persona((Heartbeat,)),
    "L08_nightly_digest": Persona((NightlyDigest,)),
    "L08_half_read_digest": Persona((HalfReadDigest,)),
    "L08_mail_triage": Persona((MailTriage,)),
    "L08_deploy_watcher": Persona((DeployWatcher,)),
    "L09_client_bug": Persona(
        (ClientBug,), group=4, tolerated=_may("telemetry_fault", "spend_spike", "context_inflation", "unattended_burn")
    ),
    "L10_replayed_history": Persona((ReplayedHistory,), tolerated=_may("telemetry_fault")),
    "L10_forked_session": Persona((ForkedSession,), tolerated=_may("telemetry_fault")),
    "L11_harness": Persona((Harness,), tolerated=_may("spend_spike")),
    "L12_deadline": Persona((Deadline,), group=4, tolerated=_may("spend_spike")),
    "L12_quota_reset": Persona((QuotaReset,), tolerated=_may("spend_spike")),
    "L13_light_use": Persona((LightUse,), work=0.0, settle=_manager),
    "L14_night_worker": Persona(settle=_night),
    "L14_journey": Persona((Journey,)),
    "L14_split_shift": Persona((SplitShift,)),
    "L15_mover": Persona((Mover,), tolerated=_may("spend_spike")),
    "L16_retry_storm": Persona((RetryStorm,)),
    "agent_smith": Persona((AgentSmith,)),
    "evening_course": Persona((EveningCourse,)),
    "long_context": Persona((LongContext,), work=0.4),
    "panel": Persona((Panel,)),
    "pipeline": Persona((Pipeline,), tolerated=_may("micro_call_flood", "spend_spike")),
    "power_user": Persona(settle=_heavy),
    "prompt_tuner": Persona((PromptTuner,)),
    "researcher": Persona((Researcher,), kept=0.3),
    "roll_out": Persona((RollOut,), group=5),
    "steady_near_minimum": Persona((SteadyNearMinimum,), work=0.0),
    "test_fix_loop": Persona((TestFixLoop,)),
    "type_ahead": Persona((TypeAhead,)),
}
"""Numbers are those of the domain's look-alikes L1-L16; those without one are other things that are known to happen."""
