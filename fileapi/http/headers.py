"""What may stand in a response header: checked before anything reaches the wire."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Any

# RFC 9110, 5.6.2
_TOKEN = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~")
_CONTROLS = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0)))) - {"\t"}

# What the server says about the connection and the length, and cookies, which have their setter.
NOT_FOR_HANDLERS = frozenset(
    {"connection", "content-length", "keep-alive", "set-cookie", "transfer-encoding", "upgrade"}
)

# Which headers describe the body, so that another body needs others.
OF_CONTENT = frozenset(
    {
        "accept-ranges",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-location",
        "content-range",
        "content-type",
        "etag",
        "last-modified",
        "location",
    }
)


def header(name: str, value: str | int | Iterable[str]) -> tuple[str, str]:
    """Return name and value as they go on the wire; a list of values becomes one line.

    Raises ValueError for a name that is no token, or one that handlers do not set, and for a
    value with control characters, or beyond Latin-1.
    """
    if not name or not _TOKEN.issuperset(name):
        raise ValueError(f"{name!r} is no header name.")
    if name.lower() in NOT_FOR_HANDLERS:
        raise ValueError(f"{name!r} is set by the server, or by res.set_cookie().")
    text = value if isinstance(value, str) else _line(value)
    if not text.isprintable() and has_control(text):
        raise ValueError(f"{name}: {text!r} holds a control character.")
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError(f"{name}: {text!r} is not Latin-1; encode it first.") from None
    return name, text


def has_control(text: str) -> bool:
    """Tell whether a text holds a control character, the tab aside."""
    return not _CONTROLS.isdisjoint(text)


def check_cookie(value: str, options: Mapping[str, Any]) -> None:
    """Raise ValueError for what cannot be written, or would add attributes of its own."""
    if any(ord(character) > 0xFF for character in value):
        raise ValueError(f"The cookie's value {value!r} is not Latin-1; encode it first.")
    for name, separators in (("path", ";,"), ("domain", ";,"), ("expires", ";")):
        text = options.get(name)
        if not isinstance(text, str):
            continue
        if not text.isascii():
            raise ValueError(f"The cookie's {name}={text!r} is not ASCII; encode it first.")
        if has_control(text) or any(character in text for character in separators):
            raise ValueError(f"The cookie's {name}={text!r} would start a new attribute.")


def _line(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Iterable):
        return ", ".join(map(str, value))
    raise ValueError(f"{value!r} is no header value: use str, int, or a list of str.")
