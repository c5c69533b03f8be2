"""What people would be told: every post to a receiver that speaks as Alertmanager does, and what should be there."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from math import fsum
from typing import Any

from tests.notify.conftest import Hook

Told = dict[tuple[str, int], dict[str, Any]]


def posts(hook: Hook) -> Iterator[dict[str, Any]]:
    """Each alert of each post, in order."""
    for _, body in list(hook.got):
        yield from json.loads(body)


def paged(hook: Hook) -> set[str]:
    """The ids of alerts below critical that were ever told one by one."""
    told = (post["labels"] for post in posts(hook))
    return {labels["alert_id"] for labels in told if "alert_id" in labels and labels["severity"] != "critical"}


def digest(hook: Hook) -> dict[str, str]:
    """What the digest said last; there is one tenant and day here."""
    told = [post["annotations"] for post in posts(hook) if post["labels"]["alertname"] == "TokenmaxxingDigest"]
    return told[-1] if told else {}


def expected(told: Told, alone: Iterable[str]) -> dict[str, str]:
    """What the digest should say of these alerts when those are told alone: counted anew, by no code of the bridge."""
    last = {name: told[name, revision] for name, revision in sorted(told)}
    owned = set(alone)
    folded = [
        alert
        for name, alert in last.items()
        if name not in owned and alert["severity"] != "critical" and alert["status"] == "firing"
    ]
    stakes = [alert["at_stake"] for alert in folded]
    sums = {name: sum(stake[name] for stake in stakes) for name in ("tokens", "invocations")}
    return {
        "count": str(len(folded)),
        "people": str(len({alert["user_id"] for alert in folded})),
        "severities": _each(alert["severity"] for alert in folded),
        "categories": _each(alert["category"] for alert in folded),
        "typologies": _each(alert["typology"] for alert in folded),
        "at_stake": f"${fsum(stake['cost_usd'] for stake in stakes):,.2f}, {sums['tokens']:,} tokens, "
        f"{sums['invocations']:,} calls",
    }


def _each(names: Iterable[str]) -> str:
    counts = sorted(Counter(names).items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{name} {count}" for name, count in counts)
