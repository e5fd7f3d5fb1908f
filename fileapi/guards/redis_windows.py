"""Counting in a moving window, in Redis, for all processes together.

The counting is the ``limits`` library's: a Lua script, atomic, which sets the expiry of the key in
the same step. Here is what bounds the time it takes.
"""

from __future__ import annotations

from threading import local
from time import monotonic, time
from typing import Any

from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from .windows import Count, Unreachable

PREFIX = "fileapi"

# Seconds. DECISION holds from the first word to the store, for all the limits of one step.
CONNECT_TIMEOUT = 0.05  # for each address of the host
DECISION = 0.18
# How long the kernel waits for an answer, however late it is by the clock: in a process short of
# processor time it is late because of us, and has long been there. The headers matter less.
LEAST_FOR_TAKE = 0.04
LEAST_FOR_LOOK = 0.01


class _Patience(local):
    """How long this thread waits: until ``due`` by ``time.monotonic()``, and ``least`` seconds."""

    due: float | None = None
    least = LEAST_FOR_TAKE


_patience = _Patience()


class RedisWindows:
    """Moving windows by key. ``url``: ``redis://``, ``rediss://`` or ``redis+unix://``."""

    def __init__(self, url: str) -> None:
        pool = ConnectionPool.from_url(
            url.replace("redis+unix://", "unix://", 1),
            max_connections=2**31,  # as many as threads that count at once: nobody waits for one
            socket_connect_timeout=CONNECT_TIMEOUT,
            socket_timeout=DECISION,
            retry=Retry(NoBackoff(), 0),
            protocol=2,  # of the newer one a connection begins with a round trip more
        )
        pool.connection_class = _patient(pool.connection_class)
        storage = RedisStorage(url, connection_pool=pool, key_prefix=PREFIX)
        self._limiter = MovingWindowRateLimiter(storage)

    def begin(self) -> None:
        """Begin a decision of this thread."""
        _patience.due = None

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


def _patient(kind: Any) -> Any:
    """Return a class of connections that wait no longer than this thread's decision may take.

    A time-out of redis-py holds for each answer alone, and several make one decision.
    """

    class Patient(kind):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            # A new connection does not begin by telling the library's name and version.
            self.driver_info = self.lib_name = self.lib_version = None

        def send_packed_command(self, command: Any, check_health: bool = True) -> None:
            now = monotonic()
            if _patience.due is None:
                _patience.due = now + DECISION
            if self._sock is not None:
                # Holds for the answer too.
                self._sock.settimeout(max(_patience.due - now, _patience.least))
            super().send_packed_command(command, check_health)

    return Patient
