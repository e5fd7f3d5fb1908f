"""What the tests of this folder share."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

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
