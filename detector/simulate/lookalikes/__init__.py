"""Honest people whom a careless detector accuses: each persona says what separates it from gaming.

L1 to L16 are the legitimate cases of the catalogue, each in several variants; L0 are further honest people who would be
hit by a detector that looks at one thing only.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from detector.simulate import automation
from detector.simulate.catalogue import CHAT, MEDIUM
from detector.simulate.chance import Weighted
from detector.simulate.honest import Habit
from detector.simulate.lookalikes import days, faults, fleets
from detector.simulate.roster import Person

Adapt = Callable[[Person, Random], Person]


@dataclass(frozen=True, slots=True)
class Persona:
    """`day` is what it adds (with `ordinary` false: does instead), `adapt` how it differs from its colleagues; `group`
    people share a circle, members of one `team` when that says so.
    """

    name: str
    separator: str
    day: Habit | None = None
    ordinary: bool = True
    adapt: Adapt | None = None
    group: int = 1
    team: bool = False


def _with(**changes: Any) -> Adapt:  # noqa: ANN401 -- any field of Person, checked by replace()
    return lambda person, _: replace(person, **changes)


def _joins(person: Person, rng: Random) -> Person:
    lookups = replace(person.role, kinds=Weighted({"lookup": 6, "chat": 3, "coding": 1}))
    return replace(person, tenure_days=rng.randint(0, 8), role=lookups, attendance=0.9, part_time=False,
                   ramp_days=10)  # fmt: skip


def _moves(hours: float) -> Adapt:
    return lambda person, rng: replace(person, moves=(rng.randint(4, 9), person.zone.offset + hours))


def _works(*hours: tuple[int, int], **changes: Any) -> Adapt:  # noqa: ANN401 -- as above
    own = Weighted({hour: 1.0 if any(a <= hour < b for a, b in hours) else 0.002 for hour in range(24)})
    return lambda person, _: replace(person, hours=own, **changes)


def _levels(usd: float, **changes: Any) -> Adapt:  # noqa: ANN401 -- as above
    """So much that an ordinary calendar day costs `usd` dollars."""

    def adapt(person: Person, _: Random) -> Person:
        person = replace(person, part_time=False, **changes)
        return replace(person, level=person.level * usd / person.usual_usd)

    return adapt


def _discards(share: float) -> Adapt:
    return lambda person, _: replace(person, role=replace(person.role, discards=share))


_ALL = (
    Persona("L1_ci_bot", "trigger=ci; another commit each run", fleets.ci_bot),
    Persona("L1_review_bot", "identity=service", fleets.review_bot, ordinary=False, adapt=_with(identity="service")),
    Persona("L1_extraction", "registered batch project; another document each call", fleets.extraction),
    Persona("L1_probe", "registered project; scheduled; cents a day", fleets.probe),
    Persona("L2_codemod", "another file each call; accepted; merged", fleets.codemod),
    Persona("L2_migration", "another module each child; most accepted; merged", fleets.migration),
    Persona("L3_incident", "a circle at the same hours; manual turns; all tools", days.incident, group=5),
    Persona("L4_hackathon", "the whole team on one day", days.hackathon, group=8, team=True),
    Persona("L5_new_joiner", "tenure under 30 days; reads more than it writes", adapt=_joins),
    Persona("L6_long_agentic", "human turns go on; ever other files; accepted edits; merged", days.long_agentic),
    Persona("L6_converging_loop", "answers shrink; accepted and merged at the end", days.converging),
    Persona("L7_builder_critic", "two models in turn; sizes shrink; accepted", fleets.builder_critic),
    Persona("L8_heartbeat", "trigger=heartbeat; small fixed cost", automation.heartbeat),
    Persona("L8_heartbeat_main_session", "trigger=heartbeat; large cache reads are the platform's default",
            partial(automation.heartbeat, every=3_500.0, context=70_000)),
    Persona("L8_nightly_digest", "read in the morning; other items each night", automation.digest),
    Persona("L8_large_digest", "hundreds of items, read in the morning",
            partial(automation.digest, hour=1.0, items=150)),
    Persona("L8_weekend_batch", "read on Monday", automation.weekend_batch),
    Persona("L8_late_reader", "read a day and a half later", partial(automation.digest, items=40, delay=129_600.0)),
    Persona("L8_deploy_watch", "bounded; another deployment each time; read", automation.watch_deployments),
    Persona("L9_client_bug", "one client version, many people, same days", faults.resends_context,
            adapt=_with(buggy=True), group=8),
    Persona("L10_same_response", "one answer's id under several invocation ids", faults.same_response),
    Persona("L10_identical_usage", "runs of identical usage under new ids", faults.identical_usage),
    Persona("L10_fork_replay", "history replayed within seconds", faults.forked),
    Persona("L11_eval_sweep", "registered project; models and efforts vary", fleets.sweep),
    Persona("L11_prompt_engineer", "rejected, changed, at last accepted", fleets.prompt_engineer),
    Persona("L11_researcher", "throws 70 % away, merges the rest", adapt=_discards(0.7)),
    Persona("L12_deadline", "outcomes rise with the spend", days.deadline),
    Persona("L12_quota_reset", "outcomes rise with the spend", days.quota_reset),
    Persona("L13_light_manager", "nothing at stake; other questions each time",
            adapt=_with(attendance=0.35, part_time=False, level=0.2, agent=CHAT, second=CHAT)),
    Persona("L13_weekly_report", "nothing at stake; read", days.weekly_report, ordinary=False),
    Persona("L14_night_owl", "own hours", adapt=_works((20, 24), (0, 4))),
    Persona("L14_split_shift", "own hours", adapt=_works((5, 8), (20, 24))),
    Persona("L14_weekender", "own days", adapt=_works((9, 19), weekend=1.2, attendance=0.6)),
    Persona("L14_moves_east", "manual turns at the new place's hours", adapt=_moves(8.0)),
    Persona("L14_moves_west", "manual turns at the new place's hours", adapt=_moves(-8.0)),
    Persona("L14_clock_change", "an hour", adapt=_moves(1.0)),
    Persona("L15_new_model", "from the launch on; fresh tokens as before", adapt=_with(eager=True), group=4),
    Persona("L15_price_cut", "from the price cut on; tokens as before", adapt=_with(models=Weighted({MEDIUM: 1.0}))),
    Persona("L16_retry_storm", "errors before each repetition", faults.retry_storm),
    Persona("L16_flaky_tool", "errors before each repetition; accepted", faults.flaky_tool),
    Persona("L0_spend_spike", "one day, own shape of work, outcomes follow", days.spike),
    Persona("L0_no_outcomes", "unknown is not failure", adapt=_with(reports=False)),
    Persona("L0_autocomplete", "by day, in bursts, typed, partly accepted", days.autocomplete),
    Persona("L0_documents", "other documents each time; read", days.documents),
    Persona("L0_power_user", "own level; merged", adapt=_levels(150.0)),
    Persona("L0_many_agents", "human turns and outcomes at each agent", fleets.many_agents),
    Persona("L0_shared_tip", "outcomes; targets differ", days.shared_tip, group=6),
    Persona("L0_deep_premium", "dear tokens, merged work", days.deep_premium),
    Persona("L0_learning_time", "an approved afternoon; read", days.learning),
    Persona("L0_near_minimum", "steady through the week, no jump before its end", adapt=_levels(4.2, day_sigma=0.25)),
    Persona("L0_even_team", "the colleagues are alike, nobody follows anybody", adapt=_levels(5.0, day_sigma=0.25),
            group=5, team=True),
)  # fmt: skip

PERSONAS = {persona.name: persona for persona in _ALL}
