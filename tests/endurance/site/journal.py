"""What happened in the server, and when: in a file, so that it outlives the process."""

from __future__ import annotations

import os
import time

WAIT = 10.0  # seconds until a gate opens by itself, so that no test can hang a server

_open: set[str] = set()


def note(name: str, what: object) -> None:
    """Write a line. The clock is the same one in every process of a machine."""
    with open(os.environ["JOURNAL"], "a") as journal:
        journal.write(f"{time.monotonic()} {name} {what}\n")


def open_gate(name: str) -> None:
    """Let go what waits for a gate of this name."""
    _open.add(name)


def is_shut(name: str, since: float) -> bool:
    """Tell whether a gate that somebody has waited at since then is still to be waited for."""
    return name not in _open and time.monotonic() - since < WAIT
