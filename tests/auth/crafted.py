"""Tokens made by hand, without the library that verifies them."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import time
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

SECRET = "NOT-A-SECRET-but-long-enough-for-HS256"
OLD_SECRET = "NOT-A-SECRET-and-older-than-the-other-one"
FILEAPI_JWT = {
    "ISSUER": "https://example.com",
    "AUDIENCE": "https://example.com/api",
    "KEYS": [
        {"id": "new", "algorithm": "HS256", "secret": SECRET},
        {"id": "old", "algorithm": "HS256", "secret": OLD_SECRET},
    ],
}


def claims(**changes: Any) -> dict[str, Any]:
    """Return what a good token says, with changes; a value of None leaves a claim out."""
    now = int(time.time())
    good = {
        "iss": "https://example.com",
        "aud": "https://example.com/api",
        "sub": "1",
        "iat": now,
        "exp": now + 60,
        "token_use": "access",
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def text_of(value: Any) -> str:
    """Return a part of a token: bytes as they are, the rest as JSON."""
    return base64url(value if isinstance(value, bytes) else json.dumps(value).encode())


def signed(payload: Any, secret: str | bytes = SECRET, header: Any = None, **changes: Any) -> str:
    """Return a token with an HMAC by SHA-256, whatever its header says."""
    if header is None:
        header = {"typ": "JWT", "alg": "HS256", "kid": "new"} | changes
    signing_input = f"{text_of(header)}.{text_of(payload)}"
    key = secret.encode() if isinstance(secret, str) else secret
    mac = hmac.new(key, signing_input.encode(), hashlib.sha256).digest()
    return f"{signing_input}.{base64url(mac)}"


@cache
def private_key(kind: str) -> Any:
    """Return a key of cryptography, made once for each kind."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:] or 2048))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key({"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}[kind])


def private_pem(kind: str) -> str:
    key = private_key(kind)
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def public_bytes(kind: str, encoding: str = "PEM") -> bytes:
    """Return the public half as PEM, DER or an OpenSSH line."""
    form = PublicFormat.OpenSSH if encoding == "OpenSSH" else PublicFormat.SubjectPublicKeyInfo
    return bytes(private_key(kind).public_key().public_bytes(getattr(Encoding, encoding), form))


def public_pem(kind: str) -> str:
    return public_bytes(kind).decode()


def certificate(encoding: Encoding) -> bytes:
    """Return a certificate for localhost that the key p256 signed for itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    key = private_key("p256")
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    return bytes(made.public_bytes(encoding))
