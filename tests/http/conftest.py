"""What the tests of bodies share."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import RequestFactory

from fileapi.config import DEFAULTS
from fileapi.http.request import Request


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
