"""What one event adds to what is known of people in general: counts, and no name of anybody (see `cohort`)."""

from math import log
from typing import Final

from detector.cohort import Count, counted
from detector.credit import GOOD, is_look
from detector.event import Label, Outcome
from detector.evidence.families import SHIFT_NOW, deviations
from detector.evidence.spend_spike import usual_day
from detector.features import Features
from detector.policy import DAY, Policy
from detector.pool import BY_ITSELF, is_machine_like
from detector.profile import Profile

BUSY_CALL: Final = 24
"""The call of a day at which a person's way of working is looked at: the fast levels remember as many."""
MOVED_RATIO: Final = 2.5
"""Yesterday's spend over the usual day from which a person moved: half of what a spike needs, in log space."""
NOTHING: Final[tuple[Count, ...]] = ()


def of_call(profile: Profile, seen: Features, policy: Policy, *, barren: bool) -> tuple[Count, ...]:
    """A new day of a person, a busy day's way of working, and a script that runs barren (`is_barren`); read before the
    call is learned.
    """
    found: list[Count] = []
    if seen.day > profile.day:
        found += _day(profile, seen, policy)
    elif profile.day_calls == BUSY_CALL:
        found += _busy(profile, seen)
    if barren and seen.strand is not None:
        found.append(counted(seen.day, "barren", profile.tenant_id, seen.strand.template))
    return tuple(found)


def is_barren(seen: Features, policy: Policy) -> bool:
    """Whether, for the first time on this day, a script is seen to run on of which nobody wanted anything so far: no
    automation that is declared or known, for a product gives that to everybody.
    """
    strand = seen.strand
    return (
        strand is not None
        and strand.calls >= policy.pool_min_calls
        and strand.barren_day < seen.day
        and not strand.fruit.good
        and strand.trigger not in BY_ITSELF
        and strand.identity != "service"
        and is_machine_like(strand)
        and strand.template_hash not in policy.registered_templates
    )


def of_outcome(profile: Profile, outcome: Outcome, seen: Features) -> tuple[Count, ...]:
    """What came of a script. Read after the outcome was credited: of a session, its first of each kind counts."""
    session, strand = seen.session, seen.strand
    if strand is None or session is None or not is_machine_like(strand) or is_look(outcome, declared=session.declared):
        return NOTHING
    if session.good == 1 and session.open_burn == 0 and outcome.outcome in GOOD:
        return (counted(seen.day, "good", profile.tenant_id, strand.template),)
    if session.bad == 1 and not session.good:
        return (counted(seen.day, "bad", profile.tenant_id, strand.template),)
    return NOTHING


def of_label(profile: Profile, label: Label) -> tuple[Count, ...]:
    """What a person said of an alert of which the profile still knows what it was."""
    key = profile.workload_of(label.alert_id)
    if key is None or not (kind := profile.alerts[key].kind):
        return NOTHING
    return (counted(int(label.at // DAY), "label", profile.tenant_id, f"{label.verdict}/{kind}"),)


def _day(profile: Profile, seen: Features, policy: Policy) -> list[Count]:
    """A person-day; and of the last one that the person had, what it burned, and whether that was a spike."""
    tenant, usual = profile.tenant_id, profile.day_burn - profile.day_flagged
    found = [counted(seen.day, "people", tenant)]
    if profile.day and usual > 0:
        burn = log(max(usual, 1e-6))
        found += [
            counted(seen.day, "burn", tenant, "n"),
            counted(seen.day, "burn", tenant, "sum", round(1000 * burn)),
            counted(seen.day, "burn", tenant, "square", round(1000 * burn * burn)),
        ]
        if len(profile.days) >= policy.spike_min_days and burn - usual_day(profile, policy)[0] >= log(MOVED_RATIO):
            found.append(counted(seen.day, "moved", tenant, "volume"))
    return found


def _busy(profile: Profile, seen: Features) -> list[Count]:
    pairs = {
        "price": (profile.price_now, profile.price_usual),
        "output": (profile.out_now, profile.out_usual),
        "context": (profile.context_now, profile.context_usual),
    }
    moved = [kind for kind, (now, usual) in pairs.items() if deviations(now, usual) >= SHIFT_NOW[0]]
    tenant = profile.tenant_id
    return [counted(seen.day, "busy", tenant), *(counted(seen.day, "moved", tenant, kind) for kind in moved)]
