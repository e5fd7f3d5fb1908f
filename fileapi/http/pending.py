"""An answer in the making, and the HttpResponse that it becomes."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Protocol, Self

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .conditional import matches, strong_tag
from .errors import PROBLEM_JSON, HttpError
from .headers import NOT_FOR_HANDLERS
from .ready import BareResponse, Header, ReadyResponse

if TYPE_CHECKING:
    from .after import Job

JSON = ("Content-Type", "application/json")
PROBLEM = ("Content-Type", PROBLEM_JSON)

# JSON that a browser opens by itself is no page, and is in nobody's frame (ASVS 3.4.3, 3.4.6).
NO_DOCUMENT = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
NO_SNIFFING = ("X-Content-Type-Options", "nosniff")


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


class PendingResponse:
    """What has been said of the answer by now. `finish` makes Django's response of it."""

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

    def _make_room(self) -> None:
        if not self.may_change:
            raise Unanswerable("The request was answered twice. Answer once, and return after it.")
        self.reopen()

    def _answer(self, body: bytes, content_type: Header | None) -> Self:
        if self.answered:
            self._make_room()
        self._body = body
        self._content_type = content_type
        return self

    def _answer_late(self, late: LateAnswer, content_type: Header) -> Self:
        if self.answered:
            self._make_room()
        self._late = late
        self._content_type = content_type
        return self
