"""The figures of a report as gauges for Prometheus: event-time weeks, tenants in bounded number, no person or team."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from detector.alert import printable
from detector.report.model import Report, TenantFigures
from detector.report.teams import LEAST_PEOPLE

MOST_TENANTS: Final = 50
"""Tenants with series of their own, those with the most active people; 50 make about 700 series."""
LABEL_LETTERS: Final = 64
"""Longest tenant's name in a label: it comes from clients."""
STEADY: Final = 0.05
"""A team follows itself when chance makes a member so steady less often than this (Bonferroni over its members)."""
KINDS: Final = ("raw", "authentic")
SERIES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "week_start_timestamp_seconds": ("The Monday (UTC) of the week that all of these are about", ()),
    "tenants_hidden": ("Tenants without series: fewer than five active people, or too many tenants", ()),
    "active_people": (
        "People active in the week; authentic: not by keep-alive or alerted work alone",
        ("tenant", "kind"),
    ),
    "active_share": ("The same, of the people known in the four weeks that end with it", ("tenant", "kind")),
    "known_people": ("People known in the four weeks that end with it", ("tenant",)),
    "authenticity_index": ("Dollars neither under alerts nor counted twice, of all dollars", ("tenant",)),
    "authenticity_index_bound": ("Its 95 % interval", ("tenant", "bound")),
    "dollars": ("The week's dollars by what they were", ("tenant", "part")),
    "keep_alive_share": ("Active people who left one or two trivial sessions and nothing else", ("tenant",)),
    "peer_calibration_share": ("Teams whose members follow each other more steadily than chance", ("tenant",)),
    "peer_calibration_teams": ("Teams of which that can be said: five people, six weeks", ("tenant",)),
    "outcome_share": ("Active people any of whose work got an outcome", ("tenant",)),
    "trailing_weeks": ("Of the four weeks that say who is known, those that the records held", ("tenant",)),
}
"""Name after `detector_adoption_`, meaning, labels."""
Sample = tuple[str, tuple[str, ...], float]


def samples(report: Report) -> Iterator[Sample]:
    """Every sample. A share that can't be said has none."""
    begins = datetime.fromisoformat(report.begins).replace(tzinfo=UTC)
    yield "week_start_timestamp_seconds", (), begins.timestamp()
    shown = _shown(report.tenants)
    yield "tenants_hidden", (), len(report.tenants) - len(shown)
    for tenant in shown:
        for series, labels, value in _tenant(tenant):
            if value is not None:
                yield series, (_name(tenant), *labels), value


def _shown(tenants: Iterable[TenantFigures]) -> list[TenantFigures]:
    """Large enough that no figure is one person's, few enough, and no two under one name."""
    large = [tenant for tenant in tenants if tenant.adoption.raw.count >= LEAST_PEOPLE]
    large.sort(key=lambda tenant: (-tenant.adoption.raw.count, tenant.tenant_id))
    return list({_name(tenant): tenant for tenant in reversed(large[:MOST_TENANTS])}.values())


def _name(tenant: TenantFigures) -> str:
    return printable(tenant.tenant_id)[:LABEL_LETTERS]


def _tenant(tenant: TenantFigures) -> Iterator[tuple[str, tuple[str, ...], float | None]]:
    adoption, index = tenant.adoption, tenant.index
    for kind, share in zip(KINDS, (adoption.raw, adoption.authentic), strict=True):
        yield "active_people", (kind,), share.count
        yield "active_share", (kind,), share.value if share.of else None
    yield "known_people", (), adoption.raw.of
    yield "authenticity_index", (), index.value
    yield "authenticity_index_bound", ("low",), index.low
    yield "authenticity_index_bound", ("high",), index.high
    yield "dollars", ("authentic",), index.authentic_usd
    yield "dollars", ("under_alert",), index.under_alert_usd
    yield "dollars", ("counted_twice",), index.counted_twice_usd
    yield "keep_alive_share", (), tenant.keep_alive.value if tenant.keep_alive else None
    known = [team.p_value for team in tenant.calibration if team.p_value is not None]
    yield "peer_calibration_share", (), sum(p < STEADY for p in known) / len(known) if known else None
    yield "peer_calibration_teams", (), len(known)
    yield "outcome_share", (), tenant.coverage.outcomes.value
    yield "trailing_weeks", (), tenant.coverage.trailing_weeks


class Adoption(Collector):
    """The gauges of the latest report; none before the first."""

    def __init__(self) -> None:
        self.report: Report | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every family, with what is known."""
        families = {
            name: GaugeMetricFamily(f"detector_adoption_{name}", text, labels=labels)
            for name, (text, labels) in SERIES.items()
        }
        for name, labels, value in samples(self.report) if self.report else ():
            families[name].add_metric(labels, value)
        yield from families.values()


def exposition(report: Report) -> str:
    """A report in Prometheus' text format."""
    registry, adoption = CollectorRegistry(), Adoption()
    adoption.report = report
    registry.register(adoption)
    return generate_latest(registry).decode()
