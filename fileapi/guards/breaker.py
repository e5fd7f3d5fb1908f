"""Leaves a store that is down alone for a while, so that an outage costs little."""

from __future__ import annotations

from collections.abc import Callable
from logging import Logger
from threading import Lock
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

PAUSE = 1.0  # seconds between two attempts to reach a store that is down


class Unreachable(Exception):
    """A store did not answer in time, or not as it should."""


class Breaker:
    """After a failure nobody asks for PAUSE seconds; then one thread does, and the others go on.

    So an outage costs each process one slow request a second at most. Two lines are logged:
    ``name`` is down, and what holds ``meanwhile``; ``name`` answers again.
    """

    def __init__(self, logger: Logger, name: str, meanwhile: str) -> None:
        self.is_down = False
        self._logger = logger
        self._name = name
        self._meanwhile = meanwhile
        self._lock = Lock()
        self._ask_again_at = 0.0

    def ask(self, call: Callable[[], T]) -> T:
        """Return what ``call`` does. Raises Unreachable if it does, and where nobody asks now."""
        was_down = self.is_down
        if was_down and not self._may_probe():
            raise Unreachable(f"{self._name} is down.")
        try:
            value = call()
        except Unreachable as error:
            self._went_down(error)
            raise
        if was_down:
            self._came_back()
        return value

    def _may_probe(self) -> bool:
        with self._lock:
            now = monotonic()
            if now < self._ask_again_at:
                return False
            self._ask_again_at = now + PAUSE
            return True

    def _went_down(self, error: Unreachable) -> None:
        with self._lock:
            is_new = not self.is_down
            self.is_down = True
            self._ask_again_at = monotonic() + PAUSE
        if is_new:
            self._logger.warning("%s is down: %s. %s", self._name, self._meanwhile, error)

    def _came_back(self) -> None:
        with self._lock:
            was_down, self.is_down = self.is_down, False
        if was_down:
            self._logger.info("%s answers again.", self._name)
