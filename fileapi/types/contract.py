"""What the annotations of ``query``, ``body`` and the return mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect as shapes

from fileapi.http import body as bodies
from fileapi.http.errors import HttpError, pointer
from fileapi.http.json import JsonObject, decoded
from fileapi.http.query import Query
from fileapi.http.request import Request
from fileapi.http.response import Unanswerable

_COLLECTIONS = (shapes.CollectionType, shapes.TupleType)
_RECORDS = (
    shapes.StructType,
    shapes.DataclassType,
    shapes.TypedDictType,
    shapes.NamedTupleType,
)

_STEP = re.compile(r"\[(\d+|\.\.\.)\]|\.([^.\[`]+)")

# What follows is a name of the client's, and may look like a place.
_QUOTES_THE_CLIENT = "Object contains unknown field"


def body_reader(annotation: Any) -> Callable[[Request], Any]:
    """Return a function that reads ``req``'s body into a type.

    Raises TypeError for an annotation that msgspec has no rule for.
    """
    from_form = query_reader(annotation)
    decoder = msgspec.json.Decoder(annotation)

    def read(req: Request) -> Any:
        if bodies.is_json(req.django.content_type or ""):
            raw = req.raw_body
            bodies.check_json_charset(req.django)
            try:
                value = decoded(decoder, raw)
            except msgspec.ValidationError as error:
                raise _invalid(error) from None
            return JsonObject(value) if type(value) is dict else value
        value = req.body
        if isinstance(value, Query):
            return from_form(value)
        if value is None:
            raise HttpError(400, "The request has no body.")
        try:
            return msgspec.convert(value, annotation)
        except msgspec.ValidationError:
            raise HttpError(415, "Send the body as application/json.") from None

    return read


def query_reader(annotation: Any) -> Callable[[Query], Any]:
    """Return a function that reads a Query, whose values are text, into a type.

    Raises TypeError for an annotation that msgspec has no rule for.
    """
    shape = _shape(annotation)
    takes_list: dict[str, bool] | None = None
    if isinstance(shape, _RECORDS):
        takes_list = {_name(field): _takes_a_list(field.type) for field in shape.fields}

    def read(query: Query) -> Any:
        values: dict[str, Any]
        if takes_list is None:
            values = dict(query.as_json())
        else:
            # A type that forbids other fields does not mean the path's parameters.
            values = {
                name: query.getlist(name) if takes_list.get(name) else query.get(name)
                for name in query
                if name in takes_list or name not in query.from_path
            }
        try:
            return msgspec.convert(values, annotation, strict=False)
        except msgspec.ValidationError as error:
            raise _invalid(error) from None

    return read


def answer_reader(annotation: Any) -> Callable[[Any], Any]:
    """Return a function that reads what a handler returns into the declared type.

    Fields are read from attributes too, so that a column which is not declared is not shown.
    Raises TypeError for an annotation that msgspec has no rule for; the function raises
    Unanswerable for a value that does not fit.
    """
    shape = _shape(annotation)
    is_list = isinstance(shape, _COLLECTIONS)
    is_nested = _has_nested_record(shape)

    def read(value: Any) -> Any:
        if type(value) is annotation and not is_nested:
            return value
        if is_list and not isinstance(value, (list, tuple, set, frozenset)):
            value = _rows(value)
        try:
            made = msgspec.convert(value, annotation, from_attributes=True)
            # An object of the very type is taken as it is, and parts of it may be of subclasses.
            return msgspec.convert(msgspec.to_builtins(made), annotation) if is_nested else made
        except msgspec.ValidationError as error:
            raise Unanswerable(f"returned what is no {annotation!r}: {error}") from error

    return read


def _rows(value: Any) -> list[Any]:
    """Return the objects of a queryset, a related manager, or any other iterable."""
    rows = value.all() if hasattr(value, "all") else value
    if not isinstance(rows, Iterable) or isinstance(rows, (str, bytes, Mapping)):
        raise Unanswerable(f"returned {type(value).__name__} where a list is declared.")
    return list(rows)


def _shape(annotation: Any) -> shapes.Type:
    """Return msgspec's description of a type. Raises TypeError where it has no rule for a part."""
    shape = shapes.type_info(annotation)
    for part in _parts(shape, set()):
        if isinstance(part, shapes.CustomType):
            raise TypeError(f"{part.cls.__qualname__} is no type of JSON")
    return shape


def _has_nested_record(shape: shapes.Type) -> bool:
    records = [part for part in _parts(shape, set()) if isinstance(part, _RECORDS)]
    return any(
        isinstance(part, _RECORDS)
        for record in records
        for field in record.fields
        for part in _parts(field.type, set())
    )


def _parts(shape: shapes.Type, seen: set[int]) -> Iterator[shapes.Type]:
    """Yield a shape and what is in it, once each: a type may hold itself."""
    if id(shape) in seen:
        return
    seen.add(id(shape))
    yield shape
    inner: Iterable[shapes.Type] = ()
    if isinstance(shape, _RECORDS):
        inner = [field.type for field in shape.fields]
    elif isinstance(shape, shapes.UnionType):
        inner = shape.types
    elif isinstance(shape, shapes.TupleType):
        inner = shape.item_types
    elif isinstance(shape, shapes.CollectionType):
        inner = [shape.item_type]
    elif isinstance(shape, shapes.DictType):
        inner = [shape.key_type, shape.value_type]
    elif isinstance(shape, shapes.Metadata):
        inner = [shape.type]
    for part in inner:
        yield from _parts(part, seen)


def _name(field: Any) -> str:
    """Return a field's name on the wire; a named tuple's have no other."""
    return str(getattr(field, "encode_name", None) or field.name)


def _takes_a_list(shape: shapes.Type) -> bool:
    if isinstance(shape, shapes.Metadata):
        return _takes_a_list(shape.type)
    if isinstance(shape, shapes.UnionType):
        return any(_takes_a_list(option) for option in shape.types)
    return isinstance(shape, _COLLECTIONS)


def _invalid(error: msgspec.ValidationError) -> HttpError:
    """Return msgspec's fault as ours: ``Expected `int`, got `str` - at `$.items[0].age` ``."""
    message, _, place = str(error).rpartition(" - at `")
    if not message or message.startswith(_QUOTES_THE_CLIENT):
        message, place = str(error), ""
    path = _STEP.findall(place.removeprefix("key in "))
    fault = {
        "pointer": pointer([index or name for index, name in path]),
        "message": message,
        "kind": "invalid",
    }
    return HttpError(422, "The input is not valid.", errors=[fault])
