"""What a body says, by its content type."""

from __future__ import annotations

import codecs
import errno
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.request import QueryDict

from .errors import HttpError
from .json import decode
from .query import Query
from .reading import read

if TYPE_CHECKING:
    from fileapi.config import Config

_UTF8 = ("utf-8", "utf8")

# Python's codecs also hold notations that are no character sets, and can make lone surrogates.
_NO_CHARSETS = ("idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7")

# What a file that is too large for its disk, for a quota or for RLIMIT_FSIZE is refused with.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_json(content_type: str) -> bool:
    """Tell whether a media type (lower case, without parameters) is JSON."""
    return content_type == "application/json" or content_type.endswith("+json")


def parse(request: HttpRequest, config: Config) -> Any:
    """Return what the body says, by its content type, which is never guessed.

    ========================== =======================================
    ``application/json``       any JSON value
    ``*+json``                 the same
    urlencoded, multipart      Query; files are in ``request.FILES``
    ``text/*``                 str
    anything else              bytes; None for no body and no type
    ========================== =======================================
    """
    content_type = request.content_type or ""
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise HttpError(415, "Send the body without a Content-Encoding.")
    if "," in content_type:
        raise HttpError(400, "The request has two content types.")
    if content_type == "multipart/form-data":
        return _multipart(request, config)
    raw = read(request, config)
    if is_json(content_type):
        check_json_charset(request)
        return decode(raw)
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


def _multipart(request: HttpRequest, config: Config) -> Query:
    _charset(request)
    if not hasattr(request, "_files"):  # a middleware may have parsed it, and read the stream
        raw = read(request, config)
        boundary = (request.content_params or {}).get("boundary", "").encode(errors="replace")
        # RFC 2046, 5.1.1. Django takes what there is of a form that was cut off.
        if not 0 < len(boundary) <= 70 or b"--" + boundary + b"--" not in raw:
            raise HttpError(400, "The form has no boundary, or does not end with it.")
        # Django parses forms for POST alone, and by Content-Length, which chunked bodies lack.
        meta = {**request.META, "CONTENT_LENGTH": str(len(raw))}
        try:
            post, files = request.parse_file_upload(meta, BytesIO(raw))
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            for handler in request.upload_handlers:
                with suppress(OSError):
                    handler.upload_interrupted()  # takes away what it has written so far
            raise HttpError(507, "The server has no room for the files.") from error
        request._post, request._files = post, files  # type: ignore[attr-defined]
    return _form(request.POST)
