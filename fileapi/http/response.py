"""``res``: collects an answer, and makes one HttpResponse of it."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.cookie import SimpleCookie
from django.http.response import HttpResponseBase, ResponseHeaders
from django.utils.encoding import iri_to_uri

from .conditional import matches, strong_tag
from .errors import PROBLEM_JSON, HttpError
from .headers import OF_CONTENT, has_control, header
from .json import encode

Header = tuple[str, str]

JSON = ("Content-Type", "application/json")
PROBLEM = ("Content-Type", PROBLEM_JSON)
TEXT = ("Content-Type", "text/plain; charset=utf-8")
BYTES = ("Content-Type", "application/octet-stream")

REDIRECTS = (301, 302, 303, 307, 308)


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
    may_change = False  # set after next(): a middleware may answer anew, once

    @property
    def answered(self) -> bool:
        """Whether there is something to send."""
        return self._body is not None or self._django is not None

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
        if self._body is not None or self._django is not None:
            self._make_room()
        self._body = encode(value)
        self._content_type = JSON
        return self

    def send(self, value: Any) -> Response:
        """Answer with text, bytes or, for anything else, JSON. None is an empty body."""
        if isinstance(value, str):
            return self._answer(value.encode(), TEXT)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._answer(bytes(value), BYTES)
        if value is None:
            return self._answer(b"", None)
        return self.json(value)

    def end(self, data: str | bytes | None = None) -> Response:
        """Answer with nothing, or with ``data``."""
        return self.send(data)

    def redirect(self, url: str, status: int = 307) -> Response:
        """Answer with an empty body and a ``Location``: an http, https or relative URL."""
        if status not in REDIRECTS:
            raise ValueError(f"res.redirect(status={status!r}): use one of {REDIRECTS}.")
        if not url or has_control(url) or "\\" in url:
            raise ValueError(f"res.redirect({url!r}): the target is no URL.")
        scheme, colon, _ = url.partition(":")
        has_scheme = colon and not set("/?#").intersection(scheme)
        if has_scheme and scheme.lower() not in ("http", "https"):
            raise ValueError(f"res.redirect({url!r}): only http, https and relative URLs.")
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
        Raises ValueError for a path or domain that would add attributes of its own.
        """
        for option in ("path", "domain"):
            text = options.get(option) or ""
            if ";" in text or "," in text or has_control(text):
                raise ValueError(f"res.set_cookie({option}={text!r}) would start a new attribute.")
        options = {
            "httponly": True,
            "samesite": "Lax",
            "secure": not settings.DEBUG,
            **options,
        }
        HttpResponseBase.set_cookie(self._jar(), name, value, **options)
        return self

    def delete_cookie(self, name: str, **options: Any) -> Response:
        """Expire a cookie, with Django's arguments."""
        HttpResponseBase.delete_cookie(self._jar(), name, **options)
        return self

    def adopt(self, response: HttpResponseBase) -> Response:
        """Answer with a response of Django's or DRF's; headers set on ``res`` go on it."""
        if self._body is not None or self._django is not None:
            self._make_room()
        self._django = response
        self.status_code = response.status_code
        return self

    def refuse(self, error: HttpError) -> Response:
        """Answer with a problem document. Headers and cookies stay, those of content aside."""
        self.reopen()
        for name in list(self._headers or ()):
            if name.startswith(OF_CONTENT):
                self.remove_header(name)
        for name, value in error.headers.items():
            self.set_header(name, value)
        return self.status(error.status)._answer(error.body(), PROBLEM)

    def reopen(self) -> None:
        """Drop the answer, for another one to take its place."""
        self._body = self._django = None
        self.may_change = False

    def finish(self, method: str | None, if_none_match: str | None) -> HttpResponseBase:
        """Return the answer as Django's."""
        if self._django is not None:
            return self._finish_adopted(self._django)
        status, body = self.status_code, self._body or b""
        content_type = self._content_type
        store = {} if content_type is None else {"content-type": content_type}
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

    def _make_room(self) -> None:
        if not self.may_change:
            raise Unanswerable("The request was answered twice. Answer once, and return after it.")
        self.reopen()

    def _answer(self, body: bytes, content_type: Header | None) -> Response:
        if self._body is not None or self._django is not None:
            self._make_room()
        self._body = body
        self._content_type = content_type
        return self

    def _jar(self) -> Any:
        if self._cookies is None:
            self._cookies = SimpleCookie()
        return _CookieJar(self._cookies)

    def _finish_adopted(self, response: HttpResponseBase) -> HttpResponseBase:
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


class ReadyResponse(HttpResponse):
    """An HttpResponse made of ready bytes and checked headers.

    ``HttpResponse.__init__`` would look at them again, for as long as a small handler takes. A
    test holds the attributes set here against those of a plain HttpResponse of every Django.
    """

    def __init__(
        self, status: int, store: dict[str, Header], body: bytes, cookies: SimpleCookie | None
    ) -> None:
        self.headers = ResponseHeaders.__new__(ResponseHeaders)
        self.headers._store = store
        self.status_code = status
        self.cookies = SimpleCookie.__new__(SimpleCookie) if cookies is None else cookies
        self.closed = False
        self._charset = None
        self._container = [body]
        self._handler_class = None
        self._reason_phrase = None
        self._resource_closers: list[Any] = []


class BareResponse(ReadyResponse):
    """A 204 or 304: no body, and nothing that describes one (RFC 9110, 8.6)."""

    def has_header(self, header: str) -> bool:
        """Claim a Content-Length, so that CommonMiddleware does not write one."""
        return header.lower() == "content-length" or super().has_header(header)

    __contains__ = has_header
