"""*On-call*: what fires, what it costs, and whether the detector can be believed."""

from deploy.grafana.panels import Board, Panel, Row

_FIRING_NOW = 'ALERTS{alertstate="firing", service="detector", alertname!="Watchdog"}'

_HEALTH = Row(
    "Is the detector well?",
    (
        Panel(
            "Workers ready",
            "Workers that can do their work. Zero means that nobody is judged.",
            "short",
            (('sum(detector_ready{job="$job"})', "ready"),),
            kind="stat",
            width=4,
        ),
        Panel(
            "Backlog",
            "How long the records that wait take at the present pace. Red from a minute: alerts come that much late.",
            "s",
            (('job:detector_backlog_seconds:estimate{job="$job"}', "backlog"),),
            kind="stat",
            width=4,
            bad_from=60,
        ),
        Panel(
            "Alert after its record, 95 %",
            "Nineteen alerts in twenty are out this soon after their record reached Kafka.",
            "s",
            (('job:detector_alert_latency_seconds:p95_5m{job="$job"} >= 0', "95 %"),),
            empty="No alert in the last five minutes",
            kind="stat",
            width=4,
            bad_from=30,
        ),
        Panel(
            "Records refused",
            "Share of records not judged in the last five minutes. A worker stops itself at 20 %.",
            "percentunit",
            (('job:detector_unjudged:ratio_rate5m{job="$job"} >= 0', "refused"),),
            empty="No record in the last five minutes",
            kind="stat",
            width=4,
            bad_from=0.05,
        ),
        Panel(
            "Servers reached",
            "1 while some worker reaches the server, or `detector notify` its receiver; 0 while none does.",
            "short",
            (
                ('max by (dependency) (detector_dependency_up{job="$job"})', "{{dependency}}"),
                ('max by (sink) (detector_notify_up{job="$job-notify"})', "{{sink}}"),
            ),
            kind="stat",
            width=4,
        ),
        Panel(
            "Freshness left, 3 days",
            "What is left of the freshness objective's budget (1 % of minutes) over three days; below zero: spent.",
            "percentunit",
            (('1 - job:detector_stale:avg3d{job="$job"} / 0.01', "left"),),
            kind="stat",
            width=4,
        ),
    ),
)

_FIRING = Row(
    "What fires?",
    (
        Panel(
            "Firing about the detector",
            "On the detector's own health; the runbook has a heading for each. Without Watchdog, which always fires.",
            "short",
            ((f"sum by (alertname, severity) ({_FIRING_NOW})", ""),),
            empty="Nothing fires: the detector is well",
            kind="table",
            width=12,
        ),
        Panel(
            "Alert records by typology, last hour",
            "Alert records about workloads: new alerts, their updates and their ends. Never who.",
            "short",
            (('sort_desc(job_typology:detector_alert_records:increase1h{job="$job"} > 0)', "{{typology}}"),),
            empty="No alert in the last hour",
            kind="bargauge",
            width=12,
        ),
        Panel(
            "Alert records by severity",
            "A step up in all at once speaks of a change in the traffic or in the policy.",
            "short",
            (('sum by (severity) (increase(detector_alerts_total{job="$job"}[$__rate_interval]))', "{{severity}}"),),
            width=12,
            stacked=True,
        ),
        Panel(
            "Alert records by category",
            "Faulty telemetry (data_quality) is its owner's to mend and nobody's conduct.",
            "short",
            (('sum by (category) (increase(detector_alerts_total{job="$job"}[$__rate_interval]))', "{{category}}"),),
            width=12,
            stacked=True,
        ),
    ),
)

_COST = Row(
    "What does it cost?",
    (
        Panel(
            "Spent an hour",
            "Cost reported in judged invocations, of everybody: the size of what is at stake.",
            "currencyUSD",
            (('sum(rate(detector_cost_dollars_total{job="$job"}[$__rate_interval])) * 3600', "dollars an hour"),),
            width=12,
        ),
        Panel(
            "Tokens a second",
            "By kind; cache reads are most of an agent's tokens and cost a tenth.",
            "short",
            (('sum by (kind) (rate(detector_tokens_total{job="$job"}[$__rate_interval]))', "{{kind}}"),),
            width=12,
            stacked=True,
        ),
    ),
)

ON_CALL = Board(
    "on-call",
    "Detector: on-call",
    "What fires, what it costs, and whether the detector can be believed.",
    (_HEALTH, _FIRING, _COST),
)
