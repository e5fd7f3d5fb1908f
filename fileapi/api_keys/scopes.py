"""Scopes, named and written as those of OAuth 2 (RFC 6749, section 3.3)."""

from __future__ import annotations

RULE = "a scope is printable ASCII without blanks, quotes and backslashes, such as 'reports:read'"


def is_scope(text: object) -> bool:
    """Tell what may be a scope from what may not."""
    return (
        isinstance(text, str)
        and text != ""
        and all("!" <= letter <= "~" and letter not in '"\\' for letter in text)
    )
