"""Next.js API Routes, on Django: drop a file in ``project/api/``, get an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .config import Config
from .guards.rate import Rate
from .http.errors import HttpError

if TYPE_CHECKING:
    from .http.sse import Event

__all__ = ["Config", "Event", "HttpError", "Rate", "load"]


def __getattr__(name: str) -> Any:
    # Only a route that sends events pays for their import.
    if name == "Event":
        from .http.sse import Event

        return Event
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load() -> None:
    """Import every route file now if ``FILEAPI_LOAD`` is ``"eager"``; call it in ``wsgi.py``.

    Raises ImproperlyConfigured, with every problem of the API folders.
    """
    from .urls import load_eagerly

    load_eagerly()
