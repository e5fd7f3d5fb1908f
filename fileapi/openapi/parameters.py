"""The parameters of a path, by what their converters take, and of a header."""

from __future__ import annotations

from typing import Any

from django.urls.converters import get_converters

from fileapi.routing.segments import CATCH_ALLS, Segment

_OF_CONVERTERS = {
    "int": {"type": "integer", "minimum": 0},
    "uuid": {"type": "string", "format": "uuid"},
    "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
}

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    # A bare word, or a text in quotes.
    "schema": {
        "type": "string",
        "pattern": r"""^([!#-+\--:<-\[\]-~]{1,255}|"[ !#-\[\]-~]{1,255}")$""",
    },
    "description": "Random and new for each effect, the same when a request is tried again.",
}


def path_parameters(segments: tuple[Segment, ...]) -> list[dict[str, Any]]:
    """Return the parameter objects of the segments of a URL."""
    return [
        {"name": each.name, "in": "path", "required": True, **_described(each)}
        for each in segments
        if each.kind
    ]


def _described(segment: Segment) -> dict[str, Any]:
    if segment.kind in CATCH_ALLS:
        text = "One or more segments; the slashes between them are part of the value."
        return {"schema": {"type": "string", "minLength": 1}, "description": text}
    if segment.converter in _OF_CONVERTERS:
        return {"schema": _OF_CONVERTERS[segment.converter]}
    if segment.converter:
        pattern = f"^(?:{get_converters()[segment.converter].regex})$"
        return {"schema": {"type": "string", "pattern": pattern}}
    return {"schema": {"type": "string", "minLength": 1}}
