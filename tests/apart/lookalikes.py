"""The catalogue of honest look-alikes: what each adds to ordinary work, and how much else there is."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.apart import lookalikes_machines as machines
from tests.apart import lookalikes_people as persons
from tests.apart.almanac import Calendar
from tests.apart.records import Diary


@dataclass(frozen=True, slots=True)
class Lookalike:
    """One honest case: its name, what it adds to which share of usual work, role and hours if they matter."""

    name: str
    add: Callable[[Diary, Calendar], None]
    appetite: float = 0.8
    role: str | None = None
    hours_ahead: float = 0.0
    joins: bool = False  # came to the company this month


CASES = (
    Lookalike("L01_review_bot_key", machines.review_bot, role="engineer"),
    Lookalike("L02_migration", machines.migration, role="engineer"),
    Lookalike("L03_on_call", persons.on_call, role="engineer"),
    Lookalike("L04_hackathon", persons.hackathon),
    Lookalike("L05_new_joiner", persons.first_weeks, appetite=0.3, joins=True),
    Lookalike("L06_long_session", persons.long_session, appetite=0.4, role="engineer"),
    Lookalike("L07_builder_critic", machines.builder_and_critic, role="engineer"),
    Lookalike("L08_heartbeat", machines.main_session_heartbeat),
    Lookalike("L09_client_bug", machines.faulty_client),
    Lookalike("L10_counter_bug", machines.counter_bug),
    Lookalike("L11_evaluation", machines.harness, role="researcher"),
    Lookalike("L12_deadline", persons.deadline),
    Lookalike("L13_light_role", persons.light_role, appetite=0.0, role="manager"),
    Lookalike("L14_other_hours", persons.nothing_more, appetite=1.0, hours_ahead=11.0),
    Lookalike("L15_new_model", persons.newest_model, appetite=1.0, role="engineer"),
    Lookalike("L16_retry_storm", machines.retry_storm),
)
