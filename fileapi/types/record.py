"""What a handler returns -> dicts and lists of what the declared type names, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import msgspec
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.db.models.manager import BaseManager
from msgspec import UNSET
from msgspec import inspect as shapes
from msgspec.inspect import Type

from fileapi.http.pending import Unanswerable

from .orm import SCALARS, Loader, leaf
from .shape import LISTS, RECORDS, bare, is_array, options, takes_array, wire_name

Read = Callable[[Any], Any]

_MISSING: Any = object()


def reader(shape: Type) -> Read:
    """Return a function that reads a value field by field, from attributes or keys.

    A value of another kind than the shape's is returned as it is, for the type to refuse. An
    object never is where a record is declared: its class may hold more than the type says, and so
    may any object in it.
    """
    return _Readers().of(shape)


class _Readers:
    def __init__(self) -> None:
        self._made: dict[int, Read] = {}

    def of(self, shape: Type) -> Read:
        shape = bare(shape)
        if isinstance(shape, RECORDS):
            key = id(shape)
            if key not in self._made:
                self._made[key] = lambda value: self._made[key](value)  # it may hold itself
                self._made[key] = self._of_record(shape)
            return self._made[key]
        if isinstance(shape, LISTS):
            return self._of_list(shape)
        if isinstance(shape, shapes.TupleType):
            return self._of_tuple(shape)
        if isinstance(shape, shapes.DictType):
            return self._of_dict(shape)
        if isinstance(shape, shapes.UnionType):
            return self._of_union(shape)
        return leaf

    def _of_record(self, shape: Any) -> Read:
        plan = [
            (field.name, wire_name(field), field.required, self.of(field.type))
            for field in shape.fields
        ]
        if is_array(shape):
            return _array_reader(plan, getattr(shape, "tag", None))
        defaults = _plain_defaults(shape)

        def read(value: Any) -> Any:
            if not _may_have_fields(value):
                return value
            is_mapping = isinstance(value, Mapping)
            found = defaults.copy()
            for name, wire, required, read_part in plan:
                if is_mapping:
                    part = _of_key(value, name, wire)
                else:
                    try:
                        part = getattr(value, name)
                    except AttributeError as error:
                        part = _of_missing(value, name, required, error)
                if type(part) not in SCALARS:
                    if part is _MISSING or part is UNSET:
                        continue
                    part = read_part(part)
                found[wire] = part
            return found

        return read

    def _of_list(self, shape: Any) -> Read:
        item = self.of(shape.item_type)
        rows = Loader(record_in(shape.item_type), nested_records).rows

        def read(value: Any) -> Any:
            return [part if type(part) in SCALARS else item(part) for part in rows(value)]

        return read

    def _of_tuple(self, shape: shapes.TupleType) -> Read:
        readers = [self.of(each) for each in shape.item_types]

        def read(value: Any) -> Any:
            if not isinstance(value, (list, tuple)) or len(value) != len(readers):
                return value
            return [read_part(part) for read_part, part in zip(readers, value, strict=True)]

        return read

    def _of_dict(self, shape: shapes.DictType) -> Read:
        item = self.of(shape.value_type)
        complete = Loader(record_in(shape.value_type), nested_records).complete

        def read(value: Any) -> Any:
            if not isinstance(value, Mapping):
                return value
            complete(list(value.values()))
            return {key: item(part) for key, part in value.items()}

        return read

    def _of_union(self, shape: Type) -> Read:
        choices = options(shape)
        records = [each for each in choices if isinstance(each, RECORDS)]
        of_object = self._of_one_of([each for each in records if not is_array(each)])
        of_array = self._of_one_of([each for each in records if is_array(each)])
        lists = [self.of(each) for each in choices if each not in records and takes_array(each)]
        dicts = [self.of(each) for each in choices if isinstance(each, shapes.DictType)]
        of_list = lists[0] if lists else of_array
        of_mapping = dicts[0] if dicts else of_object

        def read(value: Any) -> Any:
            value = leaf(value)
            if type(value) in SCALARS or isinstance(value, Enum):
                return value
            if of_list is not None and _is_list(value):
                return of_list(value)
            if of_mapping is not None and isinstance(value, Mapping):
                return of_mapping(value)
            of_fields = of_object or of_array
            return value if of_fields is None else of_fields(value)

        return read

    def _of_one_of(self, records: list[Any]) -> Read | None:
        """Return a reader for the record that a value is, or that it names by its tag."""
        if len(records) < 2:
            return self.of(records[0]) if records else None
        made = {each.tag: self.of(each) for each in records}
        tags = {getattr(each.cls, "__origin__", each.cls): each.tag for each in records}
        tag_field = records[0].tag_field

        def read(value: Any) -> Any:
            if isinstance(value, Mapping):
                tag = value.get(tag_field)
            elif isinstance(value, (list, tuple)):
                tag = value[0] if value else None
            else:
                own = [tags[cls] for cls in type(value).__mro__ if cls in tags]
                tag = own[0] if own else getattr(value, tag_field, None)
            if not isinstance(tag, (str, int)) or tag not in made:
                raise Unanswerable(
                    f"returned {type(value).__name__}, whose {tag_field!r} is none of "
                    f"{', '.join(map(repr, made))}."
                )
            found = made[tag](value)
            return {tag_field: tag, **found} if isinstance(found, dict) else found

        return read


def _plain_defaults(shape: Type) -> dict[str, Any]:
    """Return the defaults that a dataclass keeps on the class, where msgspec does not see them."""
    if not isinstance(shape, shapes.DataclassType):
        return {}
    return {
        wire_name(field): field.default
        for field in shape.fields
        if field.default is not msgspec.NODEFAULT
    }


def _array_reader(plan: list[tuple[str, str, bool, Read]], tag: Any) -> Read:
    """Return a reader of a record whose fields go by their order."""
    start = [] if tag is None else [tag]

    def read(value: Any) -> Any:
        if type(value) in (list, tuple):
            parts = value[len(start) :]
            read_parts = [each[3](part) for each, part in zip(plan, parts, strict=False)]
            return [*value[: len(start)], *read_parts, *parts[len(plan) :]]
        if not _may_have_fields(value):
            return value
        found = list(start)
        for name, wire, required, read_part in plan:
            if isinstance(value, Mapping):
                part = _of_key(value, name, wire)
            else:
                try:
                    part = getattr(value, name)
                except AttributeError as error:
                    part = _of_missing(value, name, required, error)
            if part is _MISSING:
                break
            found.append(read_part(part))
        return found

    return read


def _of_key(value: Mapping[str, Any], name: str, wire: str) -> Any:
    part = value.get(wire, _MISSING)
    return value.get(name, _MISSING) if part is _MISSING and wire != name else part


def _of_missing(value: Any, name: str, required: bool, error: AttributeError) -> Any:
    """Return what stands for an attribute that is not there. Raises the error for a bug."""
    if isinstance(error, ObjectDoesNotExist):  # at the other end of a relation to one
        return None if required else _MISSING
    if required or hasattr(type(value), name):  # a property that fails
        raise error
    return _MISSING


def _may_have_fields(value: Any) -> bool:
    if isinstance(value, (QuerySet, BaseManager)):
        raise Unanswerable(
            f"returned a {type(value).__name__} where one object is declared. Return one, by "
            "get_object_or_404 or first(), or declare list[...]."
        )
    if isinstance(value, (list, tuple, set, frozenset)):
        return hasattr(value, "_fields")
    return type(value) not in SCALARS


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple, set, frozenset, QuerySet, BaseManager)) or (
        hasattr(value, "__next__") or hasattr(value, "__aiter__")
    )


def record_in(shape: Type) -> Any:
    """Return the record of ``Out``, ``Out | None`` and ``list[Out]``, else None."""
    found = []
    for each in options(shape):
        if isinstance(each, LISTS):
            each = bare(each.item_type)
        if isinstance(each, RECORDS):
            found.append(each)
    return found[0] if len(found) == 1 else None


def nested_records(record: Any) -> dict[str, Any]:
    """Return the attributes of a record that hold records."""
    found = {field.name: record_in(field.type) for field in record.fields}
    return {name: inner for name, inner in found.items() if inner is not None}
