"""Connections of the pool. None of them waits for a server that has gone silent.

A server that is paused, or whose host has vanished, refuses nothing and closes nothing: what waits
for its answer waits for ever, and every limit that the server itself keeps is silent with it.
"""

from __future__ import annotations

import atexit
from collections.abc import Generator
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connections
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool

CHECK_TIMEOUT = 0.5  # seconds for the empty query by which the pool checks a connection


# When each pool last closed its idle connections.
_drained: WeakKeyDictionary[ConnectionPool[Any], float] = WeakKeyDictionary()


class Silent(OperationalError):
    """The server has sent nothing for too long."""


class TimedConnection(Connection[Any]):
    """A connection that closes itself when the server is silent in a statement for too long."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._opened = monotonic()
        # The server ends a statement itself, if it lives, and is given the time to say so.
        timeout = settings.DB_STATEMENT_TIMEOUT
        self._patience: float | None = timeout + 0.1 if timeout else None

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Execute what is no work: the pool's check alone comes here, Django has cursors.

        Where one connection is dead, the others of its age most likely are. The pool would look at
        them one by one, with longer and longer waits between, until its time is up.
        """
        usual, self._patience = self._patience, CHECK_TIMEOUT
        try:
            return super().execute(*args, **kwargs)
        except OperationalError:
            pool = self._pool
            if isinstance(pool, ConnectionPool) and self._opened > _drained.get(pool, 0.0):
                _drained[pool] = monotonic()
                pool.drain()
            raise
        finally:
            self._patience = usual

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """Wait for what psycopg asks of the server. Raises Silent, and closes the connection."""
        if self._patience is None:
            return super().wait(gen, *args, **kwargs)
        try:
            return super().wait(_impatient(gen, self._patience), *args, **kwargs)
        except Silent:
            self.close()
            raise


def _impatient(gen: Any, patience: float) -> Generator[Any, Any, Any]:
    """Pass a generator of psycopg's on. Raise Silent when the socket has had nothing for it.

    psycopg looks at the socket ten times a second, and sends in whether it is ready.
    """
    try:
        wanted = next(gen)
        last = monotonic()
        while True:
            ready = yield wanted
            if ready:
                last = monotonic()
            elif monotonic() - last > patience:
                raise Silent(f"the server has said nothing for {patience:g} seconds")
            wanted = gen.send(ready)
    except StopIteration as end:
        return end.value


@atexit.register
def close_pools() -> None:
    """End the threads of the pools: a process of Python 3.13 waits twenty seconds for them else."""
    if settings.configured:
        for connection in connections.all():
            if hasattr(connection, "close_pool"):
                connection.close_pool()
