"""``res``: collects an answer, and makes one HttpResponse of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.cookies import CookieError
from typing import IO, TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.http import HttpRequest
from django.http.cookie import SimpleCookie
from django.http.response import HttpResponseBase
from django.utils.encoding import iri_to_uri

from .conditional import matches, strong_tag
from .errors import PROBLEM_JSON, HttpError
from .headers import NOT_FOR_HANDLERS, OF_CONTENT, check_cookie, has_control, header
from .json import encode
from .ready import BareResponse, Header, ReadyResponse

if TYPE_CHECKING:
    from .after import Job
    from .streaming import Source

JSON = ("Content-Type", "application/json")
PROBLEM = ("Content-Type", PROBLEM_JSON)
TEXT = ("Content-Type", "text/plain; charset=utf-8")
BYTES = ("Content-Type", "application/octet-stream")
EVENTS = ("Content-Type", "text/event-stream")

# JSON that a browser opens by itself is no page, and is in nobody's frame (ASVS 3.4.3, 3.4.6).
NO_DOCUMENT = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
NO_SNIFFING = ("X-Content-Type-Options", "nosniff")

REDIRECTS = (301, 302, 303, 307, 308)


class LateAnswer(Protocol):
    """An answer of which only the request tells what goes out: a stream, or a file."""

    def response(
        self, status: int, request: HttpRequest, store: dict[str, Header], max_streams: int | None
    ) -> HttpResponseBase:
        """Return Django's response, and put its own headers into ``store``."""

    def discard(self) -> None:
        """Close what is open, unsent."""


class Unanswerable(RuntimeError):
    """A handler did something that no answer can be made of: a bug, 500."""


