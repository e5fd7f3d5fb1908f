"""Counting in a moving window, in the memory of this process."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from time import monotonic

from msgspec import Struct

MAX_KEYS = 100_000  # of one window length; about 40 MB when each has called once


class Count(Struct, frozen=True):
    """Where a client stands.

    ``remaining``: how many requests more are within the limit. ``wait``: seconds until more of
    them are.
    """

    remaining: int
    wait: float


class MemoryWindows:
    """Moving windows by key, exact and bounded. ``limits.storage.MemoryStorage`` keeps every key.

    A request counts while it is at most a window old; one that is refused does not count.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        # By length in seconds; in each the key that was counted last stands last, so that those
        # which have expired are at the front.
        self._windows: dict[int, OrderedDict[str, list[float]]] = {}

    def take(self, key: str, limit: int, window: int) -> bool:
        """Count a request; return False if the window of seconds holds ``limit`` of them."""
        with self._lock:
            now = monotonic()
            keys = self._windows.setdefault(window, OrderedDict())
            times = keys.get(key)
            if times is None:
                times = keys[key] = []
            _drop_before(times, now - window)
            if len(times) >= limit:
                return False
            times.append(now)
            keys.move_to_end(key)
            _evict(keys, now - window)
            return True

    def look(self, key: str, limit: int, window: int) -> Count:
        """Return where a client stands, and count nothing."""
        with self._lock:
            now = monotonic()
            keys = self._windows.get(window)
            times = keys.get(key, []) if keys else []
            _drop_before(times, now - window)
            wait = times[0] + window - now if times else float(window)
            return Count(limit - len(times), wait)


def _drop_before(times: list[float], start: float) -> None:
    expired = 0
    while expired < len(times) and times[expired] < start:
        expired += 1
    del times[:expired]


def _evict(keys: OrderedDict[str, list[float]], start: float) -> None:
    # Two for each one that comes: never a pause, and the expired ones run out all the same.
    for _ in range(2):
        oldest = next(iter(keys))
        times = keys[oldest]
        if (not times or times[-1] < start) or len(keys) > MAX_KEYS:
            del keys[oldest]
