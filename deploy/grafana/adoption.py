"""*Adoption*: how much agents are used, and how much of it the detector spoke of. No person and no team in it."""

from deploy.grafana.panels import Board, Panel, Row


def _judged(kind: str, how: str) -> str:
    """Judged records of a kind, counted once a fleet."""
    series = f'detector_records_total{{job="$job", kind="{kind}", disposition="judged"}}'
    return "sum(" + how.replace("SERIES", series) + ")"


_CALLS_A_DAY = _judged("invocation", "increase(SERIES[1d])")
_DOLLARS_A_DAY = 'sum(increase(detector_cost_dollars_total{job="$job"}[1d]))'

_RAW = Row(
    "Use as counted",
    (
        Panel(
            "Invocations judged a day",
            "Every judged invocation, raw: the figure that leaderboards like.",
            "short",
            ((_CALLS_A_DAY, "invocations"),),
            kind="stat",
            width=6,
        ),
        Panel(
            "Tokens a day",
            "All kinds together, raw.",
            "short",
            (('sum(increase(detector_tokens_total{job="$job"}[1d]))', "tokens"),),
            kind="stat",
            width=6,
        ),
        Panel(
            "Spent a day",
            "Cost where producers report it; clients that report none add nothing here.",
            "currencyUSD",
            ((_DOLLARS_A_DAY, "dollars"),),
            kind="stat",
            width=6,
        ),
        Panel(
            "People never seen before, a day",
            "Profiles begun new. A person silent for longer than DETECTOR_PROFILE_TTL_DAYS counts as new again.",
            "short",
            (('sum(increase(detector_profile_loads_total{job="$job", result="new"}[1d]))', "people"),),
            kind="stat",
            width=6,
        ),
        Panel(
            "Invocations a second",
            "Raw use over time, of everybody: nights and weekends should show.",
            "reqps",
            ((_judged("invocation", "rate(SERIES[$__rate_interval])"), "invocations"),),
            width=12,
        ),
        Panel(
            "Tokens a second by kind",
            "A growing share of cache reads is long contexts, not more work.",
            "short",
            (('sum by (kind) (rate(detector_tokens_total{job="$job"}[$__rate_interval]))', "{{kind}}"),),
            width=12,
            stacked=True,
        ),
    ),
)

_JUDGED = Row(
    "What became of it",
    (
        Panel(
            "Outcomes told for each invocation, a day",
            "What is known of use at all. A missing outcome is unknown, never failure: a low share bounds every claim.",
            "percentunit",
            (
                (
                    f"{_judged('outcome', 'increase(SERIES[1d])')} / {_CALLS_A_DAY} >= 0",
                    "outcomes an invocation",
                ),
            ),
            empty="No invocation in the last day",
            kind="stat",
            width=8,
        ),
        Panel(
            "Dollars a thousand invocations",
            "What an invocation costs. Minimum-hugging lowers it, long contexts raise it.",
            "currencyUSD",
            (
                (
                    f"{_DOLLARS_A_DAY} / {_CALLS_A_DAY} * 1000 >= 0",
                    "dollars",
                ),
            ),
            empty="No invocation in the last day",
            kind="stat",
            width=8,
        ),
        Panel(
            "What people said of alerts, a day",
            "Labels judged: confirmed, deliberate, known job, bug or false alarm. Few of them: nobody looks.",
            "short",
            ((_judged("label", "increase(SERIES[1d])"), "labels"),),
            kind="stat",
            width=8,
        ),
        Panel(
            "Alert records by typology, a day",
            "What kinds of pointless use there are. Counts records (new, updated, ended), not people.",
            "short",
            (('sort_desc(sum by (typology) (increase(detector_alerts_total{job="$job"}[1d])) > 0)', "{{typology}}"),),
            empty="No alert in the last day",
            kind="bargauge",
            width=12,
        ),
        Panel(
            "Alert records by category",
            "tokenmaxxing needs two independent kinds of evidence and no use of the output; waste and spike need one.",
            "short",
            (('sum by (category) (increase(detector_alerts_total{job="$job"}[$__rate_interval]))', "{{category}}"),),
            width=12,
            stacked=True,
        ),
    ),
)

_WEEKLY = 'detector_adoption_%s{job="$job-report"}'
"""Told by `detector report --serve`, which Prometheus scrapes under the fleet's name with `-report` behind it."""
_NO_REPORT = "No figures: is `detector report --serve` running?"

_AUTHENTIC = Row(
    "The last whole week, raw beside authentic (detector report)",
    (
        Panel(
            "Weekly active share",
            "People active in the week, of those known in four. Authentic leaves out keep-alive and work under alerts.",
            "percentunit",
            ((_WEEKLY % "active_share", "{{tenant}}, {{kind}}"),),
            empty=_NO_REPORT,
            width=8,
        ),
        Panel(
            "Authenticity index",
            "Dollars neither under alerts nor counted twice, of all dollars, with its 95 % interval. An upper bound.",
            "percentunit",
            (
                (_WEEKLY % "authenticity_index", "{{tenant}}"),
                (_WEEKLY % "authenticity_index_bound", "{{tenant}}, {{bound}}"),
            ),
            empty=_NO_REPORT,
            width=8,
        ),
        Panel(
            "The week's dollars by what they were",
            "Under alerts: all of a session in which tokenmaxxing or waste was called. Much of it is a reason to ask.",
            "currencyUSD",
            (("sum by (part) (" + _WEEKLY % "dollars" + ")", "{{part}}"),),
            empty=_NO_REPORT,
            width=8,
            stacked=True,
        ),
        Panel(
            "Keep-alive share",
            "Active people who left one or two trivial sessions and nothing else: what a target per head teaches.",
            "percentunit",
            ((_WEEKLY % "keep_alive_share", "{{tenant}}"),),
            empty="Nobody to tell of: fewer than five active people, or no report",
            width=8,
        ),
        Panel(
            "Teams that follow themselves",
            "Teams whose members keep their distance to each other more steadily than chance. Ask about the target.",
            "percentunit",
            ((_WEEKLY % "peer_calibration_share", "{{tenant}}"),),
            empty="Not to be said: it needs teams of five and six weeks of records",
            width=8,
        ),
        Panel(
            "What the figures rest on",
            "Of four weeks that say who is known, how many the records held; below four the shares read high.",
            "short",
            (
                (_WEEKLY % "trailing_weeks", "{{tenant}}, weeks"),
                (_WEEKLY % "known_people", "{{tenant}}, people known"),
            ),
            empty=_NO_REPORT,
            width=8,
        ),
    ),
)

ADOPTION = Board(
    "adoption",
    "Detector: adoption",
    "How much agents are used, and what is known of its use. Figures of the whole fleet; no person, no team.",
    (_AUTHENTIC, _RAW, _JUDGED),
    since="now-7d",
)
