"""The big list of naughty strings, which lies beside the repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

FILE = Path(__file__).parents[2] / "shared" / "corpora" / "naughty-strings" / "blns.json"


def strings(need: Callable[[bool, str], None]) -> list[str]:
    """Return all 515 of them."""
    need(FILE.is_file(), f"Put blns.json of the big list of naughty strings at {FILE}.")
    found: list[str] = json.loads(FILE.read_text())
    assert len(found) == 515
    return found
