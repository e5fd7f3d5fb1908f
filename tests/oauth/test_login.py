"""A login with a real provider, from the first redirect to the session."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from project.accounts.models import User
from project.oauth.models import Identity, PendingLogin

from . import provider_process
from .conftest import SITE_URL, Browser, parameters


@pytest.mark.parametrize("provider", ["acme", "bolt"])
def test_a_first_login_makes_a_user_with_an_identity(
    browser: Browser, provider: str, issuers: dict[str, str]
) -> None:
    answer = browser.log_in(provider, "ada", next="/welcome?a=1")
    assert (answer.status_code, answer["Location"]) == (303, "/welcome?a=1")
    assert answer["Cache-Control"] == "no-store"
    user = User.objects.get()
    assert (user.email, user.name, user.has_usable_password()) == ("ada@example.com", "Ada", False)
    assert browser.user_id == user.pk
    identity = Identity.objects.get()
    assert (identity.user, identity.issuer, identity.subject) == (user, issuers[provider], "ada")
    assert not PendingLogin.objects.exists()


def test_the_next_login_is_the_same_user_whatever_became_of_the_email(
    new_browser: type[Browser],
) -> None:
    new_browser().log_in("acme", "ada")
    user = User.objects.get()
    User.objects.update(email="other@example.com")
    again = new_browser()
    assert again.log_in("acme", "ada").status_code == 303
    assert again.user_id == user.pk
    assert User.objects.get().email == "other@example.com"


def test_one_subject_at_two_providers_is_two_people(new_browser: type[Browser]) -> None:
    one, other = new_browser(), new_browser()
    assert one.log_in("acme", "nobody").status_code == 303
    assert other.log_in("bolt", "nobody").status_code == 303
    assert one.user_id != other.user_id
    assert User.objects.filter(email=None).count() == 2


def test_g22_the_request_has_state_nonce_and_pkce(browser: Browser, issuers: Any) -> None:
    url = browser.start("acme")
    assert url.startswith(issuers["acme"] + "/")
    sent = parameters(url)
    first = parameters(browser.start("acme"))
    assert sent["code_challenge_method"] == "S256"
    assert sent["response_type"] == "code"
    assert sent["redirect_uri"] == f"{SITE_URL}/api/auth/acme/callback"
    for name in ("state", "nonce", "code_challenge"):
        assert len(sent[name]) == 43
        assert sent[name] != first[name]
    assert "client_secret" not in sent


def test_a_redirect_with_a_state_is_not_kept(browser: Browser) -> None:
    assert browser.client.get("/api/auth/acme/login")["Cache-Control"] == "no-store"


def test_e09_a_login_changes_the_session_and_the_csrf_token(browser: Browser) -> None:
    target = provider_process.log_in(browser.start("acme"), "ada")
    browser.client.cookies["csrftoken"] = "a" * 32
    before = browser.client.cookies["sessionid"].value
    answer = browser.back(target)
    after = browser.client.cookies["sessionid"].value
    assert before != after
    assert not Session.objects.filter(session_key=before).exists()
    assert answer.cookies["csrftoken"].value != "a" * 32


def test_e09_so_does_a_login_of_who_is_logged_in(browser: Browser) -> None:
    browser.log_in("acme", "ada")
    before = browser.client.cookies["sessionid"].value
    browser.log_in("acme", "ada")
    assert browser.client.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_e09_a_session_that_another_chose_is_not_the_one_that_is_logged_in(
    new_browser: type[Browser],
) -> None:
    attacker, victim = new_browser(), new_browser()
    attacker.start("acme")
    chosen = attacker.client.cookies["sessionid"].value
    victim.client.cookies["sessionid"] = chosen
    victim.log_in("acme", "ada")
    assert victim.user_id is not None
    assert attacker.user_id is None


@pytest.mark.parametrize(
    ("next", "leads_to"),
    [
        ("/ok", "/ok"),
        ("/a?b=c#d", "/a?b=c#d"),
        ("/ä", "/%C3%A4"),
        ("/a\tb\r\nc", "/a%09b%0D%0Ac"),
        ("/\x00", "/%00"),
        ("/\tevil.example", "/%09evil.example"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        (" /ok", "/"),
        ("ok", "/"),
        ("", "/"),
        (f"{SITE_URL}/ok", "/"),
        ("/" + "a" * 1999, "/" + "a" * 1999),
        ("/" + "a" * 2000, "/"),
    ],
)
def test_g24_after_the_login_it_goes_on_on_this_site_alone(
    browser: Browser, next: str, leads_to: str
) -> None:
    answer = browser.log_in("acme", "ada", next=next)
    assert answer.status_code == 303
    assert answer["Location"] == leads_to
    assert urlsplit(answer["Location"]).netloc == ""


def test_g24_d10_no_header_moves_the_redirect_uri(browser: Browser) -> None:
    for headers in (
        {"HTTP_HOST": "localhost"},
        {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "http"},
    ):
        answer = browser.client.get("/api/auth/acme/login", **headers)
        sent = parameters(answer["Location"])
        assert sent["redirect_uri"] == f"{SITE_URL}/api/auth/acme/callback"


def test_g24_without_a_site_url_the_allowed_host_makes_it(browser: Browser, settings: Any) -> None:
    settings.SITE_URL = ""
    answer = browser.client.get("/api/auth/acme/login", HTTP_HOST="localhost:8000")
    sent = parameters(answer["Location"])
    assert sent["redirect_uri"] == "http://localhost:8000/api/auth/acme/callback"
    refused = browser.client.get("/api/auth/acme/login", HTTP_HOST="evil.example")
    assert refused.status_code == 400


def test_a_disabled_user_is_refused(browser: Browser, new_browser: type[Browser]) -> None:
    new_browser().log_in("acme", "ada")
    User.objects.update(is_active=False)
    target = provider_process.log_in(browser.start("acme"), "ada")
    assert browser.refused(target) == (403, "This account is disabled.")
    assert browser.user_id is None


def test_who_says_no_at_the_provider_gets_a_refusal_that_quotes_nothing(browser: Browser) -> None:
    target = provider_process.log_in(browser.start("acme"), "ada", refuse=True)
    assert "error=access_denied" in target
    answer = browser.back(target)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "The provider did not let you in."
    assert b"aborted" not in answer.content
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["nobody", "ACME", "acme%00", "__class__"])
def test_an_unknown_provider_is_404(browser: Browser, name: str) -> None:
    for what in ("login", "callback?state=a&code=b"):
        assert browser.client.get(f"/api/auth/{name}/{what}").status_code == 404


@pytest.mark.django_db
def test_without_a_provider_the_site_works(settings: Any) -> None:
    assert settings.OAUTH_PROVIDERS == {}
    client = Client()
    assert client.get("/api/hello").status_code == 200
    answer = client.get("/api/auth/acme/login")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
