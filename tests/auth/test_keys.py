"""Which keys may sign and verify. A wrong one is refused at start, by its id."""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from .crafted import SECRET, certificate, private_pem, public_bytes, public_pem


@pytest.mark.parametrize(
    ("secret", "algorithm", "needs"),
    [
        *(("", "HS256", 32), ("short", "HS256", 32), ("0123456789" * 3 + "x", "HS256", 32)),
        *(("0123456789abcdef" * 2, "HS384", 48), ("0123456789abcdef" * 3, "HS512", 64)),
        (b"0123456789", "HS256", 32),
    ],
)
def test_f10_a_short_secret_is_refused(
    fault_of_key: Any, secret: Any, algorithm: str, needs: int
) -> None:
    said = fault_of_key(secret=secret, algorithm=algorithm)
    assert f"has a secret of {len(secret)} bytes; it needs {needs}" in said
    assert "secrets.token_urlsafe" in said


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_f10_a_secret_of_the_right_length_is_taken(fault_of_key: Any, algorithm: str) -> None:
    length = int(algorithm[2:]) // 8
    secret = ("0123456789" * 7)[:length]
    assert fault_of_key(secret=secret, algorithm=algorithm) == ""
    assert fault_of_key(secret=secret.encode(), algorithm=algorithm) == ""
    assert fault_of_key(secret=secret[:-1], algorithm=algorithm) != ""
    assert fault_of_key(secret="é" * 8 + secret[16:], algorithm=algorithm) == ""  # bytes count


@pytest.mark.parametrize("secret", ["a" * 40, "ab" * 40, "abcd" * 20, b"\0" * 64])
def test_f10_a_secret_that_repeats_itself_is_refused(fault_of_key: Any, secret: Any) -> None:
    assert "has a secret that repeats itself" in fault_of_key(secret=secret)


@pytest.mark.parametrize("secret", [None, 1, ["a"], {"k": 1}])
def test_f10_a_secret_is_text(fault_of_key: Any, secret: Any) -> None:
    assert "has a secret that is no text" in fault_of_key(secret=secret)


def keys_of_others() -> dict[str, bytes]:
    found = {}
    for kind in ("rsa", "p256", "ed25519"):
        for encoding in ("PEM", "DER", "OpenSSH"):
            found[f"{kind} {encoding}"] = public_bytes(kind, encoding)
        found[f"{kind} body"] = b"".join(public_bytes(kind).splitlines()[1:-1])
        found[f"{kind} lines"] = b"\n".join(public_bytes(kind).splitlines()[1:-1]) + b"\n"
        found[f"{kind} private"] = private_pem(kind).encode()
        found[f"{kind} indented"] = b"\n  " + public_bytes(kind)
    found["certificate PEM"] = certificate(Encoding.PEM)
    found["certificate DER"] = certificate(Encoding.DER)
    found["JWK"] = json.dumps({"kty": "RSA", "n": "x" * 40, "e": "AQAB"}).encode()
    found["DER, 4 bytes of length"] = b"\x30\x84\x00\x00\x00\x40" + bytes(range(64))
    return found


@pytest.mark.parametrize("kind", keys_of_others())
def test_f02_a_key_that_others_know_is_no_secret(fault_of_key: Any, kind: str) -> None:
    key = keys_of_others()[kind]
    assert "has a key or certificate as its secret" in fault_of_key(secret=key)
    if key.isascii():
        assert "has a key or certificate as its secret" in fault_of_key(secret=key.decode())


def test_f02_what_only_begins_as_a_key_is_a_secret(fault_of_key: Any) -> None:
    for secret in (b"\x30\x22" + bytes(range(64)), b"0" + bytes(range(40)), b"\x30\x80" * 20):
        assert "key or certificate" not in fault_of_key(secret=secret)
    assert fault_of_key(secret=base64.b64encode(bytes(range(64))).decode()) == ""


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "", None, "RSA", "hs256", [], "HS1"], ids=repr
)
def test_f01_f02_a_key_has_one_known_algorithm(fault_of_key: Any, algorithm: Any) -> None:
    said = fault_of_key(secret=SECRET, algorithm=algorithm)
    assert f"has the algorithm {algorithm!r}; it is one of:" in said


@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [
        *(("RS256", "rsa"), ("PS512", "rsa"), ("ES256", "p256"), ("ES384", "p384")),
        ("EdDSA", "ed25519"),
    ],
)
def test_f02_an_asymmetric_key_fits_its_algorithm_and_its_name(
    fault_of_key: Any, algorithm: str, kind: str
) -> None:
    public, private = public_pem(kind), private_pem(kind)
    assert fault_of_key(algorithm=algorithm, public_key=public) == ""
    assert fault_of_key(algorithm=algorithm, private_key=private) == ""
    assert "has another kind of key" in fault_of_key(algorithm=algorithm, public_key=private)
    assert "has another kind of key" in fault_of_key(algorithm=algorithm, private_key=public)
    assert "needs 'private_key' or" in fault_of_key(algorithm=algorithm, secret=SECRET)
    assert "HS256 needs 'secret'" in fault_of_key(public_key=public)
    for other in {"rsa", "p256", "p384", "ed25519"} - {kind}:
        said = fault_of_key(algorithm=algorithm, public_key=public_pem(other))
        assert f"no unencrypted PEM key for {algorithm}" in said


@pytest.mark.parametrize("text", ["", "x", None, 1, "-----BEGIN PUBLIC KEY-----"], ids=repr)
def test_a_public_key_is_pem(fault_of_key: Any, text: Any) -> None:
    assert "no unencrypted PEM key" in fault_of_key(algorithm="RS256", public_key=text)


def test_f10_a_short_rsa_key_is_refused(fault_of_key: Any) -> None:
    assert "is too weak" in fault_of_key(algorithm="RS256", public_key=public_pem("rsa1024"))


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"secret": SECRET, "public_key": "x"}, "needs one of"),
        ({}, "needs one of"),
        ({"secret": SECRET, "alg": "HS256"}, "has 'alg'; it may have"),
        ({"secret": SECRET, "until": "2026-12-31"}, "ends at '2026-12-31'; write a time with"),
        ({"secret": SECRET, "until": "2026-12-31T00:00:00"}, "ends at"),
        ({"secret": SECRET, "until": "tomorrow"}, "ends at 'tomorrow'"),
        ({"secret": SECRET, "until": 1_800_000_000}, "ends at 1800000000"),
        ({"secret": SECRET, "until": datetime.date(2026, 12, 31)}, "ends at"),
    ],
)
def test_a_wrong_key_is_named(fault_of_key: Any, changes: Any, part: str) -> None:
    assert part in fault_of_key(**changes)


def test_without_cryptography_a_key_that_needs_it_is_refused(
    fault_of_key: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("jwt.algorithms.get_default_algorithms", dict)
    said = fault_of_key(algorithm="RS256", public_key=public_pem("rsa"))
    assert "pip install 'pyjwt[crypto]'" in said
