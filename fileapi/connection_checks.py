"""What `manage.py check --deploy` says of the connections to the databases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info
from django.db import connections

from . import conf
from .endpoint.endpoint import Loaded

# Of no server that would count them.
_UNCOUNTED = ("sqlite3", "spatialite", "dummy")


def persistent_under_asgi(found: list[Loaded]) -> Iterator[CheckMessage]:
    """Yield an error for each database whose connections would be kept by threads that end.

    Under ASGI each request has a thread of its own, and so would each kept connection. No setting
    says what serves: ASGI_APPLICATION, or a route file that is async, says what is meant to.
    """
    is_async = next((loaded.route.file for loaded in found if loaded.is_async), None)
    if getattr(settings, "ASGI_APPLICATION", None):
        why = "ASGI_APPLICATION is set"
    elif is_async is not None:
        why = f"{is_async!r} is async"
    else:
        return
    for alias, database in connections.settings.items():
        if (age := database["CONN_MAX_AGE"]) != 0:
            yield Error(
                f"Database {alias!r} keeps connections, CONN_MAX_AGE is {age!r}, and {why}.",
                hint="Set CONN_MAX_AGE to 0, and OPTIONS['pool'] for a pool (PostgreSQL).",
                id="fileapi.E035",
            )


def most_connections() -> Iterator[CheckMessage]:
    """Yield how many connections the settings can open to each database server."""
    for alias, database in connections.settings.items():
        if not database["ENGINE"].endswith(_UNCOUNTED):
            yield Info(
                f"Database {alias!r}: {_most(database)}.",
                hint="With those of commands, and of old processes beside new ones while a server "
                "restarts, they have to stay below the database's max_connections.",
                id="fileapi.I001",
            )


def _most(database: dict[str, Any]) -> str:
    pool = database["OPTIONS"].get("pool")
    each = _pool_size(pool) if pool else conf.threads() or _number("THREADS")
    if each is None:
        return "one connection for each request that is answered at once, in each process"
    where = "in the pool" if pool else "one for each thread"
    processes = _number("WEB_CONCURRENCY")
    if processes is None:
        return f"at most {each} connections for each process, {where}"
    return f"at most {processes * each} connections, {each} for each of {processes} processes"


def _pool_size(pool: Any) -> int:
    # psycopg_pool has four without being told, and as many as min_size without a max_size.
    options = pool if isinstance(pool, dict) else {}
    return int(options.get("max_size") or options.get("min_size", 4))


def _number(name: str) -> int | None:
    """Return what gunicorn.conf.py reads of the environment by this name."""
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() and int(text) else None
