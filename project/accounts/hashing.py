"""How many passwords are hashed at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings

from fileapi import HttpError

# Half of a process's threads; eight are what gunicorn.conf.py gives it.
_slots = BoundedSemaphore(max(1, (settings.FILEAPI_THREADS or 8) // 2))


@contextmanager
def hashing() -> Iterator[None]:
    """Take one of the threads that hashes may hold, or answer 503.

    A hash is a fifth of a second of a processor's work, whoever asks for it: a flood of log-ins
    from everywhere must leave threads for all other requests.
    """
    if not _slots.acquire(blocking=False):
        raise HttpError(503, "Too many log-ins at once. Try again.", headers={"Retry-After": "1"})
    try:
        yield
    finally:
        _slots.release()
