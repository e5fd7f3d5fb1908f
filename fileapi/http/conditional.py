"""Has the client got this answer already? (RFC 9110, 13.1.2)"""

from __future__ import annotations

from hashlib import blake2b

from django.utils.regex_helper import _lazy_re_compile

_TAG = _lazy_re_compile(r'(?:W/)?("[^"]*")')


def strong_tag(body: bytes) -> str:
    """Return an entity tag that two bodies share only if they are the same."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def matches(if_none_match: str, tag: str) -> bool:
    """Tell whether a tag is among those of an ``If-None-Match`` header, compared weakly."""
    if if_none_match.strip() == "*":
        return True
    return tag.removeprefix("W/") in _TAG.findall(if_none_match)
