"""What a contract says of a value, short enough to compare."""

from __future__ import annotations

import json
from typing import Any

from fileapi.http.errors import HttpError
from fileapi.http.query import Query
from fileapi.types.contract import contract

Found = dict[str, str]  # pointer -> kind


def faults(annotation: Any, value: Any) -> list[dict[str, Any]]:
    """Return the faults of a JSON value; none for one that is accepted."""
    try:
        contract(annotation).from_json(json.dumps(value).encode())
    except HttpError as error:
        assert error.status == 422
        assert error.errors
        return error.errors
    return []


def kinds(annotation: Any, value: Any) -> Found:
    return {fault["pointer"]: fault["kind"] for fault in faults(annotation, value)}


def kinds_of_text(annotation: Any, lists: dict[str, list[str]]) -> Found:
    """Return the faults of a query string."""
    try:
        contract(annotation).from_strings(Query(lists))
    except HttpError as error:
        assert error.status == 422
        return {fault["pointer"]: fault["kind"] for fault in error.errors or []}
    return {}
