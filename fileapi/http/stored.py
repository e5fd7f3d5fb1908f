"""An answer as bytes, for a cache or a database, and back."""

from __future__ import annotations

import msgspec

from .response import Response


class StoredAnswer(msgspec.Struct, frozen=True):
    """What is sent again: status, body, and the headers that the route has set. No cookies."""

    status: int
    content_type: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, res: Response) -> StoredAnswer | None:
        """Return the answer that ``res`` holds; None for none, a stream or a file."""
        whole = res.whole()
        return cls(*whole) if whole is not None else None

    @classmethod
    def decode(cls, data: bytes) -> StoredAnswer | None:
        """Return the answer that was encoded; None for bytes that hold none."""
        try:
            return msgspec.json.decode(data, type=cls)
        except (msgspec.DecodeError, TypeError):
            return None

    def encode(self) -> bytes:
        """Return it as JSON, never as a pickle: reading it runs nothing."""
        return msgspec.json.encode(self)

    def send(self, res: Response) -> None:
        """Answer with it, beside the headers that guards have set."""
        res.resend(self.status, self.content_type, self.headers, self.body)
