"""Logs on standard error: lines for a person, or JSON for a collector. No user id and no payload is ever logged."""

import logging
import sys
from datetime import UTC, datetime
from typing import Literal

import msgspec

OWN = "detector"
QUIETER = ("faust", "mode", "aiokafka", "redis", "asyncio", "detector.edge.app")
"""Libraries (the app's own log is Faust's) that tell every rebalance in twenty lines: only their warnings are told."""


class _Json(logging.Formatter):
    def __init__(self, worker: str | None) -> None:
        super().__init__()
        self._common = {"worker": worker} if worker else {}

    def format(self, record: logging.LogRecord) -> str:
        line = {
            **self._common,
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def configure(level: str, form: Literal["text", "json"], worker: str | None = None) -> None:
    """Send all logs to standard error at `level`, libraries at `warning` or above; `worker` is said in every line."""
    stream = logging.StreamHandler(sys.stderr)
    head = f"%(asctime)s %(levelname)-7s {worker} " if worker else "%(asctime)s %(levelname)-7s "
    text = logging.Formatter(head + "%(name)s: %(message)s", datefmt="%Y-%m-%dT%H:%M:%S%z")
    stream.setFormatter(_Json(worker) if form == "json" else text)
    root = logging.getLogger()
    root.handlers[:] = [stream]
    root.setLevel(logging.DEBUG if level == "debug" else logging.WARNING)
    logging.getLogger(OWN).setLevel(level.upper())
    for name in QUIETER:
        logging.getLogger(name).setLevel(logging.INFO if level == "debug" else logging.WARNING)
    if level != "debug":
        logging.getLogger("kafka").setLevel(logging.CRITICAL)  # the first look's client tells each refused connection
