"""Server-sent events: text/event-stream, as the WHATWG's HTML standard has it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any

from msgspec import Struct

from .json import encode
from .streaming import Source

HEADERS = {
    "Cache-Control": "no-cache, no-transform",
    # GZipMiddleware and its like leave an answer alone that has an encoding.
    "Content-Encoding": "identity",
    "X-Accel-Buffering": "no",  # nginx
}

_LINE = re.compile(r"\r\n|\r|\n")


class Event(Struct, frozen=True):
    """One event. ``data`` is text, or a value sent as JSON; ``retry`` is in milliseconds.

    With nothing but ``comment`` it is a heartbeat, which clients do not see.
    Raises ValueError for a line break in ``event`` or ``id``, where it would start a new field.
    """

    data: Any = None
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    comment: str | None = None

    def __post_init__(self) -> None:
        for name in ("event", "id"):
            text = getattr(self, name)
            if text is not None and re.search(r"[\r\n\0]", text):
                raise ValueError(f"Event({name}={text!r}): a line break would start a new field.")

        if self.retry is not None and (type(self.retry) is not int or self.retry < 0):
            raise ValueError(f"Event(retry={self.retry!r}): it is a number of milliseconds.")

    def encode(self) -> bytes:
        """Return the event as it goes on the wire."""
        fields: list[tuple[str, str]] = []
        if self.comment is not None:
            fields += [("", line) for line in _LINE.split(self.comment)]
        if self.event is not None:
            fields.append(("event", self.event))
        if self.id is not None:
            fields.append(("id", self.id))
        if self.retry is not None:
            fields.append(("retry", str(self.retry)))
        if self.data is not None:
            text = self.data if isinstance(self.data, str) else encode(self.data).decode()
            fields += [("data", line) for line in _LINE.split(text)]
        return "".join(f"{name}: {value}\n" for name, value in fields).encode() + b"\n"


def encoded(events: Source) -> Source:
    """Return events, or values that become the data of one, as bytes, each at once."""
    return _async_encoded(events) if isinstance(events, AsyncIterable) else _sync_encoded(events)


def _sync_encoded(events: Iterable[Any]) -> Iterator[bytes]:
    iterator = iter(events)
    try:
        for event in iterator:
            yield _bytes(event)
    finally:
        if hasattr(iterator, "close"):
            iterator.close()


async def _async_encoded(events: AsyncIterable[Any]) -> AsyncIterator[bytes]:
    iterator: Any = aiter(events)
    try:
        async for event in iterator:
            yield _bytes(event)
    finally:
        if hasattr(iterator, "aclose"):
            await iterator.aclose()


def _bytes(event: Any) -> bytes:
    return (event if isinstance(event, Event) else Event(event)).encode()
