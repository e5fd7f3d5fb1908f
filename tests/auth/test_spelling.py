"""A token has one spelling; what is no token is refused at once."""

from __future__ import annotations

import string
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fileapi.auth import InvalidToken, verify

from .crafted import FILEAPI_JWT, claims, private_key, private_pem, signed, text_of

MALFORMED = "The token is malformed."
WRONG = "The token's signature is wrong."

EVERY = string.ascii_letters + string.digits + "-_=.+/ ,\x00\n\u00e9"


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "ES256", "EdDSA"])
def test_f11_every_character_of_a_token_counts(
    settings: Any, refusal_of: Any, algorithm: str
) -> None:
    kind = {"RS256": "rsa", "ES256": "p256", "EdDSA": "ed25519"}.get(algorithm)
    if kind is None:
        token = signed(claims())
    else:
        entry = {"id": "new", "algorithm": algorithm, "private_key": private_pem(kind)}
        settings.FILEAPI_JWT = FILEAPI_JWT | {"KEYS": [entry]}
        token = jwt.encode(claims(), private_key(kind), algorithm, headers={"kid": "new"})
    assert refusal_of(token) == ""
    for at, old in enumerate(token):
        # The next one in the alphabet differs in the lowest bits, which base64 may leave over.
        near = EVERY[(EVERY.index(old) + 1) % 64] if old != "." else "A"
        for new in (near, "=", ""):
            assert refusal_of(token[:at] + new + token[at + 1 :]) != "", (at, old, new)


def test_f11_no_other_character_is_taken_anywhere(refusal_of: Any) -> None:
    token = signed(claims(exp=int(time.time()) + 60))
    last_ones = [token.index("."), token.rindex("."), len(token)]
    for end in last_ones:  # where a part has bits left over
        taken = [each for each in EVERY if not refusal_of(token[: end - 1] + each + token[end:])]
        assert taken == [token[end - 1]]


@pytest.mark.parametrize("more", ["=", "==", "===", " ", "\n", "A", ".", "\t", "%3D"])
def test_f11_nothing_stands_before_in_or_behind_a_token(refusal_of: Any, more: str) -> None:
    head, payload, mac = signed(claims()).split(".")
    for parts in (
        (head + more, payload, mac),
        (head, payload + more, mac),
        (head, payload, mac + more),
        (more + head, payload, mac),
    ):
        assert refusal_of(".".join(parts)) != ""


def test_f11_the_other_base64_is_refused(refusal_of: Any) -> None:
    token = next(
        token
        for number in range(1000)
        if {"-", "_"} <= set((token := signed(claims(jti=str(number)))).rpartition(".")[2])
    )
    assert refusal_of(token) == ""
    assert refusal_of(token.replace("-", "+").replace("_", "/")) == MALFORMED


DEEP = b"[" * 100_000
BOMBS = {
    "deep header": signed(claims(), header=DEEP),
    "deep header that fits": signed(claims(), header=DEEP[:5900]),
    "deep object": signed(claims(), header=b'{"a":' * 1200),
    "deep extra": signed(claims(), header=b'{"alg":"HS256","kid":"new","a":' + DEEP[:4000]),
    "deep payload": signed(DEEP[:5900]),
    "dots": "." * 10_000,
    "dots that fit": "." * 8000,
    "JWE": "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwiemlwIjoiREVGIn0..AAAA.AAAA.AAAA",
    "long number": signed(b'{"exp":' + b"9" * 5900 + b"}"),
    "1 MB": "a" * 1_000_000,
    "nothing": "",
    "one part": "abc",
    "two parts": "abc.def",
    "four parts": signed(claims()) + ".AAAA",
    "empty parts": "..",
    "not ASCII": "é.é.é",
    "surrogate": "\ud800.a.a",
}


def cost(call: Callable[[], object]) -> float:
    """Return seconds of the processor."""
    start = time.process_time()
    call()
    return time.process_time() - start


@pytest.mark.parametrize("kind", BOMBS)
def test_f18_what_is_no_token_is_refused_at_once(refusal_of: Any, kind: str) -> None:
    assert min(cost(lambda: refusal_of(BOMBS[kind])) for _ in range(3)) < 0.010
    assert refusal_of(BOMBS[kind]) != ""


def test_f18_a_header_may_be_anything(refusal_of: Any) -> None:
    for header in (b"", b"null", b"[]", b'"x"', b"1", b"{", b"\xff\xfe", b"{}", b'{"kid":"new"}'):
        assert refusal_of(signed(claims(), header=header)) in (MALFORMED, WRONG)


def test_f07_what_is_no_text_is_refused(refusal_of: Any) -> None:
    for token in (None, b"a.b.c", 1, ["a"]):
        assert refusal_of(token) == "The token could not be verified."


PARTS = st.one_of(
    st.binary(max_size=60),
    st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "exp", "sub"]),
        st.one_of(st.none(), st.integers(), st.text(max_size=8), st.lists(st.text(max_size=3))),
    ),
)


@settings(deadline=None)  # the machine may be busy
@given(header=PARTS, payload=PARTS, end=st.text(max_size=40))
def test_f18_no_text_is_anything_but_refused(header: Any, payload: Any, end: str) -> None:
    for token in (
        f"{text_of(header)}.{text_of(payload)}.{end}",
        signed(payload, header=header),
        signed(payload, "another secret", header=header),
        signed(payload),
        end,
    ):
        with pytest.raises(InvalidToken):
            verify(token)
