"""Attacks on the header, the signature and the spelling of a token."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from fileapi.auth import signature as opening
from fileapi.auth import verify

from .crafted import (
    FILEAPI_JWT,
    OLD_SECRET,
    SECRET,
    base64url,
    claims,
    private_key,
    public_bytes,
    public_pem,
    signed,
)

UNKNOWN = "The token's key is not known."
WRONG = "The token's signature is wrong."
MALFORMED = "The token is malformed."
EXTENDED = "The token's header has an extension that is not known."


def test_a_token_of_each_key_is_taken() -> None:
    made = claims()
    assert verify(signed(made)) == made
    assert verify(signed(made, OLD_SECRET, kid="old")) == made


def test_a_key_verifies_its_own_tokens_alone(refusal_of: Any) -> None:
    assert refusal_of(signed(claims(), OLD_SECRET, kid="new")) == WRONG
    assert refusal_of(signed(claims(), SECRET, kid="old")) == WRONG


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "NONE", "", None, 1, []], ids=repr)
@pytest.mark.parametrize("keep_signature", [True, False])
def test_f01_an_unsigned_token_is_refused(refusal_of: Any, alg: Any, keep_signature: bool) -> None:
    token = signed(claims(), alg=alg)
    refusal = refusal_of(token if keep_signature else token.rpartition(".")[0] + ".")
    assert refusal == (WRONG if isinstance(alg, str) else MALFORMED)


@pytest.mark.parametrize("encoding", ["PEM", "DER", "OpenSSH"])
@pytest.mark.parametrize(("kind", "algorithm"), [("rsa", "RS256"), ("p256", "ES256")])
def test_f02_a_public_key_is_no_secret(
    settings: Any, refusal_of: Any, kind: str, algorithm: str, encoding: str
) -> None:
    entry = {"id": "new", "algorithm": algorithm, "public_key": public_pem(kind)}
    settings.FILEAPI_JWT = FILEAPI_JWT | {"KEYS": [entry]}
    good = jwt.encode(claims(), private_key(kind), algorithm, headers={"kid": "new"})
    assert refusal_of(good) == ""
    public = public_bytes(kind, encoding)
    for secret in (public, public.strip(), public + b"\n"):
        for alg in ("HS256", algorithm):
            assert refusal_of(signed(claims(), secret, alg=alg)) == WRONG


@pytest.mark.parametrize("alg", ["HS384", "HS512", "RS256", "hs256", "HS256 ", "XS256"])
def test_f02_the_key_says_the_algorithm(refusal_of: Any, alg: str) -> None:
    assert refusal_of(signed(claims(), alg=alg)) == WRONG


def test_f02_a_good_signature_by_another_algorithm_is_refused(refusal_of: Any) -> None:
    secret = SECRET * 2
    for algorithm in ("HS384", "HS512"):
        token = jwt.encode(claims(), secret, algorithm, headers={"kid": "new"})
        assert refusal_of(token) == WRONG


@pytest.mark.parametrize(
    "crit", [["exp"], ["http://example.com/extension"], ["b64"], [], "b64", None, [1], {"b64": 1}]
)
def test_f03_an_unknown_extension_is_refused(refusal_of: Any, crit: Any) -> None:
    assert refusal_of(signed(claims(), crit=crit)) == EXTENDED


def test_f04_a_payload_that_is_not_encoded_is_refused(refusal_of: Any) -> None:
    header = {"alg": "HS256", "kid": "new", "b64": False}
    for extra in ({}, {"crit": ["b64"]}):
        assert refusal_of(signed(claims(), header=header | extra)) == EXTENDED
        assert refusal_of(signed(b"", header=header | extra)) == EXTENDED


KIDS = [
    *("", "../../dev/null", "/dev/null", "' OR 1=1 --", "new' UNION SELECT 'x", "new\0", " new"),
    *("https://attacker.example/key.json", "file:///etc/passwd", "NEW", "n\u0435w", "x" * 4000),
    *("__class__", "{0}", "$(id)", "new;old", "0"),
]


@pytest.mark.parametrize("kid", KIDS)
def test_f08_an_id_is_looked_up_and_nothing_else(refusal_of: Any, kid: str) -> None:
    for secret in (SECRET, "", "\0"):
        assert refusal_of(signed(claims(), secret, kid=kid)) == UNKNOWN


@pytest.mark.parametrize("kid", [1, 0, None, True, ["new"], {"new": 1}, 1.5])
def test_f08_an_id_is_text(refusal_of: Any, kid: Any) -> None:
    assert refusal_of(signed(claims(), kid=kid)) == MALFORMED


def test_f08_a_token_without_an_id_is_refused(settings: Any, refusal_of: Any) -> None:
    settings.FILEAPI_JWT = FILEAPI_JWT | {"KEYS": FILEAPI_JWT["KEYS"][:1]}
    assert refusal_of(signed(claims(), header={"alg": "HS256", "typ": "JWT"})) == MALFORMED


def test_f08_an_id_of_10_kb_is_not_read(refusal_of: Any) -> None:
    assert "8192" in refusal_of(signed(claims(), kid="x" * 10_000))


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "ES256"])
def test_f09_a_key_in_the_header_is_ignored(refusal_of: Any, algorithm: str) -> None:
    attackers: Any = "attacker's secret of 32 bytes ....."
    if algorithm != "HS256":
        attackers = private_key("rsa" if algorithm == "RS256" else "p256")
    public = public_bytes("rsa", "DER")
    headers = {
        "kid": "new",
        "jku": "http://127.0.0.1:1/keys",
        "x5u": "http://127.0.0.1:1/cert",
        "x5c": [base64url(public)],
        "jwk": {"kty": "oct", "k": base64url(b"attacker's secret of 32 bytes .....")},
    }
    assert refusal_of(jwt.encode(claims(), attackers, algorithm, headers=headers)) == WRONG
    assert refusal_of(signed(claims(), **{**headers, "typ": "JWT"})) == ""


def test_f21_an_unexpected_fault_refuses(
    monkeypatch: pytest.MonkeyPatch, refusal_of: Any, caplog: Any
) -> None:
    def fails(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("out of order")

    monkeypatch.setattr(opening.JWS, "get_algorithm_by_name", fails)
    token = signed(claims())
    assert refusal_of(token) == "The token could not be verified."
    assert "out of order" in caplog.text
    assert token not in caplog.text
