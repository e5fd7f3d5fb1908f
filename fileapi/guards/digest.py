"""One short key for several parts."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b


def digest(parts: Iterable[str | None]) -> str:
    """Return a digest, the same for the same parts alone, whatever is in them.

    None is another part than an empty text.
    """
    hashed = blake2b(digest_size=16)
    for part in parts:
        data = b"" if part is None else part.encode("utf-8", "surrogatepass")
        hashed.update((len(data) if part is not None else 2**64 - 1).to_bytes(8))
        hashed.update(data)
    return hashed.hexdigest()
