"""Notes what a handler reads of its request that the answer's key does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fileapi.guards.rate import Rate
from fileapi.http.query import Query
from fileapi.http.request import Request

from .policy import Cache

# Of Django's request: what the key has, or what is made of that alone.
_KEYED = {
    "GET",
    "build_absolute_uri",
    "get_full_path",
    "get_host",
    "is_secure",
    "path_info",
    "resolver_match",
    "scheme",
}


def _noted(name: str) -> Any:
    def read(self: WatchedRequest) -> Any:
        self.unkeyed.add(f"req.{name}")
        return getattr(self._own, name)

    return property(read)


class WatchedRequest(Request):
    """``req`` of a cached route. ``unkeyed`` is what was read that is in no key.

    Whatever is not named here goes by ``django``, which is such a reading.
    """

    def __init__(self, own: Request, cache: Cache) -> None:
        self._own = own
        self._cache = cache
        self.params = own.params
        self._config = own._config
        self.unkeyed: set[str] = set()

    django = _noted("django")
    cookies = _noted("cookies")
    raw_body = _noted("raw_body")
    body = _noted("body")
    files = _noted("files")
    stream = _noted("stream")
    ip = _noted("ip")
    id = _noted("id")
    auth = _noted("auth")  # a token may allow less than its user

    def __getattr__(self, name: str) -> Any:
        if name not in _KEYED:
            self.unkeyed.add(f"req.{name}")
        return getattr(self._own, name)

    @property
    def method(self) -> str:
        return self._own.method

    @property
    def path(self) -> str:
        return self._own.path

    @property
    def url(self) -> str:
        return self._own.url

    @property
    def query(self) -> Query:
        return self._own.query

    @property
    def headers(self) -> Any:
        return _WatchedHeaders(self._own.headers, self._cache.vary, self.unkeyed)

    @property
    def user(self) -> Any:
        if not self._cache.per_user:
            self.unkeyed.add("req.user")
        return self._own.user

    @user.setter
    def user(self, user: Any) -> None:
        self.unkeyed.add("req.user")
        self._own.user = user

    # A decision about each request, which no kept answer takes.

    def check(self, obj: Any) -> None:
        self.unkeyed.add("req.check()")
        self._own.check(obj)

    def limit(self, rate: str | Rate, key: object) -> None:
        self.unkeyed.add("req.limit()")
        self._own.limit(rate, key)


class _WatchedHeaders(Mapping[str, str]):
    def __init__(self, own: Mapping[str, str], keyed: Any, unkeyed: set[str]) -> None:
        self._own = own
        self._keyed = {name.lower() for name in keyed}
        self._unkeyed = unkeyed

    def __getitem__(self, name: str) -> str:
        if name.lower().replace("_", "-") not in self._keyed:
            self._unkeyed.add(f"the header {name!r}")
        return self._own[name]

    def __iter__(self) -> Iterator[str]:
        self._unkeyed.add("req.headers")
        return iter(self._own)

    def __len__(self) -> int:
        self._unkeyed.add("req.headers")
        return len(self._own)
