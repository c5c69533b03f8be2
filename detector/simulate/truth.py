"""Beside the records and never in them: who is who, what was burned where, and what the company knows of itself."""

from collections.abc import Iterable, Iterator
from typing import Any

from detector.simulate.automation import BEAT
from detector.simulate.cast import Cast
from detector.simulate.catalogue import MODELS
from detector.simulate.gaming import BEHAVIOURS
from detector.simulate.honest import SAYINGS, SKILLS, TOOLS
from detector.simulate.wire import instant
from detector.simulate.world import DAY, Memory, World


def tell(casts: Iterable[Cast], memories: Iterable[Memory]) -> Iterator[dict[str, Any]]:
    """A `user` line for everybody and a `workload` line for every gamer whose workload left records."""
    for cast, memory in zip(casts, memories, strict=True):
        yield _user(cast, memory)
        if cast.gamer is not None and memory.workload.invocations:
            yield _workload(cast, memory)


def _user(cast: Cast, memory: Memory) -> dict[str, Any]:
    person, gamer = cast.person, cast.gamer
    burned = memory.workload.cost_usd
    return {
        "kind": "user", "tenant_id": person.tenant, "user_id": person.user, "team_id": person.team,
        "honest": gamer is None,
        "persona": gamer.behaviour if gamer else cast.persona.name if cast.persona else "plain",
        "intensity": gamer.intensity if gamer else None, "evasive": gamer.disguise.names() if gamer else [],
        "role": person.role.name, "time_zone": person.zone.name, "utc_offset_hours": person.zone.offset,
        "part_time": person.part_time, "tenure_days": person.tenure_days, "circle": person.circle or None,
        "invocations": memory.total.invocations, "cost_usd": round(memory.total.cost_usd, 6),
        "gaming_cost_usd": round(burned, 6), "gaming_share": round(burned / (memory.total.cost_usd or 1.0), 6),
    }  # fmt: skip


def _workload(cast: Cast, memory: Memory) -> dict[str, Any]:
    person, workload, gamer = cast.person, memory.workload, cast.gamer
    assert gamer is not None  # noqa: S101 -- tells the type checker what the caller made sure of
    behaviour = BEHAVIOURS[gamer.behaviour]
    return {
        "kind": "workload", "tenant_id": person.tenant, "user_id": person.user, "behaviour": gamer.behaviour,
        "intensity": gamer.intensity, "evasive": gamer.disguise.names(), "circle": person.circle or None,
        "onset": instant(workload.first).isoformat(), "end": instant(workload.last).isoformat(),
        "invocations": workload.invocations, "cost_usd": round(workload.cost_usd, 6),
        "expected": sorted(behaviour.expected), "person_alert": behaviour.person_alert,
        "session_ids": list(workload.sessions),
    }  # fmt: skip


def describe(world: World, casts: Iterable[Cast]) -> dict[str, Any]:
    """Registered projects, templates and services, the calendar (dates), published targets, list prices."""
    days = {
        "hackathon": [world.calendar.hackathon], "model_launch": [world.calendar.launch],
        "price_cut": [world.calendar.price_cut], "incident": [world.calendar.incident],
    }  # fmt: skip
    return {
        "registered_projects": list(world.projects.registered), "evaluation_projects": list(world.projects.evaluations),
        "registered_templates": [f"{prompt.template:016x}" for prompt in (*SKILLS, *SAYINGS, *TOOLS.values(), BEAT)],
        "service_users": [part.person.user for part in casts if part.person.identity == "service"],
        "calendar": {
            name: [instant(world.start + day * DAY).date().isoformat() for day in found if day >= 0]
            for name, found in days.items()
        },
        "targets": {
            "window": world.targets.window, "per": "agent", "weekly_minimum_usd": world.targets.weekly_minimum_usd,
            "weekly_maximum_usd": world.targets.weekly_maximum_usd,
        },
        "prices": {
            model.name: {"input": model.price, "output": 5 * model.price, "cache_read": model.price / 10,
                         "cache_write": 1.25 * model.price} for model in MODELS
        },
    }  # fmt: skip
