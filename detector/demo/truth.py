"""What was true, once all has been played: who gamed, and what the alerts made of it. Only a simulation knows."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from detector.alert import Alert
from detector.demo.telling import gravity


def verdict_on(truth: Iterable[dict[str, Any]], alerts: Iterable[Alert]) -> Iterator[Text]:
    """A line for each person who gamed, with the gravest alert about them, and one for everybody else.

    `alerts` are the gravest revisions, one an alert. An alert about a gamer before the gaming began does not count.
    """
    told = sorted(alerts, key=gravity, reverse=True)
    people = [line for line in truth if line["kind"] == "user"]
    onsets = {line["user_id"]: line["onset"] for line in truth if line["kind"] == "workload"}
    gamers = [person for person in people if not person["honest"]]
    yield Text(f"The truth: {len(gamers)} of {len(people)} people gamed.", style="bold")
    for person in gamers:
        user, onset = person["user_id"], onsets.get(person["user_id"], "")[:19]
        found = next((a for a in told if a.user_id == user and a.raised_at[:19] >= onset), None)
        what = person["persona"].partition("_")[2].replace("_", " ")
        yield Text.assemble(
            (f"  {'alert' if found else 'missed':8} ", "green" if found else "red"),
            f"{what:16} ${person['gaming_cost_usd']:>8,.2f} burned  ",
            (f"{found.category} {found.typology.replace('_', ' ')}" if found else "no alert", "dim"),
        )
    names = {person["user_id"] for person in gamers}
    others = [alert for alert in told if alert.user_id not in names]
    grave = sum(alert.category == "tokenmaxxing" for alert in others)
    yield Text(f"  Alerts about the {len(people) - len(gamers)} others: {len(others)}, {grave} of them tokenmaxxing.")
