"""Where requests are counted, and what holds while that place does not answer."""

from __future__ import annotations

import logging
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from fileapi import conf

from .windows import Count, MemoryWindows, Unreachable

if TYPE_CHECKING:
    from .rate import Rate
    from .redis_windows import RedisWindows

logger = logging.getLogger("fileapi.limits")

PAUSE = 1.0  # seconds between two attempts to reach a store that is down


class StoreDown(Exception):
    """The store does not answer, and the rate says ``when_down="closed"``."""


class Store:
    """Counts in Redis where it is configured and answers, else in this process.

    After a failure nobody asks for PAUSE seconds; then one thread does, while the others go on
    without. So an outage costs each process one slow request a second at most.
    """

    def __init__(self, url: str) -> None:
        self._memory = MemoryWindows()
        try:
            self._redis = None if url.startswith("memory://") else _redis_windows()(url)
        except ValueError:
            # Its text has a part of the password in it.
            raise ImproperlyConfigured(
                "FILEAPI_RATE_STORE is no URL of Redis. Write special characters of its password "
                "in percent: %2F for a slash, %3F for a question mark, %23 for a number sign."
            ) from None
        self._lock = Lock()
        self._is_down = False
        self._ask_again_at = 0.0

    def begin(self) -> None:
        """Begin a decision of this thread, of one or more calls of `take` and `look`."""
        if self._redis is not None:
            self._redis.begin()

    def take(self, rate: Rate, key: str) -> bool:
        """Count a request; return False for one beyond the rate. Raises StoreDown."""
        if self._redis is not None:
            was_down = self._is_down
            if not was_down or self._may_probe():
                try:
                    is_allowed = self._redis.take(key, rate.count, rate.window)
                except Unreachable as error:
                    self._went_down(error)
                else:
                    if was_down:
                        self._came_back()
                    return is_allowed
            if rate.when_down == "closed":
                raise StoreDown
        return self._memory.take(key, rate.count, rate.window)

    def look(self, rate: Rate, key: str) -> Count | None:
        """Return where the client stands, and count nothing; None if that is not known."""
        if self._redis is None:
            return self._memory.look(key, rate.count, rate.window)
        if self._is_down:
            if rate.when_down == "closed":
                return None
            return self._memory.look(key, rate.count, rate.window)
        try:
            return self._redis.look(key, rate.count, rate.window)
        except Unreachable:
            return None  # the next request that is to be counted finds out

    def _may_probe(self) -> bool:
        with self._lock:
            now = monotonic()
            if now < self._ask_again_at:
                return False
            self._ask_again_at = now + PAUSE
            return True

    def _went_down(self, error: Exception) -> None:
        with self._lock:
            is_new = not self._is_down
            self._is_down = True
            self._ask_again_at = monotonic() + PAUSE
        if is_new:
            logger.warning("The rate store is down: each route follows its when_down. %s", error)

    def _came_back(self) -> None:
        with self._lock:
            was_down, self._is_down = self._is_down, False
        if was_down:
            logger.info("The rate store answers again.")


def prepare(url: str) -> None:
    """Import what a store needs, before the first request and the fork of a server.

    Raises ImproperlyConfigured where it is not installed.
    """
    if not url.startswith("memory://"):
        _redis_windows()


def _redis_windows() -> type[RedisWindows]:
    try:
        from .redis_windows import RedisWindows
    except ImportError as error:
        raise ImproperlyConfigured(
            f"FILEAPI_RATE_STORE names Redis: pip install 'fileapi[limits]' ({error})."
        ) from error
    return RedisWindows


_stores: dict[str, Store] = {}
_lock = Lock()


def store() -> Store:
    """Return this process's store, made on first use. Raises ImproperlyConfigured."""
    url = conf.rate_store()
    found = _stores.get(url)
    if found is None:
        with _lock:
            found = _stores.get(url)
            if found is None:
                found = _stores[url] = Store(url)
    return found
