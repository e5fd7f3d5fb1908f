"""Issue and verify access tokens."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

import msgspec
from django.views.decorators.debug import sensitive_variables

from .claims import read_claims
from .errors import InvalidToken, KeysUnavailable
from .fingerprint import CLAIM, fingerprint
from .keys import Key
from .settings import JWTSettings, jwt_settings
from .signature import JWS, MAX_LENGTH, Header, open_token

logger = logging.getLogger("fileapi.auth")

ACCESS = "access"
OWN_CLAIMS = ("iss", "aud", "sub", "iat", "exp", "nbf", "jti", "token_use", CLAIM)


@sensitive_variables()
def issue(user: Any, *, lifetime: int | None = None, **claims: Any) -> str:
    """Return an access token for a saved user, signed by the first of ``KEYS``.

    ``lifetime`` is in seconds, ``LIFETIME`` by default; ``claims`` are added as they are. Raises
    ValueError for a lifetime over ``MAX_LIFETIME``, for a claim that is the library's, and for a
    token too long to be verified.
    """
    settings = jwt_settings()
    key = settings.signing_key()
    lifetime = settings.lifetime if lifetime is None else lifetime
    if not 0 < lifetime <= settings.max_lifetime:
        raise ValueError(
            f"lifetime={lifetime!r}: it is from 1 to MAX_LIFETIME, {settings.max_lifetime} seconds."
        )
    if taken := [name for name in claims if name in OWN_CLAIMS]:
        raise ValueError(f"{taken[0]!r} is set by issue(). Give the claim another name.")
    if user.pk is None:
        raise ValueError("The user is not saved, and has no key to be found by.")
    now = int(time.time())
    own = {
        "iss": settings.issuer,
        "aud": settings.audience,
        "sub": str(user.pk),
        "iat": now,
        "exp": now + lifetime,
        "jti": secrets.token_urlsafe(16),
        "token_use": ACCESS,
        CLAIM: fingerprint(user),
    }
    payload = msgspec.json.encode(claims | own)
    token = JWS.encode(payload, key.signs, key.algorithm, headers={"kid": key.id})
    if len(token) > MAX_LENGTH:
        raise ValueError(f"The token has more than {MAX_LENGTH} characters. Give it fewer claims.")
    return token


@sensitive_variables()
def verify(token: str) -> dict[str, Any]:
    """Return the claims of a token. Whether its user is still there is not asked.

    Raises InvalidToken, and KeysUnavailable where ``JWKS_URL`` does not answer.
    """
    settings = jwt_settings()
    try:
        header, key, payload = open_token(token, settings.key)
        _check_key(key)
        claims = read_claims(payload, settings)
        _check_use(header, key, claims, settings)
    except (InvalidToken, KeysUnavailable):
        raise
    except Exception:  # whatever it is, the token has not been verified
        logger.exception("A token could not be verified.")
        raise InvalidToken("The token could not be verified.") from None
    return claims


def _check_key(key: Key) -> None:
    if key.until is not None and not time.time() < key.until:
        raise InvalidToken("The token's key has expired.")


def _check_use(header: Header, key: Key, claims: dict[str, Any], settings: JWTSettings) -> None:
    """Refuse ID tokens, refresh tokens and states that the same key may have signed.

    Another issuer's access tokens are told by the type in their header (RFC 9068, 2.1).
    """
    use = claims.get("token_use")
    if use == ACCESS:
        return
    type_of_token = header.typ.lower().removeprefix("application/")
    if key.is_foreign and use is None and type_of_token == settings.remote_type:
        return
    raise InvalidToken("The token is no access token.")
