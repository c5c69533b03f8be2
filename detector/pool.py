"""The pool: all machine-like repeated work of one person, whatever agent, project, session or prompt it hides behind.

A gamer can rotate prompts, spread over agents and open a session a call; what stays is that the same is asked again and
again and that the answers are all of one length, which people's repeated prompts ("run the tests", "go on") never show.
"""

from math import log
from typing import Final

import msgspec

from detector.profile import Profile
from detector.work import Strand, Yield

FLAT_SD: Final = 0.42
"""Spread of log output tokens up to which a strand is machine-like. On two independent synthetic companies, 90 % of
honest strands are above 0.57 and 0.92, half of gaming ones below 0.15 and 0.35."""
MIN_CALLS: Final = 4
"""Calls before a strand's spread is looked at."""
MAX_FRESH: Final = 0.5
"""Share of calls on fresh targets above which repeated work is a walk over many things: a migration, not a loop."""
BARREN_WALK: Final = 5
"""Independent bad outcomes without a good one from which a walk is no migration: merges follow those."""
EVERY_CALL: Final = 64
STRIDE: Final = 32
SLOW_SECONDS: Final = 300.0
"""A strand is looked at with each of its first 64 calls, then every 32nd, or after five minutes: floods cost little."""
DECLARED: Final = frozenset({"scheduled", "heartbeat", "event"})
"""Triggers of declared automation: silence about its output is usual. Self-declared, so it only lowers weights."""
BY_ITSELF: Final = DECLARED | {"ci"}
"""Triggers of what begins without a person; builds among them are no pool of their own."""


class Pool(msgspec.Struct, frozen=True, gc=False):
    """The sum over the strands of the pool. `lead` is the strand with the most calls; spreads are weighted by calls."""

    lead: Strand
    strands: int
    calls: int
    tokens: int
    burn: float
    out_sd: float
    gap_sd: float
    gap_mean: float
    away: float
    manual: float
    exact: float
    full_days: int
    days: int
    models: int
    """Most models that one strand's latest calls went to."""
    key: str
    """The workload that alerts about the pool are told under."""
    fruit: Yield


HEARTBEAT_GAP: Final = log(900.0)
"""Log seconds between calls from which a declared heartbeat is one: the published defaults are 1,800 and 3,600."""


HEARTBEAT_OUT: Final = log(150.0)
"""Log output tokens up to which it is one: "nothing to do" takes ten; who writes a page each time works."""


def is_heartbeat(strand: Strand) -> bool:
    """Whether a strand is a declared heartbeat at a heartbeat's pace: constant text, little work, by design."""
    return strand.trigger == "heartbeat" and strand.gap.mean >= HEARTBEAT_GAP and strand.out.mean <= HEARTBEAT_OUT


def is_machine_like(strand: Strand) -> bool:
    """Whether a strand is the same asked again of the same, with answers of one length."""
    return _is_flat(strand) and not is_walk(strand)


def is_walk(strand: Strand) -> bool:
    """Whether a strand goes over many things, as a migration does."""
    return strand.fresh.value > MAX_FRESH


def _is_flat(strand: Strand) -> bool:
    return min(strand.calls - strand.retries, strand.out.n) >= MIN_CALLS and strand.out.sd <= FLAT_SD


def _belongs(strand: Strand) -> bool:
    """Whether a strand belongs in a pool: a walk does where all that is known of it is that it was in vain. What
    several people run is not told by that: the good ends of who wants it would count for nobody (`detector.census`).
    """
    in_vain = strand.fruit.bad >= BARREN_WALK and not strand.fruit.good
    return _is_flat(strand) and (in_vain or not is_walk(strand))


def gather(profile: Profile, strand: Strand) -> Pool | None:
    """The pool of a strand: declared automation stands for itself, the rest of the person's is one pool."""
    if not _belongs(strand) or is_heartbeat(strand):
        return None
    if strand.trigger in DECLARED:
        return _sum(profile, [strand])
    keys = [key for key in profile.kept if key.startswith("t:")]
    found = [s for key in keys if (s := profile.strand(key)) is not None]
    return _sum(profile, [s for s in found if _belongs(s) and s.trigger not in DECLARED])


def _sum(profile: Profile, strands: list[Strand]) -> Pool:
    calls = sum(s.calls for s in strands)

    def mean(values: list[float]) -> float:
        return sum(s.calls * value for s, value in zip(strands, values, strict=True)) / calls

    lead = max(strands, key=lambda s: (s.calls, s.template))
    return Pool(
        lead=lead,
        key=_told_under(profile, lead),
        days=max(s.days for s in strands),
        models=max(len(s.models) for s in strands),
        strands=len(strands),
        calls=calls - sum(s.retries for s in strands),
        tokens=sum(s.tokens for s in strands),
        burn=sum(s.burn for s in strands),
        out_sd=mean([s.out.sd for s in strands]),
        gap_sd=mean([s.gap.sd for s in strands]),
        gap_mean=mean([s.gap.mean for s in strands]),
        away=mean([s.away.value for s in strands]),
        manual=mean([s.manual.value for s in strands]),
        exact=mean([s.exact.value for s in strands]),
        full_days=max(s.full_days for s in strands),
        fruit=_fruits([s.fruit for s in strands]),
    )


def _told_under(profile: Profile, lead: Strand) -> str:
    """The open alert that a pool is told under, for it may change its lead; declared automation keeps its own."""
    own = lead.line
    if own in profile.alerts or lead.trigger in DECLARED:
        return own
    return next((key for key, known in profile.alerts.items() if key[:2] not in {"d:", "t:"}), own)


def due(strand: Strand, at: float) -> bool:
    """Whether it's time to look at a strand again: always, unless it runs on fast, when nothing new is seen a call."""
    return strand.calls < EVERY_CALL or strand.calls % STRIDE == 0 or at > strand.last_at + SLOW_SECONDS


def _fruits(fruits: list[Yield]) -> Yield:
    return Yield(
        open_burn=sum(f.open_burn for f in fruits),
        good_burn=sum(f.good_burn for f in fruits),
        bad_burn=sum(f.bad_burn for f in fruits),
        good=sum(f.good for f in fruits),
        bad=sum(f.bad for f in fruits),
        sessions=sum(f.sessions for f in fruits),
        answered=sum(f.answered for f in fruits),
        read=sum(f.read for f in fruits),
        turned_before=sum(f.turned_before for f in fruits),
    )
