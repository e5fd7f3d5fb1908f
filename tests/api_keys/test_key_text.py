"""What a key looks like, and what is no key."""

from __future__ import annotations

import math
import re

import pytest

from fileapi.api_keys import key_text

KEY = "fk_ab12cd34_" + 42 * "x" + "Z"


def test_a_key_is_a_start_a_prefix_and_256_random_bits() -> None:
    found = [key_text.new() for _ in range(1000)]
    for prefix, text in found:
        assert re.fullmatch(r"fk_[a-z0-9]{8}_[A-Za-z0-9]{43}", text)
        assert text[3:11] == prefix == key_text.prefix_of(text)
    assert len({prefix for prefix, _ in found}) == len({text for _, text in found}) == 1000
    # Each of the 62 letters is missing from 43,000 once in 10^302 runs.
    assert len(set("".join(text[12:] for _, text in found))) == 62
    assert 43 * math.log2(62) > 256


def test_the_digest_is_that_of_sha_256() -> None:
    assert key_text.digest("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fk_",
        "fk_ab12cd34",
        "fk_ab12cd34_",
        KEY[:-1],
        KEY + "x",
        KEY + "=",
        KEY + "\n",
        " " + KEY,
        KEY[:-1] + " ",
        KEY[:-1] + "_",
        KEY[:-1] + "-",
        KEY[:-1] + "é",
        KEY[:-1] + "\ud800",
        KEY[:-1] + "\0",
        KEY[:-1] + "\N{FULLWIDTH DIGIT ONE}",
        "fk_ab12\0d34" + KEY[11:],
        "fk_AB12CD34" + KEY[11:],
        "fk_ab12_d34" + KEY[11:],
        "fk_ab12cd3_4" + KEY[12:],
        "fk_ab12cd345" + KEY[12:],
        "FK_ab12cd34" + KEY[11:],
        "xx_ab12cd34" + KEY[11:],
        KEY.replace("_", "-"),
        KEY.replace("_", ""),
        f"{KEY},{KEY}",
        f"{KEY} {KEY}",
        KEY * 20_000,
    ],
)
def test_a_key_has_one_spelling(text: str) -> None:
    assert key_text.prefix_of(KEY) == "ab12cd34"
    assert key_text.prefix_of(text) is None
