"""Tokens that are issued, and the keys that sign and verify them."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured

import fileapi.auth
from fileapi.auth import InvalidToken, issue, verify

from .crafted import FILEAPI_JWT, OLD_SECRET, SECRET, claims, private_pem, public_pem, signed

NOW = 1_800_000_000


@pytest.fixture
def user() -> Any:
    return get_user_model()(pk=7, email="ada@example.com", password="a hash")


def test_a_token_says_who_for_whom_and_until_when(user: Any) -> None:
    before = int(time.time())
    found = verify(issue(user))
    assert before <= found["iat"] <= time.time()
    assert found["exp"] - found["iat"] == 300
    assert (found["iss"], found["aud"]) == ("https://example.com", "https://example.com/api")
    assert (found["sub"], found["token_use"]) == ("7", "access")
    assert len(found["auth_hash"]) == 32
    assert set(found) == {"iss", "aud", "sub", "iat", "exp", "jti", "token_use", "auth_hash"}


def test_another_library_reads_it(user: Any) -> None:
    token = issue(user)
    options: Any = {"require": ["exp", "iat", "sub", "iss", "aud", "jti"]}
    jwt.decode(
        token,
        SECRET,
        algorithms=["HS256"],
        audience="https://example.com/api",
        issuer="https://example.com",
        options=options,
    )
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": "new", "typ": "JWT"}


def test_each_token_has_an_id_of_its_own(user: Any) -> None:
    assert len({verify(issue(user))["jti"] for _ in range(100)}) == 100


def test_a_token_holds_nothing_of_the_password(user: Any) -> None:
    user.password = "canary"
    found = verify(issue(user))
    assert "canary" not in str(found)
    assert user.get_session_auth_hash() not in str(found)


def test_a_lifetime_and_claims_may_be_given(user: Any) -> None:
    found = verify(issue(user, lifetime=3600, login="abc", scope=["read"]))
    assert found["exp"] - found["iat"] == 3600
    assert (found["login"], found["scope"]) == ("abc", ["read"])


@pytest.mark.parametrize("lifetime", [0, -1, 3601, 10**30])
def test_f06_no_token_lives_longer_than_is_allowed(user: Any, lifetime: int) -> None:
    with pytest.raises(ValueError, match="from 1 to MAX_LIFETIME, 3600 seconds"):
        issue(user, lifetime=lifetime)


OWN = ["iss", "aud", "sub", "iat", "exp", "nbf", "jti", "token_use", "auth_hash"]


@pytest.mark.parametrize("name", OWN)
def test_f13_a_claim_of_the_library_cannot_be_given(user: Any, name: str) -> None:
    with pytest.raises(ValueError, match=f"'{name}' is set by issue"):
        issue(user, **{name: "x"})


def test_a_user_without_a_key_gets_no_token() -> None:
    with pytest.raises(ValueError, match="not saved"):
        issue(get_user_model()(email="ada@example.com"))


def test_a_token_too_long_to_be_verified_is_not_issued(user: Any) -> None:
    with pytest.raises(ValueError, match="more than 8192 characters"):
        issue(user, text="x" * 8000)
    verify(issue(user, text="x" * 5000))


KINDS = {
    "HS256": {"secret": SECRET},
    "HS512": {"secret": SECRET * 2},
    "RS256": {"private_key": "rsa"},
    "PS256": {"private_key": "rsa"},
    "ES256": {"private_key": "p256"},
    "ES384": {"private_key": "p384"},
    "EdDSA": {"private_key": "ed25519"},
}


@pytest.mark.parametrize("algorithm", KINDS)
def test_every_kind_of_key_signs_and_verifies(settings: Any, user: Any, algorithm: str) -> None:
    material = dict(KINDS[algorithm])
    kind = material.get("private_key")
    if kind:
        material["private_key"] = private_pem(kind)
    key = {"id": "a", "algorithm": algorithm, **material}
    settings.FILEAPI_JWT = FILEAPI_JWT | {"KEYS": [key]}
    token = issue(user)
    assert jwt.get_unverified_header(token)["alg"] == algorithm
    assert verify(token)["sub"] == "7"
    if kind:  # another service, which has the public half alone
        public = {"id": "a", "algorithm": algorithm, "public_key": public_pem(kind)}
        settings.FILEAPI_JWT = FILEAPI_JWT | {"KEYS": [public]}
        assert verify(token)["sub"] == "7"
        with pytest.raises(ImproperlyConfigured, match="no token can be signed"):
            issue(user)


def test_f16_the_first_key_signs_and_the_old_one_still_verifies(settings: Any, user: Any) -> None:
    new, old = FILEAPI_JWT["KEYS"]
    settings.FILEAPI_JWT = FILEAPI_JWT | {"KEYS": [old]}
    token = issue(user)
    settings.FILEAPI_JWT = FILEAPI_JWT | {"KEYS": [new, old]}
    assert verify(token)["sub"] == "7"
    assert jwt.get_unverified_header(issue(user))["kid"] == "new"
    settings.FILEAPI_JWT = FILEAPI_JWT | {"KEYS": [new]}
    with pytest.raises(InvalidToken, match="key is not known"):
        verify(token)


def test_f16_an_old_key_verifies_until_its_end(settings: Any, monkeypatch: Any) -> None:
    new, old = FILEAPI_JWT["KEYS"]
    ends = old | {"until": "2027-01-15T08:00:00Z"}
    assert NOW == 1_800_000_000  # which is that moment
    settings.FILEAPI_JWT = FILEAPI_JWT | {"KEYS": [new, ends], "LEEWAY": 30}
    token = signed(claims(iat=NOW - 60, exp=NOW + 60), OLD_SECRET, kid="old")
    for now, good in ((NOW - 1, True), (NOW, False), (NOW + 1, False)):
        clock = SimpleNamespace(time=lambda now=now: now)
        monkeypatch.setattr("fileapi.auth.claims.time", clock)
        monkeypatch.setattr("fileapi.auth.tokens.time", clock)
        if good:
            assert verify(token)["sub"] == "1"
        else:
            with pytest.raises(InvalidToken, match="key has expired"):
                verify(token)


def test_the_names_of_the_package_are_these() -> None:
    assert fileapi.auth.__all__ == [
        "InvalidToken",
        "JWTAuthentication",
        "KeysUnavailable",
        "issue",
        "verify",
    ]
    for name in fileapi.auth.__all__:
        assert getattr(fileapi.auth, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'decode'"):
        fileapi.auth.decode  # noqa: B018
