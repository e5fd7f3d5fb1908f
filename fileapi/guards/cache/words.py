"""What one request says to the store at a time, within a bound."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from django.core.cache import caches

from fileapi.guards.breaker import Breaker, Unreachable

T = TypeVar("T")


class Words:
    """Reads and writes that take some seconds all together; what comes later is not said."""

    def __init__(self, reads: Breaker, writes: Breaker, seconds: float) -> None:
        self._reads = reads
        self._writes = writes
        self._due = monotonic() + seconds

    def read(self, word: Callable[[Any], T]) -> T | None:
        """Return what the cache answers; None where it does not."""
        return self._say(self._reads, word)

    def write(self, word: Callable[[Any], T]) -> T | None:
        """Return what the cache answers; None where it does not, or cannot be read either."""
        return None if self._reads.is_down else self._say(self._writes, word)

    def _say(self, breaker: Breaker, word: Callable[[Any], T]) -> T | None:
        left = self._due - monotonic()
        if left < 0:
            return None
        try:
            return breaker.ask(lambda: _asked(word, left))
        except Unreachable:
            return None


def _asked(word: Callable[[Any], T], seconds: float) -> T:
    """Ask Django's cache. Raises Unreachable for whatever it raises: each backend has its own."""
    try:
        cache = caches["default"]
        within = getattr(cache, "within", None)  # of fileapi.caches
        if within is None:
            return word(cache)
        with within(seconds):
            return word(cache)
    except Exception as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
