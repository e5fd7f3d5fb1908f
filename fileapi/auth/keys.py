"""One entry of ``FILEAPI_JWT["KEYS"]``: a key, or the reason why it must not be used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.core.exceptions import ImproperlyConfigured

from .hmac_secret import bytes_of, fault_of

# The shortest secret for each, in bytes (RFC 7518, 3.2).
HMAC = {"HS256": 32, "HS384": 48, "HS512": 64}
ASYMMETRIC = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES256K", "ES384", "ES512", "EdDSA"),
)
ALGORITHMS = (*HMAC, *ASYMMETRIC)

FIELDS = ("id", "algorithm", "secret", "private_key", "public_key", "until")
MATERIAL = ("secret", "private_key", "public_key")


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key and its one algorithm.

    ``verifies`` and ``signs`` are what PyJWT takes: bytes, or a key of the package cryptography.
    ``until`` is in seconds since 1970.
    """

    id: str
    algorithm: str
    verifies: Any
    signs: Any = None
    until: float | None = None
    is_foreign: bool = False

    def __repr__(self) -> str:
        return f"<Key {self.id!r} {self.algorithm}>"  # never the secret


def read_key(entry: Any, index: int) -> Key:
    """Return the key of an entry. Raises ImproperlyConfigured, which never shows the secret."""
    if not isinstance(entry, Mapping):
        raise ImproperlyConfigured(f"FILEAPI_JWT: KEYS[{index}] is no dictionary.")
    id, algorithm = entry.get("id"), entry.get("algorithm")
    if not isinstance(id, str) or not id:
        raise ImproperlyConfigured(
            f"FILEAPI_JWT: KEYS[{index}] has no id. Give it a name that never names another "
            "key: 'id': '2026-11'."
        )
    if unknown := [name for name in entry if name not in FIELDS]:
        raise _fault(id, f"has {unknown[0]!r}; it may have: {FIELDS}")
    if algorithm not in ALGORITHMS:
        raise _fault(id, f"has the algorithm {algorithm!r}; it is one of: {ALGORITHMS}")
    given = [name for name in MATERIAL if name in entry]
    if len(given) != 1:
        raise _fault(id, f"needs one of {MATERIAL}, and has {given or 'none'}")
    until = _until(entry.get("until"), id)
    text = entry[given[0]]
    if (given == ["secret"]) != (algorithm in HMAC):
        needed = "'secret'" if algorithm in HMAC else "'private_key' or 'public_key'"
        raise _fault(id, f"has {given[0]!r}; {algorithm} needs {needed}")
    if algorithm in HMAC:
        if reason := fault_of(text, HMAC[algorithm]):
            raise _fault(id, reason)
        secret = bytes_of(text)
        return Key(id=id, algorithm=algorithm, verifies=secret, signs=secret, until=until)
    key = _from_pem(text, id, algorithm)
    if hasattr(key, "sign") != (given == ["private_key"]):
        raise _fault(id, f"has another kind of key as its {given[0]!r}")
    if given == ["public_key"]:
        return Key(id=id, algorithm=algorithm, verifies=key, until=until)
    return Key(id=id, algorithm=algorithm, verifies=key.public_key(), signs=key, until=until)


def _from_pem(text: Any, id: str, algorithm: str) -> Any:
    """Return the key of a PEM text, if it fits its algorithm and is long enough."""
    # Secrets need none of it, and cryptography is large.
    from jwt.algorithms import get_default_algorithms

    method = get_default_algorithms().get(algorithm)
    if method is None:
        raise _fault(
            id,
            f"uses {algorithm}, which needs the package cryptography: pip install 'pyjwt[crypto]'",
        )
    try:
        key = method.prepare_key(text)
    except Exception:  # cryptography raises many kinds
        raise _fault(id, f"has a key that is no unencrypted PEM key for {algorithm}") from None
    if too_short := method.check_key_length(key):
        raise _fault(id, f"is too weak: {too_short}")
    return key


def _until(value: Any, id: str) -> float | None:
    """Return seconds since 1970 for an aware datetime, or its text by ISO 8601."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if moment.tzinfo is not None:
            return float(moment.timestamp())
    except (AttributeError, OverflowError, ValueError):
        pass
    raise _fault(id, f"ends at {value!r}; write a time with its zone: '2026-12-31T00:00:00Z'")


def _fault(id: str, reason: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"FILEAPI_JWT: the key {id!r} {reason}.")
