"""Dropping what is kept, by tag."""

from __future__ import annotations

from django.db import connections

from .policy import tag_of
from .shelf import shelf


def invalidate(*tags: str) -> None:
    """Drop the kept answers that have one of the tags, in every process that shares the cache.

    Within a transaction once more when it commits: until then others compute from the old rows.
    While the cache is down the answers stay until their time is over. Raises ValueError for what
    is no tag.
    """
    names = [tag_of(tag) for tag in tags]
    shelf().drop(names)
    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block:
            connection.on_commit(lambda: shelf().drop(names), robust=True)
