"""What an answer always has: a field with a default, unless its Struct leaves those out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.inspect import StructType

_PARTS = ("item_type", "key_type", "value_type", "type")


def require_defaults(components: dict[str, Any], shape: Any) -> None:
    """Say in the components of an answer that no client need ask whether such a field is there.

    ``shape`` is msgspec's description of the answer; None for another library's.
    """
    with_defaults = [schema for schema in components.values() if _defaults(schema)]
    if not with_defaults:
        return
    leave_out = {_name(part) for part in _parts(shape, set()) if _omits(part)}
    for schema in with_defaults:
        if schema.get("title", "").partition("[")[0] not in leave_out:
            required = {*schema.get("required", ()), *_defaults(schema)}
            schema["required"] = [name for name in schema["properties"] if name in required]


def _defaults(schema: dict[str, Any]) -> list[str]:
    properties = schema.get("properties", {})
    return [name for name, each in properties.items() if "default" in each]


def _omits(part: Any) -> bool:
    """Tell ``class Out(Struct, omit_defaults=True)``."""
    return isinstance(part, StructType) and _class(part).__struct_config__.omit_defaults


def _class(part: StructType) -> Any:
    return getattr(part.cls, "__origin__", part.cls)


def _name(part: Any) -> str:
    return str(_class(part).__name__)


def _parts(shape: Any, seen: set[int]) -> Iterator[Any]:
    if shape is None or id(shape) in seen:
        return
    seen.add(id(shape))
    yield shape
    inner = [field.type for field in getattr(shape, "fields", ())]
    inner += (*getattr(shape, "types", ()), *getattr(shape, "item_types", ()))
    for part in (*inner, *(getattr(shape, name, None) for name in _PARTS)):
        yield from _parts(part, seen)
