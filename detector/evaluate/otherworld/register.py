"""What this company has put on record: sanctioned projects, published templates, its minimum."""

from collections.abc import Iterable
from typing import Any

from detector.evaluate.otherworld.market import MINIMUM_USD
from detector.evaluate.otherworld.people import Person
from detector.evaluate.otherworld.prompts import constant

PUBLISHED = {"roll_out": "command", "L01_review_bot": "review", "L01_build_key": "build"}
"""Personas whose prompts are published, and what they are called."""

PROJECTS = ("evaluation",)
"""Projects on record. The tagging pipeline is not among them: somebody forgot, as somebody always does."""


def register(people: Iterable[Person]) -> dict[str, Any]:
    """The names are those of the detector's policy, so that a benchmark can pass them on or leave them out."""
    templates = {
        constant(f"{PUBLISHED[person.persona]} {person.team}", 0).form
        for person in people
        if person.persona in PUBLISHED
    }
    return {
        "registered_projects": list(PROJECTS),
        "registered_templates": sorted(templates),
        "weekly_minimum_usd": MINIMUM_USD,
    }
