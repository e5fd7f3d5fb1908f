"""ID tokens that a provider signed, or somebody else did."""

from __future__ import annotations

import hmac
import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from project.accounts.models import User
from project.oauth.models import Identity
from project.oauth.people import person
from project.oauth.transport import ProviderFault

from .conftest import Browser, parameters
from .faulty import CLIENT_ID, KEY, OTHER_KEY, Faulty, send_json, sign

pytestmark = pytest.mark.django_db

INVALID = (400, "The provider's answer is not valid. Log in again.")
NOW = int(time.time())


def comes_back(faulty: Faulty, browser: Browser, **claims: Any) -> str:
    """Start a login, sign a token with other claims, and return where the browser comes back."""
    sent = parameters(browser.start("faulty"))
    faulty.id_token = sign(faulty.claims(**{"nonce": sent["nonce"], **claims}))
    return f"/api/auth/faulty/callback?state={sent['state']}&code=a"


def test_a_right_token_logs_in(faulty: Faulty) -> None:
    browser = Browser()
    assert browser.back(comes_back(faulty, browser)).status_code == 303
    assert browser.user_id == User.objects.get(email="ada@example.com").pk


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ""},
        {"nonce": ["another"]},
        {"aud": "another"},
        {"aud": None},
        {"aud": []},
        {"aud": ["another"]},
        {"aud": "another", "azp": CLIENT_ID},  # azp is no audience
        {"aud": [CLIENT_ID, "another"]},  # an audience that is not trusted
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"aud": {CLIENT_ID: True}},
        {"azp": "another"},
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"iss": [1]},
        {"sub": None},
        {"sub": 1},
        {"exp": NOW - 3600},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"iat": NOW + 3600},
        {"iat": None},
        {"nbf": NOW + 3600},
        {"at_hash": "x"},
        {"at_hash": 1},
    ],
    ids=lambda claims: (
        str(claims).replace(str(NOW - 3600), "past").replace(str(NOW + 3600), "to come")
    ),
)
def test_g22_a_claim_that_is_wrong_or_missing_is_400(
    faulty: Faulty, claims: dict[str, Any]
) -> None:
    browser = Browser()
    assert browser.refused(comes_back(faulty, browser, **claims)) == INVALID
    assert browser.user_id is None
    assert not User.objects.exists()


def test_g22_of_several_audiences_this_site_is_the_one_it_was_made_for(faulty: Faulty) -> None:
    browser = Browser()
    several = {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}
    assert browser.back(comes_back(faulty, browser, **several)).status_code == 303


def test_g22_the_issuer_is_compared_whole(faulty: Faulty) -> None:
    browser = Browser()
    assert browser.refused(comes_back(faulty, browser, iss=faulty.issuer + "/")) == INVALID


def _unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "none", "kid": "one"}, claims, None, algorithms=["none"])


def _by_the_secret(claims: dict[str, Any]) -> str:
    key = OctKey.import_key("canary-client-secret-of-32-bytes-and-more")
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims, key)


def _by_the_public_key(claims: dict[str, Any]) -> str:
    # By hand, for joserfc makes no such token.
    body = sign(claims).split(".")[1]
    head = urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').decode()
    made = hmac.digest(KEY.as_pem(private=False), f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{urlsafe_b64encode(made).decode().rstrip('=')}"


def _by_another_key(claims: dict[str, Any]) -> str:
    return sign(claims, RSAKey.generate_key(2048, {"kid": "one"}))


def _by_an_unknown_key(claims: dict[str, Any]) -> str:
    return sign(claims, OTHER_KEY)


def _with_its_own_key(claims: dict[str, Any]) -> str:
    own = RSAKey.generate_key(2048, {"kid": "own"})
    return sign(claims, own, jwk=own.as_dict(private=False))


def _flipped(claims: dict[str, Any]) -> str:
    head, body, signature = sign(claims).split(".")
    return f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def _cut(claims: dict[str, Any]) -> str:
    return sign(claims).rpartition(".")[0] + "."


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")  # of the tokens made here
@pytest.mark.parametrize(
    "make",
    [
        _unsigned,
        _by_the_secret,
        _by_the_public_key,
        _by_another_key,
        _by_an_unknown_key,
        _with_its_own_key,
        _flipped,
        _cut,
    ],
)
def test_g22_a_token_that_the_provider_has_not_signed_is_400(faulty: Faulty, make: Any) -> None:
    browser = Browser()
    sent = parameters(browser.start("faulty"))
    faulty.id_token = make(faulty.claims(nonce=sent["nonce"]))
    target = f"/api/auth/faulty/callback?state={sent['state']}&code=a"
    assert browser.refused(target) == INVALID
    assert not User.objects.exists()


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "....", "\x00", "é.é.é", "[]", "." * 200_000])
def test_g22_what_is_no_token_is_400(faulty: Faulty, text: str) -> None:
    browser = Browser()
    target = comes_back(faulty, browser)
    faulty.id_token = text
    assert browser.refused(target) == INVALID


