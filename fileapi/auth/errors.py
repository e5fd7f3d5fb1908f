"""Why a token is not taken."""

from __future__ import annotations


class InvalidToken(Exception):
    """Refuse a token. The message is for its sender, and holds nothing of the token."""


class KeysUnavailable(Exception):
    """Say that no one can tell now: the issuer's keys cannot be had. ``wait`` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__("The keys of the token's issuer cannot be fetched now.")
        self.wait = wait
