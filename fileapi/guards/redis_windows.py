"""Counting in a moving window, in Redis, for all processes together.

The counting is the ``limits`` library's: a Lua script, atomic, which sets the expiry of the key in
the same step. Here is what bounds the time it takes.
"""

from __future__ import annotations

from time import time

from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool
from redis.exceptions import RedisError

from .breaker import Unreachable
from .patience import Patience, options, patient
from .windows import Count

PREFIX = "fileapi"

# Seconds. DECISION holds from the first word to the store, for all the limits of one step.
DECISION = 0.18
LEAST_FOR_TAKE = 0.04
LEAST_FOR_LOOK = 0.01  # the headers matter less

_patience = Patience()


class RedisWindows:
    """Moving windows by key. ``url``: ``redis://``, ``rediss://`` or ``redis+unix://``."""

    def __init__(self, url: str) -> None:
        pool = ConnectionPool.from_url(
            url.replace("redis+unix://", "unix://", 1),
            **options(DECISION),
        )
        pool.connection_class = patient(pool.connection_class, _patience)
        storage = RedisStorage(url, connection_pool=pool, key_prefix=PREFIX)
        self._limiter = MovingWindowRateLimiter(storage)

    def begin(self) -> None:
        """Begin a decision of this thread."""
        _patience.begin(DECISION)

    def take(self, key: str, limit: int, window: int) -> bool:
        """Count a request; return False if the window of seconds holds ``limit`` of them.

        One round trip. Raises Unreachable.
        """
        _patience.least = LEAST_FOR_TAKE
        try:
            return self._limiter.hit(_item(limit, window), key)
        except RedisError as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    def look(self, key: str, limit: int, window: int) -> Count:
        """Return where a client stands, and count nothing. One round trip. Raises Unreachable."""
        _patience.least = LEAST_FOR_LOOK
        try:
            stats = self._limiter.get_window_stats(_item(limit, window), key)
        except RedisError as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        return Count(stats.remaining, max(0.0, stats.reset_time - time()))


def _item(limit: int, window: int) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(limit, window, namespace="rate")
