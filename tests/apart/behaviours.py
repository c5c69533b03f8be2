"""The catalogue of gaming: what is done, when, what is left of it, and which typologies may rightly name it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.apart import gaming_habits as habits
from tests.apart import gaming_machines as machines
from tests.apart import occasions
from tests.apart.dice import Dice
from tests.apart.records import Diary
from tests.apart.scenes import Scene
from tests.apart.sessions import Session

Moments = Callable[[Diary, Dice, int], list[float]]

# Nobody needs the product: it is dropped, changes nothing, or lies about until swept. A little is used by accident.
LOOP = {"no_op": 0.42, "discarded": 0.36, "rejected": 0.08, "error": 0.05, "read": 0.05, "accepted": 0.04}
UNREAD = {"no_op": 0.45, "discarded": 0.5, "read": 0.05}
IDLE_ANSWER = {"read": 0.45, "no_op": 0.27, "discarded": 0.26, "accepted": 0.02}
PROTOTYPE = {"discarded": 0.72, "rejected": 0.12, "no_op": 0.08, "accepted": 0.06, "read": 0.02}
DELETED = {"discarded": 0.84, "no_op": 0.12, "accepted": 0.04}
TRIFLE = {"rejected": 0.42, "error": 0.14, "discarded": 0.18, "accepted": 0.22, "no_op": 0.04}
REPEATED = {"discarded": 0.45, "no_op": 0.33, "read": 0.22}
DISMISSED = {"no_op": 0.42, "discarded": 0.43, "read": 0.12, "accepted": 0.03}
STUFFED = {"read": 0.1, "no_op": 0.34, "discarded": 0.3, "rejected": 0.16, "accepted": 0.1}
PRIVATE = {"accepted": 0.38, "rejected": 0.14, "discarded": 0.36, "no_op": 0.06, "read": 0.06}
STRANGE = {"discarded": 0.4, "rejected": 0.18, "no_op": 0.2, "accepted": 0.15, "read": 0.07}


FILLING_UP = "G07_minimum"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One way of gaming; `typical` is the size in dollars of one occasion, `evasions` those that make sense for it."""

    name: str
    play: Callable[[Scene], list[Session]]
    moments: Moments
    typical: float
    fates: dict[str, float]
    expected: tuple[str, ...]
    evasions: tuple[str, ...]
    sooner: float = 1.0  # how much sooner than usual its end comes


RUNS = ("jitter", "paraphrase", "fake_outcomes", "mislabel", "rotation")
TREES = ("paraphrase", "fake_outcomes", "mislabel", "rotation")
BY_HAND = ("paraphrase", "fake_outcomes", "rotation")
BY_THE_CLOCK = ("jitter", "fake_outcomes", "mislabel")
COPIES = ("paraphrase", "fake_outcomes")
OPENLY = ("fake_outcomes", "rotation")

# Typologies that may rightly lead. Low yield fits whatever nobody uses, hence all of them.
YIELD = ("low_yield_burn",)
LOOPING = ("unproductive_loop", *YIELD)
UNATTENDED = ("unattended_burn", *YIELD)
NIGHTLY = ("unattended_burn", *LOOPING)
DUPLICATE = ("duplicate_prompting", *YIELD)
MINIMUM = ("minimum_hugging", "window_burst", *YIELD)
BURST = ("window_burst", *YIELD)
FLOOD = ("micro_call_flood", *LOOPING)
EVENTS = ("micro_call_flood", *UNATTENDED)
INFLATED = ("context_inflation", *YIELD)
IDLING = ("context_inflation", *UNATTENDED)
DAEMON = ("micro_call_flood", *NIGHTLY)
SHARED = ("shared_template", *NIGHTLY)
PROXY = ("telemetry_fault", *UNATTENDED)

BEHAVIOURS = (
    Behaviour("G01_endless_task", machines.endless_task, occasions.few_a_day, 4.0, LOOP, LOOPING, RUNS),
    Behaviour("G02_night_runs", machines.night_run, occasions.nights, 2.5, UNREAD, NIGHTLY, RUNS),
    Behaviour("G03_known_answers", habits.known_answers, occasions.many_a_day, 0.35, IDLE_ANSWER, DUPLICATE, BY_HAND),
    Behaviour("G04_prototypes", habits.throwaway_prototype, occasions.few_a_day, 2.5, PROTOTYPE, YIELD, BY_HAND),
    Behaviour("G05_agent_for_trifles", habits.agent_for_trifles, occasions.many_a_day, 1.2, TRIFLE, YIELD, BY_HAND),
    Behaviour(FILLING_UP, habits.filler, occasions.last_working_days, 1.5, IDLE_ANSWER, MINIMUM, BY_HAND),
    Behaviour("G11_window_burst", habits.burst, occasions.window_ends, 4.0, LOOP, BURST, BY_HAND),
    Behaviour("G12_fan_out", machines.fan_out, occasions.few_a_day, 3.5, UNREAD, ("fan_out", *YIELD), TREES),
    Behaviour("G14_duplicates", habits.asked_twice, occasions.after_answers, 0.25, REPEATED, DUPLICATE, COPIES),
    Behaviour("G15_remark_on_everything", machines.remarks, occasions.every_day, 2.0, DISMISSED, EVENTS, RUNS),
    Behaviour("G16_micro_calls", machines.micro_call_flood, occasions.every_day, 5.0, UNREAD, FLOOD, RUNS),
    Behaviour("G17_stuffed_context", habits.stuffed_context, occasions.few_a_day, 1.2, STUFFED, INFLATED, BY_HAND),
    Behaviour("G18_cache_churn", machines.churned_cache, occasions.few_a_day, 2.5, UNREAD, IDLING, RUNS),
    Behaviour("G19_stretched_session", machines.stretched_session, occasions.every_day, 1.5, UNREAD, IDLING, RUNS),
    Behaviour("G20_costly_trifles", habits.costly_trifles, occasions.many_a_day, 0.5, IDLE_ANSWER, YIELD, BY_HAND),
    Behaviour(
        "G21_output_to_nowhere", habits.output_to_nowhere, occasions.few_a_day, 2.0, DELETED, UNATTENDED, RUNS, 0.02
    ),
    Behaviour("G22_private_project", habits.private_project, occasions.leisure, 3.0, PRIVATE, YIELD, OPENLY),
    Behaviour("G23_burn_daemon", machines.burn_daemon, occasions.every_day, 1.0, UNREAD, DAEMON, RUNS),
    Behaviour("G26_shared_script", machines.shared_script, occasions.few_a_day, 2.5, LOOP, SHARED, BY_THE_CLOCK),
    Behaviour("G27_shared_identity", habits.borrowed_identity, occasions.other_shift, 3.0, STRANGE, PROXY, BY_HAND),
)
