"""Refusals: one schema for all, and a response for each status."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fileapi.http.errors import PROBLEM_JSON, title

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Every field that failed, by JSON pointer (RFC 6901).",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "message": {"type": "string"},
                    "kind": {"type": "string"},
                },
                "required": ["pointer", "message", "kind"],
            },
        },
    },
    "required": ["type", "title", "status"],
}

_HEADERS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate",
    HTTPStatus.TOO_MANY_REQUESTS: "Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Retry-After",
}


def refusal(status: int) -> dict[str, Any]:
    """Return the response component of a status that refuses."""
    response: dict[str, Any] = {
        "description": title(status),
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if name := _HEADERS.get(status):
        response["headers"] = {name: {"schema": {"type": "string"}}}
    return response
