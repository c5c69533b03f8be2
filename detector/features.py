"""Event and profile to features: everything that the judgement looks at, read once, written nowhere."""

from math import log
from zlib import crc32

import msgspec

from detector.addressed import credited, forgotten, is_declared, line_key_of, line_of, session_key_of, strand_of
from detector.cohort import NOBODY, Cohort
from detector.event import Invocation, Outcome
from detector.limits import AWAY_SECONDS
from detector.names import id_hash
from detector.policy import DAY, HOUR
from detector.pool import Pool, due, gather
from detector.prior import PRICES
from detector.profile import Profile
from detector.work import Line, Session, Strand

NEAR_BITS = 12
"""Similarity hashes at most this many bits apart say the same: random ones are 32 +- 4 apart, so 12 is 5 sigma off."""
MIN_CHARS = 16
"""Typed characters from which a prompt says anything: "continue", "yes" and "fix the tests" are said all day."""
OVERLAP = 0.5
"""Share of the shorter of two calls, from begin to begin or from end to end, below which both ran at once: a call that
waits for another comes after at least the whole of one of them."""
SPREAD = 0x9E3779B97F4A7C15
WORDS_MASK = 0xFFFFFFFFFFFFFFFF
"""An odd multiplier that spreads 32 bits over 64: two targets are 32 bits apart, as unrelated words are."""
LATE_SECONDS = 48 * HOUR
"""A record this far behind its user's clock is late: counted, not judged. Client buffers drain within a weekend."""


class Features(msgspec.Struct, gc=False):
    """One call, seen against its user's past. Log values are natural logs; hashes are 32-bit, 0 where unknown."""

    at: float
    day: int
    hour: int
    burn: float
    tokens: int
    log_out: float
    answered: bool
    """The record says how long the answer was; where it does not, nothing is known of lengths."""
    log_context: float
    """Log fresh or newly cached tokens sent for each token written."""
    log_price: float
    """Log dollars over what the tokens cost at the shipped list prices: how dear the model is, whatever it cached."""
    away: bool
    """The person has done nothing anywhere for `AWAY_SECONDS`."""
    automatic: bool
    """No person started this call, as far as the record says."""
    declared: bool
    """Part of declared automation: begun by a schedule, heartbeat, event or ci, or an agent's step in a session that
    was, and that no person came into so far."""
    failed: bool
    retry: bool
    """The call before it in this session failed: doing it again is right."""
    overlaps: bool
    """Nobody typed it, and it ran while the call before it in this session did."""
    exact: bool
    """The prompt is the same to the letter as one answered before."""
    typed: bool
    """A person typed it, as far as the record says, and it is more than a word or two."""
    again: bool
    """It asks again, to the letter or nearly so, what was answered before; not after a failure or a rejection."""
    prompt: int
    template: int
    target: int
    simhash: int
    ask: int
    """The key of what is asked: its template, or that of nearly the same words asked before; 0 where unknown."""
    session_key: str
    line_key: str
    strand_key: str | None
    session: Session | None
    habits: int
    """Habits that the session showed so far, one bit each."""
    line: Line | None
    strand: Strand | None
    due: bool
    """Whether repeated work is looked at with this call: of a flood, only every so often."""
    pool: Pool | None
    """The person's machine-like repeated work, when this call is part of it."""
    cohort: Cohort
    """What is known of the tenant's people as of the closed days."""


