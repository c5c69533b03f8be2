"""Who hears what: Alertmanager's own tool reads the routes, a real Alertmanager inhibits."""

import json
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.deploy.tools import DEPLOY, Server, free_port, program, read, run
from tests.edge.world import until

CONFIG = DEPLOY / "alertmanager/alertmanager.yml"


def test_the_file_is_good() -> None:
    """Amtool reads it."""
    assert "SUCCESS" in run(program("amtool"), "check-config", CONFIG)


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("alertname=Watchdog service=detector severity=none", "dead-man"),
        ("alertname=DetectorDown service=detector severity=critical", "detector-pager"),
        ("alertname=DetectorProfilesReset service=detector severity=warning", "detector-tickets"),
        ("typology=telemetry_fault category=data_quality severity=critical", "telemetry-owners"),
        ("typology=spend_spike category=spike severity=critical", "spend-pager"),
        ("typology=unproductive_loop category=tokenmaxxing severity=critical", "spend-pager"),
        ("typology=duplicate_prompting category=waste severity=warning", "team-leads"),
        ("typology=low_yield_burn category=tokenmaxxing severity=info", "team-leads"),
        ("alertname=TokenmaxxingDigest severity=warning tenant=t day=2026-05-04", "team-leads"),
        ("alertname=SomethingElse", "detector-tickets"),
    ],
)
def test_routes(labels: str, receiver: str) -> None:
    """Each kind of alert reaches the one receiver that it is meant for."""
    routes = ("config", "routes", "test", f"--config.file={CONFIG}", f"--verify.receivers={receiver}")
    run(program("amtool"), *routes, *labels.split())


def test_a_wrong_receiver_is_noticed() -> None:
    """The check above can fail."""
    command = [program("amtool"), "config", "routes", "test", f"--config.file={CONFIG}"]
    done = subprocess.run([*command, "--verify.receivers=team-leads", "alertname=Watchdog"], check=False)
    assert done.returncode != 0


def test_nobody_is_woken_for_a_conversation() -> None:
    """Every route that is not a pager or the dead man's keeps office hours."""
    for route in read(CONFIG)["route"]["routes"]:
        awake = route["receiver"].endswith("-pager") or route["receiver"] == "dead-man"
        assert awake == ("active_time_intervals" not in route), route


def test_one_cause_one_message(tmp_path: Path) -> None:
    """A detector that is down silences what follows from it; spikes of miscounted users are silent; nothing else is."""
    port = free_port()
    address = (f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=")
    command = (program("prometheus-alertmanager", "alertmanager"), f"--config.file={CONFIG}")
    own = {"service": "detector", "job": "detector"}
    told = [
        own | {"alertname": "DetectorDown", "severity": "critical"},
        own | {"alertname": "DetectorAlertsLate", "severity": "warning"},
        own | {"alertname": "Watchdog", "severity": "none"},
        {"alertname": "fault", "category": "data_quality", "severity": "warning", "tenant": "t", "user": "u"},
        {"alertname": "miscounted", "category": "spike", "severity": "critical", "tenant": "t", "user": "u"},
        {"alertname": "counted", "category": "spike", "severity": "critical", "tenant": "t", "user": "v"},
    ]
    with Server(tmp_path / "log", port, *command, f"--storage.path={tmp_path}", *address) as server:
        until(lambda: server.get("/api/v2/status"), "Alertmanager")
        body = json.dumps([{"labels": labels} for labels in told]).encode()
        url, headers = f"http://127.0.0.1:{port}/api/v2/alerts", {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10).close()

        def silent() -> set[str]:
            found = server.get("/api/v2/alerts", active="false", silenced="false", inhibited="true")
            return {alert["labels"]["alertname"] for alert in found if alert["status"]["inhibitedBy"]}

        until(lambda: silent() == {"DetectorAlertsLate", "miscounted"}, "exactly these two silenced")
