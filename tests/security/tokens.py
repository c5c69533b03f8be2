"""Bearer tokens made for a test: signed JSON web tokens, and the key set by which a broker checks them."""

import base64
import json
import time
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ISSUER, AUDIENCE = "https://issuer.test", "kafka"


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class Issuer:
    """Signs tokens; `key_set` is written for the broker."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    def key_set(self, path: Path) -> None:
        """Write the public key as a JSON web key set."""
        numbers = self._key.public_key().public_numbers()
        key = {
            "kty": "RSA",
            "kid": "test",
            "use": "sig",
            "alg": "RS256",
            "n": _number(numbers.n),
            "e": _number(numbers.e),
        }
        path.write_text(json.dumps({"keys": [key]}))

    def token(self, subject: str, *, lives: float = 3_600) -> str:
        """A token for a principal that lives for some seconds from now; below 0 it is over."""
        now = time.time()
        claims = {"sub": subject, "iss": ISSUER, "aud": AUDIENCE, "iat": int(min(now, now + lives) - 60)}
        claims |= {"exp": int(now + lives), "scope": "kafka"}
        header = {"alg": "RS256", "typ": "JWT", "kid": "test"}
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
        return f"{signed}.{_encoded(self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
