"""Rows of one table without their models: the columns that a declared type names."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from inspect import getattr_static, signature
from typing import Any

import msgspec
from django.db.models import Model, QuerySet
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import ModelIterable
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init
from django.db.models.sql import Query
from msgspec import inspect as shapes

from fileapi.select import select

from .shape import bare

# Attributes that are the column as it is.
PLAIN = (DeferredAttribute, ForeignKeyDeferredAttribute)


def column_rows(queryset: QuerySet[Any], names: tuple[str, ...]) -> list[tuple[Any, ...]] | None:
    """Return the rows of a queryset as tuples of ``names``. None where models would show more.

    A model costs three times the tuple. It is needed where somebody has a say in making it, or in
    what its attributes are: a property, a file, an annotation.
    """
    query = queryset.query
    model: Any = queryset.model
    if (
        queryset._result_cache is None
        and queryset._iterable_class is ModelIterable
        and not queryset._prefetch_related_lookups  # type: ignore[attr-defined]
        and not (query.combinator or query.distinct or query.annotations or query.extra)
        and type(query) is Query
        and query.group_by is None
        and _has_no_say(type(queryset))
        and _are_plain(model, names)
        and not any(signal.has_listeners(model) for signal in (pre_init, post_init))
    ):
        return _rows(queryset, names)
    return None


def _rows(queryset: Any, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return ``list(queryset.values_list(*names))``."""
    query = queryset.query
    alias, table = queryset.db, query.get_meta().db_table
    if (
        list(query.alias_map) in ([], [table])
        and not (query.extra_tables or query.extra_order_by or query.select_for_update)
        and query.explain_info is None
        and all(type(name) is str for name in query.order_by)
        and not (query.where.contains_aggregate or query.where.contains_over_clause)
    ):
        found = select(
            queryset.model,
            table,
            names,
            alias,
            tuple(query.order_by),
            query.standard_ordering,
            query.default_ordering,
        )
        if found is not None:
            return found.rows(alias, query.where, (query.low_mark, query.high_mark))
    return list(queryset.values_list(*names))


@lru_cache(maxsize=256)
def _has_no_say(queryset: Any) -> bool:
    names = ("__iter__", "_chain", "_clone", "_fetch_all", "_values", "values_list", "db")
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


class StructRow(msgspec.Struct, frozen=True):
    """A Struct of columns. ``columns`` is the annotation of rows that come as tuples of them."""

    struct: Callable[..., Any]
    columns: Any

    @classmethod
    def of(cls, shape: Any) -> StructRow | None:
        """Return the row of a list's shape. None where it takes more than the Struct's fields."""
        struct = getattr(bare(shape.item_type), "cls", None)
        if (
            not isinstance(shape, shapes.ListType)
            or shape.min_length is not None
            or shape.max_length is not None
            or not isinstance(struct, msgspec.StructMeta)
            or struct.__struct_config__.tag is not None
            or hasattr(struct, "__post_init__")
            or any(each.kind is each.KEYWORD_ONLY for each in signature(struct).parameters.values())
        ):
            return None
        types = tuple(field.type for field in msgspec.structs.fields(struct))  # type: ignore[arg-type]
        return cls(struct, list[tuple[types]])  # type: ignore[valid-type]

    def structs(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        """Return a Struct of each row. Raises ValidationError for a value that is none of it."""
        struct = self.struct
        return [struct(*row) for row in msgspec.convert(rows, self.columns)]
