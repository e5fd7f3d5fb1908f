"""Connections to Redis that wait no longer than a decision may take.

A time-out of redis-py holds for each answer alone, and several make one decision: those of a new
connection too.
"""

from __future__ import annotations

from threading import local
from time import monotonic
from typing import Any

from redis import Connection, ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_TIMEOUT = 0.05  # seconds, for each address of the host


class Patience(local):
    """How long this thread waits: ``seconds`` from its first word on, and ``least`` in any case.

    ``least`` is how long the kernel waits for an answer, however late it is by the clock: in a
    process short of processor time it is late because of us, and has long been there.
    """

    seconds: float | None = None
    due: float | None = None
    least = 0.04

    def begin(self, seconds: float) -> None:
        """Begin a decision."""
        self.seconds, self.due = seconds, None

    def end(self) -> None:
        """Wait for each answer alone again, as the connection's own time-out says."""
        self.seconds = None

    def left(self, otherwise: float) -> float:
        """Return for how many seconds an answer is waited for."""
        if self.seconds is None:
            return otherwise
        now = monotonic()
        if self.due is None:
            self.due = now + self.seconds
        return max(self.due - now, self.least)


def patient(kind: Any, patience: Patience) -> Any:
    """Return a class of connections whose answers are waited for by ``patience``."""

    class Patient(kind):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            # A new connection does not begin by telling the library's name and version.
            self.driver_info = self.lib_name = self.lib_version = None

        def send_packed_command(self, command: Any, check_health: bool = True) -> None:
            left = patience.left(self.socket_timeout)
            if self._sock is not None:
                self._sock.settimeout(left)  # holds for the answer too
            super().send_packed_command(command, check_health)

    return Patient


def options(seconds: float) -> dict[str, Any]:
    """Return what bounds a pool's connections, each answer of theirs by ``seconds``."""
    return {
        "max_connections": 2**31,  # as many as threads that ask at once: nobody waits for one
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "socket_timeout": seconds,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,  # of the newer one a connection begins with a round trip more
    }


of_cache = Patience()


class CachePool(ConnectionPool):
    """Connections of a cache. What its URL says of time-outs and retries is overruled."""

    def __init__(self, connection_class: Any = Connection, **given: Any) -> None:
        super().__init__(patient(connection_class, of_cache), **{**given, **options(0.1)})
