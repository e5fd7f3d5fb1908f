"""The text of a key: ``fk_<prefix>_<secret>``.

``fk_`` is for scanners that look for leaked secrets, the prefix finds the row, and the secret
holds 256 random bits. All is letters and digits, so that a double click selects the whole key.
"""

from __future__ import annotations

import hashlib
import secrets
import string

START = "fk_"
PREFIX_LENGTH = 8
SECRET_LENGTH = 43  # 43 of 62 letters and digits: 256.03 bits

# One case alone: some databases hold "a" and "A" for one, and a prefix is unique.
_PREFIX_LETTERS = string.ascii_lowercase + string.digits
_LETTERS = string.ascii_letters + string.digits
_LENGTH = len(START) + PREFIX_LENGTH + len("_") + SECRET_LENGTH


def new() -> tuple[str, str]:
    """Return the prefix and the text of a key that nobody has."""
    prefix = _random(_PREFIX_LETTERS, PREFIX_LENGTH)
    return prefix, f"{START}{prefix}_{_random(_LETTERS, SECRET_LENGTH)}"


def prefix_of(text: str) -> str | None:
    """Return the look-up prefix of a key's text; None for what is no key's."""
    prefix, _, secret = text[len(START) :].partition("_")
    if (
        len(text) == _LENGTH
        and text.startswith(START)
        and len(prefix) == PREFIX_LENGTH
        and set(prefix) <= set(_PREFIX_LETTERS)
        and set(secret) <= set(_LETTERS)
    ):
        return prefix
    return None


def digest(text: str) -> str:
    """Return the SHA-256 of a key's text, in hexadecimal.

    A slow hash is for what people choose: nobody tries 2^256 keys, however fast each one is.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def _random(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))
