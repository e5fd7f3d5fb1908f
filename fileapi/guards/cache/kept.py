"""An answer as it is kept: JSON, never a pickle."""

from __future__ import annotations

from time import time
from typing import Any

from msgspec import DecodeError, Struct, json

from fileapi.http.response import Response
from fileapi.http.stored import StoredAnswer

SKEW = 5.0  # seconds by which the clocks of hosts may differ


class Kept(Struct, frozen=True):
    """An answer, when it was made and for how long it holds, and what its tags were worth then."""

    at: float  # by time.time()
    seconds: int
    tags: dict[str, str]
    answer: StoredAnswer

    @classmethod
    def decode(cls, data: Any) -> Kept | None:
        """Return what was encoded; None for anything else, whoever has written it."""
        if not isinstance(data, bytes):
            return None
        try:
            return json.decode(data, type=cls)
        except (DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def encode(self) -> bytes:
        return json.encode(self)

    def holds(self, seconds: int, worths: dict[str, Any]) -> bool:
        """Tell whether it is no older than ``seconds``, and its tags are still worth the same."""
        return -SKEW <= time() - self.at < min(seconds, self.seconds) and self.tags == worths

    def send(self, res: Response) -> bool:
        """Answer with it; tell whether that could be done."""
        try:
            self.answer.send(res)
        except ValueError:  # somebody else has written to the store
            return False
        res.set_header("Age", max(0, int(time() - self.at)))
        return True
