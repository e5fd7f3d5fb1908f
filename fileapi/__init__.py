"""Next.js API Routes, on Django: drop a file in ``project/api/``, get an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .config import Config
from .guards.cache.policy import Cache
from .guards.rate import Rate
from .http.errors import HttpError

if TYPE_CHECKING:
    from .guards.cache.invalidation import invalidate
    from .http.sse import Event

__all__ = ["Cache", "Config", "Event", "HttpError", "Rate", "invalidate", "load"]


def __getattr__(name: str) -> Any:
    # Only a route that sends events, or drops what is cached, pays for their import.
    if name == "Event":
        from .http.sse import Event

        return Event
    if name == "invalidate":
        from .guards.cache.invalidation import invalidate

        return invalidate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load() -> None:
    """Import every route file now if ``FILEAPI_LOAD`` is ``"eager"``; call it in ``wsgi.py``.

    Database connections and pools that were opened until then are closed: a server may fork next.
    Raises ImproperlyConfigured, with every problem of the API folders.
    """
    from .connections import close_connections
    from .urls import load_eagerly

    load_eagerly()
    close_connections()
