"""Alerts as the terminal shows them: a new one whole, a graver one again, the first end; the rest is counted."""

from typing import Final

from rich.console import Console, Group
from rich.padding import Padding
from rich.text import Text

from detector.alert import Alert, printable
from detector.verdict import RANK

COLOURS: Final = {"info": "cyan", "warning": "yellow", "critical": "bold red"}
SEVERITIES: Final = tuple(COLOURS)


class Teller:
    """Scrolls what is news: an alert, when it becomes graver, and its first end. What comes and goes daily is not."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.latest: dict[str, Alert] = {}
        """The newest revision of each alert, by id."""
        self.gravest: dict[str, Alert] = {}
        """The gravest revision of each alert, by id: what was told of it."""
        self._ended: set[str] = set()

    def tell(self, alert: Alert) -> None:
        """Show an alert record, if it is news."""
        known, told = self.latest.get(alert.alert_id), self.gravest.get(alert.alert_id)
        if known is not None and alert.revision <= known.revision:
            return
        self.latest[alert.alert_id] = alert
        if told is None or gravity(alert) > gravity(told):
            self.gravest[alert.alert_id] = alert
            self._whole(alert)
        elif alert.status == "resolved" and alert.alert_id not in self._ended:
            self._ended.add(alert.alert_id)
            self.say(self._head(alert, "over", "green"))

    def say(self, line: Text | str) -> None:
        """Show one line of another kind."""
        self._console.print(line, soft_wrap=True)

    @property
    def standing(self) -> str:
        """How many alerts there were, and how many fire."""
        count, firing = len(self.latest), sum(alert.status == "firing" for alert in self.latest.values())
        return f"{count} alert{'' if count == 1 else 's'}, {firing} firing"

    def _whole(self, alert: Alert) -> None:
        head = self._head(alert, alert.severity.upper(), COLOURS[alert.severity])
        sentence = Text(printable(alert.summary))
        families = Text(" + ".join(alert.families) + f"  confidence {alert.confidence:.0%}", style="dim")
        if self._console.is_terminal:
            self._console.print(Group(head, Padding(Group(sentence, families), (0, 0, 1, 2))))
        else:
            for line in (head, sentence, families):
                self.say(line)

    def _head(self, alert: Alert, word: str, colour: str) -> Text:
        return Text.assemble(
            (f"{word:8} ", colour),
            (f"{alert.category} ", "bold"),
            f"{alert.typology.replace('_', ' ')}",
            (f"  {alert.raised_at[:16].replace('T', ' ')}  {printable(alert.user_id)}", "dim"),
        )


def gravity(alert: Alert) -> tuple[int, int]:
    """What makes an alert graver: first what it is called, then how severe it is."""
    return RANK[alert.category], SEVERITIES.index(alert.severity)
