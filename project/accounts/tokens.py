"""Log-ins and their two tokens: one to call with, one to get the next two by.

The access token is a JWT whose ``sid`` names the log-in. The refresh token is opaque,
``<log-in>.<secret>``, good once; the database holds a hash of the secret alone.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from fileapi.auth import issue

from .models import Login, User

# However often it is refreshed: after that the password is asked for again.
LIFETIME = timedelta(days=30)


def start(user: User) -> dict[str, Any]:
    """Log a user in; return the first two tokens."""
    now = timezone.now()
    user.logins.filter(expires_at__lte=now).delete()  # or they would pile up
    secret = secrets.token_urlsafe(32)
    login = Login.objects.create(
        user=user,
        refresh_hash=_hash(secret),
        session_auth_hash=user.get_session_auth_hash(),
        expires_at=now + LIFETIME,
    )
    return _pair(login, secret)


def renew(refresh_token: str) -> dict[str, Any] | None:
    """Return the next two tokens for a refresh token; None for one that is not good.

    One that was good once ends the log-in: two have it, and one of them is a thief (RFC 9700,
    4.14.2).
    """
    id, secret = _parts(refresh_token)
    now = timezone.now()
    alive = Login.objects.alive(now).filter(pk=id)
    new_secret = secrets.token_urlsafe(32)
    # One statement that looks and writes: of many at once the database lets one through.
    if not alive.filter(refresh_hash=_hash(secret)).update(
        refresh_hash=_hash(new_secret), used_at=now
    ):
        end(id)
        return None
    login = Login.objects.select_related("user").filter(pk=id).first()
    if login is None or not login.fits_user():
        end(id)
        return None
    return _pair(login, new_secret)


def end(id: uuid.UUID | None) -> None:
    """End a log-in, and with it every token that it has."""
    Login.objects.filter(pk=id, ended_at=None).update(ended_at=timezone.now())


def end_by(refresh_token: str) -> None:
    """End the log-in of a refresh token. An old one does it too, as it does in `renew`."""
    end(_parts(refresh_token)[0])


def end_of(claims: dict[str, Any]) -> None:
    """End the log-in of an access token."""
    end(_uuid(claims["sid"]))


def login_of(sid: object) -> Login | None:
    """Return the log-in that an access token names, with its user, if both are still good."""
    id = _uuid(sid)
    login = Login.objects.alive(timezone.now()).select_related("user").filter(pk=id).first()
    return login if login is not None and login.fits_user() else None


def _pair(login: Login, secret: str) -> dict[str, Any]:
    """Return both tokens as OAuth 2 names them (RFC 6749, 5.1)."""
    return {
        "access_token": issue(login.user, sid=login.pk.hex),
        "token_type": "Bearer",
        "expires_in": settings.FILEAPI_JWT["LIFETIME"],  # seconds
        "refresh_token": f"{login.pk.hex}.{secret}",
    }


def _parts(refresh_token: str) -> tuple[uuid.UUID | None, str]:
    id, _, secret = refresh_token.partition(".")
    return _uuid(id), secret


def _uuid(text: object) -> uuid.UUID | None:
    """Return an id from its one spelling."""
    try:
        id = uuid.UUID(hex=text)  # type: ignore[arg-type]
    except (AttributeError, TypeError, ValueError):
        return None
    return id if id.hex == text else None


def _hash(secret: str) -> str:
    # 256 bits of chance need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
