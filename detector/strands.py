"""How the same thing asked again becomes a strand, and what a strand takes in."""

from math import log

from detector.credit import open_session
from detector.event import Invocation
from detector.features import NEAR_BITS, Features
from detector.models import Level, Share
from detector.profile import Profile
from detector.work import (
    FULL_DAY_HOURS,
    LINE_SPAN,
    MAX_CANDIDATES,
    MAX_STRANDS,
    PROMOTE_AT,
    RING,
    Session,
    Strand,
    kept_id,
    kept_name,
    key_of,
)

MIN_GAP = 0.05
"""Seconds; calls closer than this are parallel, and the log needs a floor."""


def learn_strand(profile: Profile, call: Invocation, seen: Features, session: Session) -> None:
    key, strand = seen.strand_key, seen.strand
    if key is None or strand is None:
        if not _promoted(profile, seen):
            return
        key, strand = _new_strand(profile, call, seen)
    if strand.calls and not seen.retry:
        strand.gap.update(log(max(seen.at - strand.last_at, MIN_GAP)))
    if seen.answered:
        strand.out.update(seen.log_out)
        strand.context.update(seen.log_context)
    strand.exact.update(float(seen.exact))
    strand.away.update(float(seen.away))
    strand.manual.update(float(not seen.automatic))
    strand.calls += 1
    strand.retries += seen.retry
    strand.tokens += seen.tokens
    strand.burn += seen.burn
    strand.last_at = max(strand.last_at, seen.at)
    strand.session_id = kept_id(call.session_id)
    strand.identity, strand.trigger = call.identity, call.trigger
    _learn_targets(strand, seen)
    _learn_rhythm(strand, seen)
    open_session(strand, session, seen)
    if key not in session.strands:
        session.strands.append(key)
        del session.strands[:-3]  # an outcome credits the three last things that a session repeated
    profile.keep(key, strand)


def _promoted(profile: Profile, seen: Features) -> bool:
    """Count a template that is no strand yet; whether it has become one."""
    if not (seen.template or seen.simhash):
        return False
    near = _candidate(profile, seen)
    simhash, count = profile.candidates.pop(near, (seen.simhash, 0))
    if count + 1 >= PROMOTE_AT:
        return True
    profile.candidates[near] = [simhash, count + 1]
    if len(profile.candidates) > MAX_CANDIDATES:
        del profile.candidates[next(iter(profile.candidates))]
    return False


def _candidate(profile: Profile, seen: Features) -> int:
    """The template that a call counts for: its own, else one of nearly the same words."""
    if seen.template not in profile.candidates and (words := seen.simhash):
        for template, (simhash, _) in profile.candidates.items():
            if simhash and (simhash ^ words).bit_count() <= NEAR_BITS:
                return template
    return seen.template or seen.simhash & 0xFFFFFFFF


def _new_strand(profile: Profile, call: Invocation, seen: Features) -> tuple[str, Strand]:
    key = key_of("t", seen.template or seen.simhash & 0xFFFFFFFF)
    _forget_thinnest(profile)
    if seen.simhash:
        profile.centres[seen.simhash] = key
    strand = Strand(
        seen.template, seen.simhash, seen.line_key, kept_name(call.agent), kept_name(call.project),
        kept_id(call.session_id), kept_id(call.template_hash), call.identity,
        call.trigger, seen.at,
        Level(LINE_SPAN), Level(LINE_SPAN), Level(LINE_SPAN),
        Share(LINE_SPAN), Share(LINE_SPAN), Share(LINE_SPAN), Share(LINE_SPAN),
    )  # fmt: skip
    return key, strand


def _forget_thinnest(profile: Profile) -> None:
    """Make room for a strand: of the four used least recently, the one with the fewest calls goes."""
    keys = [key for key in profile.kept if key.startswith("t:")]
    if len(keys) < MAX_STRANDS:
        return
    strands = [(strand.calls, key) for key in keys[:4] if (strand := profile.strand(key)) is not None]
    _, thinnest = min(strands)
    del profile.kept[thinnest]
    profile.centres = {centre: key for centre, key in profile.centres.items() if key != thinnest}


def _learn_targets(strand: Strand, seen: Features) -> None:
    if not seen.target or seen.retry:
        return
    strand.fresh.update(float(seen.target not in strand.targets))
    if seen.target not in strand.targets:
        strand.targets.append(seen.target)
        del strand.targets[:-RING]


def _learn_rhythm(strand: Strand, seen: Features) -> None:
    if seen.day > strand.day:
        full = strand.hours.bit_count() >= FULL_DAY_HOURS
        strand.full_days = strand.full_days + 1 if full and seen.day == strand.day + 1 else int(full)
        strand.day, strand.hours = seen.day, 0
        strand.days += 1
    strand.hours |= 1 << (seen.hour % 24)
