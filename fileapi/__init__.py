"""Next.js API Routes, on Django: drop a file in ``project/api/``, get an endpoint."""

from __future__ import annotations

from .config import Config
from .http.errors import HttpError

__all__ = ["Config", "HttpError", "load"]


def load() -> None:
    """Import every route file now if ``FILEAPI_LOAD`` is ``"eager"``; call it in ``wsgi.py``.

    Raises ImproperlyConfigured, with every problem of the API folders.
    """
    from .urls import load_eagerly

    load_eagerly()
