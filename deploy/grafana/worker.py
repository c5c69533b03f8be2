"""*Detector*: the machine from the inside, its rows in the order of the project's sentence."""

from deploy.grafana.panels import Board, Panel, Row


def _late(metric: str, by: str = "") -> str:
    """The 95th percentile of a histogram."""
    kept = f"{by}, le" if by else "le"
    return f'histogram_quantile(0.95, sum by ({kept}) (rate({metric}_bucket{{job="$job"}}[$__rate_interval]))) >= 0'


_QUIET = "Nothing of this kind in this time"

_RECORDS = Row(
    "Records become events",
    (
        Panel(
            "Records by what became of them",
            "judged; repeat: known already; late: older than the profile remembers; dead: refused.",
            "reqps",
            (('sum by (disposition) (rate(detector_records_total{job="$job"}[$__rate_interval]))', "{{disposition}}"),),
            stacked=True,
        ),
        Panel(
            "Records waiting",
            "Not yet judged, by topic. It may jump; it must come down.",
            "short",
            (('sum by (topic) (max by (topic, partition) (detector_lag_records{job="$job"}))', "{{topic}}"),),
        ),
        Panel(
            "Dead letters by reason",
            "fault means that the judgement itself failed; all others are the producer's.",
            "short",
            (('sum by (reason) (increase(detector_dead_letters_total{job="$job"}[$__rate_interval]))', "{{reason}}"),),
            stacked=True,
        ),
        Panel(
            "Positions by partition",
            "Next record to judge. A flat line beside rising ones is a partition that stands still.",
            "short",
            (('max by (topic, partition) (detector_position_offset{job="$job"})', "{{topic}} {{partition}}"),),
        ),
        Panel(
            "Read again, and gone before read",
            "Gaps are read again and harmless; skipped records were lost to Kafka's retention.",
            "short",
            (
                ('sum(increase(detector_chunk_gaps_total{job="$job"}[$__rate_interval]))', "chunks read again"),
                ('sum(increase(detector_records_skipped_total{job="$job"}[$__rate_interval]))', "records gone"),
            ),
        ),
        Panel(
            "Partitions held",
            "By worker. The sum must be the topic's number of partitions.",
            "short",
            (('detector_partitions_held{job="$job"}', "{{instance}}"),),
            stacked=True,
        ),
    ),
)

_PROFILES = Row(
    "The user's profile",
    (
        Panel(
            "Profiles asked of Redis",
            "found: somebody known; new: somebody never seen, who is judged by the shipped prior.",
            "reqps",
            (('sum by (result) (rate(detector_profile_loads_total{job="$job"}[$__rate_interval]))', "{{result}}"),),
        ),
        Panel(
            "Profiles in memory",
            "By worker, with those dropped for room. Many drops and many loads: raise DETECTOR_CACHE_PROFILES.",
            "short",
            (
                ('detector_profiles_cached{job="$job"}', "{{instance}}"),
                ('sum(increase(detector_profile_evictions_total{job="$job"}[$__rate_interval]))', "dropped for room"),
            ),
        ),
        Panel(
            "Profiles begun afresh",
            "Stored bytes that were not believed, by reason. Anything here wants an explanation.",
            "short",
            (
                (
                    'sum by (reason) (increase(detector_profile_resets_total{job="$job"}[$__rate_interval]))',
                    "{{reason}}",
                ),
            ),
            stacked=True,
        ),
    ),
)

_JUDGEMENT = Row(
    "Features, evidence, verdict",
    (
        Panel(
            "Judging one chunk, 95 %",
            "Processor time of one fetched chunk, without waiting for servers.",
            "s",
            ((_late("detector_chunk_seconds"), "95 %"),),
            empty=_QUIET,
        ),
        Panel(
            "Late event loop",
            "How late each worker's loop was at its last look. Over a second, heartbeats suffer.",
            "s",
            (('detector_loop_lag_seconds{job="$job"}', "{{instance}}"),),
            bad_from=1,
        ),
        Panel(
            "Judgement in force",
            "Workers by version, configuration and models. More than one line for long: a rollout stopped half-way.",
            "short",
            (('count by (version, config, models, river) (detector_build_info{job="$job"})', ""),),
            kind="table",
        ),
    ),
)

_ALERTS = Row(
    "A verdict becomes an alert",
    (
        Panel(
            "Alert records by typology",
            "New alerts, updates and ends.",
            "short",
            (('sum by (typology) (increase(detector_alerts_total{job="$job"}[$__rate_interval]))', "{{typology}}"),),
            stacked=True,
        ),
        Panel(
            "Alert after its record",
            "From the record's time in Kafka to its alert.",
            "s",
            (
                (_late("detector_alert_latency_seconds"), "95 %"),
                (_late("detector_alert_latency_seconds").replace("0.95", "0.5"), "50 %"),
            ),
            empty="No alert in this time",
        ),
        Panel(
            "Waiting for the brokers' yes, 95 %",
            "Alerts and dead letters are acknowledged before a checkpoint is written.",
            "s",
            ((_late("detector_publish_seconds"), "95 %"),),
            empty=_QUIET,
        ),
    ),
)

_LEARNING = Row(
    "Only then does the profile learn",
    (
        Panel(
            "Checkpoints by result",
            "fenced: another worker had taken over; mismatch: Redis was rolled back.",
            "ops",
            (('sum by (result) (rate(detector_checkpoints_total{job="$job"}[$__rate_interval]))', "{{result}}"),),
        ),
        Panel(
            "One checkpoint, 95 %",
            "Sending, acknowledgement and the write to Redis. Red from a second.",
            "s",
            ((_late("detector_checkpoint_seconds"), "95 %"),),
            empty=_QUIET,
            bad_from=1,
        ),
        Panel(
            "Redis by call, 95 %",
            "One call: acquire a partition, load a profile, write a checkpoint.",
            "s",
            ((_late("detector_redis_seconds", "call"), "{{call}}"),),
            empty=_QUIET,
        ),
        Panel(
            "Partitions asked for",
            "granted, or refused and why, and how often the group dealt anew. partitions: their number was changed.",
            "short",
            (
                ('sum by (result) (increase(detector_acquires_total{job="$job"}[$__rate_interval]))', "{{result}}"),
                ('max(increase(detector_rebalances_total{job="$job"}[$__rate_interval]))', "dealt anew"),
            ),
            width=12,
        ),
        Panel(
            "Offsets told to Kafka",
            "For lag displays and scaling only; positions are in Redis.",
            "ops",
            (('sum by (result) (rate(detector_kafka_commits_total{job="$job"}[$__rate_interval]))', "{{result}}"),),
            width=12,
        ),
    ),
)

WORKER = Board(
    "detector",
    "Detector: inside",
    "A record becomes an event, is judged with the user's profile, may become an alert; then the profile learns.",
    (_RECORDS, _PROFILES, _JUDGEMENT, _ALERTS, _LEARNING),
    since="now-1h",
)