def test_a_new_key_of_the_provider_is_fetched_when_a_token_names_it(faulty: Faulty) -> None:
    browser = Browser()
    assert browser.back(comes_back(faulty, browser)).status_code == 303
    faulty.keys = [OTHER_KEY]
    sent = parameters(browser.start("faulty"))
    faulty.id_token = sign(faulty.claims(nonce=sent["nonce"]), OTHER_KEY)
    target = f"/api/auth/faulty/callback?state={sent['state']}&code=a"
    assert browser.back(target).status_code == 303
    assert faulty.asked.count("/jwks") == 2
    assert faulty.asked.count("/.well-known/openid-configuration") == 1


def test_metadata_and_keys_are_asked_for_once_in_a_lifetime(
    faulty: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser()
    for _ in range(3):
        assert browser.back(comes_back(faulty, browser)).status_code == 303
    once = ["/.well-known/openid-configuration", "/jwks"]
    assert [faulty.asked.count(path) for path in once] == [1, 1]
    monkeypatch.setattr("project.oauth.discovery.LIFETIME", -1.0)
    monkeypatch.setattr("project.oauth.discovery._kept", {})
    assert browser.back(comes_back(faulty, browser)).status_code == 303
    assert all(faulty.asked.count(path) > 1 for path in once)


@pytest.mark.parametrize(
    ("methods", "where"),
    [
        (None, "header"),
        (["client_secret_basic"], "header"),
        (["client_secret_basic", "client_secret_post"], "body"),
        (["client_secret_post"], "body"),
    ],
)
def test_the_secret_goes_where_the_provider_takes_it(
    faulty: Faulty, methods: list[str] | None, where: str
) -> None:
    if methods:
        faulty.metadata["token_endpoint_auth_methods_supported"] = methods
    browser = Browser()
    assert browser.back(comes_back(faulty, browser)).status_code == 303
    asked = faulty.asked.index("/token")
    assert ("Authorization" in faulty.sent[asked]) == (where == "header")
    assert ("client_secret=canary" in faulty.bodies[asked]) == (where == "body")


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:1", ""])
def test_g23_without_the_promise_an_issuer_that_is_sent_still_counts(
    faulty: Faulty, issuer: str
) -> None:
    browser = Browser()
    target = comes_back(faulty, browser)
    assert browser.refused(f"{target}&iss={issuer}")[0] == 400
    assert browser.back(comes_back(faulty, browser) + f"&iss={faulty.issuer}").status_code == 303


def test_userinfo_of_another_subject_is_not_this_persons(faulty: Faulty) -> None:
    faulty.metadata["userinfo_endpoint"] = f"{faulty.issuer}/userinfo"
    other = {"sub": "victim", "email": "victim@example.com", "email_verified": True}
    faulty.answers["/userinfo"] = lambda to: send_json(to, other)
    browser = Browser()
    target = comes_back(faulty, browser, email=None, email_verified=None)
    assert browser.refused(target)[0] == 502
    assert not User.objects.exists()


def test_g25_the_id_token_goes_before_userinfo(faulty: Faulty) -> None:
    faulty.metadata["userinfo_endpoint"] = f"{faulty.issuer}/userinfo"
    more = {"sub": "ada", "email": "ada@example.com", "email_verified": True}
    faulty.answers["/userinfo"] = lambda to: send_json(to, more)
    browser = Browser()
    target = comes_back(faulty, browser, email=None, email_verified=False)
    assert browser.back(target).status_code == 303
    assert Identity.objects.get().user.email is None


@pytest.mark.parametrize(
    ("claims", "email", "name"),
    [
        ({"email": "a@example.com", "email_verified": True}, "a@example.com", ""),
        ({"email": "a@example.com\x00", "email_verified": True}, None, ""),
        ({"email": "", "email_verified": True}, None, ""),
        ({"email": "\u0131@example.com", "email_verified": True}, None, ""),
        ({"email": "no email", "email_verified": True}, None, ""),
        ({"email": ["a@example.com"], "email_verified": True}, None, ""),
        ({"email": "a" * 250 + "@example.com", "email_verified": True}, None, ""),
        ({"name": "A\x00d\r\na\u202e "}, None, "Ada"),
        ({"name": "x" * 200}, None, "x" * 150),
        ({"name": {"given": "Ada"}}, None, ""),
    ],
)
def test_what_a_provider_says_of_somebody_is_stored_if_it_is_sound(
    claims: dict[str, Any], email: str | None, name: str
) -> None:
    found = person({"iss": "https://acme.example", "sub": "1", **claims})
    assert (found.email, found.name) == (email, name)


@pytest.mark.parametrize("subject", ["", "a\x00", "é", "a" * 256])
def test_a_subject_that_is_none_is_nobody(subject: str) -> None:
    with pytest.raises(ProviderFault):
        person({"iss": "https://acme.example", "sub": subject})
