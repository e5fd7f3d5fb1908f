"""What makes two requests the same, so that one answer is right for both."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from fileapi.guards.digest import digest

from .policy import Cache


def key(cache: Cache, request: HttpRequest, *route: str) -> str | None:
    """Return the key of a request's answer; None for one that is not to be shared.

    ``route`` tells the file, and the method it has a function for. Host, language and time zone
    are parts because Django's middleware may have chosen by them what the handler finds.
    """
    meta = request.META
    user = _user(request) if cache.per_user else None
    if user is None and (meta.get("HTTP_AUTHORIZATION") or meta.get("HTTP_COOKIE")):
        return None
    return digest(
        (
            "answer",
            *route,
            request.scheme,
            request.get_host(),
            request.path,
            meta.get("QUERY_STRING", ""),
            get_language() if settings.USE_I18N else None,
            get_current_timezone_name() if settings.USE_TZ else None,
            *(user or (None, None)),
            *(request.headers.get(name) for name in cache.vary),
        )
    )


def _user(request: HttpRequest) -> tuple[str, str] | None:
    """Return who is known to have sent a request: the kind of user, and the primary key."""
    user: Any = getattr(request, "user", None)
    if not getattr(user, "is_authenticated", False) or getattr(user, "pk", None) is None:
        return None
    kind = user.__class__  # not type(): Django's middleware has a lazy object here
    return f"{kind.__module__}.{kind.__qualname__}", str(user.pk)
