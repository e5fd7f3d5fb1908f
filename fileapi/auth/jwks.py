"""The keys of another issuer, from its JWKS URL (RFC 7517): fetched seldom, kept, and renewed."""

from __future__ import annotations

import logging
import math
import threading
import time
from typing import Any

import msgspec

from .errors import KeysUnavailable
from .keys import Key

logger = logging.getLogger("fileapi.auth")

# Seconds.
FRESH = 300  # keys are fetched anew after it
USABLE = 3600  # keys are used no longer, if they cannot be fetched
PAUSE = 30  # between two fetches, whatever ids tokens name
PAUSE_WITHOUT_KEYS = 5  # after a failure that leaves no key to go on with
PATIENCE = 2.5  # for a fetch that another thread makes


class Fetched(msgspec.Struct, frozen=True):
    """What the last fetch left. Times are by the monotonic clock."""

    keys: dict[str, Key]
    at: float
    next: float
    failed: bool


class RemoteKeys:
    """The keys at a URL, each for one algorithm. Threads share it; one at a time fetches."""

    def __init__(self, url: str, algorithm: str) -> None:
        self.url = url
        self.algorithm = algorithm
        self._last = Fetched({}, at=-math.inf, next=-math.inf, failed=True)
        self._fetching = threading.Lock()

    def get(self, id: str) -> Key | None:
        """Return the key of that id; None if the issuer has none. Raises KeysUnavailable."""
        last = self._last
        age = time.monotonic() - last.at
        if age < FRESH and id in last.keys:
            return last.keys[id]
        busy = self._renew(wait=age >= USABLE)
        last = self._last
        now = time.monotonic()
        if now - last.at < USABLE and id in last.keys:
            return last.keys[id]
        if busy or last.failed:
            raise KeysUnavailable(1 if busy else max(1, math.ceil(last.next - now)))
        return None

    def _renew(self, *, wait: bool) -> bool:
        """Fetch, if it is time for it. Return whether another thread is still at it."""
        if time.monotonic() < self._last.next:
            return False
        if not self._fetching.acquire(timeout=PATIENCE if wait else 0):
            return True
        try:
            if time.monotonic() >= self._last.next:  # not while this one waited
                self._last = self._fetch()
        finally:
            self._fetching.release()
        return False

    def _fetch(self) -> Fetched:
        # Only a project with a JWKS_URL pays for the imports.
        from .fetch import fetch_json

        old = self._last
        try:
            keys = read_keys(fetch_json(self.url), self.algorithm)
        except Exception as error:  # whatever it is, there are no new keys
            logger.warning("The keys of %s could not be fetched: %s", self.url, error)
            now = time.monotonic()
            pause = PAUSE if now - old.at < USABLE else PAUSE_WITHOUT_KEYS
            return Fetched(old.keys, at=old.at, next=now + pause, failed=True)
        if not keys:
            logger.warning("%s has no key for %s: no token is taken.", self.url, self.algorithm)
        now = time.monotonic()
        return Fetched(keys, at=now, next=now + PAUSE, failed=False)


def read_keys(document: Any, algorithm: str) -> dict[str, Key]:
    """Return the keys of a JWK set that may verify by ``algorithm``, by id; others are skipped.

    Raises ValueError for what is no JWK set.
    """
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("the answer is no set of keys")
    found: dict[str, Key] = {}
    for entry in entries:
        key = _read_key(entry, algorithm)
        if key is not None:
            found.setdefault(key.id, key)
    return found


def _read_key(entry: Any, algorithm: str) -> Key | None:
    from jwt import PyJWK

    if not isinstance(entry, dict) or "d" in entry:
        return None  # a private key in public: whoever read it can sign
    id = entry.get("kid")
    if not isinstance(id, str) or not id:
        return None
    if entry.get("alg", algorithm) != algorithm or entry.get("use", "sig") != "sig":
        return None
    try:
        jwk = PyJWK(entry, algorithm)  # refuses another family, a secret ("oct") among them
        if jwk.Algorithm.check_key_length(jwk.key) is not None:
            return None
    except Exception:  # one bad entry does not take the others with it
        return None
    return Key(id=id, algorithm=algorithm, verifies=jwk.key, is_foreign=True)
