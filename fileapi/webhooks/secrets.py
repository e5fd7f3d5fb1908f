"""Secrets as settings hold them, and the keys that they are."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

from .schemes import Scheme

_PREFIX = "whsec_"


def keys(scheme: Scheme, secret: str | Sequence[str]) -> list[bytes]:
    """Return the keys of one secret, or of several while they change.

    Raises ImproperlyConfigured, without a secret's text, for none, and for one that can be guessed.
    """
    given: Sequence[object] = [secret] if isinstance(secret, str) else secret
    if not isinstance(given, (list, tuple)) or not given:
        raise ImproperlyConfigured("secret is no text, nor a list of texts: is it set?")
    return [_key(scheme, each) for each in given]


def _key(scheme: Scheme, secret: object) -> bytes:
    if not isinstance(secret, str):
        raise ImproperlyConfigured("A secret is no text: is it set?")
    if scheme.has_base64_secret:
        text = secret.removeprefix(_PREFIX).rstrip("=")
        try:
            key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError):
            raise ImproperlyConfigured(
                "A secret is no base64. Copy it whole from the sender: 'whsec_...'."
            ) from None
    else:
        key = secret.encode()
    if len(key) < scheme.min_secret:
        raise ImproperlyConfigured(
            f"A secret has {len(key)} bytes; {scheme.min_secret} are the least that nobody guesses."
        )
    return key
