"""What a token with a good signature must say before it counts (RFC 7519, 4.1)."""

from __future__ import annotations

import time
from typing import Annotated, Any

import msgspec

from .errors import InvalidToken
from .settings import JWTSettings


class Registered(msgspec.Struct, frozen=True):
    """The claims that every token must have, and their types. Times are seconds since 1970."""

    exp: int | float
    iat: int | float
    sub: Annotated[str, msgspec.Meta(min_length=1)]
    iss: str
    aud: str | list[str]
    nbf: int | float = 0


def read_claims(payload: bytes, settings: JWTSettings) -> dict[str, Any]:
    """Return the claims. Raises InvalidToken."""
    try:
        claims: dict[str, Any] = msgspec.json.decode(payload)
        known = msgspec.convert(claims, Registered)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise InvalidToken("A claim of the token is missing or of another type.") from None
    if known.iss != settings.issuer:
        raise InvalidToken("The token is of another issuer.")
    audiences = [known.aud] if isinstance(known.aud, str) else known.aud
    if settings.audience not in audiences:
        raise InvalidToken("The token is for another audience.")
    _check_times(known, settings)
    return claims


def _check_times(known: Registered, settings: JWTSettings) -> None:
    # Said as what must hold: infinities fail as well.
    now = time.time()
    if not known.exp > now - settings.leeway:
        raise InvalidToken("The token has expired.")
    if not (known.iat <= now + settings.leeway and known.nbf <= now + settings.leeway):
        raise InvalidToken("The token is not valid yet.")
    if not known.exp - known.iat <= settings.max_lifetime:
        raise InvalidToken("The token lives for too long.")
