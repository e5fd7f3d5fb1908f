"""The settings of fileapi, read when they are needed."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

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
