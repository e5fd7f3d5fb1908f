"""``res``: what a handler says of its answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.cookies import CookieError
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.http.cookie import SimpleCookie
from django.http.response import HttpResponseBase
from django.utils.encoding import iri_to_uri

from .errors import HttpError
from .headers import OF_CONTENT, check_cookie, has_control, header
from .json import encode
from .pending import JSON, PROBLEM, PendingResponse

if TYPE_CHECKING:
    from .streaming import Source

TEXT = ("Content-Type", "text/plain; charset=utf-8")
BYTES = ("Content-Type", "application/octet-stream")
EVENTS = ("Content-Type", "text/event-stream")

REDIRECTS = (301, 302, 303, 307, 308)


class Response(PendingResponse):
    """``res``, as a handler has it. Every method but the getters returns ``res`` itself."""

    def status(self, code: int) -> Response:
        """Set the status: 200 to 599."""
        if type(code) is not int:
            if not isinstance(code, HTTPStatus):
                raise TypeError(f"res.status({code!r}): a status is an int.")
            code = int(code)
        if not 200 <= code <= 599:
            raise ValueError(f"res.status({code!r}): a status is a number from 200 to 599.")
        self.status_code = code
        return self

    def json(self, value: Any) -> Response:
        """Answer with ``value`` as JSON. Raises TypeError for a type without a rule."""
        if self.answered:
            self._make_room()
        self._body = encode(value)
        self._content_type = JSON
        return self

    def send(self, value: Any) -> Response:
        """Answer with text, bytes, a stream or, for anything else, JSON. None is an empty body.

        Iterators, generators and async iterables are sent item by item.
        """
        if isinstance(value, str):
            return self._answer(value.encode(), TEXT)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._answer(bytes(value), BYTES)
        if value is None:
            return self._answer(b"", None)
        if hasattr(value, "__next__") or hasattr(value, "__aiter__"):
            return self.stream(value)
        return self.json(value)

    def end(self, data: str | bytes | None = None) -> Response:
        """Answer with nothing, or with ``data``."""
        return self.send(data)

    def stream(self, source: Source, content_type: str = BYTES[1]) -> Response:
        """Answer with the items of an iterable, sync or async: bytes or text, each sent at once.

        Its ``finally`` runs when the client leaves. An exception in it cuts the connection, so
        that the client can tell.
        """
        from .streaming import LateStream

        return self._answer_late(LateStream(source), header("Content-Type", content_type))

    def sse(self, events: Source) -> Response:
        """Answer with server-sent events: `Event`, or values that become the data of one.

        A browser that reconnects sends the last id it saw as ``Last-Event-ID``.
        """
        from . import sse
        from .streaming import LateStream

        for name, value in sse.HEADERS.items():
            self.set_header(name, value)
        return self._answer_late(LateStream(events, sse.encoded), EVENTS)

    def file(
        self,
        file: str | os.PathLike[str] | IO[bytes],
        content_type: str | None = None,
        filename: str | None = None,
    ) -> Response:
        """Answer with a file: a path of your own choosing, never a client's, or an open file.

        Ranges and conditions are honoured. ``filename`` makes it a download of that name.
        Raises OSError for a path that cannot be opened.
        """
        from .files import Download

        given = header("Content-Type", content_type) if content_type else None
        if self.answered:
            self._make_room()
        download = Download(file, filename)
        return self._answer_late(download, given or ("Content-Type", download.content_type))

    def cache(self, max_age: int | None = None, **directives: Any) -> Response:
        """Set ``Cache-Control``: ``res.cache(60, public=True, stale_while_revalidate=30)``.

        Directives are those of `fileapi.http.caching.cache_control`. Raises ValueError for ones
        that contradict each other.
        """
        from .caching import cache_control

        return self.set_header("Cache-Control", cache_control(max_age, **directives))

    def after(self, function: Callable[..., Any], *args: Any) -> Response:
        """Call a function, sync or async, when the answer has gone out, or the client has left.

        Not when the handler fails. It is lost with the process; what must not be lost is a task.
        """
        if self._jobs is None:
            self._jobs = []
        self._jobs.append((function, args))
        return self

    def redirect(self, url: str, status: int = 307) -> Response:
        """Answer with an empty body and a ``Location``: an http, https or relative URL."""
        if status not in REDIRECTS:
            raise ValueError(f"res.redirect(status={status!r}): use one of {REDIRECTS}.")
        if not url or has_control(url) or "\\" in url:
            raise ValueError(f"res.redirect({url!r}): the target is no URL.")
        scheme, colon, rest = url.partition(":")
        has_scheme = colon and not set("/?#").intersection(scheme)
        if has_scheme and (scheme.lower() not in ("http", "https") or not rest.startswith("//")):
            raise ValueError(f"res.redirect({url!r}): only http, https and relative URLs.")
        if url.startswith("//"):
            raise ValueError(f"res.redirect({url!r}) leads to another site: write 'https:{url}'.")
        self.set_header("Location", iri_to_uri(url))
        return self.status(status)._answer(b"", None)

    def set_header(self, name: str, value: str | int | Iterable[str]) -> Response:
        """Set a header; a list sets several values. Raises ValueError for what is no header."""
        entry = header(name, value)
        if self._headers is None:
            self._headers = {}
        self._headers[name.lower()] = entry
        return self

    def append_header(self, name: str, value: str) -> Response:
        """Add a value to a header."""
        before = self.get_header(name)
        return self.set_header(name, value if before is None else [before, value])

    def get_header(self, name: str) -> str | None:
        """Return what is set for a header, or None."""
        if self._headers is not None and name.lower() in self._headers:
            return self._headers[name.lower()][1]
        if self._django is not None:
            return self._django.headers.get(name)
        if self._content_type is not None and name.lower() == "content-type":
            return self._content_type[1]
        return None

    def remove_header(self, name: str) -> Response:
        """Take a header back."""
        if self._headers is not None:
            self._headers.pop(name.lower(), None)
        if self._django is not None:
            self._django.headers.pop(name, None)
        return self

    def set_cookie(self, name: str, value: str = "", **options: Any) -> Response:
        """Set a cookie, with Django's arguments.

        Unless said otherwise it is ``HttpOnly``, ``SameSite=Lax`` and, off debug, ``Secure``.
        Raises ValueError for what cannot be written, or would add attributes of its own.
        """
        options = {
            "httponly": True,
            "samesite": "Lax",
            "secure": not settings.DEBUG,
            **options,
        }
        check_cookie(value, options)
        try:
            HttpResponseBase.set_cookie(self._jar(), name, value, **options)
        except CookieError as error:
            raise ValueError(f"res.set_cookie({name!r}): {error}.") from error
        return self

    def delete_cookie(self, name: str, **options: Any) -> Response:
        """Expire a cookie, with Django's arguments."""
        check_cookie("", options)
        HttpResponseBase.delete_cookie(self._jar(), name, **options)
        return self

    def adopt(self, response: HttpResponseBase) -> Response:
        """Answer with a response of Django's or DRF's; headers set on ``res`` go on it."""
        if self.answered:
            self._make_room()
        self._django = response
        self.status_code = response.status_code
        return self

    def refuse(self, error: HttpError) -> Response:
        """Answer with a problem document. Headers and cookies stay, those of content aside."""
        self.reopen()
        self._jobs = None
        for name in list(self._headers or ()):
            if name in OF_CONTENT:
                self.remove_header(name)
        for name, value in error.headers.items():
            self.set_header(name, value)
        return self.status(error.status)._answer(error.body(), PROBLEM)

    def resend(self, status: int, content_type: str, headers: dict[str, str], body: bytes) -> None:
        """Answer with what ``whole`` has returned.

        Raises ValueError, and answers nothing, for what it cannot have returned.
        """
        known = {entry[1]: entry for entry in (JSON, PROBLEM)}  # by which JSON is told
        entry = known.get(content_type) or (content_type and header("Content-Type", content_type))
        own = {name.lower(): header(name, value) for name, value in headers.items()}
        self.status(status)._answer(body, entry or None)
        self._headers = {**(self._headers or {}), **own}

    def _jar(self) -> Any:
        if self._cookies is None:
            self._cookies = SimpleCookie()
        return _CookieJar(self._cookies)


class _CookieJar:
    """As much of an HttpResponse as Django's cookie setters use."""

    def __init__(self, cookies: SimpleCookie) -> None:
        self.cookies = cookies

    def set_cookie(self, *args: Any, **options: Any) -> None:
        HttpResponseBase.set_cookie(self, *args, **options)  # type: ignore[arg-type]
