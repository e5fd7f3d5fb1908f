"""Rows of Django's ORM, with the related rows that a declared type reads: never a query a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db.models import Model, Prefetch, QuerySet, prefetch_related_objects
from django.db.models.fields.files import FieldFile
from django.db.models.manager import BaseManager
from django.utils.functional import Promise
from msgspec import Struct

# What has no fields to leave out, and JSON has a word for.
SCALARS = frozenset(
    [type(None), bool, int, float, str, bytes, datetime, date, time, timedelta, Decimal, UUID]
)

# A record, a type with named fields -> the attributes that hold records in turn.
Nested = Callable[[Any], Mapping[str, Any]]


class NoListError(Exception):
    """A value that is none stands where a list is declared."""


class Relation(Struct, frozen=True):
    """A relation of a model that a record reads. ``query_name`` is "" where no join leads.

    ``columns`` are the names that ``only`` and ``defer`` have for its own column, if any.
    """

    accessor: str
    query_name: str
    columns: frozenset[str]
    is_many: bool
    model: Any
    record: Any


class Loader:
    """Asks for rows together with what a record reads of related ones.

    Rows at the other end of a relation to one come in the same query. Each relation to many costs
    one more, and so does every relation of rows that were there already.
    """

    def __init__(self, record: Any, nested: Nested) -> None:
        self.record = record
        self.nested = nested
        self.reads_relations = record is not None and bool(nested(record))
        self._known: dict[tuple[Any, int], list[Relation]] = {}

    def rows(self, value: Any) -> list[Any]:
        """Return the items of a queryset, a manager or anything else that can be iterated."""
        if isinstance(value, BaseManager):
            value = value.all()
            if value._result_cache is not None and self._is_complete(value._result_cache):
                return list(value)
        if not self.reads_relations:
            return items(value)
        if isinstance(value, QuerySet) and value._result_cache is None:
            if value._fields is not None:  # type: ignore[attr-defined]
                return list(value)  # of values(): no rows of a model
            if not value.query.combinator:  # union() takes no joins
                return list(self._joined(value, self.record, ()))
        return self.complete(items(value))

    def complete(self, rows: list[Any]) -> list[Any]:
        """Fetch what is missing of the rows of one model that came from elsewhere."""
        if self.reads_relations and rows and isinstance(rows[0], Model):
            model = type(rows[0])
            if all(type(row) is model for row in rows):
                there = set(getattr(rows[0], "_prefetched_objects_cache", ()))
                reads = self._reads(model, self.record, there, (), "", None)
                prefetch_related_objects(rows, *[lookup for _, lookup in reads])
        return rows

    def _is_complete(self, rows: list[Any]) -> bool:
        """Tell by the first row whether a prefetch of ours has fetched all that is read."""
        if not self.reads_relations or not rows:
            return True
        first = rows[0]
        there = {*first._state.fields_cache, *getattr(first, "_prefetched_objects_cache", ())}
        relations = self._relations(type(first), self.record)
        return there.issuperset(relation.accessor for relation in relations)

    def _joined(self, queryset: QuerySet[Any], record: Any, seen: tuple[int, ...]) -> QuerySet[Any]:
        taken = {
            lookup if isinstance(lookup, str) else lookup.prefetch_to
            for lookup in queryset._prefetch_related_lookups  # type: ignore[attr-defined]
        }
        taken.update(self._left_out(queryset, record))
        reads = list(self._reads(queryset.model, record, taken, seen, "", ""))
        joins = [way for way, _ in reads if way]
        lookups = [lookup for way, lookup in reads if not way]
        if joins:
            queryset = queryset.select_related(*joins)
        return queryset.prefetch_related(*lookups) if lookups else queryset

    def _left_out(self, queryset: QuerySet[Any], record: Any) -> Iterator[str]:
        """Yield relations that Django will not join, for only() or defer() leaves them out."""
        names, is_defer = queryset.query.deferred_loading
        for relation in self._relations(queryset.model, record) if names else ():
            spans = any("__" in name for name in names)
            if not relation.is_many and (spans or bool(relation.columns & names) is is_defer):
                yield relation.accessor

    def _reads(
        self,
        model: Any,
        record: Any,
        taken: set[str],
        seen: tuple[int, ...],
        path: str,
        join: str | None,
    ) -> Iterator[tuple[str | None, Any]]:
        """Yield each relation as a join, or else as what Django is to prefetch.

        What is ``taken`` is not joined: the user prefetches it, maybe by a queryset of their own.
        """
        if id(record) in seen:
            return  # it holds itself; how deep, only the rows know
        seen = (*seen, id(record))
        for relation in self._relations(model, record):
            there = path + relation.accessor
            if relation.is_many and there not in taken:
                rows = self._joined(relation.model._default_manager.all(), relation.record, seen)
                yield None, Prefetch(there, queryset=rows)
                continue
            way = None
            if join is not None and relation.query_name and there not in taken:
                way = join + relation.query_name
            yield way, there
            if relation.model is not None:
                deeper = f"{way}__" if way else None
                yield from self._reads(
                    relation.model, relation.record, taken, seen, f"{there}__", deeper
                )

    def _relations(self, model: Any, record: Any) -> list[Relation]:
        key = (model, id(record))
        if key not in self._known:
            self._known[key] = list(_relations(model, self.nested(record)))
        return self._known[key]


def _relations(model: Any, nested: Mapping[str, Any]) -> Iterator[Relation]:
    for field in model._meta.get_fields():
        if not field.is_relation:
            continue
        is_reverse = field.auto_created and not field.concrete
        accessor = field.get_accessor_name() if is_reverse else field.name
        if accessor in nested:
            is_many = bool(field.one_to_many or field.many_to_many)
            joinable = not is_many and field.related_model is not None  # a generic key is not
            yield Relation(
                accessor=accessor,
                query_name=field.name if joinable else "",
                columns=frozenset() if is_reverse else frozenset([field.name, field.attname]),
                is_many=is_many,
                model=field.related_model,
                record=nested[accessor],
            )


def items(value: Any) -> list[Any]:
    """Return a list of what can be iterated. Raises NoListError for what cannot."""
    if type(value) is list:
        return value
    if isinstance(value, BaseManager):
        value = value.all()
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        return list(value)
    if hasattr(value, "__aiter__"):
        return async_to_sync(_collected)(value)
    raise NoListError(f"Expected a list, got `{type(value).__name__}`")


async def _collected(rows: Any) -> list[Any]:
    return [row async for row in rows]


def leaf(value: Any) -> Any:
    """Return a file's URL, None for no file, and the text of a translation."""
    if isinstance(value, FieldFile):
        return value.url if value else None
    return str(value) if isinstance(value, Promise) else value
