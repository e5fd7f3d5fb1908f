"""Django middleware: a line in the log for each request, and an id for all that it logs."""

from __future__ import annotations

import logging
import weakref
from asyncio import CancelledError
from collections.abc import Callable, Iterator
from time import monotonic
from types import TracebackType
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import LazyObject, empty

from fileapi import conf
from fileapi.endpoint.view import not_found
from fileapi.http.client import client_ip, request_id
from fileapi.request_log import NO_REQUEST, current_id

logger = logging.getLogger("fileapi.request")

# Asked every few seconds, by machines: their successes would be most of the log.
UNLOGGED = frozenset({"health/live", "health/ready"})

CLIENT_LEFT = 499  # nginx's number for a client that did not wait; nothing was sent


class RequestLog:
    """Log one line a request on ``fileapi.request``, and answer with its ``X-Request-ID``.

    It stands first in ``MIDDLEWARE``, where it sees what is sent, whoever answers. The line tells
    the route and never the path, the query, headers or bodies. It is INFO for a 5xx too: that
    has its ERROR from ``django.request``, and two of them would alert twice.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        conf.trusted_proxies()  # a mistake in it ends the start, not every request
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """Return the response, or a coroutine of it."""
        if self.is_async:
            return self._answer(request)
        with _Line(request) as line:
            return line.of(self.get_response(request))

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        with _Line(request) as line:
            return line.of(await self.get_response(request))


class _Line:
    """What is logged of a request. It never refers to the response, which is freed when dropped."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.id = request_id(request)
        self.start = monotonic()
        self.status = 500
        self.bytes = 0

    def __enter__(self) -> _Line:
        self._enter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self.status = CLIENT_LEFT if isinstance(error, CancelledError) else 500
            self._log()
            self._leave()

    def of(self, response: HttpResponseBase) -> HttpResponseBase:
        """Log the line, or see to it that it is when a stream has ended."""
        response.headers["X-Request-ID"] = self.id
        self.status = response.status_code
        closers: list[Callable[[], object]] = response._resource_closers  # type: ignore[attr-defined]
        if closers:  # ASGI closes in a context of its own
            closers.insert(0, self._enter)
        if response.streaming:
            # Nobody closes the answer of a sync view whose client has left an ASGI server.
            closers.append(weakref.finalize(response, self._log))
            self._count(response)
        else:
            if self.request.method != "HEAD":
                self.bytes = len(response.content)  # type: ignore[attr-defined]
            self._log()
        # Not before: Django logs each 4xx and 5xx when the last middleware has returned.
        closers.append(self._leave)
        return response

    def _enter(self) -> None:
        current_id.set(self.id)

    def _leave(self) -> None:
        # By value: a token is of one context, and async middleware under WSGI has another.
        current_id.set(NO_REQUEST)

    def _count(self, response: Any) -> None:
        if self.request.method == "HEAD":
            return
        file = getattr(response, "file_to_stream", None)
        if file is not None and "wsgi.file_wrapper" in self.request.META:
            # The server sends the file itself, past the iterator.
            self.bytes = int(response.headers.get("Content-Length", 0))
        elif response.is_async:
            response._iterator = _AsyncCount(self, response._iterator, response.charset)
        else:
            response._iterator = self._counted(response._iterator, response.charset)

    def _counted(self, parts: Iterator[Any], charset: str) -> Iterator[Any]:
        for part in parts:
            self.count(part, charset)
            yield part

    def count(self, part: Any, charset: str) -> None:
        """Add the size of a part of a stream."""
        if not isinstance(part, (bytes, bytearray, memoryview)):
            part = str(part).encode(charset)
        self.bytes += len(part)

    def _log(self) -> None:
        if not logger.isEnabledFor(logging.INFO):
            return
        request = self.request
        method = request.method or ""
        method = method if method.isascii() and method.isalpha() else NO_REQUEST
        match = request.resolver_match
        view = None if match is None or match.func is not_found else match.func
        route = NO_REQUEST if match is None or view is None else match.route
        file = getattr(view, "route_file", None)
        if file and self.status < 400 and getattr(match, "url_name", None) in UNLOGGED:
            return
        ms = (monotonic() - self.start) * 1000
        logger.info(
            "%s %s %d %.1f ms %d B",
            method,
            route if view is None else f"/{route}",
            self.status,
            ms,
            self.bytes,
            extra={
                "request_id": self.id,
                "method": method,
                "route": route,
                "file": file or NO_REQUEST,
                "status": self.status,
                "ms": round(ms, 3),
                "bytes": self.bytes,
                "user": _user(request),
                "ip": client_ip(request, conf.trusted_proxies()),
            },
        )


class _AsyncCount:
    """The parts of a stream, counted; no generator, so that asyncio has not one more to close."""

    def __init__(self, line: _Line, parts: Any, charset: str) -> None:
        self.line = line
        self.parts = parts
        self.charset = charset

    def __aiter__(self) -> _AsyncCount:
        return self

    async def __anext__(self) -> Any:
        part = await anext(self.parts)
        self.line.count(part, self.charset)
        return part

    async def aclose(self) -> None:
        if hasattr(self.parts, "aclose"):
            await self.parts.aclose()


def _user(request: HttpRequest) -> int | str | None:
    """Return the key of the user, if somebody has asked for the user: a line costs no query."""
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject):
        user = user._wrapped
    if user is None or user is empty:
        user = request.__dict__.get("_acached_user")  # by request.auser()
    key = getattr(user, "pk", None)
    return key if key is None or isinstance(key, int) else str(key)
