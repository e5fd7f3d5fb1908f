"""Database connections and a server that forks."""

from __future__ import annotations

from asyncio import get_running_loop
from contextlib import suppress

from django.db import connections


def close_connections() -> None:
    """Close this thread's connections, and their pools.

    A forked process shares the sockets of its parent, so that two would read each other's rows.
    A pool has threads besides, which a fork does not copy: nobody would open its connections.
    Django opens both again where they are asked for. Where a loop runs already, nobody forks.
    """
    with suppress(RuntimeError):
        get_running_loop()
        return
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
