"""The user of a primary key, by a query that is written once."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import Manager, QuerySet
from django.db.models.manager import BaseManager

from fileapi.select import select


def user_by_key(model: Any, key: str) -> Any:
    """Return what ``model._default_manager.get(pk=key)`` does, None where it finds nothing.

    Raises what it does for a key that can be none. A manager that chooses its rows, or its
    queries, is asked itself.
    """
    manager, meta = model._default_manager, model._meta
    alias, names = manager.db, _columns(model)
    found = select(model, meta.db_table, names, alias) if names else None
    if found is None:
        try:
            return manager.get(pk=key)
        except model.DoesNotExist:
            return None
    exact = meta.pk.get_lookup("exact")(meta.pk.get_col(meta.db_table), key)
    for row in found.rows(alias, exact):
        return model.from_db(alias, names, row)
    return None


@cache
def _columns(model: Any) -> tuple[str, ...]:
    """Return the columns that make a model; none where its manager has a say in its rows."""
    manager, pk = model._default_manager, model._meta.pk
    if (
        type(manager).get_queryset is BaseManager.get_queryset
        and type(manager).get is Manager.get
        and manager._queryset_class is QuerySet
        and not pk.is_relation
        and pk.column is not None
    ):
        return tuple(field.attname for field in model._meta.concrete_fields)
    return ()
