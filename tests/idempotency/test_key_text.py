"""What is a key, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fileapi.http.errors import HttpError
from fileapi.idempotency.key_text import key_text

RIGHT = {
    "8e03978e-40d5-43dd-bc93-6894a57f9324": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    '"8e03978e"': "8e03978e",
    " \t8e03978e ": "8e03978e",
    '"two words"': "two words",
    r'"a\"b\\c"': r'a"b\c',
    "Zm9v+/==": "Zm9v+/==",
    '"a, b; c"': "a, b; c",
    255 * "x": 255 * "x",
    f'"{255 * "x"}"': 255 * "x",
}
WRONG = [
    "",
    " ",
    '""',
    '"',
    '"open',
    'open"',
    '"a" "b"',
    '"a","b"',
    "a,b",
    "a, b",
    "two words",
    '"a";v=1',
    "a;v=1",
    r"a\b",
    r'"a\b"',
    '"a\\',
    "tab\tin",
    '"tab\tin"',
    "nul\0in",
    "zoë",
    '"zoë"',
    "\x7f",
    "\ud800",
    256 * "x",
    f'"{256 * "x"}"',
    10_240 * "x",
]


@pytest.mark.parametrize("value", RIGHT)
def test_h22_a_key_is_a_quoted_string_or_a_bare_word(value: str) -> None:
    assert key_text(value) == RIGHT[value]


@pytest.mark.parametrize("value", WRONG, ids=range(len(WRONG)))
def test_h22_what_is_no_key_is_400_and_is_not_repeated(value: str) -> None:
    with pytest.raises(HttpError) as caught:
        key_text(value)
    assert (caught.value.status, caught.value.detail) == (
        400,
        "The Idempotency-Key is no text of 1 to 255 printable ASCII characters, in quotes or "
        "without blanks.",
    )


def test_h22_a_request_without_a_key_is_told_what_to_send() -> None:
    with pytest.raises(HttpError) as caught:
        key_text(None)
    assert caught.value.status == 400
    assert "a UUID" in caught.value.detail


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=255))
def test_every_text_has_a_quoted_spelling(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    assert key_text(f'"{escaped}"') == text


@given(st.text())
def test_every_other_text_is_a_key_or_400(text: str) -> None:
    try:
        assert 1 <= len(key_text(text)) <= 255
    except HttpError as error:
        assert error.status == 400
