"""The row of a user by its primary key: one SELECT whose text is kept.

The ORM writes it anew for each request, which takes three times as long as all of a small answer.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import Manager, QuerySet
from django.db.models.manager import BaseManager
from msgspec import Struct


def user_by_key(model: Any, key: str) -> Any:
    """Return what ``model._default_manager.get(pk=key)`` does, None where it finds nothing.

    Raises what it does for a key that can be none. A manager that chooses its rows, or its
    queries, is asked itself.
    """
    manager = model._default_manager
    if not _is_plain(model):
        try:
            return manager.get(pk=key)
        except model.DoesNotExist:
            return None
    alias = router.db_for_read(model)
    connection = connections[alias]
    field = model._meta.pk
    exact = field.get_lookup("exact")(field.get_col(model._meta.db_table), key)
    kept = _kept(model, alias)
    compiler = kept.query.get_compiler(alias)
    try:
        where, params = exact.as_sql(compiler, connection)
    except EmptyResultSet:  # a number that no column holds
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"{kept.select} WHERE {where}", params)
        row = cursor.fetchone()
    if row is None:
        return None
    if converters := compiler.get_converters(kept.columns):
        [row] = compiler.apply_converters([row], converters)
    return model.from_db(alias, kept.names, row)


class Kept(Struct, frozen=True):
    """What of a query is the same for each user. ``columns`` are the ORM's, ``select`` is SQL."""

    query: Any
    select: str
    columns: list[Any]
    names: list[str]


@lru_cache(maxsize=16)
def _kept(model: Any, alias: str) -> Kept:
    query = QuerySet(model).order_by().query
    compiler: Any = query.get_compiler(alias)
    select, _ = compiler.as_sql()
    columns = [each[0] for each in compiler.select]
    return Kept(query, select, columns, [column.target.attname for column in columns])


@cache
def _is_plain(model: Any) -> bool:
    manager = model._default_manager
    return (
        type(manager).get_queryset is BaseManager.get_queryset
        and type(manager).get is Manager.get
        and manager._queryset_class is QuerySet
        and not model._meta.pk.is_relation
        and model._meta.pk.column is not None
    )
