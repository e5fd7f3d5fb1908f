"""A mark of a user's password in each token, so that a new password ends the old tokens."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.crypto import constant_time_compare

CLAIM = "auth_hash"


def fingerprint(user: Any) -> str:
    """Return 128 bits that change with the user's password, as hexadecimal digits."""
    return _short(user.get_session_auth_hash())


def has_fingerprint(user: Any, claim: object) -> bool:
    """Tell whether the claim is the user's, by SECRET_KEY or one of SECRET_KEY_FALLBACKS."""
    if not isinstance(claim, str):
        return False
    return constant_time_compare(claim, fingerprint(user)) or any(
        constant_time_compare(claim, _short(older))
        for older in user.get_session_auth_fallback_hash()
    )


def _short(session_hash: str) -> str:
    # Not the hash itself, which Django takes for a part of a session. It is an HMAC, so that a
    # plain digest of it tells nothing of the password.
    return hashlib.sha256(f"fileapi.auth {session_hash}".encode()).hexdigest()[:32]