class Response:
    """The answer in the making. Every method but the getters returns ``res`` itself."""

    # Defaults of the class, so that a new one costs no __init__.
    status_code = 200
    _body: bytes | None = None
    _content_type: Header | None = None
    _headers: dict[str, Header] | None = None
    _cookies: SimpleCookie | None = None
    _django: HttpResponseBase | None = None
    _late: LateAnswer | None = None  # a stream or a file, made when the request is known
    _jobs: list[Job] | None = None
    may_change = False  # set after next(): a middleware may answer anew, once

    @property
    def answered(self) -> bool:
        """Whether there is something to send."""
        return self._body is not None or self._django is not None or self._late is not None

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

    def reopen(self) -> None:
        """Drop the answer, for another one to take its place."""
        if self._late is not None:
            self._late.discard()
        self._body = self._django = self._late = None
        self.may_change = False

    @property
    def has_cookies(self) -> bool:
        """Whether the answer sets one."""
        return bool(self._cookies or (self._django is not None and self._django.cookies))

    @property
    def has_jobs(self) -> bool:
        """Whether something is to run after the answer."""
        return self._jobs is not None

    def headers_set(self) -> dict[str, str]:
        """Return the headers that have been set by now: name and value."""
        return dict((self._headers or {}).values())

    def whole(self) -> tuple[int, str, dict[str, str], bytes] | None:
        """Return status, content type, other headers and body of the answer, cookies aside.

        None for no answer, and for one of which only the request tells what goes out.
        """
        headers = self.headers_set()
        if self._body is not None:
            content_type = self._content_type[1] if self._content_type is not None else ""
            return self.status_code, content_type, headers, self._body
        if self._django is None or self._django.streaming:
            return None
        if not getattr(self._django, "is_rendered", True):
            self._django.render()  # type: ignore[attr-defined]
        own = {
            name: value
            for name, value in self._django.headers.items()
            if name.lower() not in NOT_FOR_HANDLERS
        }
        headers = {**own, **headers}
        body: bytes = self._django.content  # type: ignore[attr-defined]
        return self.status_code, headers.pop("Content-Type", ""), headers, body

    def resend(self, status: int, content_type: str, headers: dict[str, str], body: bytes) -> None:
        """Answer with what ``whole`` has returned.

        Raises ValueError, and answers nothing, for what it cannot have returned.
        """
        known = {entry[1]: entry for entry in (JSON, PROBLEM)}  # by which JSON is told
        entry = known.get(content_type) or (content_type and header("Content-Type", content_type))
        own = {name.lower(): header(name, value) for name, value in headers.items()}
        self.status(status)._answer(body, entry or None)
        self._headers = {**(self._headers or {}), **own}

    def finish(self, request: HttpRequest, max_streams: int | None = None) -> HttpResponseBase:
        """Return the answer as Django's. Raises HttpError 416 or 503 for one that cannot be had."""
        if self._body is None or self._jobs is not None:
            return self._finish_other(request, max_streams)
        return self._finish_body(request.method, request.META.get("HTTP_IF_NONE_MATCH"))

    def _finish_body(self, method: str | None, if_none_match: str | None) -> HttpResponseBase:
        status, body = self.status_code, self._body or b""
        content_type = self._content_type
        store = {"x-content-type-options": NO_SNIFFING}
        if content_type is not None:
            store["content-type"] = content_type
            if content_type is JSON or content_type is PROBLEM:
                store["content-security-policy"] = NO_DOCUMENT
        if self._headers is not None:
            store.update(self._headers)
        if status == 200 and (method == "GET" or method == "HEAD"):
            if "etag" not in store and not (
                "cache-control" in store and "no-store" in store["cache-control"][1].lower()
            ):
                store["etag"] = ("ETag", strong_tag(body))
            if if_none_match is not None and "etag" in store:
                status = 304 if matches(if_none_match, store["etag"][1]) else 200
        if status == 204 or status == 304:
            store.pop("content-type", None)
            return BareResponse(status, store, b"", self._cookies)
        store["content-length"] = ("Content-Length", str(len(body)))
        return ReadyResponse(status, store, b"" if method == "HEAD" else body, self._cookies)

    def _finish_other(self, request: HttpRequest, max_streams: int | None) -> HttpResponseBase:
        response: HttpResponseBase
        if self._late is not None:
            response = self._finish_late(self._late, request, max_streams)
        elif self._django is not None:
            response = self._finish_adopted(self._django, request)
        else:
            response = self._finish_body(request.method, request.META.get("HTTP_IF_NONE_MATCH"))
        if self._jobs is not None:
            from .after import run_on_close

            run_on_close(response, self._jobs)
        return response

    def _finish_late(
        self, late: LateAnswer, request: HttpRequest, max_streams: int | None
    ) -> HttpResponseBase:
        store = {"x-content-type-options": NO_SNIFFING}
        if self._content_type is not None:
            store["content-type"] = self._content_type
        store.update(self._headers or {})
        try:
            response = late.response(self.status_code, request, store, max_streams)
        except HttpError:
            late.discard()
            raise
        if response.status_code in (204, 304):
            store.pop("content-type", None)
        response.headers._store = store
        if self._cookies is not None:
            response.cookies = self._cookies
        return response

    def _make_room(self) -> None:
        if not self.may_change:
            raise Unanswerable("The request was answered twice. Answer once, and return after it.")
        self.reopen()

    def _answer(self, body: bytes, content_type: Header | None) -> Response:
        if self.answered:
            self._make_room()
        self._body = body
        self._content_type = content_type
        return self

    def _answer_late(self, late: LateAnswer, content_type: Header) -> Response:
        if self.answered:
            self._make_room()
        self._late = late
        self._content_type = content_type
        return self

    def _jar(self) -> Any:
        if self._cookies is None:
            self._cookies = SimpleCookie()
        return _CookieJar(self._cookies)

    def _finish_adopted(self, response: HttpResponseBase, request: HttpRequest) -> HttpResponseBase:
        if response.streaming:
            from .streaming import bridge

            bridge(response, request)
        for name, value in (self._headers or {}).values():
            response.headers[name] = value
        if self._cookies is not None:
            response.cookies.update(self._cookies)
        response.status_code = self.status_code
        return response


class _CookieJar:
    """As much of an HttpResponse as Django's cookie setters use."""

    def __init__(self, cookies: SimpleCookie) -> None:
        self.cookies = cookies

    def set_cookie(self, *args: Any, **options: Any) -> None:
        HttpResponseBase.set_cookie(self, *args, **options)  # type: ignore[arg-type]
