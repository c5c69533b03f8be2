"""Topics of one test and alert records for them."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from detector.edge import settings as edge_settings
from detector.edge.settings import Settings
from tests.edge.world import Record, World
from tests.servers import Broker

EXAMPLES = Path(__file__).parents[2] / "schemas/examples/valid/alert"
EXAMPLE = json.loads((EXAMPLES / "firing.json").read_text("utf-8"))

Publish = Callable[..., dict[str, Any]]


def record_of(alert_id: str, topic: str, **fields: Any) -> Record:
    """The schema's example under another id and with other fields, as a record."""
    alert = {**EXAMPLE, "alert_id": alert_id, **fields}
    return Record(alert_id.encode(), json.dumps(alert).encode(), topic=topic)


@pytest.fixture
def world(kafka_server: Broker, tmp_path: Path) -> Iterator[World]:
    """Topics of one test; nothing here needs Redis."""
    with World(kafka_server.bootstrap, "redis://127.0.0.1:1/0", f"t{uuid.uuid4().hex[:12]}-", tmp_path) as built:
        yield built


@pytest.fixture
def settings(world: World) -> Settings:
    """As a subscriber of that world loads them."""
    return edge_settings.load(world.env())
