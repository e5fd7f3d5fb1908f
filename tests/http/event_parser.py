"""A reader of event streams, written from the WHATWG's HTML standard, 9.2.6."""

from __future__ import annotations

import re
from typing import NamedTuple


class Message(NamedTuple):
    event: str
    data: str
    last_id: str


class Reading(NamedTuple):
    messages: list[Message]
    comments: list[str]
    retry: int | None


def parse(stream: bytes) -> Reading:
    """Return what a browser makes of a stream, and the comments that it ignores."""
    text = stream.decode("utf-8").removeprefix("\ufeff")
    messages: list[Message] = []
    comments: list[str] = []
    retry: int | None = None
    event = data = last_id = ""
    # What stands behind the last line's end is no line.
    for line in re.split(r"\r\n|\n|\r", text)[:-1]:
        if line == "":
            if data:
                messages.append(Message(event or "message", data.removesuffix("\n"), last_id))
            event = data = ""
            continue
        if line.startswith(":"):
            comments.append(line[1:])
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            event = value
        elif field == "data":
            data += value + "\n"
        elif field == "id" and "\0" not in value:
            last_id = value
        elif field == "retry" and value.isascii() and value.isdigit():
            retry = int(value)
    return Reading(messages, comments, retry)
