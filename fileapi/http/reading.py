"""The bytes of a body, counted while they are read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.http.request import RawPostDataException

from .errors import HttpError

if TYPE_CHECKING:
    from fileapi.config import Config

CHUNK = 65_536  # bytes taken at a time


def read(request: HttpRequest, config: Config) -> bytes:
    """Return the bytes of the body, as sent.

    They are left on the request, so that Django's ``body``, ``POST`` and DRF work as before.
    Raises HttpError as `BodyStream` does, and again when asked again.
    """
    known: bytes | None = getattr(request, "_body", None)
    if known is not None:
        _check(len(known), config)
        return known
    if not config.body:
        raise RuntimeError("Config(body=False) leaves the body to req.stream.")
    refused: HttpError | None = getattr(request, "_fileapi_refused", None)
    if refused is not None:
        raise refused.with_traceback(None)
    try:
        known = BodyStream(request, config).read()
    except HttpError as error:
        request._fileapi_refused = error  # type: ignore[attr-defined]
        raise
    request._body = known
    request._stream = BytesIO(known)
    return known


class BodyStream:
    """The unread body of a request.

    Raises HttpError 413 for a body longer than ``body_limit``, 400 for one that ends early, 411
    for one whose end the server does not tell.
    """

    def __init__(self, request: HttpRequest, config: Config) -> None:
        if getattr(request, "_read_started", False):
            raise RawPostDataException("The body has been read before.")
        environ = request.META
        self._config = config
        self._count = 0
        self._length = _content_length(environ.get("CONTENT_LENGTH"))
        _check(self._length or 0, config)
        # Under WSGI Django's own stream ends at Content-Length, which a chunked body lacks.
        self._source: Any = environ.get("wsgi.input", getattr(request, "_stream", None))
        if "wsgi.input" not in environ:
            self._length = None  # ASGI servers hand over the body that there is
        elif self._length is None and not environ.get("wsgi.input_terminated"):
            if "HTTP_TRANSFER_ENCODING" in environ:
                raise HttpError(411, "Send the body with a Content-Length.")
            self._length = 0
        request._read_started = True  # type: ignore[attr-defined]

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes, or all that are left; none at the end."""
        if size >= 0:
            return self._take(min(size, CHUNK))
        if self._length is None:
            return b"".join(self)
        data = self._take(self._length - self._count)
        if self._count == self._length:
            return data  # most bodies come at once
        return data + b"".join(self)

    def _take(self, size: int) -> bytes:
        if self._length is not None:
            size = min(size, self._length - self._count)
        if size <= 0:
            return b""
        try:
            data: bytes = self._source.read(size)
        except Exception as error:
            # Broken framing, or a client that has left: each server has exceptions of its own.
            raise HttpError(400, "The body ended early.") from error
        self._count += len(data)
        if self._length is None:
            _check(self._count, self._config)
        elif not data:
            raise HttpError(400, "The body ended early.")
        return data

    def __iter__(self) -> Iterator[bytes]:
        while block := self._take(CHUNK):
            yield block

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while block := await sync_to_async(self._take, thread_sensitive=True)(CHUNK):
            yield block


def _content_length(text: str | None) -> int | None:
    """Return the length that was declared; None for none. Raises HttpError 400 for no number."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise HttpError(400, "Content-Length is no number.")
    return int(text)


def _check(size: int, config: Config) -> None:
    limit: Any = config.body_limit
    if limit is not None and size > limit:
        raise HttpError(413, f"The body is larger than body_limit allows: {limit} bytes.")
