"""An erased person's alerts leave the screens that show them, also those that were away meanwhile."""

import json
import uuid

import pytest

from tests.edge.world import Record, World, until
from tests.page.conftest import alert
from tests.page.test_door import Viewer, shown


@pytest.mark.slow
def test_a_tombstone_reaches_every_screen(world: World) -> None:
    """The stream says to begin afresh, and tells what is left; whoever returns with an older number is told too."""
    worker = world.worker()
    until(worker.ready, "the worker")
    erased, kept = (alert(uuid.uuid4().hex) for _ in range(2))
    world.produce(
        Record(told["alert_id"].encode(), json.dumps(told).encode(), topic=world.topics.alerts)
        for told in (erased, kept)
    )
    until(lambda: shown(worker, erased["alert_id"]) and shown(worker, kept["alert_id"]), "both on the page")
    there, away = Viewer(worker), Viewer(worker)
    for viewer in (there, away):
        viewer.event("afresh")
        last, told = viewer.event("alerts")
        assert {one["alert_id"] for one in told} == {erased["alert_id"], kept["alert_id"]}
    away.close()

    world.produce([Record(erased["alert_id"].encode(), None, topic=world.topics.alerts)])
    until(lambda: not shown(worker, erased["alert_id"]), "it to be gone")
    back = Viewer(worker, last)
    for viewer in (there, back):
        viewer.event("afresh")
        assert viewer.event("alerts")[1] == [kept]
        viewer.close()
    assert worker.end() == 0
