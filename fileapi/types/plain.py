"""Annotations that msgspec reads: Structs, dataclasses, TypedDicts, builtins and containers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec
from django.db.models import Model, QuerySet
from msgspec import inspect as shapes
from msgspec.inspect import Type

from fileapi.http.errors import HttpError
from fileapi.http.json import JsonObject, decode, decoded
from fileapi.http.pending import Unanswerable
from fileapi.http.query import Query
from fileapi.http.request import Request

from .columns import StructRow, column_rows
from .contract import REF
from .faults import invalid
from .orm import NoListError, items
from .record import reader
from .shape import LISTS, RECORDS, bare, described, is_array, options, parts, takes_array, wire_name

_OF_TEXT = (shapes.StrType, shapes.LiteralType, shapes.EnumType, shapes.AnyType)
_OF_BYTES = (shapes.BytesType, shapes.ByteArrayType, shapes.MemoryViewType, shapes.AnyType)


class PlainContract:
    """A contract of msgspec's. Raises TypeError for an annotation that it has no rule for."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation
        self.shape = described(annotation)
        self.decoder = msgspec.json.Decoder(annotation)
        self.read = reader(self.shape)
        self.is_list = isinstance(self.shape, LISTS)
        self.is_flat = _is_flat(self.shape)
        self.names = _names(self.shape) if self.is_flat else ()
        self.row = StructRow.of(self.shape) if self.is_flat and self.is_list else None
        self.takes_list = _lists_of_records(self.shape)
        self.of_others = _of_dict(self.shape)

    def from_json(self, raw: bytes, req: Request | None = None) -> Any:
        try:
            value = decoded(self.decoder, raw)
        except msgspec.ValidationError as error:
            raise invalid(decode(raw), self.shape, error, strict=True) from None
        return JsonObject(value) if type(value) is dict else value

    def from_strings(self, query: Query, req: Request | None = None) -> Any:
        values: dict[str, Any]
        takes_list = self.takes_list
        if takes_list is None:
            values = self.of_others(query)
        else:
            # A type that forbids other fields does not mean the path's parameters.
            values = {
                name: query.getlist(name) if takes_list.get(name) else query.get(name)
                for name in query
                if name in takes_list or name not in query.from_path
            }
        try:
            return msgspec.convert(values, self.annotation, strict=False, str_keys=True)
        except msgspec.ValidationError as error:
            raise invalid(values, self.shape, error, strict=False) from None

    def from_plain(self, value: Any) -> Any:
        wanted = _OF_TEXT if isinstance(value, str) else _OF_BYTES
        if not any(isinstance(each, wanted) for each in options(self.shape)):
            raise HttpError(415, "Send the body as application/json.")
        try:
            return msgspec.convert(value, self.annotation)
        except msgspec.ValidationError as error:
            raise invalid(value, self.shape, error, strict=True) from None

    def answer(self, value: Any) -> Any:
        """Read fields from attributes too, so that a column which is not declared is not shown."""
        try:
            if self.is_flat and self.is_list:
                rows = column_rows(value, self.names) if isinstance(value, QuerySet) else None
                if rows is not None and self.row is not None:
                    with suppress(msgspec.ValidationError):
                        return self.row.structs(rows)
                value = items(value) if rows is None else self._dicts(rows)
            if self.is_flat and self._is_of_rows(value):
                # Twice as fast, and refused for a value that JSON has no word for: a file.
                with suppress(msgspec.ValidationError):
                    return msgspec.convert(value, self.annotation, from_attributes=True)
            return msgspec.convert(self.read(value), self.annotation)
        except (msgspec.ValidationError, AttributeError, NoListError) as error:
            raise Unanswerable(f"returned what is no {self.annotation!r}: {error}") from error

    def _dicts(self, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
        return [dict(zip(self.names, row, strict=True)) for row in rows]

    def _is_of_rows(self, value: Any) -> bool:
        """Tell rows and dicts. Of the declared type itself msgspec would not look at the fields."""
        kinds = {type(each) for each in value} if self.is_list else (type(value),)
        return all(issubclass(kind, (Model, dict)) for kind in kinds)

    @staticmethod
    def schemas(wanted: list[tuple[Any, bool]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        found, components = msgspec.json.schema_components(
            [annotation for annotation, _ in wanted], ref_template=REF
        )
        return list(found), components


def check_query(shape: Type) -> None:
    """Raise TypeError for what no query string can hold: it is a list of names and texts."""
    for each in options(shape):
        if isinstance(each, RECORDS) and not is_array(each):
            held = {field.name: field.type for field in each.fields}
        elif isinstance(each, shapes.DictType):
            held = {"a value": each.value_type}
        else:
            raise TypeError("a query has names; take a Struct, a TypedDict or a dict")
        for name, inner in held.items():
            if all(isinstance(part, (*RECORDS, shapes.DictType)) for part in options(inner)):
                raise TypeError(f"{name} would be an object, and a query holds text")


def _is_flat(shape: Any) -> bool:
    """Tell a record, or a list of one, that holds no other and has the same names in JSON."""
    record = bare(shape.item_type) if isinstance(shape, LISTS) else shape
    return (
        isinstance(record, RECORDS)
        and not is_array(record)
        and all(wire_name(field) == field.name for field in record.fields)
        and not (isinstance(record, shapes.DataclassType) and _has_defaults(record))
        and not any(
            isinstance(part, RECORDS) for field in record.fields for part in parts(field.type)
        )
    )


def _names(shape: Any) -> tuple[str, ...]:
    record: Any = bare(shape.item_type) if isinstance(shape, LISTS) else shape
    return tuple(field.name for field in record.fields)


def _has_defaults(record: Any) -> bool:
    return not all(field.required for field in record.fields)


def _lists_of_records(shape: Type) -> dict[str, bool] | None:
    """Return the names that a query may hold, and whether each is a list; None for no record."""
    records = [each for each in options(shape) if isinstance(each, RECORDS)]
    if not records:
        return None
    return {wire_name(field): takes_array(field.type) for each in records for field in each.fields}


def _of_dict(shape: Any) -> Any:
    """Return how a dict reads a query: the last value of a name, all of them, or either."""
    item = shape.value_type if isinstance(shape, shapes.DictType) else shapes.AnyType()
    takes_text = not all(takes_array(each) for each in options(item))
    if isinstance(item, shapes.AnyType) or (takes_text and takes_array(item)):
        return Query.as_json
    if takes_text:
        return lambda query: {name: query.get(name) for name in query}
    return lambda query: {name: query.getlist(name) for name in query}
