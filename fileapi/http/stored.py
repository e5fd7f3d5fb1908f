"""An answer as bytes, for a cache or a database, and back."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from .response import Response


class StoredAnswer(msgspec.Struct, frozen=True):
    """What is sent again: status, body, and the headers that the route has set. No cookies."""

    status: int
    content_type: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, res: Response, before: Mapping[str, str] | None = None) -> StoredAnswer | None:
        """Return the answer that ``res`` holds; None for none, a stream or a file.

        ``before`` are the headers that guards had set when the route began: each answer has its
        own of them, say of what is left of a limit.
        """
        whole = res.whole()
        if whole is None:
            return None
        status, content_type, headers, body = whole
        known = (before or {}).items()
        own = {name: value for name, value in headers.items() if (name, value) not in known}
        return cls(status, content_type, own, body)

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
