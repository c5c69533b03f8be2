"""Event and profile to features: everything that the judgement looks at, read once, written nowhere."""

from math import log
from zlib import crc32

import msgspec

from detector.event import Invocation, Outcome
from detector.policy import DAY, HOUR
from detector.prior import PRICES
from detector.profile import AWAY_SECONDS, Profile, Work

NEAR_BITS = 12
"""Similarity hashes at most this many bits apart say the same: random ones are 32 +- 4 apart, so 12 is 5 sigma off."""
MIN_GAP = 0.05
"""Seconds; calls closer than this are parallel, and the log needs a floor."""
LATE_SECONDS = 48 * HOUR
"""A record this far behind its user's clock is late: counted, not judged. Client buffers drain within a weekend."""
SILENT_TRIGGERS = frozenset({"heartbeat", "scheduled", "ci"})
"""Constant prompts by design: their repetition is not asking again."""


class Features(msgspec.Struct, gc=False):
    """One call, seen against its user's past. Log values are natural logs; hashes are 32-bit, 0 where unknown."""

    at: float
    day: int
    hour: int
    burn: float
    tokens: int
    log_burn: float
    log_out: float
    log_context: float
    """Log fresh or newly cached tokens sent for each token written."""
    away: bool
    """The person has done nothing anywhere for `AWAY_SECONDS`."""
    root: int
    automatic: bool
    """No person started this call, as far as the record says."""
    failed: bool
    session_key: str
    line_key: str
    session: Work | None
    line: Work | None
    prompt: int
    template: int
    target: int
    simhash: int
    usage: int
    """Fingerprint of the usage figures: the same again and again under new ids is replayed history."""
    retry: bool
    """The call before it in this session failed: doing it again is right."""
    duplicate: bool | None
    """Asks again what was answered; None where that can't be said or means nothing."""


def extract(profile: Profile, event: Invocation) -> Features:
    """The features of one call. Reads the profile only."""
    line_key = f"l:{event.agent or ''}|{event.project or ''}"
    own = event.session_id or event.root_id
    session_key = f"s:{own}" if own else line_key
    session, line = profile.work(session_key), profile.work(line_key)
    burn, tokens = burn_of(event), _tokens(event)
    prompt = id_hash(event.prompt_hash)
    template = id_hash(event.template_hash) or prompt
    simhash = int(event.simhash, 16) if event.simhash else 0
    retry = session is not None and session.last_failed
    return Features(
        at=event.at,
        day=int(event.at // DAY),
        hour=int(event.at // HOUR),
        burn=burn,
        tokens=tokens,
        log_burn=log(max(burn, 1e-6)),
        log_out=log(1 + event.output_tokens),
        log_context=log((1 + event.input_tokens + event.cache_write_tokens) / (1 + event.output_tokens)),
        away=event.trigger != "manual" and event.at - profile.last_manual > AWAY_SECONDS,
        root=id_hash(event.root_id or event.parent_id),
        automatic=event.trigger != "manual",
        failed=event.status != "ok",
        session_key=session_key,
        line_key=line_key,
        session=session,
        line=line,
        prompt=prompt,
        template=template,
        target=id_hash(event.target_hash),
        simhash=simhash,
        usage=crc32(b"%d|%d|%d|%d" % _usage(event)) if tokens else 0,
        retry=retry,
        duplicate=_duplicate(profile, event, prompt, retry=retry),
    )


def extract_outcome(profile: Profile, outcome: Outcome) -> Features | None:
    """The features when an outcome arrives: the works that it credits, and no call. None for work forgotten."""
    session_key = credited(profile, outcome)
    session = profile.work(session_key) if session_key else None
    if session_key is None or session is None:
        return None
    at = outcome.at
    line = profile.work(session.line)
    return Features(
        at=at, day=int(at // DAY), hour=int(at // HOUR), burn=0.0, tokens=0, log_burn=0.0, log_out=0.0, log_context=0.0,
        away=False, root=0, automatic=True,
        failed=False, session_key=session_key, line_key=session.line, session=session, line=line, prompt=0, template=0,
        target=0, simhash=0, usage=0, retry=False, duplicate=None,
    )  # fmt: skip


def credited(profile: Profile, outcome: Outcome) -> str | None:
    """The key of the session that an outcome speaks of: by its name, else by the call that it names."""
    if outcome.session_id is not None:
        key = f"s:{outcome.session_id}"
        if key in profile.works:
            return key
    ordinal = profile.ids.get(id_hash(outcome.invocation_id))
    return profile.sessions.get(ordinal) if ordinal is not None else None


def burn_of(event: Invocation) -> float:
    """Dollars burned: as reported, else estimated from tokens at list ratios."""
    if event.cost_usd is not None:
        return event.cost_usd
    return sum(count * price for count, price in zip(_usage(event), PRICES, strict=True))


def same_work(work: Work, features: Features) -> bool | None:
    """Whether the call does again what this work did: the same template or nearly the same words, on the same target.

    A template that walks over new targets is a migration, not a loop; doing again what failed is a retry.
    None where the record names neither template nor similarity hash.
    """
    if features.retry or not (features.template or features.simhash):
        return None
    again = features.template in work.templates or (
        features.simhash != 0 and any((features.simhash ^ s).bit_count() <= NEAR_BITS for s in work.simhashes)
    )
    return again and (not features.target or features.target in work.targets)


def log_gap(work: Work, at: float) -> float:
    """Log seconds since the work's last call."""
    return log(max(at - work.last_at, MIN_GAP))


def _duplicate(profile: Profile, event: Invocation, prompt: int, *, retry: bool) -> bool | None:
    if not prompt or retry or event.trigger in SILENT_TRIGGERS:
        return None
    return prompt in profile.prompts


def _usage(event: Invocation) -> tuple[int, int, int, int]:
    return event.input_tokens, event.output_tokens, event.cache_read_tokens, event.cache_write_tokens


def _tokens(event: Invocation) -> int:
    return event.input_tokens + event.output_tokens + event.cache_read_tokens + event.cache_write_tokens


def id_hash(text: str | None) -> int:
    """A stable 32-bit fingerprint, 0 for nothing. Two of 128 remembered ids collide once in 500,000 users."""
    return crc32(text.encode()) if text else 0
