"""Annotations that pydantic reads: its models, and containers of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.db.models.manager import BaseManager
from msgspec import Raw
from pydantic import BaseModel, PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from fileapi.http.errors import HttpError
from fileapi.http.json import decode, encode
from fileapi.http.pending import Unanswerable
from fileapi.http.query import Query
from fileapi.http.request import Request

from .contract import REF, types_in
from .faults import MOST, Fault, fault, refused
from .orm import SCALARS, Loader, leaf

# pydantic makes a dict of every fault. Of a million, from 1 MB of body, that takes 10 s: so the
# start of a large body is looked at first, and of too many faults no more than that is told.
_LARGE = 100_000  # bytes
_START = 2_000  # values
_MANY = 5_000  # faults
_OF_THE_WHOLE = ("too_short", "value_error", "assertion_error")  # may be the cut's fault


class PydanticContract:
    """A contract of pydantic's. Raises TypeError for an annotation that it has no rule for."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation
        try:
            self.adapter: TypeAdapter[Any] = TypeAdapter(annotation)
            properties = _properties(self.adapter)
        except (PydanticUserError, NameError) as error:
            raise TypeError(str(error).partition("\n")[0].rstrip(".")) from error
        self.takes_list = {name: _is_array(shape) for name, shape in properties.items()}
        self.keeps_extra = any(
            model.model_config.get("extra") == "allow" for model in _models_in(annotation, set())
        )
        self.model = _model_in(annotation)
        self.loaders: dict[Any, Loader] = {}
        self.nested: dict[Any, dict[str, Any]] = {}

    def from_json(self, raw: bytes, req: Request | None = None) -> Any:
        value = decode(raw)  # by one rule for JSON, whoever validates
        if len(raw) > _LARGE and len(first := self._first_faults(value)) >= MOST:
            raise refused(first)
        try:
            return self.adapter.validate_json(raw)
        except ValidationError as error:
            if error.error_count() <= _MANY:
                raise refused(_faults(error, value)) from None
            first = self._first_faults(value)
            words = f"There are more than {_MANY:,} faults."
            raise refused(first or [fault((), words, "value")]) from None

    def from_strings(self, query: Query, req: Request | None = None) -> Any:
        # A model that forbids other fields does not mean the path's parameters.
        takes_list = self.takes_list
        values = {
            name: query.getlist(name) if takes_list.get(name) else query.get(name)
            for name in query
            if name in takes_list or name not in query.from_path
        }
        try:
            return self.adapter.validate_python(values)
        except ValidationError as error:
            raise refused(_faults(error, values)) from None

    def from_plain(self, value: Any) -> Any:
        raise HttpError(415, "Send the body as application/json.")

    def answer(self, value: Any) -> Any:
        """Write the declared fields alone: pydantic serialises by the type, not by the value."""
        try:
            made = self.adapter.validate_python(
                self.readable(value, self.model),
                from_attributes=True,
                extra="ignore",
                by_alias=True,
                by_name=True,
            )
            if self.keeps_extra:
                made = _without_extra(made)
            return Raw(self.adapter.dump_json(made, by_alias=True, warnings="error"))
        except ValidationError as error:
            # Without the values: they may be what is not to be shown.
            found = error.errors(include_url=False, include_context=False, include_input=False)
            words = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found)
            raise Unanswerable(f"returned what is no {self.annotation!r}: {words}") from None
        except PydanticSerializationError as error:
            raise Unanswerable(f"returned what is no {self.annotation!r}: {error}") from None

    @staticmethod
    def schemas(wanted: list[tuple[Any, bool]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        inputs: list[Any] = [
            (index, "serialization" if is_answer else "validation", TypeAdapter(annotation))
            for index, (annotation, is_answer) in enumerate(wanted)
        ]
        try:
            found, document = TypeAdapter.json_schemas(
                inputs, ref_template=REF.replace("{name}", "{model}")
            )
        except PydanticUserError as error:
            raise TypeError(str(error).partition("\n")[0]) from error
        return [found[index, mode] for index, mode, _ in inputs], document.get("$defs", {})

    def readable(self, value: Any, model: Any) -> Any:
        """Return what pydantic can read of rows, which ``model`` is to be made from."""
        value = leaf(value)
        if type(value) in SCALARS:
            return value
        if isinstance(value, Model):
            return _Row(value, self._nested(model), self)
        if isinstance(value, Mapping):
            inner = self._nested(model)
            return {key: self.readable(part, inner.get(key)) for key, part in value.items()}
        if (
            isinstance(value, (list, QuerySet, BaseManager))
            or hasattr(value, "__next__")
            or hasattr(value, "__aiter__")
        ):
            return [self.readable(row, model) for row in self._loader(model).rows(value)]
        return value

    def _loader(self, model: Any) -> Loader:
        if model not in self.loaders:
            self.loaders[model] = Loader(model, self._nested)
        return self.loaders[model]

    def _nested(self, model: Any) -> dict[str, Any]:
        if model not in self.nested:
            self.nested[model] = _nested(model)
        return self.nested[model]

    def _first_faults(self, value: Any) -> list[Fault]:
        """Return faults of the start of a value that are faults of the whole of it too."""
        start = _start(value, [_START])
        try:
            self.adapter.validate_json(encode(start))
        except ValidationError as error:
            return [each for each in _faults(error, start) if each["kind"] not in _OF_THE_WHOLE]
        return []


class _Row:
    """A row as pydantic reads it. It has no ``__dict__``: what is not asked for is not there."""

    __slots__ = ("_contract", "_nested", "_row")

    def __init__(self, row: Model, nested: dict[str, Any], contract: PydanticContract) -> None:
        self._row = row
        self._nested = nested
        self._contract = contract

    def __getattr__(self, name: str) -> Any:
        try:
            part = getattr(self._row, name)
        except ObjectDoesNotExist:  # nothing at the other end of a relation to one
            return None
        return self._contract.readable(part, self._nested.get(name))


def _without_extra(value: Any) -> Any:
    """Return what pydantic made without the fields that its models allow and do not declare."""
    if isinstance(value, BaseModel) or is_dataclass(value):
        clone = copy(value)
        if getattr(clone, "__pydantic_extra__", None):
            object.__setattr__(clone, "__pydantic_extra__", {})
        for name in _field_names(type(value)):
            object.__setattr__(clone, name, _without_extra(getattr(value, name)))
        return clone
    if isinstance(value, tuple):
        parts = map(_without_extra, value)
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    if isinstance(value, (list, set, frozenset)):
        return type(value)(map(_without_extra, value))
    if isinstance(value, dict):
        return {key: _without_extra(part) for key, part in value.items()}
    return value


def _field_names(cls: Any) -> list[str]:
    return [field.name for field in fields(cls)] if is_dataclass(cls) else list(cls.model_fields)


def _faults(error: ValidationError, value: Any) -> list[Fault]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [fault(_path(each, value), each["msg"], each["type"]) for each in found]


def _path(found: Any, value: Any) -> tuple[str | int, ...]:
    """Return where a fault is. What pydantic adds, such as a union's member, is no place."""
    steps: list[str | int] = []
    places = found["loc"]
    for index, step in enumerate(places):
        if isinstance(value, Mapping):
            there = step in value
        else:
            there = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if there:
            value = value[step]
        if there or (found["type"] == "missing" and index == len(places) - 1):
            steps.append(step)
    return tuple(steps)


def _start(value: Any, left: list[int]) -> Any:
    """Return a value with the first ``left`` items of its lists. Objects stay whole, as far as
    they have no more fields than a model may have.
    """
    left[0] -= 1
    if isinstance(value, Mapping):
        return {key: _start(part, left) for key, part in islice(value.items(), _START)}
    if isinstance(value, list):
        return [_start(part, left) for part in value if left[0] > 0]
    return value


def _models_in(annotation: Any, seen: set[Any]) -> Iterator[Any]:
    for part in types_in(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel) and part not in seen:
            seen.add(part)
            yield part
            for field in part.model_fields.values():
                yield from _models_in(field.annotation, seen)


def _model_in(annotation: Any) -> Any:
    """Return the model of ``Out``, ``Out | None`` and ``list[Out]``, else None."""
    found = [
        part
        for part in types_in(annotation)
        if isinstance(part, type) and issubclass(part, BaseModel)
    ]
    if len(found) != 1:
        return None
    root = found[0].model_fields.get("root")
    return found[0] if root is None else _model_in(root.annotation)


def _nested(model: Any) -> dict[str, Any]:
    """Return the attributes of a model that hold models."""
    found = {}
    for name, field in model.model_fields.items() if model is not None else ():
        inner = _model_in(field.annotation)
        if inner is not None:
            found[name] = inner
            if field.alias:
                found[field.alias] = inner
    return found


def _properties(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    schema = adapter.json_schema(mode="validation")
    if "$ref" in schema:
        schema = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    properties: dict[str, Any] = schema.get("properties", {})
    return properties


def _is_array(shape: dict[str, Any]) -> bool:
    return shape.get("type") == "array" or any(map(_is_array, shape.get("anyOf", ())))
