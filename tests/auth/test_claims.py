"""What a token with a good signature must say."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fileapi.auth import InvalidToken, verify

from .crafted import FILEAPI_JWT, claims, signed

TYPES = "A claim of the token is missing or of another type."
NOW = 1_800_000_000


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the clock of the claims."""

    def at(now: float) -> None:
        monkeypatch.setattr("fileapi.auth.claims.time", SimpleNamespace(time=lambda: now))

    return at


@pytest.mark.parametrize("name", ["exp", "iat", "sub", "iss", "aud"])
def test_f05_a_token_without_a_claim_is_refused(refusal_of: Any, name: str) -> None:
    assert refusal_of(signed(claims(**{name: None}))) == TYPES
    assert refusal_of(signed(claims() | {name: None})) == TYPES


@pytest.mark.parametrize("exp", [10**30, 10**400, 1e300, 4_102_444_800])
def test_f06_a_token_that_lives_for_ever_is_refused(refusal_of: Any, exp: Any) -> None:
    assert refusal_of(signed(claims(exp=exp))) in ("The token lives for too long.", TYPES)


def test_f06_the_longest_lifetime_is_from_iat_to_exp(at: Any, refusal_of: Any) -> None:
    at(NOW)
    assert refusal_of(signed(claims(iat=NOW, exp=NOW + 3600))) == ""
    too_long = "The token lives for too long."
    assert refusal_of(signed(claims(iat=NOW, exp=NOW + 3601))) == too_long
    assert refusal_of(signed(claims(iat=NOW - 3600, exp=NOW + 1))) == too_long
    assert refusal_of(signed(claims(iat=-(10**30), exp=NOW + 1))) == too_long


def test_f06_the_longest_lifetime_is_the_setting(settings: Any, at: Any, refusal_of: Any) -> None:
    settings.FILEAPI_JWT = FILEAPI_JWT | {"LIFETIME": 60, "MAX_LIFETIME": 120}
    at(NOW)
    assert refusal_of(signed(claims(iat=NOW, exp=NOW + 120))) == ""
    assert refusal_of(signed(claims(iat=NOW, exp=NOW + 121))) != ""


BAD = {
    "exp": ["soon", "9999999999", True, [], {}, [9999999999]],
    "iat": ["now", "0", False, [], {}],
    "nbf": ["now", True, [], {}],
    "sub": [1, True, [], {}, "", ["1"]],
    "iss": [1, [], {}, ["https://example.com"]],
    "aud": [1, True, {}, {"https://example.com/api": 1}, [1], ["https://example.com/api", 1]],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in BAD.items() for v in values])
def test_f07_a_claim_of_another_type_is_refused(refusal_of: Any, name: str, value: Any) -> None:
    assert refusal_of(signed(claims(**{name: value}))) == TYPES


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"null", b"1", b'"x"', b"{", b"\xff", b'{"exp":NaN}', b'{"exp":1e999}', b"{}x"],
)
def test_f07_a_payload_that_is_no_object_is_refused(refusal_of: Any, payload: bytes) -> None:
    assert refusal_of(signed(payload)) == TYPES


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
def test_f07_a_time_is_a_number(refusal_of: Any, name: str, number: str) -> None:
    text = '{"iss":"https://example.com","aud":"https://example.com/api","sub":"1",'
    text += '"token_use":"access",' + f'"iat":{int(time.time())},"exp":{int(time.time()) + 60}'
    assert refusal_of(signed(text.encode() + b"}")) == ""
    assert refusal_of(signed(f'{text},"{name}":{number}}}'.encode())) == TYPES


def test_f07_a_token_from_the_future_is_refused(refusal_of: Any) -> None:
    now = int(time.time())
    early = "The token is not valid yet."
    assert refusal_of(signed(claims(iat=now + 60, exp=now + 120))) == early
    assert refusal_of(signed(claims(nbf=now + 60))) == early
    assert refusal_of(signed(claims(nbf=now - 1))) == ""


ANOTHER_ISSUER = [
    *("https://example.co", "https://example.com/", "https://example.com.attacker.example"),
    *("example.com", "", "HTTPS://EXAMPLE.COM", "https://example.com\0", "https://example.com "),
]


@pytest.mark.parametrize("iss", ANOTHER_ISSUER)
def test_f12_an_issuer_is_compared_whole(refusal_of: Any, iss: str) -> None:
    assert refusal_of(signed(claims(iss=iss))) == "The token is of another issuer."


@pytest.mark.parametrize(
    "aud",
    [
        "https://example.com/ap",
        "https://example.com/api/v2",
        "https://example.com",
        "",
        [],
        ["a", "b"],
        ["h", "t"],
    ],
)
def test_f12_an_audience_is_compared_whole(refusal_of: Any, aud: Any) -> None:
    assert refusal_of(signed(claims(aud=aud))) == "The token is for another audience."


def test_f12_one_of_several_audiences_may_be_this_one(refusal_of: Any) -> None:
    assert refusal_of(signed(claims(aud=["another", "https://example.com/api"]))) == ""


@pytest.mark.parametrize("use", ["refresh", "id", "state", "ACCESS", "", 1, True, [], None])
@pytest.mark.parametrize("typ", ["JWT", "at+jwt", "application/at+jwt"])
def test_f13_a_token_for_another_use_is_refused(refusal_of: Any, use: Any, typ: str) -> None:
    assert refusal_of(signed(claims(token_use=use), typ=typ)) == "The token is no access token."
    assert refusal_of(signed(claims() | {"token_use": use}, typ=typ)) != ""


def test_f14_clocks_may_differ_by_the_leeway(settings: Any, at: Any, refusal_of: Any) -> None:
    token = signed(claims(iat=NOW, exp=NOW + 300, nbf=NOW))
    for leeway in (0, 10, 30):
        settings.FILEAPI_JWT = FILEAPI_JWT | {"LEEWAY": leeway}
        at(NOW - leeway)
        assert refusal_of(token) == ""
        at(NOW - leeway - 1)
        assert refusal_of(token) == "The token is not valid yet."
        at(NOW + 299 + leeway)
        assert refusal_of(token) == ""
        at(NOW + 300 + leeway)
        assert refusal_of(token) == "The token has expired."


def test_f14_a_clock_that_steps_back_refuses_until_it_is_there_again(
    at: Any, refusal_of: Any
) -> None:
    token = signed(claims(iat=NOW, exp=NOW + 300))
    at(NOW - 3600)
    assert refusal_of(token) == "The token is not valid yet."
    at(NOW + 100)
    assert refusal_of(token) == ""


NUMBERS = st.one_of(
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(NOW - 5000, NOW + 5000),
)


@hypothesis.settings(deadline=None)  # the machine may be busy
@given(iat=NUMBERS, exp=NUMBERS)
def test_f06_f14_only_times_around_now_are_taken(iat: float, exp: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fileapi.auth.claims.time", SimpleNamespace(time=lambda: NOW))
        try:
            verify(signed(claims(iat=iat, exp=exp)))
        except InvalidToken:
            good = iat <= NOW + 10 and NOW - 10 < exp <= iat + 3600
            assert not good
        else:
            assert NOW - 3610 <= iat <= NOW + 10
            assert NOW - 10 < exp <= NOW + 3610
