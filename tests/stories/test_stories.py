"""Each story is heard, or it is not, as it says; one alert is kept whole, as a person reads it."""

import json
from pathlib import Path

import msgspec
import pytest

from detector.evidence.catalogue import CATALOGUE
from tests.stories.telling import HERE, alerts, names, stories

TOLD = dict(stories())
GOLDEN = {story["golden"]: story for story in TOLD.values() if "golden" in story}


@pytest.mark.parametrize("name", list(TOLD))
def test_story(name):
    """A gamer's story raises an alert led by one of its typologies; an honest one raises none."""
    story = TOLD[name]
    raised = alerts(story)
    told = [(a.typology, a.category, a.raised_at, a.summary) for a in raised]
    if not story["raises"]:
        assert told == []
        return
    assert {a.typology for a in raised} & set(story["raises"]), told
    assert {a.tenant_id for a in raised} == {"default"}
    if "category" in story:
        assert story["category"] in {a.category for a in raised}, told
    assert story.get("never") not in {a.category for a in raised}, told


def test_every_typology_has_both_kinds():
    """No typology without a story that is heard and one that is not."""
    for typology in CATALOGUE:
        kinds = {bool(story["raises"]) for name, story in TOLD.items() if name.startswith(f"{typology}:")}
        assert kinds == {True, False}, typology
    assert set(names()) <= set(CATALOGUE)


def golden(name: str) -> tuple[Path, str]:
    """The file of a golden alert, and what it should hold: the last firing publication of a typology that the story is
    about, but for the versions in it.
    """
    told = alerts(GOLDEN[name])
    last = [alert for alert in told if alert.status == "firing" and alert.typology in GOLDEN[name]["raises"]][-1]
    record = json.loads(msgspec.json.encode(last))
    del record["produced_by"]  # changes with every version
    return HERE / "golden" / f"{name}.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_golden(name):
    """The alert is the one in the file; `python -m tests.stories` writes the files anew, for a person to read."""
    path, expected = golden(name)
    assert path.read_text() == expected
