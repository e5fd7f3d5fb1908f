"""What the tests of requests and answers share."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import RequestFactory

from fileapi.config import DEFAULTS
from fileapi.http.request import Request

from .exchange import AsgiExchange, Exchange, WsgiExchange
from .gate import Gate
from .gate import gate as shared


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture
def sent() -> Callable[..., Request]:
    """Return a request with a body: ``sent(b"{}", "application/json")``."""

    def sent(body: bytes, content_type: str = "", method: str = "POST") -> Request:
        environ: dict[str, Any] = {
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": content_type,
            "wsgi.input": BytesIO(body),
        }
        return Request(RequestFactory().generic(method, "/", **environ), {}, DEFAULTS)

    return sent


@pytest.fixture
def gate() -> Gate:
    """What the test and the route files of this folder tell each other."""
    shared.reset()
    return shared


@pytest.fixture
def exchange(mode: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Exchange]:
    """Start a request to what is mounted: ``exchange("GET", "/api/a", headers={...})``."""
    # The handlers end a request as in production; the connections are those of other tests.
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)
    return WsgiExchange if mode == "wsgi" else AsgiExchange
