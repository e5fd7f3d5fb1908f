"""What a test and the route files that it calls tell each other."""

from __future__ import annotations

import threading
from typing import Any

PATIENCE = 5.0  # seconds; waited for in full only where a test fails


class Gate:
    """A log of what happened, and a gate at which a source waits until the test opens it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.log: list[Any] = []
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    def wait(self) -> None:
        if not self._opened.wait(PATIENCE):
            raise TimeoutError("What came before was not delivered.")


gate = Gate()
