"""Fields of a body, checked by hand: what is missing or empty is 400 here, and not 422."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from msgspec import Meta
from msgspec.json import schema_components

from fileapi import HttpError

# As the document describes what `text` takes. PostgreSQL has no NUL in its texts.
_NO_NUL = r"^[^\u0000]*$"
Name = Annotated[str, Meta(min_length=1, max_length=150, pattern=_NO_NUL)]
Feedback = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=_NO_NUL)]
Token = Annotated[str, Meta(min_length=1, max_length=1024, pattern=_NO_NUL)]
Email = Annotated[str, Meta(min_length=1, max_length=254, extra_json_schema={"format": "email"})]


def by_hand(fields: type) -> Any:
    """Return an annotation that documents the fields of a body, and checks none of them."""
    _, components = schema_components([fields])
    return Annotated[Any, Meta(extra_json_schema=components[fields.__name__])]


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
    # A lone surrogate is no UTF-8.
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValidationError({name: "This holds a character that cannot be stored."})
    return value
