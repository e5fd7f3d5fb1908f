"""Rows of one table without their models: the columns that a declared type names."""

from __future__ import annotations

from functools import lru_cache
from inspect import getattr_static
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import ModelIterable
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

# Attributes that are the column as it is.
PLAIN = (DeferredAttribute, ForeignKeyDeferredAttribute)


def by_columns(queryset: QuerySet[Any], names: tuple[str, ...]) -> QuerySet[Any]:
    """Return the queryset as dicts of ``names``, or as it is where models would show more.

    A model costs three times the dict. It is needed where somebody has a say in making it, or in
    what its attributes are: a property, a file, an annotation.
    """
    query = queryset.query
    model: Any = queryset.model
    if (
        queryset._result_cache is None
        and queryset._iterable_class is ModelIterable
        and not queryset._prefetch_related_lookups  # type: ignore[attr-defined]
        and not (query.combinator or query.distinct or query.annotations or query.extra)
        and _has_no_say(type(queryset))
        and _are_plain(model, names)
        and not any(signal.has_listeners(model) for signal in (pre_init, post_init))
    ):
        return queryset.values(*names)
    return queryset


@lru_cache(maxsize=256)
def _has_no_say(queryset: Any) -> bool:
    names = ("__iter__", "_clone", "_fetch_all", "values")
    return all(getattr(queryset, name) is getattr(QuerySet, name) for name in names)


@lru_cache(maxsize=1024)
def _are_plain(model: Any, names: tuple[str, ...]) -> bool:
    makers = ("__init__", "__getattribute__", "__new__")
    return (
        all(getattr(model, name) is getattr(Model, name) for name in makers)
        and model.from_db.__func__ is Model.from_db.__func__  # type: ignore[attr-defined]
        and not hasattr(model, "__getattr__")
        and all(_is_plain(model, name) for name in names)
    )


def _is_plain(model: Any, name: str) -> bool:
    columns = {field.attname for field in model._meta.concrete_fields}
    return name in columns and type(getattr_static(model, name)) in PLAIN
