"""The keys of another issuer, over HTTP from a server on this machine."""

from __future__ import annotations

from typing import Any

import pytest

from fileapi.auth import InvalidToken, verify

from .conftest import Clock
from .crafted import claims, signed
from .issuer import jwk, token

UNKNOWN = "The token's key is not known."


def test_a_token_of_the_issuer_is_taken(issuer: Any) -> None:
    assert verify(token("first"))["sub"] == "1"
    assert issuer.paths == ["/keys"]


def test_keys_are_fetched_once_for_many_tokens(issuer: Any, clock: Clock) -> None:
    for _ in range(50):
        verify(token("first"))
        clock.now += 5
    assert issuer.asked == 1


@pytest.mark.parametrize(
    ("kind", "algorithm"), [("rsa", "PS256"), ("p256", "ES256"), ("ed25519", "EdDSA")]
)
def test_other_algorithms_are_taken(
    issuer: Any, settings: Any, outcome: Any, kind: str, algorithm: str
) -> None:
    settings.FILEAPI_JWT = settings.FILEAPI_JWT | {"JWKS_ALGORITHM": algorithm}
    issuer.publish(jwk("first", kind))
    assert outcome(token("first", kind, algorithm)) == ""


def test_f16_a_new_key_is_found_and_an_old_one_goes(
    issuer: Any, clock: Clock, outcome: Any
) -> None:
    old, new = token("first"), token("second", "rsa3072")
    assert outcome(old) == ""
    issuer.publish(jwk("first"), jwk("second", "rsa3072"))
    clock.now += 31
    assert outcome(new) == ""  # not known, so fetched
    issuer.publish(jwk("second", "rsa3072"))
    clock.now += 299
    assert outcome(old) == ""
    clock.now += 1
    assert (outcome(old), outcome(new)) == (UNKNOWN, "")
    assert issuer.asked == 3


def test_f08_unknown_ids_cause_one_fetch_in_30_seconds(
    issuer: Any, clock: Clock, outcome: Any
) -> None:
    assert outcome(token("first")) == ""
    for number in range(300):
        clock.now += 1
        assert outcome(token(f"unknown {number}")) == UNKNOWN
    assert issuer.asked == 11


def test_f08_ids_of_other_types_cause_no_fetch(issuer: Any, outcome: Any) -> None:
    for kid in (1, None, ["first"], {}):
        assert outcome(signed(claims(), alg="RS256", kid=kid)) == "The token is malformed."
    assert issuer.asked == 0


def test_f09_the_header_names_no_url(issuer: Any, outcome: Any) -> None:
    url = issuer.url.replace("/keys", "/attacker")
    assert outcome(signed(claims(), kid="x", jku=url, x5u=url, alg="RS256")) == UNKNOWN
    assert issuer.paths == ["/keys"]


def test_f21_without_keys_nobody_is_let_in_or_refused(
    issuer: Any, clock: Clock, outcome: Any
) -> None:
    issuer.say(b"down", status=500)
    assert outcome(token("first")) == 5
    clock.now += 4
    assert outcome(token("first")) == 1
    assert issuer.asked == 1
    issuer.publish(jwk("first"))
    clock.now += 1
    assert outcome(token("first")) == ""


@pytest.mark.parametrize("answer", [b"[]", b"{}", b'{"keys": {}}', b'{"keys": null}', b"1", b"x"])
def test_f21_what_is_no_set_of_keys_is_no_answer(issuer: Any, outcome: Any, answer: bytes) -> None:
    issuer.say(answer)
    assert outcome(token("first")) == 5


def test_f21_known_keys_outlive_their_issuer_by_an_hour(
    issuer: Any, clock: Clock, outcome: Any, caplog: Any
) -> None:
    assert outcome(token("first")) == ""
    issuer.say(b"down", status=503)
    for _ in range(119):
        clock.now += 30
        assert outcome(token("first")) == ""
    assert "could not be fetched: the status is 503" in caplog.text
    asked = issuer.asked
    assert asked <= 1 + 3570 / 30
    clock.now += 30
    assert outcome(token("first")) == 5
    issuer.publish(jwk("first"))
    clock.now += 5
    assert outcome(token("first")) == ""


def test_f21_while_the_issuer_is_down_a_new_key_may_exist(
    issuer: Any, clock: Clock, outcome: Any
) -> None:
    assert outcome(token("first")) == ""
    issuer.say(b"down", status=503)
    clock.now += 40
    assert outcome(token("second")) == 30
    assert outcome(token("first")) == ""
    clock.now += 10
    assert outcome(token("second")) == 20
    assert issuer.asked == 2


def test_a_set_without_a_key_that_fits_is_told(issuer: Any, outcome: Any, caplog: Any) -> None:
    issuer.publish(jwk("first", "p256"))
    assert outcome(token("first")) == UNKNOWN
    assert "has no key for RS256" in caplog.text


def test_a_token_of_another_issuer_is_refused(issuer: Any) -> None:
    with pytest.raises(InvalidToken, match="another issuer"):
        verify(token("first", iss="https://another.example"))
