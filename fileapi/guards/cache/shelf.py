"""Where answers are kept: Django's default cache, left alone for a while where it fails."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from secrets import token_hex
from typing import Any

from django.conf import settings
from msgspec import Struct

from fileapi.guards.breaker import Breaker
from fileapi.guards.digest import digest

from .kept import Kept
from .words import Words

logger = logging.getLogger("fileapi.cache")

PREFIX = "fileapi:cache:"

# Seconds.
# How long a request's words with the store may take: together, with a new connection, 0.25.
LOOKING, CLAIMING, SAVING = 0.09, 0.07, 0.04
LEASE = 10  # how long a process may compute an answer before another one does too
DAY = 86_400


class Claim(Struct, frozen=True):
    """``kept``, or ``is_taken`` by another process; else compute, with what ``tags`` are worth."""

    kept: Kept | None = None
    is_taken: bool = False
    tags: dict[str, str] | None = None


class Shelf:
    """Keeps answers by key. No method raises for a store that is down, slow or read-only.

    Reading and writing are left alone apart from each other: of a replica one can read.
    """

    def __init__(self) -> None:
        self.reads = Breaker(logger, "The cache", "cached routes answer uncached")
        self.writes = Breaker(logger, "Writing to the cache", "new answers are not kept")

    def find(self, key: str, tags: list[str], seconds: int) -> Kept | None:
        """Return the answer of a key, if it is there, whole, and no tag of it has been dropped."""
        return _found(self._words(LOOKING), key, tags, seconds)

    def claim(self, key: str, tags: list[str], seconds: int) -> Claim:
        """Return an answer that is there by now, or whether this process is to compute it."""
        words = self._words(CLAIMING)
        is_mine = words.write(lambda cache: cache.add(_lock(key), 1, LEASE))
        # Another process may have finished between the first look and the claim.
        kept = _found(words, key, tags, seconds)
        if kept is not None:
            if is_mine:
                words.write(lambda cache: cache.delete(_lock(key)))
            return Claim(kept=kept)
        if is_mine is False:
            return Claim(is_taken=True)
        return Claim(tags=_worths(words, tags, seconds))

    def save(self, key: str, kept: Kept | None) -> None:
        """Keep an answer, and let other processes compute from now on."""
        words = self._words(SAVING)
        if kept is not None:
            data = kept.encode()
            words.write(lambda cache: cache.set(_name(key), data, kept.seconds))
        words.write(lambda cache: cache.delete(_lock(key)))

    def drop(self, tags: Iterable[str]) -> None:
        """Drop the answers that have one of the tags: what they were worth is forgotten."""
        names = [_tag(tag) for tag in tags]
        self._words(LOOKING).write(lambda cache: cache.delete_many(names))

    def _words(self, seconds: float) -> Words:
        return Words(self.reads, self.writes, seconds)


def _found(words: Words, key: str, tags: list[str], seconds: int) -> Kept | None:
    names = [_name(key), *map(_tag, tags)]
    found = words.read(lambda cache: cache.get_many(names)) or {}
    kept = Kept.decode(found.get(names[0]))
    worths = {tag: found.get(name) for tag, name in zip(tags, names[1:], strict=True)}
    return kept if kept is not None and kept.holds(seconds, worths) else None


def _worths(words: Words, tags: list[str], seconds: int) -> dict[str, str] | None:
    """Return what tags are worth, told anew where nobody knows; None if that fails.

    The worth is random: what has been dropped, or thrown out, is never worth the same again.
    """
    if not tags:
        return {}
    timeout = max(DAY, seconds)
    for tag in tags:
        words.write(partial(_tell, _tag(tag), timeout))
    found = words.read(lambda cache: cache.get_many(list(map(_tag, tags)))) or {}
    worths = {tag: found.get(_tag(tag)) for tag in tags}
    known = {tag: worth for tag, worth in worths.items() if isinstance(worth, str)}
    return known if len(known) == len(tags) else None


def _tell(name: str, timeout: int, cache: Any) -> None:
    cache.add(name, token_hex(8), timeout)


def _name(key: str) -> str:
    return PREFIX + key


def _lock(key: str) -> str:
    return f"{PREFIX}{key}:lock"


def _tag(tag: str) -> str:
    return PREFIX + digest(("tag", tag))


_shelves: dict[str, Shelf] = {}


def shelf() -> Shelf:
    """Return this process's shelf."""
    where = str(settings.CACHES["default"].get("LOCATION", ""))
    found = _shelves.get(where)
    return found if found is not None else _shelves.setdefault(where, Shelf())
