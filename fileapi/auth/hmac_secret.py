"""Which secrets must not sign tokens: those that can be guessed, and those that are public."""

from __future__ import annotations

import base64
from typing import Any

FEWEST_DIFFERENT = 5  # bytes; Django asks the same of SECRET_KEY

_WAY_OUT = "make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
_MARKS_OF_KEYS = (b"-----BEGIN ", b"---- BEGIN ", b'"kty"')
_STARTS_OF_SSH_KEYS = (b"ssh-", b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-")


def fault_of(secret: Any, shortest: int) -> str:
    """Return why a secret must not be used, without showing it; an empty string for a good one.

    ``shortest`` is in bytes. A public key as a secret would let anyone sign (CVE-2022-29217).
    """
    if not isinstance(secret, (str, bytes)):
        return f"has a secret that is no text: {type(secret).__name__}"
    data = bytes_of(secret)
    if len(data) < shortest:
        return f"has a secret of {len(data)} bytes; it needs {shortest}: {_WAY_OUT}"
    if len(set(data)) < FEWEST_DIFFERENT:
        return f"has a secret that repeats itself; {_WAY_OUT}"
    if is_key(data):
        return "has a key or certificate as its secret, which others may know; " + _WAY_OUT
    return ""


def bytes_of(secret: str | bytes) -> bytes:
    """Return the bytes that sign: text as UTF-8, also where the environment held none."""
    return secret.encode("utf-8", "surrogatepass") if isinstance(secret, str) else secret


def is_key(data: bytes) -> bool:
    """Tell the text or bytes of an asymmetric key, certificate or JSON Web Key."""
    stripped = data.strip()
    if any(mark in stripped for mark in _MARKS_OF_KEYS):
        return True
    if stripped.startswith(_STARTS_OF_SSH_KEYS) or _is_der(data):
        return True
    try:  # a PEM text without its first and last line
        return _is_der(base64.b64decode(b"".join(stripped.split()), validate=True))
    except ValueError:
        return False


def _is_der(data: bytes) -> bool:
    """Tell an ASN.1 sequence that fills ``data``, as every DER key and certificate does."""
    if len(data) < 2 or data[0] != 0x30:
        return False
    size, start = data[1], 2
    if size & 0x80:  # the length stands in so many bytes
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    return start + size == len(data)
