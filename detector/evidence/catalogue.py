"""All typologies, in the order in which they are asked. Telemetry integrity comes first: it silences the rest."""

from collections.abc import Callable
from typing import Final

from detector.evidence import Evidence
from detector.evidence.context_inflation import context_inflation
from detector.evidence.duplicate_prompting import duplicate_prompting
from detector.evidence.fan_out import fan_out
from detector.evidence.low_yield_burn import low_yield_burn
from detector.evidence.micro_call_flood import micro_call_flood
from detector.evidence.minimum_hugging import minimum_hugging
from detector.evidence.shared_template import shared_template
from detector.evidence.spend_spike import spend_spike
from detector.evidence.telemetry_fault import telemetry_fault
from detector.evidence.unattended_burn import unattended_burn
from detector.evidence.unproductive_loop import unproductive_loop
from detector.evidence.window_burst import window_burst
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile

Typology = Callable[[Profile, Features, Policy], Evidence | None]

CATALOGUE: Final[dict[str, Typology]] = {
    typology.__name__: typology
    for typology in (
        telemetry_fault,
        unproductive_loop,
        unattended_burn,
        duplicate_prompting,
        fan_out,
        context_inflation,
        micro_call_flood,
        shared_template,
        window_burst,
        minimum_hugging,
        low_yield_burn,
        spend_spike,
    )
}
