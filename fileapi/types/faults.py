"""Every fault of a value, not only the first: the slow path, taken once a type has refused it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import thread_time
from typing import Any

import msgspec
from msgspec import inspect as shapes
from msgspec.inspect import Type

from fileapi.http.errors import HttpError, pointer

from .shape import (
    LISTS,
    RECORDS,
    annotation_of,
    bare,
    container_of,
    is_array,
    options,
    takes_array,
    wire_name,
)

MOST = 100  # faults in one answer; who sends more has another problem
MOST_WORDS = 300  # characters of a message: one that quotes the client must not grow with it
PATIENCE = 0.3  # seconds of work; a value both large and deep is gone through again at every depth

# Items looked at together: one by one, a long list without a fault would cost a second.
_RUN = 256

Path = tuple[str | int, ...]
Fault = dict[str, str]


def refused(faults: list[Fault]) -> HttpError:
    """Return the 422 of faults: dicts of ``pointer`` (RFC 6901), ``message`` and ``kind``."""
    for each in faults[:MOST]:
        if len(each["message"]) > MOST_WORDS:
            each["message"] = f"{each['message'][:MOST_WORDS]}…"
    return HttpError(422, "The input is not valid.", errors=faults[:MOST])


def fault(path: Path, message: str, kind: str) -> Fault:
    """Return one fault."""
    return {"pointer": pointer(list(path)), "message": message, "kind": kind}


def invalid(value: Any, shape: Type, error: msgspec.ValidationError, *, strict: bool) -> HttpError:
    """Return 422 with every fault that ``msgspec.convert`` finds in a value, part by part.

    ``error`` is why the value was refused. The kind of a fault is ``missing``, ``unknown``,
    ``type`` or ``value``.
    """
    search = _Search(strict)
    with suppress(_Enough):
        search.look(value, shape, ())
    return refused(search.found or [fault((), str(error), "value")])


class _Enough(Exception):
    """There are as many faults as an answer holds, or there is no more time to look."""


class _Search:
    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.found: list[Fault] = []
        self.until = thread_time() + PATIENCE

    def look(self, value: Any, shape: Type, path: Path) -> None:
        """Note what is wrong with a value and its parts."""
        error = self.refusal(value, annotation_of(shape))
        if error is None:
            return
        before = len(self.found)
        self.look_inside(value, shape, path)
        if len(self.found) == before:
            self.note(path, *_words(error, bare(shape)))

    def note(self, path: Path, message: str, kind: str) -> None:
        self.found.append(fault(path, message, kind))
        if len(self.found) == MOST:
            raise _Enough

    def refusal(self, value: Any, annotation: Any) -> msgspec.ValidationError | None:
        if thread_time() > self.until:
            raise _Enough
        try:
            msgspec.convert(value, annotation, strict=self.strict, str_keys=True)
        except msgspec.ValidationError as error:
            return error
        return None

    def look_inside(self, value: Any, shape: Type, path: Path) -> None:
        is_list = isinstance(value, (list, tuple))
        if not is_list and not isinstance(value, Mapping):
            return
        fitting = [each for each in options(shape) if _is_container(each, is_list)]
        if getattr(fitting[0] if fitting else None, "tag_field", None) is not None:
            fitting = self.of_tag(value, fitting, path)
        for each in fitting:
            if isinstance(each, RECORDS):
                self.look_at_fields(value, each, path)
            elif isinstance(each, shapes.DictType):
                self.look_at_dict(value, each, path)
            elif isinstance(each, LISTS):
                self.look_at_length(value, each, path)
                self.look_at_items(value, range(len(value)), each.item_type, path)
            else:
                self.look_at_tuple(value, each, path)

    def of_tag(self, value: Any, records: list[Any], path: Path) -> list[Any]:
        """Return the members of a union that the value says to be, by its tag."""
        in_array = not isinstance(value, Mapping)
        place: Any = 0 if in_array else records[0].tag_field
        there = bool(value) if in_array else place in value
        if not there:
            if len(records) > 1 or in_array:
                self.note((*path, place), "This field is required.", "missing")
            return records if len(records) == 1 else []
        tag = value[place] if self.strict else str(value[place])
        tags = [each.tag if self.strict else str(each.tag) for each in records]
        if not any(type(tag) is type(each) and tag == each for each in tags):
            self.note((*path, place), _one_of(tags), "value")
            return records if len(records) == 1 else []
        return [records[tags.index(tag)]]

    def look_at_fields(self, value: Any, shape: Any, path: Path) -> None:
        in_array = not isinstance(value, Mapping)
        tag_field = getattr(shape, "tag_field", None)
        names: dict[Any, None] = {}
        for index, field in enumerate(shape.fields, 1 if tag_field else 0):
            place: Any = index if in_array else wire_name(field)
            names[place] = None
            if index < len(value) if in_array else place in value:
                self.look(value[place], field.type, (*path, place))
            elif field.required:
                self.note((*path, place), "This field is required.", "missing")
        if getattr(shape, "forbid_unknown_fields", False):
            for name in range(len(value)) if in_array else value:
                if name not in names and (name != 0 if in_array else name != tag_field):
                    self.note((*path, name), "There is no such field.", "unknown")

    def look_at_dict(self, value: Mapping[str, Any], shape: shapes.DictType, path: Path) -> None:
        self.look_at_length(value, shape, path)
        names = list(value)
        wanted: Any = dict[annotation_of(shape.key_type), Any]  # type: ignore[misc]
        for start in range(0, len(names), _RUN):
            run = names[start : start + _RUN]
            if not self.refusal(dict.fromkeys(run), wanted):
                continue
            for name in run:
                error = self.refusal({name: None}, wanted)
                if error is not None:
                    words, _, _ = str(error).rpartition(" - at `key`")
                    self.note((*path, name), f"This name is not valid: {words}", "value")
        self.look_at_items(list(value.values()), names, shape.value_type, path)

    def look_at_tuple(self, value: Sequence[Any], shape: Any, path: Path) -> None:
        wanted = len(shape.item_types)
        if len(value) != wanted:
            words = f"Expected `array` of length {wanted}, got {len(value)}"
            self.note(path, words, "value")
        for index, (part, inner) in enumerate(zip(value, shape.item_types, strict=False)):
            self.look(part, inner, (*path, index))

    def look_at_length(self, value: Any, shape: Any, path: Path) -> None:
        if shape.min_length is not None or shape.max_length is not None:
            error = self.refusal(value, container_of(shape))
            if error is not None:
                self.note(path, *_words(error, shape))

    def look_at_items(
        self, values: Sequence[Any], names: Sequence[str | int], shape: Type, path: Path
    ) -> None:
        for start in range(0, len(values), _RUN):
            run = slice(start, start + _RUN)
            self.look_at_run(values[run], names[run], shape, path)

    def look_at_run(
        self, values: Sequence[Any], names: Sequence[str | int], shape: Type, path: Path
    ) -> None:
        """Halve the items until the wrong ones are left."""
        if len(values) == 1:
            self.look(values[0], shape, (*path, names[0]))
        elif self.refusal(values, list[annotation_of(shape)]):  # type: ignore[misc]
            half = len(values) // 2
            self.look_at_run(values[:half], names[:half], shape, path)
            self.look_at_run(values[half:], names[half:], shape, path)


def _is_container(shape: Type, is_list: bool) -> bool:
    if is_list:
        return takes_array(shape)
    return isinstance(shape, shapes.DictType) or (
        isinstance(shape, RECORDS) and not is_array(shape)
    )


def _words(error: msgspec.ValidationError, shape: Any) -> tuple[str, str]:
    """Return message and kind. The message may be a type's own, and hold anything."""
    words = str(error)
    if words.startswith("Invalid enum value"):  # quotes the client, and does not help
        if isinstance(shape, shapes.LiteralType):
            words = _one_of(shape.values)
        elif isinstance(shape, shapes.EnumType):
            words = _one_of([member.value for member in shape.cls])
    is_of_type = error.__cause__ is None and words.startswith("Expected `") and "`, got `" in words
    return words, "type" if is_of_type else "value"


def _one_of(values: Sequence[Any]) -> str:
    return f"This must be one of {', '.join(map(repr, values))}."
