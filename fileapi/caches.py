"""Django's caches on Redis and Memcached, for ``CACHES``: without pickle, and never slow.

Who can write to the store of Django's own can run code here: they unpickle what they read. These
hold JSON, and bytes as they are. They wait 0.1 s for an answer of Redis and 0.05 s for one of
Memcached, and do not try again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache.backends import memcached, redis
from msgspec import DecodeError, json

_BYTES = b"b"  # no JSON begins with it
_FLAG = 1


class JSONSerializer:
    """Bytes as they are, all else as JSON; what is neither is not there."""

    def dumps(self, value: Any) -> bytes:
        """Raises TypeError for a value that JSON does not have."""
        return _BYTES + value if isinstance(value, bytes) else json.encode(value)

    def loads(self, data: bytes) -> Any:
        """Return the value; None for what is none."""
        if data[:1] == _BYTES:
            return data[1:]
        try:
            return json.decode(data)
        except (DecodeError, UnicodeDecodeError, RecursionError):
            return None

    # As pymemcache calls it.

    def serialize(self, key: Any, value: Any) -> tuple[bytes, int]:
        return self.dumps(value), _FLAG

    def deserialize(self, key: Any, value: bytes, flags: int) -> Any:
        return self.loads(value)


class RedisCache(redis.RedisCache):
    """``{"BACKEND": "fileapi.caches.RedisCache", "LOCATION": "redis://host:6379/1"}``"""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        options = {
            **params.get("OPTIONS", {}),
            "serializer": JSONSerializer,
            "pool_class": "fileapi.guards.patience.CachePool",
        }
        super().__init__(server, {**params, "OPTIONS": options})

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let what this thread asks take so long, the answers of a new connection with it."""
        from .guards.patience import of_cache

        of_cache.begin(seconds)
        try:
            yield
        finally:
            of_cache.end()


class MemcachedCache(memcached.PyMemcacheCache):
    """``{"BACKEND": "fileapi.caches.MemcachedCache", "LOCATION": "host:11211"}``"""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        options = {
            **params.get("OPTIONS", {}),
            "serde": JSONSerializer(),
            "connect_timeout": 0.04,
            "timeout": 0.05,
            "retry_attempts": 0,
            "dead_timeout": 0.5,  # a server that failed is asked again after it
        }
        super().__init__(server, {**params, "OPTIONS": options})
