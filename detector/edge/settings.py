"""The edge's settings: `DETECTOR_*` environment variables over the `[worker]` table of one optional TOML file.

The judgement's thresholds are not here but in `detector.policy` (the `[policy]` table of the same file).
"""

import os
import socket
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit

import msgspec
from msgspec import Meta

from detector.edge.failures import Misconfigured

PREFIX = "DETECTOR_"
SECRETS = frozenset({
    "state_key", "state_key_previous", "pseudonym_key", "kafka_password", "redis_password", "web_token",
    "alertmanager_token", "webhook_url", "webhook_key",
})  # fmt: skip
"""Settings never shown. Each may come from a file, `DETECTOR_<NAME>_FILE`, as container platforms mount them."""

SHADOW = "-shadow"
MAX_FLUSH = 2_000
"""Most profiles in one script call, so most records that a chunk may add: 2,000 of 6 KB stop Redis for 60 ms."""

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._-]+$")]
Prefix = Annotated[str, Meta(max_length=100, pattern=r"^[A-Za-z0-9._-]*$")]
Port = Annotated[int, Meta(ge=0, le=65_535)]
Seconds = Annotated[float, Meta(gt=0, le=3_600)]
HTTP = r"^https?://"
Secret = Annotated[str, Meta(min_length=16, max_length=64)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a worker is told. A field `x_y` is set by `DETECTOR_X_Y` or by `x_y` under `[worker]`."""

    # Kafka
    kafka_bootstrap: Annotated[str, Meta(min_length=1)] = "127.0.0.1:9092"
    """Brokers, `host:port[,host:port]`."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = "SCRAM-SHA-512"
    kafka_username: str | None = None
    kafka_password: str | None = None
    kafka_token_file: str | None = None
    """Bearer token for OAUTHBEARER, read again at each login: whoever renews it replaces the file."""
    kafka_ca_file: str | None = None
    """Certificate authorities for the brokers; the system's when not set."""
    topic_prefix: Prefix = ""
    group_id: Name = "tokenmaxxing-detector"
    group_instance_id: Name | None = None
    """Static membership: a worker back within the session timeout takes its partitions without a rebalance. Unique:
    two workers with one id throw each other out of the group for ever."""
    worker_id: Name = msgspec.field(default_factory=lambda: socket.gethostname() or "worker")
    session_seconds: Annotated[float, Meta(ge=1, le=300)] = 10.0
    """A worker silent for this long is dead to the group; the broker's own floor is 6 unless it says otherwise."""
    fetch_records: Annotated[int, Meta(ge=1, le=MAX_FLUSH)] = 500
    """Most records in one chunk: the size of the step between two looks at the clock."""
    fetch_bytes: Annotated[int, Meta(ge=65_536, le=67_108_864)] = 1_048_576
    """Most bytes fetched of one partition at a time; a larger single record still comes through."""
    on_missing_records: Literal["fail", "skip"] = "fail"
    """When Kafka no longer holds the position: stop (default), or go on at the earliest record, counted and loud."""

    # Redis
    redis_url: Annotated[str, Meta(pattern=r"^(redis|rediss|unix)://")] = "redis://127.0.0.1:6379/0"
    redis_username: str | None = None
    """Redis' own user (ACL); one in the address wins."""
    redis_password: str | None = None
    """Its password (a secret): better here, or in a file, than in the address."""
    redis_cluster: bool = False
    redis_ca_file: str | None = None
    redis_prefix: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")] = "tokenmaxxing"
    """First part of every key. Another prefix is another world: nothing is shared."""
    profile_ttl_days: Annotated[int, Meta(ge=1, le=3_650)] = 120
    """A user silent for this long is forgotten."""
    state_key: Secret | None = None
    """Authenticates state bytes: without it, whoever writes to Redis can forge a profile (never run code)."""
    state_key_previous: Secret | None = None
    """Still accepted for reading while a key is being replaced."""

    # Judgement
    shadow: bool = False
    """Judge as a trial: alerts go to `tokenmaxxing.alerts.shadow.v1`, dead letters nowhere; group and Redis prefix get
    `-shadow` behind them."""
    pseudonym_key: Secret | None = None
    """Replaces user ids by keyed pseudonyms before anything sees them."""
    reveal_log: str | None = None
    """Where `detector reveal` writes down each use; without it nothing is revealed."""

    cohort_wait_seconds: Seconds = 60.0
    """How long a partition that has come to a new day waits until all others have come near it, before it goes on with
    what was known of people a day earlier: a dead worker's partitions are taken over in a sixth of that."""

    # Effects
    checkpoint_events: Annotated[int, Meta(ge=1, le=100_000)] = 5_000
    """Most records between two checkpoints of a partition: about a second of a busy one, read again after a crash. A
    profile is written once a checkpoint, however many are its user's; 2,000 changed profiles make one due as well."""
    checkpoint_seconds: Annotated[float, Meta(ge=0.05, le=60)] = 1.0
    cache_profiles: Annotated[int, Meta(ge=100, le=10_000_000)] = 10_000
    """Profiles kept in memory by one worker, least recently used out; a full profile takes about 37 KB there."""
    dead_letter_percent: Annotated[float, Meta(gt=0, le=100)] = 20.0
    """More than this share of the last `dead_letter_window` records refused stops the worker: that is a producer or a
    schema gone wrong, and a person should look before the topic has been turned into dead letters."""
    dead_letter_window: Annotated[int, Meta(ge=100, le=1_000_000)] = 5_000
    outage_seconds: Seconds = 60.0
    """How long Redis or Kafka may be away before the worker leaves with status 3."""
    stop_seconds: Annotated[float, Meta(gt=0, le=120)] = 8.0
    """Time for the last checkpoint and the goodbye; Kubernetes waits 30 s by default, `docker stop` 10."""

    # The worker's own door
    web_host: str = "127.0.0.1"
    web_port: Port = 8088
    """0 picks a free port, told in the log."""
    web_token: Secret | None = None
    """Asked of whoever wants to see what names people (the live page, alerts, the stream): a bearer token for programs,
    the password that a browser asks for."""

    # Telling others: `detector notify`
    notify_group: Name = "tokenmaxxing-notify"
    """First part of the bridge's consumer groups; each receiver has one."""
    notify_names: Literal["nobody", "team", "user"] = "team"
    """What Alertmanager's labels may name; a webhook gets the record as published."""
    pages_per_day: Annotated[int, Meta(ge=0, le=400)] = 50
    """Alerts below critical that Alertmanager is told one by one, a tenant and UTC day; what is over them is one digest
    with exact counts. 50 is more than anybody reads; 0 is no budget. Critical ones always are told one by one."""
    page_url: Annotated[str, Meta(pattern=HTTP)] | None = None
    """Where people find a worker's live page: the link in what is told."""
    alertmanager_url: Annotated[str, Meta(pattern=HTTP)] | None = None
    """Alertmanager; all of a cluster's, `http://host:9093[,http://host:9093]`."""
    alertmanager_token: Annotated[str, Meta(min_length=1)] | None = None
    """Bearer token for it (a secret)."""
    alertmanager_refresh_seconds: Annotated[float, Meta(ge=0.1, le=240)] = 60.0
    """How often what fires is told again: below Alertmanager's `resolve_timeout`, 300 by default."""
    webhook_url: Annotated[str, Meta(pattern=HTTP)] | None = None
    """Where each alert is posted, signed; a secret, for such addresses often hold one."""
    webhook_key: Secret | None = None
    """Signs what is posted (a secret); needed with the address."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    def __post_init__(self) -> None:
        if self.webhook_url and not self.webhook_key:
            raise ValueError("DETECTOR_WEBHOOK_URL: needs DETECTOR_WEBHOOK_KEY")
        if self.kafka_security_protocol.startswith("SASL"):
            if self.kafka_sasl_mechanism == "OAUTHBEARER" and not self.kafka_token_file:
                raise ValueError("DETECTOR_KAFKA_SASL_MECHANISM: OAUTHBEARER needs DETECTOR_KAFKA_TOKEN_FILE")
            if self.kafka_sasl_mechanism != "OAUTHBEARER" and not (self.kafka_username and self.kafka_password):
                raise ValueError("DETECTOR_KAFKA_SECURITY_PROTOCOL: SASL needs DETECTOR_KAFKA_USERNAME and _PASSWORD")
        for field in ("kafka_ca_file", "kafka_token_file", "redis_ca_file"):
            path = getattr(self, field)
            if path is not None and not Path(path).is_file():
                raise ValueError(f"{PREFIX}{field.upper()}: {path} is not a file")


def load(environ: Mapping[str, str] | None = None, config: Path | None = None) -> Settings:
    """The settings in force. Raises `Misconfigured` with one sentence that names the variable.

    >>> load({"DETECTOR_WEB_PORT": "9000"}).web_port
    9000
    """
    environ = os.environ if environ is None else environ
    raw = _from_file(config) | _from_environment(environ)
    try:
        settings = msgspec.convert(raw, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise Misconfigured(_sentence(str(error))) from error
    return in_shadow(settings) if settings.shadow else settings


def in_shadow(settings: Settings) -> Settings:
    """The same for a shadow: it shares no position and no state with the workers that count."""
    group, prefix = settings.group_id + SHADOW, settings.redis_prefix + SHADOW
    return msgspec.structs.replace(settings, shadow=True, group_id=group, redis_prefix=prefix)


def masked(settings: Settings) -> dict[str, Any]:
    """The settings as they may be shown: secrets and passwords in addresses replaced by stars."""
    shown = {name: getattr(settings, name) for name in settings.__struct_fields__}
    for name in SECRETS:
        if shown[name] is not None:
            shown[name] = "***"
    shown["redis_url"] = without_password(settings.redis_url)
    if settings.alertmanager_url is not None:
        shown["alertmanager_url"] = ",".join(without_password(url) for url in settings.alertmanager_url.split(","))
    return shown


def without_password(url: str) -> str:
    """The address without its secret.

    >>> without_password("redis://me:secret@cache:6379/0")
    'redis://***@cache:6379/0'
    """
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc="***@" + parts.netloc.rpartition("@")[2]))


def _from_file(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    try:
        table = tomllib.loads(config.read_text(encoding="utf-8")).get("worker", {})
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"DETECTOR_CONFIG: {config}: {error}") from error
    return dict(table)


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for field in Settings.__struct_fields__:
        variable = PREFIX + field.upper()
        if variable in environ:
            raw[field] = environ[variable]
        elif field in SECRETS and f"{variable}_FILE" in environ:
            try:
                raw[field] = Path(environ[f"{variable}_FILE"]).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise Misconfigured(f"{variable}_FILE: {error.strerror}: {error.filename}") from error
    return raw


def _sentence(text: str) -> str:
    """The validator's sentence with the setting's variable in front; it never quotes the value."""
    message, _, place = text.partition(" - at `$.")
    field = place.rstrip("`")
    if field in Settings.__struct_fields__:
        return f"{PREFIX}{field.upper()}: {message}"
    return f"DETECTOR_CONFIG: [worker] {message}" if "unknown field" in message else message
