"""Floors on real data: what a later change must not lose. Skipped where the data is absent."""

import msgspec
import pytest

from detector.event import Decoder, Rejection
from detector.policy import Policy
from tests.realdata import cadence, convert, false_alarms, nab
from tests.realdata.source import loader, root

pytestmark = pytest.mark.skipif(root() is None, reason="no real data: set TM_DATA to its directory")


def test_every_converted_record_is_one() -> None:
    """The decoder accepts what the converter writes."""
    decoder = Decoder()
    for name in ("tracelab", "mooncake", "ragpulse"):
        for record in convert.TRACES[name]():
            assert not isinstance(decoder.decode(msgspec.json.encode(record)), Rejection)


@pytest.mark.parametrize("trace", ["RAGPulse", "GitHub humans"])
def test_people_are_not_accused(trace: str) -> None:
    """No `tokenmaxxing` alert in two months of developers or two weeks of questions: one is one too many."""
    assert "tokenmaxxing" not in false_alarms.judge(false_alarms.TRACES[trace](), Policy()).raised


def test_bots_differ_from_people_after_50_events() -> None:
    """The floor of the RSC measure."""
    assert cadence.rsc(50) >= 0.93


def test_take_overs_are_noticed() -> None:
    """The floor of the splice measure, at 4 % of clean users alarmed."""
    assert cadence.splice()[0] >= 0.6


def test_volume_beats_the_scoreboards_middle() -> None:
    """The floor of the NAB measure."""
    assert loader("nab_score").score(nab.scores())["standard"] >= 52
