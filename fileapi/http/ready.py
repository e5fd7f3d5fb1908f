"""HttpResponses made of ready parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.http.cookie import SimpleCookie
from django.http.response import ResponseHeaders

from fileapi.signals import finished

Header = tuple[str, str]


class ReadyHeaders(ResponseHeaders):
    """Django's headers of a response. Middleware asks and sets most of them as plain text."""

    def __contains__(self, name: Any) -> bool:
        return name.lower() in self._store

    def __setitem__(self, name: Any, value: Any) -> None:
        if type(name) is str and type(value) is str:
            both = name + value
            if both.isascii() and both.isprintable():  # so no line break is in it
                self._store[name.lower()] = (name, value)
                return
        super().__setitem__(name, value)


class ReadyResponse(HttpResponse):
    """An HttpResponse made of ready bytes and checked headers.

    ``HttpResponse.__init__`` would look at them again, for as long as a small handler takes. A
    test holds the attributes set here against those of a plain HttpResponse of every Django.
    """

    def __init__(
        self, status: int, store: dict[str, Header], body: bytes, cookies: SimpleCookie | None
    ) -> None:
        self.headers = ReadyHeaders.__new__(ReadyHeaders)
        self.headers._store = store
        self.status_code = status
        self.cookies = SimpleCookie.__new__(SimpleCookie) if cookies is None else cookies
        self.closed = False
        self._charset = None
        self._container = [body]
        self._handler_class = None
        self._reason_phrase = None
        self._resource_closers: list[Any] = []

    def items(self) -> Iterable[Header]:
        """Return name and value of each header, without looking each name up again."""
        store: dict[str, Header] = self.headers._store
        return store.values()

    def close(self) -> None:
        """End the request, as the server must call it."""
        for closer in self._resource_closers:
            try:  # noqa: SIM105 - a suppress() would be made for each request
                closer()
            except Exception:
                pass
        self._resource_closers.clear()
        self.closed = True
        finished.send(self._handler_class)


class BareResponse(ReadyResponse):
    """An answer without a length: 204 and 304 have no body (RFC 9110, 8.6)."""

    def has_header(self, header: str) -> bool:
        """Claim a Content-Length, so that CommonMiddleware does not write one."""
        return header.lower() == "content-length" or super().has_header(header)

    __contains__ = has_header
