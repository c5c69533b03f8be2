"""The rules: they parse, fire and stay silent, speak of series that exist, and each alert has its heading."""

import re
from collections import Counter

import pytest
from prometheus_client import CollectorRegistry

from deploy.metrics import TARGET, text
from detector.edge.metrics import Metrics
from detector.evidence.catalogue import CATALOGUE
from detector.notify.delivery import NotifyMetrics
from detector.report.gauges import Adoption
from tests.deploy.tools import DEPLOY, program, read, rules, run

PROMETHEUS = DEPLOY / "prometheus"
NOT_OURS = {"up", "ALERTS"}
"""Series that Prometheus makes itself."""
RUNBOOK = (DEPLOY / "runbook.md").read_text(encoding="utf-8")
ANCHORS = {
    re.sub(r"[^a-z0-9_ -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"(?m)^#+ (.+)$", RUNBOOK)
}
"""As Markdown renderers make them of headings."""


def exposed() -> set[str]:
    """Every series name of a worker, and of the recording rules."""
    registry = CollectorRegistry()
    Metrics(registry)
    NotifyMetrics(registry)
    registry.register(Adoption())
    names = set()
    for metric in registry.collect():
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(metric.type, ("",))
        names |= {metric.name + suffix for suffix in suffixes}
    return names | {rule["record"] for rule in rules("recording.yml")} | NOT_OURS


def named(expression: str) -> set[str]:
    """The series that an expression asks for."""
    bare = re.sub(r"\{[^}]*\}|\"[^\"]*\"|\b(by|on|without)\s*\([^)]*\)", "", expression)
    return set(re.findall(r"\b(?:job(?:_\w+)?:[\w:]+|detector_\w+|up|ALERTS)\b", bare))


def test_the_catalogue_is_that_of_the_code() -> None:
    """Run `python -m deploy.metrics` after a change of the metrics."""
    assert TARGET.read_text(encoding="utf-8") == text()


def test_the_files_are_good() -> None:
    """Promtool reads the configuration and the rules."""
    run(program("promtool"), "check", "config", PROMETHEUS / "prometheus.yml")


def test_the_fleet_is_called_as_the_rules_call_it() -> None:
    """A detector that tells nothing is found missing by the name of its scrape job, here and in Kubernetes."""
    absent = {rule.get("alert"): rule["expr"] for rule in rules("alerts.yml")}["DetectorDown"]
    name = re.search(r'job="(\w+)"', absent)[1]
    assert name in {job["job_name"] for job in read(PROMETHEUS / "prometheus.yml")["scrape_configs"]}
    assert name == read(DEPLOY / "kubernetes/base/service.yaml")["metadata"]["name"]
    stale = {rule["record"]: rule["expr"] for rule in rules("recording.yml")}["job:detector_stale:bool"]
    assert f'"{name}"' in stale


@pytest.mark.slow
@pytest.mark.parametrize("stories", ["alerts.yml", "days.yml"])
def test_alerts_fire_and_stay_silent(stories: str) -> None:
    """Each story of the rules' own tests ends as it says."""
    run(program("promtool"), "test", "rules", PROMETHEUS / "tests" / stories)


def test_each_alert_has_both_kinds_of_story() -> None:
    """No alert without a story in which it fires and one in which it stays silent; Watchdog is never silent."""
    told: Counter[tuple[str, bool]] = Counter()
    for path in sorted((PROMETHEUS / "tests").glob("*.yml")):
        for story in read(path)["tests"]:
            for check in story["promql_expr_test"]:
                name = re.search(r'alertname="(\w+)"', check["expr"])[1]
                told[name, bool(check["exp_samples"])] += 1
    names = {rule["alert"] for rule in rules("alerts.yml")}
    wanted = {(name, fires) for name in names for fires in (True, False)} - {("Watchdog", False)}
    assert told.keys() == wanted


@pytest.mark.parametrize("name", ["recording.yml", "alerts.yml"])
def test_rules_speak_of_series_that_exist(name: str) -> None:
    """A metric renamed in the worker is noticed here and not at night."""
    for rule in rules(name):
        assert named(rule["expr"]) <= exposed(), rule
        assert named(rule["expr"]) or rule["expr"] == "vector(1)", rule


def test_each_alert_has_its_heading() -> None:
    """The runbook has a heading for every alert, and the alert's address leads to it."""
    for rule in rules("alerts.yml"):
        anchor = rule["annotations"]["runbook_url"].partition("#")[2]
        assert anchor == rule["alert"].lower()
        assert anchor in ANCHORS, rule["alert"]
        assert {"summary", "description"} <= rule["annotations"].keys()
        assert rule["labels"]["service"] == "detector"
        assert rule["labels"]["severity"] in {"critical", "warning", "none"}


def test_the_runbook_has_no_heading_of_a_lost_alert() -> None:
    """A heading under *Alerts* whose alert is gone misleads whoever looks for the new name."""
    section = RUNBOOK.partition("## Alerts about the detector")[2].partition("\n## ")[0]
    assert set(re.findall(r"(?m)^### (\w+)$", section)) == {rule["alert"] for rule in rules("alerts.yml")}


def test_each_typology_has_its_heading() -> None:
    """Alerts link to the heading of their typology by its name."""
    assert set(CATALOGUE) <= ANCHORS
    section = RUNBOOK.partition("## Alerts about a workload")[2]
    for name in CATALOGUE:
        entry = section.partition(f"### {name}\n")[2].partition("\n### ")[0]
        for part in ("**Means**", "**Could also be**", "**Ask**", "**Silence**"):
            assert part in entry, f"{name}: {part}"
