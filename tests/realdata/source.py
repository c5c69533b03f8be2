"""Where the real traces are: beside the project, or where `TM_DATA` says. They are measured, never copied."""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
"""The data's place beside the checkout."""


def root() -> Path | None:
    """The directory with the packs and their `loaders`, or None where there is none."""
    places = [Path(os.environ["TM_DATA"])] if "TM_DATA" in os.environ else []
    return next((place for place in (*places, BESIDE) if (place / "loaders" / "common.py").is_file()), None)


def loader(name: str) -> Any:
    """A loader module by its name. Raises `FileNotFoundError` where the data is absent."""
    place = root()
    if place is None:
        raise FileNotFoundError("no real data: set TM_DATA to its directory")
    path = str(place / "loaders")
    if path not in sys.path:
        sys.path.insert(0, path)
    return import_module(name)


def events(name: str, **options: Any) -> Iterator[dict[str, Any]]:
    """The events of one trace, as plain dictionaries, in time order."""
    yield from loader("common").in_time_order(loader(name).events(**options))
