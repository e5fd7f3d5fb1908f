"""Fields of a body, checked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from fileapi import HttpError


def text(body: Any, name: str, *, max_length: int) -> str:
    """Return a field as text that every database can store, or refuse it with 400 or 422."""
    if not isinstance(body, Mapping):
        raise HttpError(400, f"Send a JSON object or a form with {name!r} in it.")
    value = body[name]
    if value is None or value == "":
        raise HttpError(400, f"{name!r} is empty.")
    if not isinstance(value, str):
        raise ValidationError({name: "This must be a string."})
    if len(value) > max_length:
        raise ValidationError({name: f"This must not be longer than {max_length} characters."})
    # PostgreSQL has no NUL in its texts, and a lone surrogate is no UTF-8.
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValidationError({name: "This holds a character that cannot be stored."})
    return value
