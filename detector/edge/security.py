"""How to speak to Kafka securely: one set of arguments that aiokafka and kafka-python both take."""

import ssl
from typing import Any

from detector.edge.settings import Settings


def kafka_security(settings: Settings) -> dict[str, Any]:
    """Keyword arguments for a client. Certificates and host names are always verified."""
    protocol = settings.kafka_security_protocol
    arguments: dict[str, Any] = {"security_protocol": protocol}
    if protocol.endswith("SSL"):
        arguments["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ca_file)
    if protocol.startswith("SASL"):
        arguments |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": settings.kafka_password,
        }
    return arguments


def untrusted(error: BaseException | None) -> bool:
    """Whether a connection failed for its certificate: another authority, another name, or its time is over."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
