"""Where requests are counted, and what holds while that place does not answer."""

from __future__ import annotations

import logging
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from fileapi import conf

from .breaker import Breaker, Unreachable
from .windows import Count, MemoryWindows

if TYPE_CHECKING:
    from .rate import Rate
    from .redis_windows import RedisWindows

logger = logging.getLogger("fileapi.limits")


class StoreDown(Exception):
    """The store does not answer, and the rate says ``when_down="closed"``."""


class Store:
    """Counts in Redis where it is configured and answers, else in this process."""

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
        self._breaker = Breaker(logger, "The rate store", "each route follows its when_down")

    def begin(self) -> None:
        """Begin a decision of this thread, of one or more calls of `take` and `look`."""
        if self._redis is not None:
            self._redis.begin()

    def take(self, rate: Rate, key: str) -> bool:
        """Count a request; return False for one beyond the rate. Raises StoreDown."""
        redis = self._redis
        if redis is not None:
            with suppress(Unreachable):
                return self._breaker.ask(lambda: redis.take(key, rate.count, rate.window))
            if rate.when_down == "closed":
                raise StoreDown
        return self._memory.take(key, rate.count, rate.window)

    def look(self, rate: Rate, key: str) -> Count | None:
        """Return where the client stands, and count nothing; None if that is not known."""
        if self._redis is None:
            return self._memory.look(key, rate.count, rate.window)
        if self._breaker.is_down:
            if rate.when_down == "closed":
                return None
            return self._memory.look(key, rate.count, rate.window)
        try:
            return self._redis.look(key, rate.count, rate.window)
        except Unreachable:
            return None  # the next request that is to be counted finds out


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
