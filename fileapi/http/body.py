"""The body of a request: read once, up to a limit, and parsed by its content type."""

from __future__ import annotations

import codecs
from io import BytesIO
from typing import Any

from django.http import HttpRequest
from django.http.request import QueryDict, RawPostDataException

from .errors import HttpError
from .json import decode
from .query import Query

CHUNK = 65_536  # bytes read at a time where the length is not known

_UTF8 = ("utf-8", "utf8")

# Python's codecs also hold notations that are no character sets, and can make lone surrogates.
_NO_CHARSETS = ("idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7")


def read(request: HttpRequest, limit: int | None) -> bytes:
    """Return the bytes of the body, as sent, at most ``limit`` of them.

    They are left on the request, so that Django's ``body``, ``POST`` and DRF work as before.
    Raises HttpError 413 for a longer body, 400 for one that ends early, 411 for one whose end
    the server does not tell.
    """
    known: bytes | None = getattr(request, "_body", None)
    if known is not None:
        _check(len(known), limit)
        return known
    length = _content_length(request)
    if length:
        _check(length, limit)
    if getattr(request, "_read_started", False):
        raise RawPostDataException("The body was read as a stream before.")
    request._read_started = True  # type: ignore[attr-defined]
    raw = _read_stream(request, length, limit)
    request._body = raw
    request._stream = BytesIO(raw)
    return raw


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise HttpError(400, "Content-Length is no number.") from None


def _read_stream(request: HttpRequest, length: int, limit: int | None) -> bytes:
    environ = request.META
    # Django's own stream under WSGI ends where Content-Length says, and a chunked body has none.
    stream: Any = environ.get("wsgi.input", request)
    if length and "wsgi.input" in environ:
        raw: bytes = stream.read(length)
        if len(raw) < length:
            raise HttpError(400, "The body ended early.")
        return raw
    if "wsgi.input" in environ and not environ.get("wsgi.input_terminated"):
        if "HTTP_TRANSFER_ENCODING" in environ:
            raise HttpError(411, "Send the body with a Content-Length.")
        return b""
    parts: list[bytes] = []
    size = 0
    while part := stream.read(CHUNK):
        size += len(part)
        _check(size, limit)
        parts.append(part)
    return b"".join(parts)


def _check(size: int, limit: int | None) -> None:
    if limit is not None and size > limit:
        raise HttpError(413, f"The body is larger than body_limit allows: {limit} bytes.")


def is_json(content_type: str) -> bool:
    """Tell whether a media type (lower case, without parameters) is JSON."""
    return content_type == "application/json" or content_type.endswith("+json")


def parse(request: HttpRequest, limit: int | None) -> Any:
    """Return what the body says, by its content type, which is never guessed.

    ========================== =======================================
    ``application/json``       any JSON value, ``{}`` for an empty body
    ``*+json``                 the same
    urlencoded, multipart      Query; files are in ``request.FILES``
    ``text/*``                 str
    anything else              bytes; None for no body and no type
    ========================== =======================================
    """
    content_type = request.content_type or ""
    if content_type == "multipart/form-data":
        return _multipart(request, limit)
    raw = read(request, limit)
    if is_json(content_type):
        check_json_charset(request)
        return decode(raw) if raw else decode(b"{}")
    if content_type == "application/x-www-form-urlencoded":
        return _form(QueryDict(raw, encoding=_charset(request)))
    if content_type.startswith("text/"):
        return _text(raw, _charset(request))
    return raw if raw or content_type else None


def check_json_charset(request: HttpRequest) -> None:
    """Raise HttpError 415 for JSON in anything but UTF-8."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in _UTF8:
        raise HttpError(415, "JSON is UTF-8: leave the charset out.")


def _charset(request: HttpRequest) -> str:
    charset = (request.content_params or {}).get("charset", "utf-8")
    try:
        info = codecs.lookup(charset)
    except LookupError:
        info = None
    if info is None or not info._is_text_encoding or info.name in _NO_CHARSETS:
        raise HttpError(415, "The charset is not known.")
    return charset


def _text(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset)
    except (UnicodeError, ValueError):
        raise HttpError(400, f"The body is not {charset}.") from None


def _form(values: Any) -> Query:
    return Query(dict(values.lists()), "form")


def _multipart(request: HttpRequest, limit: int | None) -> Query:
    if not hasattr(request, "_files"):  # a middleware may have parsed it, and read the stream
        raw = read(request, limit)
        # Django parses forms for POST alone, and by Content-Length, which chunked bodies lack.
        meta = {**request.META, "CONTENT_LENGTH": str(len(raw))}
        post, files = request.parse_file_upload(meta, BytesIO(raw))
        request._post, request._files = post, files  # type: ignore[attr-defined]
    return _form(request.POST)
