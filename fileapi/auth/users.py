"""The user of a primary key, by a query that is written once."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import router
from django.db.models import Manager, QuerySet
from django.db.models.manager import BaseManager

from fileapi.select import select


def user_by_key(model: Any, key: str) -> Any:
    """Return what ``model._default_manager.get(pk=key)`` does, None where it finds nothing.

    Raises what it does for a key that can be none. A manager that chooses its rows, or its
    queries, is asked itself.
    """
    meta = model._meta
    alias = router.db_for_read(model)
    names = tuple(field.attname for field in meta.concrete_fields)
    found = select(model, meta.db_table, names, alias) if _is_plain(model) else None
    if found is None:
        try:
            return model._default_manager.get(pk=key)
        except model.DoesNotExist:
            return None
    exact = meta.pk.get_lookup("exact")(meta.pk.get_col(meta.db_table), key)
    for row in found.rows(alias, exact):
        return model.from_db(alias, names, row)
    return None


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
