"""Logins that wait for the provider: of one browser, of ten minutes, of one use."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from fileapi import HttpError
from project.accounts.models import User

from .models import PendingLogin
from .providers import Provider

LIFETIME = timedelta(minutes=10)
IN_SESSION = "oauth_browser"


def begin(
    session: Any, provider: Provider, next: str | None, user: User | None
) -> tuple[str, PendingLogin]:
    """Return a new login of this session, unsaved, and its state, of which that has a hash."""
    now = timezone.now()
    PendingLogin.objects.filter(expires__lte=now).delete()
    # Not the session's key: a login by password, in another tab, changes that.
    browser = session.setdefault(IN_SESSION, secrets.token_urlsafe(32))
    state = secrets.token_urlsafe(32)
    return state, PendingLogin(
        state=_digest(state),
        browser=_digest(browser),
        provider=provider.name,
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),  # RFC 7636, 4.1: 43 to 128 characters
        next=_path(next),
        user=user,
        expires=now + LIFETIME,
    )


def claim(session: Any, provider: Provider, state: str | None) -> PendingLogin:
    """Return the login of a state, once. Raises HttpError 400 if this session has none of it."""
    found = PendingLogin.objects.filter(
        state=_digest(state or ""),
        browser=_digest(session.get(IN_SESSION, "")),
        provider=provider.name,
        expires__gt=timezone.now(),
    )
    pending = found.select_related("user").first()
    if pending is None or not found.delete()[0]:
        raise HttpError(400, "This login is not known, is over, or was of another browser.")
    return pending


def _digest(value: str) -> str:
    return sha256(value.encode()).hexdigest()


def _path(next: str | None) -> str:
    """Return where to go after the login: a path of this site as it will be sent, else "/"."""
    path = iri_to_uri(next or "")
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(next, None)
    return path if is_ours and len(path) <= 2000 else "/"
