"""One computation at a time for each key, in this process."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock
from typing import Any


class Flights:
    """Who comes first computes; who comes meanwhile waits for what comes of it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[str, Future[Any]] = {}

    def join(self, key: str) -> tuple[Future[Any], bool]:
        """Return what will come of a key, and whether the caller is the one to compute it."""
        with self._lock:
            future = self._under_way.get(key)
            if future is not None:
                return future, False
            future = self._under_way[key] = Future()
            future.set_running_or_notify_cancel()  # nobody who gives up waiting cancels it
            return future, True

    def land(self, key: str, value: Any) -> None:
        """End a computation; ``value`` is for who waits."""
        with self._lock:
            future = self._under_way.pop(key)
        future.set_result(value)