def extract(profile: Profile, call: Invocation, at: float, cohort: Cohort = NOBODY) -> Features:
    """The features of one call. Reads the profile only."""
    session_key = session_key_of(call)
    session = profile.session(session_key)
    declared = is_declared(call, session)
    line_key = line_key_of(call.agent, call.project, automated=declared)
    prompt, template, simhash = _words(call)
    target = id_hash(call.target_hash)
    ask = ask_of(profile, template, simhash)
    strand_key, strand = _strand_of(profile, ask)
    looked_at = strand is None or due(strand, at)
    usage, written, trigger = _usage(call), call.output_tokens, call.trigger
    burn, tokens = burn_of(call), sum(usage)
    typed, retry = is_typed(call), session is not None and session.last_failed
    # By place: by name msgspec takes 2 us to find 33 fields, a twentieth of the whole judgement.
    return Features(
        at, int(at // DAY), int(at // HOUR), burn, tokens,
        log(1 + written),
        written > 0,  # answered
        log((1 + call.input_tokens + call.cache_write_tokens) / (1 + written)),  # log_context
        log(max(burn, 1e-9) / max(listed(usage), 1e-9)),  # log_price
        trigger != "manual" and at - profile.last_manual > AWAY_SECONDS,  # away
        trigger != "manual",  # automatic
        declared,
        call.status != "ok",  # failed
        retry,
        session is not None and trigger != "manual" and _is_beside(call, at, session),  # overlaps
        prompt != 0 and (prompt in profile.prompts or _same(profile, ask, prompt)),  # exact
        typed,
        typed and not retry and was_answered(profile, prompt, words_on(simhash, target)),  # again
        prompt, template, target, simhash,
        ask, session_key, line_key, strand_key,
        session,
        session.habits if session is not None else 0,
        profile.line(line_key),
        strand,
        looked_at,
        gather(profile, strand) if strand is not None and looked_at else None,
        cohort,
    )  # fmt: skip


def _is_beside(call: Invocation, at: float, session: Session) -> bool:
    """Whether the call ran while its session's last one did: it came sooner than one that waits for the other could,
    whether a record's time is that of its call's begin or end.
    """
    took = min(tenths(call.duration_ms), session.last_took)
    return 10.0 * abs(at - session.last_at) < OVERLAP * took


def tenths(milliseconds: int | None) -> int:
    """Tenths of a second, in which a session's last call is remembered: mostly one byte; 0 where unknown."""
    return (milliseconds or 0) // 100


def _words(call: Invocation) -> tuple[int, int, int]:
    """What stands for the prompt: exact hash with its target's, template (else the exact one), similarity hash; 0 where
    unknown. The same words about another file are another question.
    """
    prompt = id_hash(call.prompt_hash)
    asked = crc32(call.target_hash.encode(), prompt) if prompt and call.target_hash else prompt
    return asked, id_hash(call.template_hash) or prompt, int(call.simhash, 16) if call.simhash else 0


def words_on(simhash: int, target: int) -> int:
    """A similarity hash that is near another only where both ask nearly the same about the same target."""
    return simhash ^ (target * SPREAD & WORDS_MASK) if simhash else 0


def extract_outcome(profile: Profile, outcome: Outcome, at: float, cohort: Cohort = NOBODY) -> Features | None:
    """The features when an outcome arrives: the works that it credits, and no call. None for work forgotten."""
    session_key = credited(profile, outcome)
    session = profile.session(session_key) if session_key else None
    if session_key is not None and session is not None:
        line_key, habits, strand_key = session.line, session.habits, session.strands[-1] if session.strands else None
        declared = session.declared
    elif (gone := forgotten(profile, outcome)) is not None:
        line_key, habits, strand_key = line_of(profile, gone), gone.habits, strand_of(profile, gone)
        declared = gone.declared
    else:
        return None
    strand = profile.strand(strand_key) if strand_key else None
    return Features(
        at=at, day=int(at // DAY), hour=int(at // HOUR), burn=0.0, tokens=0, log_out=0.0, answered=False,
        log_context=0.0,
        log_price=0.0, away=False, automatic=True, declared=declared, failed=False, retry=False, overlaps=False,
        exact=False,
        typed=False, again=False, prompt=0,
        template=0, target=0, simhash=0, ask=0,
        session_key=session_key or "", line_key=line_key, strand_key=strand_key, session=session, habits=habits,
        line=profile.line(line_key), strand=strand, due=True,
        pool=gather(profile, strand) if strand is not None else None, cohort=cohort,
    )  # fmt: skip


def ask_of(profile: Profile, template: int, simhash: int) -> int:
    """What a call asks: its template, or that of nearly the same words asked lately; 0 where neither is known."""
    if simhash and template not in profile.asks:
        for known, ask in profile.asks.items():
            if ask.simhash and (ask.simhash ^ simhash).bit_count() <= NEAR_BITS:
                return known
    return template or simhash & 0xFFFFFFFF


def _strand_of(profile: Profile, ask: int) -> tuple[str | None, Strand | None]:
    """The strand that a thing asked is part of; None where it is of none, or of one forgotten."""
    known = profile.asks.get(ask)
    key = known.strand if known is not None else None
    return key, profile.strand(key) if key else None


def is_typed(call: Invocation) -> bool:
    """Whether a person typed this prompt, as far as the record says, and it is more than "continue"."""
    by_hand = call.trigger == "manual" or (call.trigger == "unknown" and call.tool is None)
    return by_hand and (call.prompt_chars is None or call.prompt_chars >= MIN_CHARS)


def was_answered(profile: Profile, prompt: int, simhash: int) -> bool:
    """Whether a typed prompt, or nearly the same words, was answered lately."""
    if prompt and prompt in profile.prompts:
        return True
    if simhash:
        for words in profile.prompts.values():
            if words and (words ^ simhash).bit_count() <= NEAR_BITS:
                return True
    return False


def _same(profile: Profile, ask: int, prompt: int) -> bool:
    known = profile.asks.get(ask)
    return known is not None and known.prompt == prompt


def burn_of(event: Invocation) -> float:
    """Dollars burned: as reported, else estimated from tokens at list ratios."""
    if event.cost_usd is not None:
        return event.cost_usd
    return listed(_usage(event))


def listed(usage: tuple[int, int, int, int]) -> float:
    """Dollars that so many tokens cost at the shipped list prices."""
    fresh, written, read, cached = PRICES
    return usage[0] * fresh + usage[1] * written + usage[2] * read + usage[3] * cached


def _usage(event: Invocation) -> tuple[int, int, int, int]:
    return event.input_tokens, event.output_tokens, event.cache_read_tokens, event.cache_write_tokens
