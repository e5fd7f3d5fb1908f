"""What msgspec says of a type: https://msgspec.dev/api.html#inspect"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Union
from uuid import UUID

import msgspec
from msgspec import inspect as shapes
from msgspec.inspect import Type

# Types with named fields.
RECORDS = (
    shapes.StructType,
    shapes.DataclassType,
    shapes.TypedDictType,
    shapes.NamedTupleType,
)
# Any number of items of one type.
LISTS = (shapes.ListType, shapes.SetType, shapes.FrozenSetType, shapes.VarTupleType)

_SIMPLE: dict[type, Any] = {
    shapes.NoneType: None,
    shapes.BoolType: bool,
    shapes.IntType: int,
    shapes.FloatType: float,
    shapes.StrType: str,
    shapes.BytesType: bytes,
    shapes.ByteArrayType: bytearray,
    shapes.MemoryViewType: memoryview,
    shapes.DateTimeType: datetime,
    shapes.DateType: date,
    shapes.TimeType: time,
    shapes.TimeDeltaType: timedelta,
    shapes.DecimalType: Decimal,
    shapes.UUIDType: UUID,
    shapes.ListType: list,
    shapes.SetType: set,
    shapes.FrozenSetType: frozenset,
    shapes.VarTupleType: tuple,
    shapes.DictType: dict,
}
_LIMITS = ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length", "tz")


def described(annotation: Any) -> Type:
    """Return msgspec's description of a type. Raises TypeError where it has no rule for a part."""
    try:
        shape = shapes.type_info(annotation)
    except (NameError, RecursionError) as error:  # in a class, or of `type Tree = list[Tree]`
        raise TypeError(str(error)) from error
    for part in parts(shape):
        if isinstance(part, shapes.CustomType):
            raise TypeError(f"{part.cls.__qualname__} is no type of JSON")
        if isinstance(part, (shapes.SetType, shapes.FrozenSetType)):
            for item in options(part.item_type):
                if not _is_hashable(item):
                    raise TypeError(f"a set cannot hold {annotation_of(item)!r}; take a list")
    return bare(shape)


def bare(shape: Type) -> Type:
    """Return a shape without what only a schema shows of it."""
    while isinstance(shape, shapes.Metadata):
        shape = shape.type
    return shape


def parts(shape: Type, seen: set[int] | None = None) -> Iterator[Type]:
    """Yield a shape and what is in it, once each: a type may hold itself."""
    seen = set() if seen is None else seen
    if id(shape) in seen:
        return
    seen.add(id(shape))
    yield shape
    for inner in _inner(shape):
        yield from parts(inner, seen)


def _inner(shape: Type) -> Iterable[Type]:
    if isinstance(shape, RECORDS):
        return [field.type for field in shape.fields]
    if isinstance(shape, shapes.UnionType):
        return shape.types
    if isinstance(shape, shapes.TupleType):
        return shape.item_types
    if isinstance(shape, shapes.CollectionType):
        return [shape.item_type]
    if isinstance(shape, shapes.DictType):
        return [shape.key_type, shape.value_type]
    return [shape.type] if isinstance(shape, shapes.Metadata) else []


def options(shape: Type) -> list[Type]:
    """Return the members of a union; the shape itself where it is none."""
    shape = bare(shape)
    return [bare(each) for each in shape.types] if isinstance(shape, shapes.UnionType) else [shape]


def _is_hashable(shape: Type) -> bool:
    if isinstance(shape, shapes.TupleType):
        return all(_is_hashable(bare(each)) for each in shape.item_types)
    if isinstance(shape, shapes.VarTupleType):
        return _is_hashable(bare(shape.item_type))
    unhashable = (shapes.CollectionType, shapes.DictType, shapes.ByteArrayType, shapes.AnyType)
    return not isinstance(shape, (*RECORDS, *unhashable))


def wire_name(field: Any) -> str:
    """Return a field's name in JSON; a named tuple's have no other."""
    return str(getattr(field, "encode_name", None) or field.name)


def is_array(shape: Type) -> bool:
    """Tell a record that is an array in JSON: its fields go by their order."""
    return isinstance(shape, shapes.NamedTupleType) or bool(getattr(shape, "array_like", False))


def takes_array(shape: Type) -> bool:
    """Tell whether a JSON array fits a shape, or one option of it."""
    return any(
        isinstance(each, (shapes.CollectionType, shapes.TupleType))
        or (isinstance(each, RECORDS) and is_array(each))
        for each in options(shape)
    )


def annotation_of(shape: Any) -> Any:
    """Return a type that msgspec reads as this shape: the way back from its description."""
    shape = bare(shape)
    if hasattr(shape, "cls"):  # records and enums, with the arguments of generic ones
        return shape.cls
    if isinstance(shape, shapes.UnionType):
        return Union[tuple(annotation_of(each) for each in shape.types)]  # noqa: UP007
    if isinstance(shape, shapes.LiteralType):
        return Literal[shape.values]
    if isinstance(shape, shapes.TupleType):
        return tuple[tuple(annotation_of(each) for each in shape.item_types)]  # type: ignore[misc]
    simple = _SIMPLE.get(type(shape), Any)
    if isinstance(shape, shapes.VarTupleType):
        simple = tuple[annotation_of(shape.item_type), ...]  # type: ignore[misc]
    elif isinstance(shape, LISTS):
        simple = simple[annotation_of(shape.item_type)]
    elif isinstance(shape, shapes.DictType):
        simple = dict[annotation_of(shape.key_type), annotation_of(shape.value_type)]  # type: ignore[misc]
    return _limited(shape, simple)


def container_of(shape: Any) -> Any:
    """Return the type of a list or dict with its own limits, whatever the items are."""
    # Of a list, even for a set: its items need not be hashable to be counted.
    return _limited(shape, dict if isinstance(shape, shapes.DictType) else list)


def _limited(shape: Any, annotation: Any) -> Any:
    limits = {name: getattr(shape, name, None) for name in _LIMITS}
    given = {name: limit for name, limit in limits.items() if limit is not None}
    return Annotated[annotation, msgspec.Meta(**given)] if given else annotation
