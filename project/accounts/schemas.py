"""What answers show of an account: nothing else of a row leaves the site."""

from __future__ import annotations

from msgspec import Struct


class UserOut(Struct):
    """A user, as everybody sees them."""

    id: int
    name: str


class AccountOut(Struct):
    """A user, as they see themselves."""

    id: int
    email: str | None
    name: str


class TokenPair(Struct):
    """What a log-in is worth: a token to call with, and one to get the next two by."""

    access_token: str
    token_type: str
    expires_in: int  # seconds
    refresh_token: str
