"""What a process cannot work without: its databases, migrated, and its caches."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from .probe import Probe

_DUMMY = "django.db.backends.dummy"  # of a project without a database

_migrated: set[str] = set()  # databases that have been seen to be; this code's migrations are fixed


class Unusable(Exception):
    """A store that answers, and is of no use as it is."""


def failures() -> list[str]:
    """Return what is wrong with each store, within the time that a probe has; [] if all is well."""
    # All are asked before the first is waited for.
    attempts = [(name, probe.attempt()) for name, probe in _probes().items()]
    found = [(name, attempt.failure()) for name, attempt in attempts]
    return [f"{name}: {failure}" for name, failure in found if failure is not None]


@cache
def _probes() -> dict[str, Probe]:
    asks: dict[str, Callable[[], None]] = {
        f"database {alias!r}": partial(ask_database, alias)
        for alias in connections
        if connections.settings[alias]["ENGINE"] != _DUMMY
    }
    asks |= {f"cache {alias!r}": partial(ask_cache, alias) for alias in caches}
    return {name: Probe(ask) for name, ask in asks.items()}


def ask_database(alias: str) -> None:
    """Raise an exception unless a database answers and its migrations are applied."""
    connection = connections[alias]  # this thread's own; with a pool, one of the pool's
    try:
        connection.ensure_connection()
        if not connection.is_usable():
            raise Unusable("it answers no query")
        if alias not in _migrated:
            _check_migrations(alias, connection)
            _migrated.add(alias)
    finally:
        connection.close()


def _check_migrations(alias: str, connection: BaseDatabaseWrapper) -> None:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if alias != DEFAULT_DB_ALIAS and not executor.recorder.has_table():
        return  # somebody else's, which this project has never migrated
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        raise Unusable(f"{len(plan)} migrations are not applied, {plan[0][0]} for one")


def ask_cache(alias: str) -> None:
    """Raise an exception unless a cache can be read."""
    store = caches[alias]  # this thread's own
    try:
        store.get("fileapi.health")
    finally:
        store.close()
