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
from detector.evaluate.otherworld.lookalikes.machines import (
    BuildKey,
    Codemod,
    Harness,
    Pipeline,
    ReviewBot,
    TestFixLoop,
    TypeAhead,
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


PERSONAS: dict[str, Persona] = {
    "plain": Persona(),
    "L01_review_bot": Persona((ReviewBot,), tolerated=_may("micro_call_flood")),
    "L01_build_key": Persona((BuildKey,), tolerated=_may("micro_call_flood")),
    "L02_codemod": Persona((Codemod,), tolerated=_may("spend_spike")),
    "L08_heartbeat": Persona((Heartbeat,)),
    "L08_nightly_digest": Persona((NightlyDigest,)),
    "L08_half_read_digest": Persona((HalfReadDigest,)),
    "L08_mail_triage": Persona((MailTriage,)),
    "L08_deploy_watcher": Persona((DeployWatcher,)),
    "L11_harness": Persona((Harness,), tolerated=_may("spend_spike")),
    "type_ahead": Persona((TypeAhead,)),
    "pipeline": Persona((Pipeline,), tolerated=_may("micro_call_flood", "spend_spike")),
    "test_fix_loop": Persona((TestFixLoop,)),
}
"""Numbers are those of the domain's look-alikes L1-L16; personas without one come from what else people are known to do."""
