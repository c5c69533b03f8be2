"""How the same thing asked again becomes a strand, and what a strand takes in."""

from itertools import islice
from math import log

from detector.credit import catch_up, open_session, turn_fruit
from detector.event import Invocation
from detector.features import Features
from detector.limits import FLAT_RUN, FULL_DAY_HOURS, LINE_SPAN, MAX_ASKS, MAX_STRANDS, MODELS_SPAN, RING
from detector.models import Level, Share
from detector.names import id_hash, kept_id, kept_name, key_of
from detector.profile import Profile
from detector.work import Ask, Session, Strand

ALIKE = 0.45
"""Difference of log output tokens up to which two answers are of one length: half again as long is another."""
OUT_STEPS = 16
"""Steps a nat that an answer's length is remembered in: one byte, 6 % apart."""
MIN_GAP = 0.05
"""Seconds; calls closer than this are parallel, and the log needs a floor."""


def learn_strand(profile: Profile, call: Invocation, seen: Features, session: Session) -> None:
    """Take in what was asked and, where it is asked again and again for answers of one length, its strand."""
    ask = _learn_ask(profile, seen)
    key, strand = seen.strand_key, seen.strand
    if strand is None or key is None:
        if ask is None or ask.flat < FLAT_RUN:
            return
        key, strand = _strand_for(profile, call, seen)
        ask.strand = key
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
    _learn_models(strand, call.model)
    _learn_targets(strand, seen)
    _learn_rhythm(strand, seen)
    turn_fruit(strand.fruit, seen.day)
    if open_session(strand, session, seen, known=key in session.strands):
        catch_up(strand.fruit, session)
    if key not in session.strands:
        session.strands.append(key)
        del session.strands[:-3]  # an outcome credits the three last things that a session repeated
    profile.keep(key, strand)


def _learn_ask(profile: Profile, seen: Features) -> Ask | None:
    """Count what is asked, and whether its answers stay as long as they were; None where nobody knows what it is."""
    if not seen.ask:
        return None
    ask = profile.asks.pop(seen.ask, None)
    if ask is None:
        _forget_ask(profile)
        ask = Ask(seen.simhash)
    elif seen.answered and not seen.retry:
        alike = abs(seen.log_out - ask.out / OUT_STEPS) <= ALIKE
        ask.flat = ask.flat + 1 if alike else 0
    profile.asks[seen.ask] = ask
    ask.calls += 1
    ask.prompt = seen.prompt
    if seen.answered:
        ask.out = round(seen.log_out * OUT_STEPS)
    return ask


def _forget_ask(profile: Profile) -> None:
    """Make room for one more: of the eight asked least recently, what was asked least often goes; the others age. What
    has a strand goes last: a daemon asks every half hour, and its person a hundred other things in between.
    """
    if len(profile.asks) < MAX_ASKS:
        return
    oldest = list(islice(profile.asks.items(), 8))
    rarest, _ = min(oldest, key=lambda item: (item[1].strand in profile.kept, item[1].calls))
    for _, ask in oldest:
        ask.calls //= 2
    del profile.asks[rarest]


def _strand_for(profile: Profile, call: Invocation, seen: Features) -> tuple[str, Strand]:
    """A strand of its own or, where there is no room, the one most like it: a script of many lines is one strand."""
    key = key_of("t", seen.ask)
    if (known := profile.strand(key)) is not None:  # the ask was forgotten in between, the strand was not
        return key, known
    keys = [key for key in profile.kept if key.startswith("t:")]
    if len(keys) >= MAX_STRANDS:
        found = [(key, strand) for key in keys if (strand := profile.strand(key)) is not None]
        alike = [
            (abs(strand.out.mean - seen.log_out), key, strand)
            for key, strand in found
            if strand.line == seen.line_key and strand.trigger == call.trigger
        ]
        if alike and (nearest := min(alike))[0] <= ALIKE:
            return nearest[1], nearest[2]
        del profile.kept[min(found[:4], key=lambda item: item[1].calls)[0]]
    strand = Strand(
        seen.ask, seen.simhash, seen.line_key, kept_name(call.agent), kept_name(call.project),
        kept_id(call.session_id), kept_id(call.template_hash), call.identity,
        call.trigger, seen.at,
        Level(LINE_SPAN), Level(LINE_SPAN), Level(LINE_SPAN),
        Share(LINE_SPAN), Share(LINE_SPAN), Share(LINE_SPAN), Share(LINE_SPAN),
    )  # fmt: skip
    return key, strand


def _learn_targets(strand: Strand, seen: Features) -> None:
    if seen.retry:
        return
    fresh = seen.target != 0 and seen.target not in strand.targets
    strand.fresh.update(float(fresh))
    if fresh:
        strand.targets.append(seen.target)
        del strand.targets[:-RING]


def _learn_models(strand: Strand, model: str | None) -> None:
    """Count the model; every 128 counts all are halved, and what had less than a tenth is forgotten."""
    if model is None:
        return
    name = id_hash(model)
    strand.models[name] = strand.models.get(name, 0) + 1
    if sum(strand.models.values()) >= MODELS_SPAN:
        strand.models = {name: count // 2 for name, count in strand.models.items() if count >= MODELS_SPAN // 10}


def _learn_rhythm(strand: Strand, seen: Features) -> None:
    if seen.day > strand.day:
        full = strand.hours.bit_count() >= FULL_DAY_HOURS
        strand.full_days = strand.full_days + 1 if full and seen.day == strand.day + 1 else int(full)
        strand.day, strand.hours = seen.day, 0
        strand.days += 1
    strand.hours |= 1 << (seen.hour % 24)
