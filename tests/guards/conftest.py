"""What the tests of this folder share."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from .books import BOOKS, KINDS
from .people import PEOPLE, USE

_numbers = itertools.count()


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"


@pytest.fixture
def empty_cache(settings: Any) -> None:
    """A cache of the test's own, in memory."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": f"test-{next(_numbers)}",
        }
    }


@pytest.fixture(params=["def", "async def"])
def kind(request: pytest.FixtureRequest) -> str:
    """How the handlers are written."""
    return str(request.param)


@pytest.fixture
def guarded(api: Any, kind: str) -> Any:
    """Serve ``a.py`` under a Config: it tells who is there."""

    def serve(config: str, **files: str) -> Any:
        handler = f"{kind} GET(req): return [getattr(req.user, 'username', None), req.auth]\n"
        handler += f"{kind} POST(req): return 'changed'\n"
        return api({**PEOPLE, "a.py": f"{USE}config = Config({config})\n{handler}", **files})

    return serve


@pytest.fixture(params=KINDS)
def books(request: pytest.FixtureRequest, api: Any) -> Any:
    """Serve ``/api/books/<pk>``, whose handler checks the book, under a config."""

    def serve(config: str, classes: str = "", **files: str) -> Any:
        top = f"{USE}from asgiref.sync import sync_to_async\n{BOOKS}{classes}"
        text = f"{top}\nconfig = Config({config})\n{KINDS[request.param]}"
        return api({**PEOPLE, "[pk=int].py": text, **files})

    return serve
