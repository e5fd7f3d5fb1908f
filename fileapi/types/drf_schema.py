"""DRF's serializers and fields as JSON Schema: what a reader of the document has to know."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from rest_framework import fields, relations, serializers

from .contract import REF

# The nearest base class counts, so the special ones stand before the general.
_OF_FIELDS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (fields.BooleanField, {"type": "boolean"}),
    (fields.IntegerField, {"type": "integer"}),
    (fields.FloatField, {"type": "number"}),
    (fields.DecimalField, {"type": "string", "format": "decimal"}),
    (fields.UUIDField, {"type": "string", "format": "uuid"}),
    (fields.EmailField, {"type": "string", "format": "email"}),
    (fields.URLField, {"type": "string", "format": "uri"}),
    (fields.DateTimeField, {"type": "string", "format": "date-time"}),
    (fields.DateField, {"type": "string", "format": "date"}),
    (fields.TimeField, {"type": "string"}),
    (fields.DurationField, {"type": "string"}),
    (fields.CharField, {"type": "string"}),
    (fields.DictField, {"type": "object"}),
)


def components(wanted: list[tuple[Any, bool]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return a schema for each serializer or ``list[...]`` of it, and the components."""
    found = _Found()
    schemas = []
    for annotation, is_answer in wanted:
        many = get_origin(annotation) is list
        serializer = (get_args(annotation)[0] if many else annotation)()
        schema = _reference(serializer, is_answer, found)
        schemas.append({"type": "array", "items": schema} if many else schema)
    return schemas, found.components


class _Found:
    """The components, each of one serializer class: two may share a name."""

    def __init__(self) -> None:
        self.components: dict[str, Any] = {}
        self.names: dict[tuple[type, bool], str] = {}

    def free(self, stem: str) -> str:
        name, number = stem, 2
        while name in self.components:
            name, number = f"{stem}{number}", number + 1
        return name


def _reference(serializer: Any, is_answer: bool, found: _Found) -> dict[str, Any]:
    key = (type(serializer), is_answer)
    if key not in found.names:
        title = type(serializer).__name__.removesuffix("Serializer") or type(serializer).__name__
        name = found.names[key] = found.free(title + ("" if is_answer else "Input"))
        found.components[name] = {}  # taken while it is made: a serializer may hold itself
        found.components[name] = _object(serializer, is_answer, found)
    return {"$ref": REF.format(name=found.names[key])}


def _object(serializer: Any, is_answer: bool, found: _Found) -> dict[str, Any]:
    shown = {
        name: field
        for name, field in getattr(serializer, "fields", {}).items()
        if not (field.write_only if is_answer else field.read_only)
    }
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: _field(field, is_answer, found) for name, field in shown.items()},
    }
    if required := [name for name, field in shown.items() if is_answer or field.required]:
        schema["required"] = required
    return schema


def _field(field: Any, is_answer: bool, found: _Found) -> dict[str, Any]:
    schema = _plain(field, is_answer, found)
    if field.allow_null:
        schema = {"anyOf": [schema, {"type": "null"}]}
    if field.help_text:
        schema["description"] = str(field.help_text)
    return schema


def _plain(field: Any, is_answer: bool, found: _Found) -> dict[str, Any]:
    if isinstance(field, serializers.ListSerializer):
        return {"type": "array", "items": _field(field.child, is_answer, found)}
    if isinstance(field, serializers.BaseSerializer):
        return _reference(field, is_answer, found)
    if isinstance(field, relations.ManyRelatedField):
        return {"type": "array", "items": _plain(field.child_relation, is_answer, found)}
    if isinstance(field, fields.MultipleChoiceField):
        return {"type": "array", "items": {"enum": list(field.choices)}}
    if isinstance(field, fields.ChoiceField):
        return {"enum": [*field.choices, *([""] if field.allow_blank else [])]}
    if isinstance(field, fields.ListField):
        return {"type": "array", "items": _field(field.child, is_answer, found)}
    if isinstance(field, fields.FileField):
        return {"type": "string", "format": "uri" if is_answer else "binary"}
    for base, schema in _OF_FIELDS:
        if isinstance(field, base):
            return schema | _bounds(field, schema["type"])
    return {}


def _bounds(field: Any, type_: str) -> dict[str, Any]:
    low, high = ("minLength", "maxLength") if type_ == "string" else ("minimum", "maximum")
    least = getattr(field, "min_length", None) or getattr(field, "min_value", None)
    most = getattr(field, "max_length", None) or getattr(field, "max_value", None)
    found = {low: least, high: most}
    return {name: value for name, value in found.items() if isinstance(value, (int, float))}
