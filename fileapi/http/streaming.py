"""Answers that are sent while they are made, item by item, on either kind of server.

Django would drain a sync iterator under ASGI, and an async one under WSGI, before the first byte.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from fileapi import conf

from .errors import HttpError
from .ready import BareResponse, Header

Source = Iterable[Any] | AsyncIterable[Any]

_END = object()


class StreamResponse(StreamingHttpResponse):
    """A StreamingHttpResponse whose source is closed, with its ``finally``, as soon as it ends."""

    def make_bytes(self, value: object) -> bytes:
        """Return an item as bytes; Django would send a bytearray's repr."""
        return super().make_bytes(bytes(value) if isinstance(value, bytearray) else value)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parts: Any = aiter(self._iterator)  # type: ignore[attr-defined]
        try:
            async for part in parts:
                yield self.make_bytes(part)
        except Exception:
            # Django closes the response of a stream that ends or is left, not of a broken one.
            await sync_to_async(self.close, thread_sensitive=True)()
            raise
        finally:
            if hasattr(parts, "aclose"):
                await parts.aclose()


class LateStream:
    """The items of an iterable, sent when the request is known."""

    def __init__(self, source: Source, encoded: Callable[[Source], Source] | None = None) -> None:
        if isinstance(source, (str, bytes)) or not isinstance(source, (Iterable, AsyncIterable)):
            raise TypeError(f"{source!r} is no stream: give an iterable of bytes or text.")
        self._source = source
        self._encoded = encoded

    def response(
        self, status: int, request: HttpRequest, store: dict[str, Header], max_streams: int | None
    ) -> HttpResponseBase:
        """Return a StreamResponse; for HEAD, and a status without a body, an empty one."""
        if status in (204, 304) or request.method == "HEAD":
            self.discard()
            return BareResponse(status, store, b"", None)
        parts = self._source if self._encoded is None else self._encoded(self._source)
        response = StreamResponse(bridged(parts, request), status=status)
        if not is_asgi(request):
            hold_thread(response, max_streams)
        return response

    def discard(self) -> None:
        """Close a generator that nobody will read."""
        close = getattr(self._source, "close", None)
        if close is not None:
            close()


def bridge(response: Any, request: HttpRequest) -> None:
    """Make the content of a StreamingHttpResponse of Django's one that the server iterates.

    None of it is made for HEAD.
    """
    if request.method == "HEAD":
        if hasattr(response._iterator, "close"):
            response._iterator.close()
        response._iterator, response.is_async = iter(()), False
    if response.is_async != is_asgi(request):
        response._iterator = bridged(response._iterator, request)
        response.is_async = not response.is_async
        if hasattr(response._iterator, "close"):
            response._resource_closers.append(response._iterator.close)


def is_asgi(request: HttpRequest) -> bool:
    """Tell which kind of server has sent a request."""
    return hasattr(request, "scope")


def bridged(source: Source, request: HttpRequest) -> Source:
    """Return a source of the kind that the server iterates."""
    if is_asgi(request):
        return source if isinstance(source, AsyncIterable) else _in_thread(source)
    return _in_loop(source) if isinstance(source, AsyncIterable) else source


async def _in_thread(source: Iterable[Any]) -> AsyncIterator[Any]:
    iterator = iter(source)
    following = sync_to_async(lambda: next(iterator, _END), thread_sensitive=True)
    try:
        while True:
            part = await following()
            if part is _END:
                return
            yield part
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            await sync_to_async(close, thread_sensitive=True)()


def _in_loop(source: AsyncIterable[Any]) -> Iterator[Any]:
    iterator: Any = aiter(source)

    async def following() -> Any:
        return await anext(iterator, _END)

    with asyncio.Runner() as runner:
        try:
            while (part := runner.run(following())) is not _END:
                yield part
        finally:
            close = getattr(iterator, "aclose", None)
            if close is not None:
                runner.run(close())


class _Places:
    """How many threads of this process are held by streams."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = 0

    def take(self, limit: int) -> bool:
        with self._lock:
            if self._taken >= limit:
                return False
            self._taken += 1
            return True

    def leave(self) -> None:
        with self._lock:
            self._taken -= 1


places = _Places()


def hold_thread(response: StreamingHttpResponse, limit: int | None) -> None:
    """Take one of the threads that streams may hold, until the response is closed.

    Each open stream holds a thread of a WSGI server. Raises HttpError 503 where ``limit`` of
    them are held; by default half the threads that ``FILEAPI_THREADS`` says a process has.
    """
    threads = conf.threads()
    if limit is None:
        limit = max(1, threads // 2) if threads else None
    if limit is None:
        return
    if not places.take(limit):
        raise HttpError(503, "Too many streams are open.", headers={"Retry-After": "1"})
    # Once, and also for a response that a middleware drops without closing it.
    leave = weakref.finalize(response, places.leave)
    response._resource_closers.append(leave)  # type: ignore[attr-defined]
