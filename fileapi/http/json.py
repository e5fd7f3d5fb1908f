"""JSON in and out, by msgspec: RFC 8259 and nothing beside it."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from django.utils.functional import Promise
from django.utils.regex_helper import _lazy_re_compile

from .errors import HttpError, MissingKey
from .query import Query

# Deeper input is refused: everything that later walks it by recursion must be able to.
MAX_DEPTH = 100

UTF8_BOM = b"\xef\xbb\xbf"


class JsonObject(dict[str, Any]):
    """A client's JSON object. A missing key answers 400 naming it, as ``KeyError`` in Python."""

    __slots__ = ()

    def __missing__(self, key: str) -> Any:
        raise MissingKey("body", key)


def decode(raw: bytes) -> Any:
    """Return the value of a JSON text. Raises HttpError 400 for anything that is none."""
    value = decoded(_decoder, raw)
    return JsonObject(value) if type(value) is dict else value


def decoded(decoder: msgspec.json.Decoder[Any], raw: bytes) -> Any:
    """Return what a decoder makes of a JSON text, with faults of the text itself as 400."""
    # Every level costs at least one byte, and one bracket: most bodies are cleared by counting.
    if len(raw) > MAX_DEPTH and raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
        _check_depth(raw)
    try:
        return decoder.decode(raw)
    except UnicodeDecodeError:
        raise HttpError(400, "The body is not UTF-8.") from None
    except msgspec.ValidationError as error:
        if decoder is not _decoder:
            raise
        raise HttpError(400, f"The body is not valid JSON: {error}") from None
    except msgspec.DecodeError as error:
        if not raw:
            raise HttpError(400, "The body is not valid JSON: it is empty.") from None
        if raw.startswith(UTF8_BOM):
            raise HttpError(400, "The body starts with a byte-order mark.") from None
        raise HttpError(400, f"The body is not valid JSON: {error}") from None


# A string, closed or not: the last one of a broken text must not be looked for again and again.
_STRING = _lazy_re_compile(rb'"(?:[^"\\]++|\\.?)*+(?:"|\Z)', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ONE_KIND = bytes.maketrans(b"{}", b"[]")


def _check_depth(raw: bytes) -> None:
    brackets = _STRING.sub(b"", raw).translate(_ONE_KIND, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        # Each round takes the innermost level away, of all branches at once.
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return
    raise HttpError(400, f"The body is no JSON, or nested deeper than {MAX_DEPTH} levels.")


def _plain(value: Any) -> Any:
    """Return what msgspec writes for a type that it does not know."""
    if isinstance(value, str):
        return str.__str__(value)  # str() of Django's SafeString is itself
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Query):
        return value.as_json()
    if isinstance(value, int):
        return int(value)
    if hasattr(value, "_meta") or hasattr(value, "values_list"):  # a model, a queryset, a manager
        raise TypeError(
            f"{type(value).__name__} has no rule for JSON. Declare the answer's type, "
            "'def GET(id) -> UserOut', or return a dict of the fields to show."
        )
    # pydantic's models know themselves how to be JSON; pydantic itself need not be there.
    dump = getattr(value, "model_dump", None)
    if dump is not None:
        return dump(mode="json")
    raise TypeError(
        f"{type(value).__name__} has no rule for JSON. Return str, numbers, lists, dicts, "
        "dataclasses, Structs, dates, Decimal, UUID or Enum."
    )


_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder()

encode = msgspec.json.Encoder(enc_hook=_plain).encode
