"""The value of ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header, section 2.1)."""

from __future__ import annotations

from fileapi.http.errors import HttpError

MAX_LENGTH = 255  # characters, as Stripe has it

_NOT_BARE = frozenset('",;\\')


def key_text(value: str | None) -> str:
    """Return the key that a header holds: a quoted string (RFC 9651), or a bare word.

    ``"8e03978e"`` and ``8e03978e`` are one key: the draft wants quotes, most clients send none.
    Raises HttpError 400 for no key, and for what is none.
    """
    if value is None:
        raise HttpError(
            400,
            "Send an Idempotency-Key: a random text, such as a UUID, that is new for each effect "
            "and the same whenever the request is tried again.",
        )
    value = value.strip(" \t")
    key = _unquoted(value) if value.startswith('"') else _bare(value)
    if key is None or not 1 <= len(key) <= MAX_LENGTH:
        raise HttpError(
            400,
            f"The Idempotency-Key is no text of 1 to {MAX_LENGTH} printable ASCII characters, "
            "in quotes or without blanks.",
        )
    return key


def _bare(value: str) -> str | None:
    # Two headers arrive as one, with a comma between.
    is_word = all("!" <= letter <= "~" for letter in value) and _NOT_BARE.isdisjoint(value)
    return value if is_word else None


def _unquoted(value: str) -> str | None:
    """Return what stands between quotes; None where they do not enclose the whole value."""
    letters = iter(value[1:])
    text: list[str] = []
    for letter in letters:
        if letter == '"':
            return "".join(text) if next(letters, None) is None else None
        if letter == "\\":
            letter = next(letters, "")
            if letter not in ('"', "\\"):
                return None
        elif not " " <= letter <= "~":
            return None
        text.append(letter)
    return None
