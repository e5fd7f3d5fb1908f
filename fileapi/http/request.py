"""``req``: Django's HttpRequest, as a handler likes to see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from fileapi import conf

from . import body as bodies
from . import reading
from .query import PathQuery, Query

if TYPE_CHECKING:
    from fileapi.config import Config
    from fileapi.guards.rate import Rate

_UNREAD: Any = object()


class Request:
    """Wraps ``req.django``; names that are not defined here are looked up on it.

    Nothing is parsed before it is asked for.
    """

    _body = _UNREAD
    _query: Query | None = None
    _stream: reading.BodyStream | None = None
    _id = ""
    user_before: Any = _UNREAD  # whom Django's middleware knew before a guard did
    ask_about: Callable[[Any], None] | None = None  # set by the guard of the route's permissions

    def __init__(self, django: HttpRequest, params: dict[str, Any], config: Config) -> None:
        self.django = django
        self.params = params
        self._config = config

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(self.django, name)
        except AttributeError:
            raise AttributeError(
                f"req has no {name!r}, and neither has Django's request.", name=name, obj=self
            ) from None

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path!r}>"

    @property
    def method(self) -> str:
        """The method, in capitals."""
        return self.django.method or ""

    @property
    def path(self) -> str:
        """The path, decoded once."""
        return self.django.path

    @property
    def url(self) -> str:
        """Path and query, encoded."""
        return self.django.get_full_path()

    @property
    def headers(self) -> Any:
        """The headers, by names in any case."""
        return self.django.headers

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies, by name."""
        return self.django.COOKIES

    @property
    def query(self) -> Query:
        """The query string and the path's parameters, which win."""
        if self._query is None:
            self._query = PathQuery(dict(self.django.GET.lists()), self.params)
        return self._query

    @property
    def raw_body(self) -> bytes:
        """The bytes of the body as they were sent, whether it has been parsed or not."""
        return reading.read(self.django, self._config)

    @property
    def body(self) -> Any:
        """The body, parsed by its content type. Raises HttpError for one that is malformed."""
        if self._body is _UNREAD:
            self._body = bodies.parse(self.django, self._config)
        return self._body

    @property
    def files(self) -> Any:
        """The uploaded files of a multipart form, by field."""
        _ = self.body
        return self.django.FILES

    @property
    def stream(self) -> reading.BodyStream:
        """The unread body: ``read(size)``, or its blocks by ``for`` and ``async for``."""
        if self._stream is None:
            self._stream = reading.BodyStream(self.django, self._config)
        return self._stream

    @property
    def ip(self) -> str:
        """The client's address, seen through ``FILEAPI_TRUSTED_PROXIES`` alone."""
        from .client import client_ip

        return client_ip(self.django, conf.trusted_proxies())

    @property
    def id(self) -> str:
        """The request's id: the one that was sent, or its trace's, if harmless; else a new one."""
        if not self._id:
            from .client import request_id

            self._id = request_id(self.django)
        return self._id

    @property
    def user(self) -> Any:
        """Who sent the request, from the route's authentication or Django's middleware."""
        return self.django.user

    @user.setter
    def user(self, user: Any) -> None:
        self.django.user = user

    def restore_user(self) -> None:
        """Let Django's request have the user that it had before the guards."""
        if self.user_before is not _UNREAD:
            self.django.user = self.user_before

    @property
    def auth(self) -> Any:
        """What the route's authentication class knows besides the user; None for nothing."""
        return getattr(self.django, "auth", None)

    def check(self, obj: Any) -> None:
        """Ask the route's permission classes about one object.

        Raises DRF's NotAuthenticated (401) or PermissionDenied (403), and RuntimeError on a route
        that has no permissions to ask.
        """
        if self.ask_about is None:
            raise RuntimeError("req.check(obj): this route declares no permissions in its Config.")
        self.ask_about(obj)

    def limit(self, rate: str | Rate, key: object) -> None:
        """Count a request of ``key``, say of an account, and refuse it beyond ``rate``.

        Raises HttpError 429, or 503 where the store is down and the rate says ``"closed"``.
        """
        from fileapi.guards.limits import spend

        spend(self, rate, str(key))
