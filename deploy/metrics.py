"""The catalogue of the worker's metrics as a page: `python -m deploy.metrics` writes `deploy/metrics.md`."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric

from detector.edge.metrics import Metrics
from detector.notify.delivery import SINKS, NotifyMetrics
from detector.policy import Policy
from detector.report.gauges import SERIES

TARGET = Path(__file__).parent / "metrics.md"
HEAD = """\
# Metrics

What a worker answers on `/metrics`. Made of the code by `python -m deploy.metrics`; a test compares. Label values are
fixed sets, there from the start at zero; `topic` and `partition` are those that the worker holds. No user, session or
hash is ever a label.

| metric | kind | labels | says |
|---|---|---|---|
"""
BRIDGE = """
And what `detector notify` answers there:

| metric | kind | labels | says |
|---|---|---|---|
"""
REPORT = """
And what `detector report --serve` does: figures of the last whole week of event time, for tenants with five active
people at least and 50 tenants at most.

| metric | kind | labels | says |
|---|---|---|---|
"""
OPEN = {"topic", "partition", "version", "river", "config", "models"}
"""Labels whose values come from where the worker runs."""


def text() -> str:
    """The page."""
    registry = CollectorRegistry()
    catalogue = Metrics(registry)
    catalogue.built(Policy())
    catalogue.at("any", 0, 0, 0)
    bridge = CollectorRegistry()
    NotifyMetrics(bridge).born(list(SINKS))
    return HEAD + _lines(registry) + BRIDGE + _lines(bridge) + REPORT + "".join(_adoption())


def _adoption() -> Iterator[str]:
    for name, (says, labels) in SERIES.items():
        yield f"| `detector_adoption_{name}` | gauge | {'; '.join(labels)} | {says} |\n"


def _lines(registry: CollectorRegistry) -> str:
    return "".join(_line(metric) for metric in registry.collect())


def _line(metric: Metric) -> str:
    name = metric.name + ("_total" if metric.type == "counter" else "")
    labels = dict.fromkeys(label for sample in metric.samples for label in sample.labels if label != "le")
    told = "; ".join(_label(metric, label) for label in labels)
    return f"| `{name}` | {metric.type} | {told} | {metric.documentation} |\n"


def _label(metric: Metric, label: str) -> str:
    values = dict.fromkeys(sample.labels[label] for sample in metric.samples)
    return label if label in OPEN else f"{label}: {', '.join(f'`{value}`' for value in values)}"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
