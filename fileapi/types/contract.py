"""What the annotations of ``query``, ``body`` and the return mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from msgspec import inspect as shapes

from fileapi.http import body as bodies
from fileapi.http.errors import HttpError, pointer
from fileapi.http.json import JsonObject, decoded
from fileapi.http.query import Query
from fileapi.http.request import Request
from fileapi.http.response import Unanswerable

_COLLECTIONS = (
    shapes.CollectionType,
    shapes.TupleType,
)
_RECORDS = (shapes.StructType, shapes.DataclassType, shapes.TypedDictType)

_PLACE = re.compile(r" - at `(?:key in )?\$(?P<path>.*)`$")


def body_reader(annotation: Any) -> Callable[[Request], Any]:
    """Return a function that reads ``req``'s body into a type.

    Raises TypeError for an annotation that msgspec has no rule for.
    """
    decoder = msgspec.json.Decoder(annotation)
    from_form = query_reader(annotation)

    def read(req: Request) -> Any:
        raw = req.raw_body
        if bodies.is_json(req.django.content_type or ""):
            bodies.check_json_charset(req.django)
            try:
                value = decoded(decoder, raw or b"{}")
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
    shape = shapes.type_info(annotation)
    lists: frozenset[str] = frozenset()
    if isinstance(shape, _RECORDS):
        lists = frozenset(field.encode_name for field in shape.fields if _takes_a_list(field.type))

    def read(query: Query) -> Any:
        values = {name: query.getlist(name) if name in lists else query.get(name) for name in query}
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
    is_list = isinstance(shapes.type_info(annotation), _COLLECTIONS)

    def read(value: Any) -> Any:
        if type(value) is annotation:
            return value
        if is_list and not isinstance(value, (list, tuple, set, frozenset)):
            value = _rows(value)
        try:
            return msgspec.convert(value, annotation, from_attributes=True)
        except msgspec.ValidationError as error:
            raise Unanswerable(f"returned what is no {annotation!r}: {error}") from error

    return read


def _rows(value: Any) -> list[Any]:
    """Return the objects of a queryset, a related manager, or any other iterable."""
    rows = value.all() if hasattr(value, "all") else value
    if not isinstance(rows, Iterable):
        raise Unanswerable(f"returned {type(value).__name__} where a list is declared.")
    return list(rows)


def _takes_a_list(shape: shapes.Type) -> bool:
    if isinstance(shape, shapes.UnionType):
        return any(_takes_a_list(option) for option in shape.types)
    return isinstance(shape, _COLLECTIONS)


def _invalid(error: msgspec.ValidationError) -> HttpError:
    text = str(error)
    place = _PLACE.search(text)
    path = re.findall(r"\[(\d+|\.\.\.)\]|\.([^.\[]+)", place["path"]) if place else []
    fault = {
        "pointer": pointer([index or name for index, name in path]),
        "message": text[: place.start()] if place else text,
        "kind": "invalid",
    }
    return HttpError(422, "The input is not valid.", errors=[fault])
