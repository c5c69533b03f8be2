"""How to speak to Kafka securely: one set of arguments that aiokafka and kafka-python both take.

Nothing here falls back: what is configured is spoken, or nothing is.
"""

import ssl
from pathlib import Path
from typing import Any, Final

from aiokafka.abc import AbstractTokenProvider as AsyncProvider
from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.errors import IllegalSaslStateError, KafkaConnectionError, KafkaError
from aiokafka.protocol.admin import ApiVersionRequest
from kafka.net.sasl.oauth import AbstractTokenProvider as Provider

from detector.edge.failures import Misconfigured
from detector.edge.settings import Settings

PROBE: Final = {"client_id": "detector-probe", "request_timeout_ms": 5_000}


def kafka_security(settings: Settings) -> dict[str, Any]:
    """Keyword arguments for an aiokafka client. Certificates and host names are always verified."""
    protocol = settings.kafka_security_protocol
    arguments: dict[str, Any] = {"security_protocol": protocol}
    if protocol.endswith("SSL"):
        arguments["ssl_context"] = _context(settings)
    if protocol.startswith("SASL"):
        arguments["sasl_mechanism"] = settings.kafka_sasl_mechanism
        if settings.kafka_token_file is not None and settings.kafka_sasl_mechanism == "OAUTHBEARER":
            arguments["sasl_oauth_token_provider"] = AsyncTokenFile(settings.kafka_token_file)
        else:
            arguments["sasl_plain_username"] = settings.kafka_username
            arguments["sasl_plain_password"] = settings.kafka_password
    return arguments


def blocking_kafka_security(settings: Settings) -> dict[str, Any]:
    """The same for a kafka-python client."""
    arguments = kafka_security(settings)
    if isinstance(provider := arguments.get("sasl_oauth_token_provider"), AsyncTokenFile):
        arguments["sasl_oauth_token_provider"] = TokenFile(provider.path)
    return arguments


class AsyncTokenFile(AsyncProvider):  # type: ignore[misc] # aiokafka has no types
    """The bearer token in a file, as it is at each login."""

    def __init__(self, path: str) -> None:
        self.path = path

    async def token(self) -> str:
        """The token. Raises `Misconfigured` when there is none."""
        return read_token(self.path)


class TokenFile(Provider):  # type: ignore[misc] # kafka-python has no types
    """The same for kafka-python."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def token(self) -> str:
        """The token. Raises `Misconfigured` when there is none."""
        return read_token(self.path)


def read_token(path: str) -> str:
    """The token in a file, without its last line break."""
    try:
        token = Path(path).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"DETECTOR_KAFKA_TOKEN_FILE: {path}: {type(error).__name__}") from error
    if not token:
        raise Misconfigured(f"DETECTOR_KAFKA_TOKEN_FILE: {path} is empty")
    return token


async def kafka_refusal(settings: Settings) -> str | None:
    """Why brokers that are there will not have these settings, in a sentence; None when that is not the trouble.

    Kafka's clients only say that nobody answers. Raises `Misconfigured` when there is no token to show.
    """
    for address in settings.kafka_bootstrap.split(","):
        try:
            connection = await _connected(settings, address.strip())
        except ssl.SSLCertVerificationError as error:
            return f"DETECTOR_KAFKA_CA_FILE: the certificate of {address} is not trusted: {error.verify_message}"
        except (KafkaConnectionError, OSError, TimeoutError, ValueError):
            continue  # away, or hung up: a broker that starts again does that too, so it is no verdict
        except KafkaError as error:
            return f"{_login(settings)}: {address} refuses it: {error}"
        if not await _is_in(connection):
            return f"{_login(settings)}: {address} refuses it: not a token that it trusts, or one whose time is over"
    return None


async def _connected(settings: Settings, address: str) -> AIOKafkaConnection:
    host, _, port = address.rpartition(":")
    return await create_conn(host.strip("[]"), int(port), **PROBE, **kafka_security(settings))


async def _is_in(connection: AIOKafkaConnection) -> bool:
    """Whether the login was taken: aiokafka takes any answer to a token for a yes, the next request shows."""
    try:
        answer = await connection.send(ApiVersionRequest())
    except KafkaConnectionError:
        return True  # gone meanwhile: no verdict
    finally:
        connection.close()
    return bool(answer.error_code != IllegalSaslStateError.errno)


def _login(settings: Settings) -> str:
    """The setting that a broker which hangs up after TLS has not liked."""
    if not settings.kafka_security_protocol.startswith("SASL"):
        return "DETECTOR_KAFKA_SECURITY_PROTOCOL"
    by_token = settings.kafka_sasl_mechanism == "OAUTHBEARER"
    return "DETECTOR_KAFKA_TOKEN_FILE" if by_token else "DETECTOR_KAFKA_USERNAME and _PASSWORD"


def untrusted(error: BaseException | None) -> bool:
    """Whether a connection failed for its certificate: another authority, another name, or its time is over."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _context(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.kafka_ca_file)
    except ssl.SSLError as error:
        raise Misconfigured(f"DETECTOR_KAFKA_CA_FILE: {settings.kafka_ca_file} holds no certificates") from error
