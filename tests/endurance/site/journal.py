"""What happens in the server, and when, told by files: they outlive it, and need no request."""

from __future__ import annotations

import os
import time

WAIT = 10.0  # seconds until a gate opens by itself, so that no test can hang a server


def note(name: str, what: object) -> None:
    """Write a line. The clock is the same one in every process of a machine."""
    with open(os.environ["JOURNAL"], "a") as journal:
        journal.write(f"{time.monotonic()} {name} {what}\n")


def is_shut(gate: str, since: float) -> bool:
    """Tell whether a gate that somebody has waited at since then is still to be waited for."""
    is_open = os.path.exists(f"{os.environ['JOURNAL']}.{gate}")
    return not is_open and time.monotonic() - since < WAIT
