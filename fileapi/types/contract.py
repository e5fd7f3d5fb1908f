"""What the annotations of ``query``, ``body`` and the return mean."""

from __future__ import annotations

import sys
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
)
from typing import Any, Protocol, get_args, get_origin

from fileapi.http import body as bodies
from fileapi.http.errors import HttpError
from fileapi.http.query import Query
from fileapi.http.request import Request

REF = "#/components/schemas/{name}"  # where a schema of the OpenAPI document stands


_ROWS = (Iterable, Iterator, Generator, AsyncIterable, AsyncIterator, AsyncGenerator)


class Contract(Protocol):
    """One annotation, read by the library it belongs to.

    What comes from a client raises HttpError 422 with every fault; what a handler returns raises
    Unanswerable. Making one raises TypeError for an annotation without a rule.
    """

    annotation: Any

    def from_json(self, raw: bytes, req: Request | None = None) -> Any:
        """Return the value of a JSON text."""

    def from_strings(self, query: Query, req: Request | None = None) -> Any:
        """Return the value of a query string, or of a form, whose files ``req`` has."""

    def from_plain(self, value: Any) -> Any:
        """Return the value of a body of text or bytes."""

    def answer(self, value: Any) -> Any:
        """Return what a handler returned as what JSON is made of, and no field more."""

    @staticmethod
    def schemas(wanted: list[tuple[Any, bool]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Return the JSON Schema of each annotation, and the components they refer to.

        The flag says whether it is read of an answer rather than of a request. Raises TypeError
        for a type that no schema can say.
        """


def contract(annotation: Any, *, is_query: bool = False) -> Contract:
    """Return the contract of an annotation. Only what it names is imported.

    What a handler yields is a list in JSON. Raises TypeError where there is no rule, and for a
    query that could never be sent: it is made of names and text.
    """
    if get_origin(annotation) in _ROWS:
        annotation = list[get_args(annotation)[0]]  # type: ignore[misc]
    parts = list(types_in(annotation))
    if any(_is_serializer(part) or _is_serializer(type(part)) for part in parts):
        from .drf import SerializerContract

        if is_query:
            raise TypeError("a serializer reads a body; a query takes a Struct")
        return SerializerContract(annotation)
    if any(isinstance(part, type) and hasattr(part, "__pydantic_core_schema__") for part in parts):
        from .pydantic import PydanticContract

        return PydanticContract(annotation)
    from .plain import PlainContract, check_query

    made = PlainContract(annotation)
    if is_query:
        check_query(made.shape)
    return made


def body_reader(made: Contract) -> Callable[[Request], Any]:
    """Return a function that reads ``req``'s body by a contract."""
    from_json = made.from_json

    def read(req: Request) -> Any:
        if bodies.is_json(req.django.content_type or ""):
            if req.django.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
                raise HttpError(415, "Send the body without a Content-Encoding.")
            raw = req.raw_body
            bodies.check_json_charset(req.django)
            return from_json(raw, req)
        value = req.body
        if isinstance(value, Query):
            return made.from_strings(value, req)
        if value is None:
            raise HttpError(400, "The request has no body.")
        return made.from_plain(value)

    return read


def types_in(annotation: Any, seen: tuple[Any, ...] = ()) -> Iterator[Any]:
    """Yield an annotation and every type in it."""
    yield annotation
    for name in ("__value__", "__supertype__"):  # of `type Tree = list[Tree]`, and of NewType
        if hasattr(annotation, name) and annotation not in seen:
            yield from types_in(getattr(annotation, name), (*seen, annotation))
    for argument in get_args(annotation):
        yield from types_in(argument, seen)


def _is_serializer(part: Any) -> bool:
    drf = sys.modules.get("rest_framework.serializers")
    return drf is not None and isinstance(part, type) and issubclass(part, drf.BaseSerializer)
