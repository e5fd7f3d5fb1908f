"""Annotations that are serializers of Django REST framework, one or a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from decimal import DecimalException
from itertools import count, islice
from typing import Any, get_args, get_origin

from django.http import QueryDict
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import BaseSerializer, Serializer

from fileapi.http.errors import HttpError, drf_faults
from fileapi.http.json import decode
from fileapi.http.pending import Unanswerable
from fileapi.http.query import Query
from fileapi.http.request import Request

from .faults import MOST, fault, refused
from .orm import NoListError, items

# What a field raises for a value that it cannot write.
_UNWRITABLE = (AttributeError, KeyError, TypeError, ValueError, DecimalException, ValidationError)


class SerializerContract:
    """A contract of a serializer class.

    A handler gets the serializer itself, validated: it reads ``body.validated_data`` and calls
    ``body.save()``. Raises TypeError for what is no such class, or has no fields.
    """

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation
        self.many = get_origin(annotation) is list
        self.serializer = get_args(annotation)[0] if self.many else annotation
        if not isinstance(self.serializer, type) or not issubclass(self.serializer, BaseSerializer):
            raise TypeError("a serializer stands alone or in list[...], as a class")
        try:
            fields = getattr(self.serializer(), "fields", None)
        except Exception as error:  # its own Meta, or its own code
            raise TypeError(f"{self.serializer.__name__} cannot be made: {error}") from error
        if issubclass(self.serializer, Serializer) and not fields:
            raise TypeError(f"{self.serializer.__name__} has no fields")

    def from_json(self, raw: bytes, req: Request | None = None) -> Any:
        return self._validated(decode(raw), req)

    def from_strings(self, query: Query, req: Request | None = None) -> Any:
        # As DRF gets it, for its fields read lists and absent boxes of a form by this type.
        data = QueryDict(mutable=True)
        for name in query:
            data.setlist(name, query.getlist(name))
        if req is not None:
            data.update(req.files)
        return self._validated(data, req)

    def from_plain(self, value: Any) -> Any:
        raise HttpError(415, "Send the body as application/json or a form.")

    def answer(self, value: Any) -> Any:
        if isinstance(value, BaseSerializer):
            own = getattr(value, "child", value) if self.many else value
            if type(own) is self.serializer:
                return value.data  # in the context that the handler gave it
            value = value.validated_data if value.instance is None else value.instance
        try:
            if self.many:
                value = items(value)
        except NoListError as error:
            raise Unanswerable(f"returned what is no {self.annotation!r}: {error}") from error
        serializer = self.serializer(value, many=self.many)
        try:
            return serializer.data
        except _UNWRITABLE as error:
            field = _failing(self.serializer(), value if self.many else [value])
            raise Unanswerable(
                f"returned what is no {self.annotation!r}: {field}{error}"
            ) from error

    @staticmethod
    def schemas(wanted: list[tuple[Any, bool]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        from .drf_schema import components

        return components(wanted)

    def _validated(self, data: Any, req: Request | None) -> Any:
        if self.many and not isinstance(data, (list, QueryDict)):
            raise refused([fault((), "This must be an array.", "type")])
        if not self.many and not isinstance(data, Mapping):
            raise refused([fault((), "This must be an object.", "type")])
        serializer = self.serializer(data=data, many=self.many, context={"request": req})
        errors: Any = _errors_of_many(serializer) if self.many else None
        with suppress(_Enough):
            if serializer.is_valid():
                return serializer
            errors = serializer.errors
        raise refused(list(islice(drf_faults(errors, []), MOST)))


class _Enough(Exception):
    """There are as many faults as an answer holds."""


def _errors_of_many(serializer: Any) -> dict[int, Any]:
    """Return a dict that fills while the items are validated, until there are enough errors.

    DRF would go on: 350,000 empty objects, 1 MB of body, take it 13 s.
    """
    errors: dict[int, Any] = {}
    indexes = count()
    run_validation = serializer.child.run_validation

    def run(data: Any) -> Any:
        index = next(indexes)
        try:
            return run_validation(data)
        except ValidationError as error:
            errors[index] = error.detail
            if len(errors) == MOST:
                raise _Enough from None
            raise

    serializer.child.run_validation = run
    return errors


def _failing(serializer: Any, rows: list[Any]) -> str:
    """Return the name of the field that cannot write one of the rows."""
    for row in rows:
        for field in getattr(serializer, "_readable_fields", ()):
            try:
                value = field.get_attribute(row)
                if value is not None:
                    field.to_representation(value)
            except Exception:
                return f"{field.field_name}: "
    return ""
