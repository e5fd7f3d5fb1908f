"""The settings of fileapi, read when they are needed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from .http.client import Network

LOAD = ("lazy", "eager")


def root() -> str:
    """``FILEAPI_ROOT``: the package of route files; by default ``api`` beside the root URLconf."""
    configured = getattr(settings, "FILEAPI_ROOT", None)
    if configured:
        return str(configured)
    beside = str(getattr(settings, "ROOT_URLCONF", "")).rpartition(".")[0]
    return f"{beside}.api" if beside else "api"


def load() -> str:
    """``FILEAPI_LOAD``: import route files on first use (``"lazy"``) or all at once (``"eager"``).

    Raises ImproperlyConfigured for anything else.
    """
    value = getattr(settings, "FILEAPI_LOAD", "lazy")
    if value not in LOAD:
        raise ImproperlyConfigured(f"FILEAPI_LOAD is {value!r}; it must be one of: {LOAD}.")
    return str(value)


def docs() -> bool:
    """``FILEAPI_DOCS``: serve ``openapi.json`` and the page ``docs``; by default under DEBUG."""
    return bool(getattr(settings, "FILEAPI_DOCS", settings.DEBUG))


def health() -> bool:
    """``FILEAPI_HEALTH``: serve ``health/live`` and ``health/ready``; by default True."""
    return bool(getattr(settings, "FILEAPI_HEALTH", True))


def openapi() -> dict[str, str]:
    """``FILEAPI_OPENAPI``: the document's ``title``, ``version`` and what else its info may have.

    Raises ImproperlyConfigured for anything but a dictionary.
    """
    value = getattr(settings, "FILEAPI_OPENAPI", {})
    if not isinstance(value, dict):
        raise ImproperlyConfigured(
            f"FILEAPI_OPENAPI is {value!r}; it is a dictionary such as {{'title': 'Shop'}}."
        )
    return {"title": "API", "version": "1", **value}


def threads() -> int | None:
    """``FILEAPI_THREADS``: how many threads a process of the WSGI server has; None if unknown.

    Raises ImproperlyConfigured for what is no number of threads.
    """
    value = getattr(settings, "FILEAPI_THREADS", None)
    if value is not None and (type(value) is not int or value < 1):
        raise ImproperlyConfigured(f"FILEAPI_THREADS is {value!r}; it is a number of threads.")
    return value


def rate_store() -> str:
    """``FILEAPI_RATE_STORE``: where limits are counted, ``"memory://"`` or ``"redis://..."``.

    Raises ImproperlyConfigured for anything else.
    """
    value = getattr(settings, "FILEAPI_RATE_STORE", "memory://")
    if not str(value).startswith(("memory://", "redis://", "rediss://", "redis+unix://")):
        raise ImproperlyConfigured(
            "FILEAPI_RATE_STORE is no URL of a store; it is 'memory://' or 'redis://host:6379/0'."
        )
    return str(value)


def trusted_proxies() -> tuple[Network, ...]:
    """``FILEAPI_TRUSTED_PROXIES``: addresses and CIDR ranges whose ``X-Forwarded-For`` counts.

    Raises ImproperlyConfigured for what is no address or range.
    """
    value = getattr(settings, "FILEAPI_TRUSTED_PROXIES", ())
    try:
        return _networks(tuple(value))
    except (TypeError, ValueError) as error:
        raise ImproperlyConfigured(
            f"FILEAPI_TRUSTED_PROXIES is {value!r}; it is a list such as ['10.0.0.0/8']: {error}."
        ) from error


@lru_cache(maxsize=8)
def _networks(ranges: tuple[str, ...]) -> tuple[Network, ...]:
    from .http.client import networks

    return networks(ranges)
