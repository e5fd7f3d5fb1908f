"""What the tests of this folder share."""

from __future__ import annotations

import pytest


@pytest.fixture
def loading() -> str:
    """Import on first use: that makes no difference here."""
    return "lazy"
