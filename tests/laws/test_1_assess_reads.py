"""Law 1: judging changes no byte of what is remembered."""

from hypothesis import given

from detector.event import Decoder, Invocation, Outcome, Rejection
from detector.features import extract, extract_outcome
from detector.pipeline import Pipeline
from detector.profile import Profile
from tests.streams import EAGER, FileSource, Line, play
from tests.worlds import law, slice_of_company, streams

PIPELINE = Pipeline(EAGER)


def assess_between(stream):
    """Play a stream; before each event is learned, judge it twice on the loaded and on the live profile."""
    ahead = iter(stream)
    assessed = []

    def between(key: str, profile: Profile) -> Profile:
        line = next(line for line in ahead if not isinstance(decoder.decode(line.value), Rejection))
        event = decoder.decode(line.value)
        state = profile.dumps()
        loaded = Profile.loads(key, state)
        for subject in (profile, loaded):
            first, second = told(subject, event, line), told(subject, event, line)
            assert first == second
            assert subject.dumps() == state
        assessed.append(event)
        return profile

    decoder = Decoder()
    play(stream, between=between)
    return assessed


def told(profile: Profile, event, line: Line):
    if isinstance(event, Invocation):
        return PIPELINE.assess(profile, extract(profile, event, event.at), FileSource("x", line.number))
    if isinstance(event, Outcome) and (seen := extract_outcome(profile, event, event.at)) is not None:
        return PIPELINE.assess(profile, seen, FileSource("x", line.number))
    return None


@law
@given(streams())
def test_random_streams(stream):
    """On any stream, with a live profile and with one loaded from bytes."""
    assess_between(stream)


def test_company():
    """On simulated people, gamers and look-alikes."""
    assert len(assess_between(slice_of_company(1500))) == 1500
