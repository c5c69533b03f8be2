"""How people game: each behaviour burns a day's dollars in its own way, beside the honest work of the same person.

`BEHAVIOURS` names, for each, how often it happens, what a detector may lead with, and whether the contract lets that
be an alert about one person at all. Typologies are the contract's names.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from detector.simulate.catalogue import Targets
from detector.simulate.gaming import hands, machines, targets
from detector.simulate.gaming.burn import Burn as Burn
from detector.simulate.roster import Person


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A way of gaming: `chance` of a day with it, the typologies a detector may lead with, whether they may page about
    a person, how many people share it, the most dollars a usual day of theirs costs, how it changes their habits
    (given the share of the spend that the gaming shall have), whether it always starts on the first day.
    """

    name: str
    run: Callable[[Burn], None]
    expected: frozenset[str]
    chance: float = 0.7
    person_alert: bool = True
    group: int = 1
    most_level: float = 40.0
    adapt: Callable[[Person, float], Person] | None = None
    at_once: bool = False


def _below_peers(person: Person, share: float) -> Person:
    return replace(person, level=2.5 * (1.0 - share), part_time=False, attendance=max(person.attendance, 0.7))


def _below_minimum(person: Person, share: float) -> Person:
    """Honest work makes the rest of the published minimum of one agent or, of those who do little, of two."""
    second = person.second if share > 0.5 else person.agent
    person = replace(person, part_time=False, attendance=max(person.attendance, 0.6), day_sigma=0.4, second=second)
    minimum = Targets().weekly_minimum_usd * (1.0 if second is person.agent else 2.0)
    return replace(person, level=person.level * minimum * (1.0 - share) / (7.0 * person.usual_usd))


def _near_maximum(person: Person, share: float) -> Person:
    person = replace(person, part_time=False, attendance=max(person.attendance, 0.7))
    return replace(
        person, level=person.level * 1.5 * Targets().weekly_maximum_usd * (1.0 - share) / (7.0 * person.usual_usd)
    )


def _hardly_there(person: Person, share: float) -> Person:
    return replace(person, level=0.05, attendance=0.02 if share > 0.5 else 0.1 if share > 0.1 else 0.25)


def _by_hand(person: Person, _: float) -> Person:
    """No automation that would keep the streak by itself."""
    return replace(person, routines=())


def _expect(names: str) -> frozenset[str]:
    return frozenset(names.split())


BEHAVIOURS = {
    behaviour.name: behaviour
    for behaviour in (
        Behaviour("G01_endless_task", machines.endless_task,
                  _expect("unproductive_loop unattended_burn low_yield_burn")),
        Behaviour("G02_overnight", machines.overnight, _expect("unattended_burn low_yield_burn unproductive_loop")),
        Behaviour("G03_documented", hands.documented, _expect("duplicate_prompting low_yield_burn context_inflation")),
        Behaviour("G04_throwaway", hands.throwaway, _expect("low_yield_burn"), chance=0.5),
        Behaviour("G05_fails_on", hands.fails_on, _expect("low_yield_burn unproductive_loop duplicate_prompting")),
        Behaviour("G06_peer_calibration", targets.calibrate, _expect("peer_calibration low_yield_burn"), 1.0,
                  person_alert=False, adapt=_below_peers),
        Behaviour("G07_minimum_hugging", targets.minimum, _expect("minimum_hugging low_yield_burn window_burst"), 1.0,
                  adapt=_below_minimum, at_once=True),
        Behaviour("G08_cap_split", targets.split, _expect("minimum_hugging low_yield_burn spend_spike"), 1.0,
                  person_alert=False, most_level=200.0, adapt=_near_maximum),
        Behaviour("G09_weekly_ping", targets.weekly_ping, _expect("keep_alive"), 1.0, person_alert=False,
                  adapt=_hardly_there, at_once=True),
        Behaviour("G10_streak", targets.streak, _expect("keep_alive"), 1.0, person_alert=False, at_once=True,
                  adapt=_by_hand),
        Behaviour("G11_window_burst", targets.window_burst, _expect("window_burst low_yield_burn spend_spike"), 1.0),
        Behaviour("G12_fan_out", machines.fan_out, _expect("fan_out low_yield_burn"), chance=0.4),
        Behaviour("G13_agent_sprawl", machines.sprawl, _expect("fan_out low_yield_burn unproductive_loop")),
        Behaviour("G14_duplicates", hands.duplicates, _expect("duplicate_prompting low_yield_burn")),
        Behaviour("G15_comment_everything", machines.comment_everything,
                  _expect("micro_call_flood low_yield_burn duplicate_prompting unproductive_loop"), 1.0),
        Behaviour("G16_micro_flood", machines.micro_flood,
                  _expect("micro_call_flood unproductive_loop unattended_burn duplicate_prompting"), 1.0,
                  most_level=6.0),
        Behaviour("G17_context_stuffing", hands.stuffing, _expect("context_inflation low_yield_burn")),
        Behaviour("G18_cache_churn", machines.cache_churn, _expect("context_inflation unproductive_loop")),
        Behaviour("G19_session_stretching", machines.stretch,
                  _expect("context_inflation unattended_burn duplicate_prompting"), 1.0),
        Behaviour("G20_premium_trivia", hands.connoisseur,
                  _expect("low_yield_burn context_inflation duplicate_prompting")),
        Behaviour("G21_output_to_nowhere", machines.nowhere, _expect("low_yield_burn unattended_burn")),
        Behaviour("G22_private_project", hands.private_project, _expect("low_yield_burn unattended_burn")),
        Behaviour("G23_burn_daemon", machines.daemon,
                  _expect("unattended_burn unproductive_loop micro_call_flood duplicate_prompting"), 1.0),
        Behaviour("G26_shared_script", machines.shared_script,
                  _expect("shared_template unproductive_loop duplicate_prompting low_yield_burn"), group=5),
    )
}  # fmt: skip
