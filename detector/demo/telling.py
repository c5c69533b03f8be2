"""Alerts as the terminal shows them: a new one whole, a graver one again, the rest only counted."""

from collections import Counter
from typing import Final

from rich.console import Console, Group
from rich.padding import Padding
from rich.text import Text

from detector.alert import Alert
from detector.verdict import RANK

COLOURS: Final = {"info": "cyan", "warning": "yellow", "critical": "bold red"}
SEVERITIES: Final = tuple(COLOURS)


class Teller:
    """Scrolls what is news. A revision that only says that it goes on is not."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._known: dict[str, Alert] = {}
        self.counts: Counter[str] = Counter()
        """Alerts told so far by category."""

    def tell(self, alert: Alert) -> None:
        """Show an alert record, if it is news."""
        known = self._known.get(alert.alert_id)
        if known is not None and alert.revision <= known.revision:
            return
        self._known[alert.alert_id] = alert
        if known is None:
            self.counts[alert.category] += 1
        if alert.status == "resolved":
            self._line(alert, "over", "green")
        elif known is None or gravity(alert) > gravity(known):
            self._whole(alert)

    @property
    def firing(self) -> int:
        """Alerts whose workload is not over."""
        return sum(alert.status == "firing" for alert in self._known.values())

    def _whole(self, alert: Alert) -> None:
        head = self._head(alert, alert.severity.upper(), COLOURS[alert.severity])
        sentence = Text(printable(alert.summary))
        families = Text(" + ".join(alert.families) + f"  confidence {alert.confidence:.0%}", style="dim")
        if self._console.is_terminal:
            self._console.print(Group(head, Padding(Group(sentence, families), (0, 0, 1, 2))))
        else:
            for line in (head, sentence, families):
                self._console.print(line, soft_wrap=True)

    def _line(self, alert: Alert, word: str, colour: str) -> None:
        self._console.print(self._head(alert, word, colour), soft_wrap=True)

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


def printable(text: str) -> str:
    r"""Names come from clients: nothing in them may move the cursor or colour the screen.

    >>> printable("agent\x1b[31m")
    'agent\ufffd[31m'
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
