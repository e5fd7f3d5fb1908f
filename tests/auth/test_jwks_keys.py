"""Which of another issuer's keys and tokens are taken."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from fileapi.auth.settings import jwt_settings

from .crafted import (
    FILEAPI_JWT,
    base64url,
    claims,
    private_key,
    private_pem,
    public_pem,
    signed,
)
from .issuer import jwk, token

UNKNOWN = "The token's key is not known."


def test_f02_the_algorithm_is_the_settings(issuer: Any, outcome: Any) -> None:
    wrong = "The token's signature is wrong."
    assert outcome(token("first", algorithm="RS512")) == wrong
    assert outcome(token("first", algorithm="PS256")) == wrong
    for secret in (public_pem("rsa"), public_pem("rsa").strip()):
        assert outcome(signed(claims(), secret, kid="first")) == wrong


SECRET_KEY = {"kty": "oct", "k": base64url(b"0123456789" * 4), "kid": "bad", "alg": "HS256"}
PRIVATE = jwt.algorithms.RSAAlgorithm.to_jwk(
    jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).prepare_key(private_pem("rsa")),
    as_dict=True,
)
BAD_KEYS: dict[str, Any] = {
    "a secret": SECRET_KEY,
    "a secret for RS256": SECRET_KEY | {"alg": "RS256"},
    "another algorithm": jwk("bad", alg="RS512"),
    "no algorithm": jwk("bad", alg="none"),
    "another family": jwk("bad", "p256"),
    "for encryption": jwk("bad", use="enc"),
    "a private key": PRIVATE | {"kid": "bad"},
    "short": jwk("bad", "rsa1024"),
    "no id": {name: value for name, value in jwk("bad").items() if name != "kid"},
    "an id that is no text": jwk("bad", kid=["bad"]),
    "an empty id": jwk(""),
    "no modulus": {"kty": "RSA", "kid": "bad", "e": "AQAB"},
    "numbers": {"kty": "RSA", "kid": "bad", "e": 1, "n": 2},
    "no base64": jwk("bad", n="!!!!"),
    "no family": {"kid": "bad"},
    "a list": [],
    "null": None,
    "text": "bad",
}


@pytest.mark.parametrize("kind", BAD_KEYS)
def test_f02_a_key_that_does_not_fit_is_skipped(issuer: Any, outcome: Any, kind: str) -> None:
    issuer.publish(BAD_KEYS[kind], jwk("first"))
    assert outcome(token("first")) == ""
    assert list(jwt_settings().remote._last.keys) == ["first"]  # type: ignore[union-attr]
    for id in ("bad", ""):
        assert outcome(token(id)) == UNKNOWN
        assert outcome(signed(claims(), b"0123456789" * 4, kid=id)) == UNKNOWN


def test_the_first_of_two_keys_of_one_id_counts(issuer: Any, outcome: Any) -> None:
    issuer.publish(jwk("first"), jwk("first", "rsa3072"))
    assert outcome(token("first")) == ""
    assert outcome(token("first", "rsa3072")) == "The token's signature is wrong."


def test_f08_an_own_key_is_before_the_issuers(issuer: Any, settings: Any, outcome: Any) -> None:
    settings.FILEAPI_JWT = settings.FILEAPI_JWT | {"KEYS": FILEAPI_JWT["KEYS"]}
    issuer.publish(jwk("new"), jwk("first"))
    assert outcome(signed(claims())) == ""
    assert issuer.asked == 0
    assert outcome(token("new")) == "The token's signature is wrong."
    assert outcome(token("first")) == ""


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
def test_f13_an_access_token_of_another_issuer_says_its_type(
    outcome: Any, issuer: Any, typ: str
) -> None:
    assert outcome(token("first", typ=typ)) == ""


@pytest.mark.parametrize("typ", ["JWT", "id+jwt", "", "logout+jwt", "application/jwt", "at+jwt "])
def test_f13_another_type_is_refused(issuer: Any, outcome: Any, typ: str) -> None:
    assert outcome(token("first", typ=typ)) == "The token is no access token."


def test_f13_a_use_that_is_named_decides(issuer: Any, outcome: Any) -> None:
    def named(use: Any, typ: str) -> str:
        headers = {"kid": "first", "typ": typ}

        return jwt.encode(claims(token_use=use), private_key("rsa"), "RS256", headers=headers)

    assert outcome(named("access", "JWT")) == ""
    assert outcome(named("id", "at+jwt")) == "The token is no access token."
    assert outcome(named("refresh", "at+jwt")) == "The token is no access token."


def test_f13_the_type_is_a_setting(issuer: Any, settings: Any, outcome: Any) -> None:
    settings.FILEAPI_JWT = settings.FILEAPI_JWT | {"JWKS_TYPE": "JWT"}
    assert outcome(token("first", typ="JWT")) == ""
    assert outcome(token("first", typ="at+jwt")) == "The token is no access token."
