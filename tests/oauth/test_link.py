"""To add a login to an account takes its session or its token, and a POST of this site."""

from __future__ import annotations

import pytest

from project.accounts import tokens
from project.accounts.models import User
from project.oauth.models import Identity

from . import provider_process
from .conftest import Browser


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("victim@example.com", "a long sentence")


def test_g25_who_is_logged_in_adds_a_login_and_has_it_from_then_on(
    browser: Browser, user: User, new_browser: type[Browser]
) -> None:
    browser.client.force_login(user)
    before = browser.client.cookies["sessionid"].value
    answer = browser.add("acme", "victim", next="/account")
    assert (answer.status_code, answer["Location"]) == (303, "/account")
    assert browser.client.cookies["sessionid"].value != before
    assert Identity.objects.get().user == user
    later = new_browser()
    assert later.log_in("acme", "victim").status_code == 303
    assert later.user_id == user.pk


def test_a_login_is_added_once(browser: Browser, user: User) -> None:
    browser.client.force_login(user)
    for _ in range(2):
        assert browser.add("acme", "ada").status_code == 303
    assert Identity.objects.count() == 1


def test_the_login_of_another_account_is_409(
    browser: Browser, user: User, new_browser: type[Browser]
) -> None:
    new_browser().log_in("acme", "ada")
    browser.client.force_login(user)
    answer = browser.add("acme", "ada")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "This login is another account's."
    assert not user.identities.exists()
    assert browser.user_id == user.pk


def test_to_add_a_login_one_has_to_be_logged_in(browser: Browser) -> None:
    answer = browser.client.post("/api/auth/acme/login")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_with_an_access_token_a_login_is_added_too(browser: Browser, user: User) -> None:
    # By the password; the token is in no cookie, and the provider's answer comes without it.
    bearer = f"Bearer {tokens.start(user)['access_token']}"
    answer = browser.add("acme", "ada", HTTP_AUTHORIZATION=bearer)
    assert answer.status_code == 303
    assert Identity.objects.get().user == user
    assert browser.user_id == user.pk


def test_what_a_token_began_in_one_browser_ends_in_no_other(
    browser: Browser, user: User, new_browser: type[Browser]
) -> None:
    bearer = f"Bearer {tokens.start(user)['access_token']}"
    url = browser.start_to_add("acme", HTTP_AUTHORIZATION=bearer)
    assert new_browser().refused(provider_process.log_in(url, "ada"))[0] == 400
    assert not Identity.objects.exists()


def test_to_an_account_that_is_disabled_meanwhile_nothing_is_added(
    browser: Browser, user: User
) -> None:
    bearer = f"Bearer {tokens.start(user)['access_token']}"
    target = provider_process.log_in(browser.start_to_add("acme", HTTP_AUTHORIZATION=bearer), "ada")
    User.objects.update(is_active=False)
    assert browser.refused(target) == (403, "This account is disabled.")
    assert not Identity.objects.exists()


def test_another_site_adds_no_login(browser: Browser, user: User) -> None:
    browser.client.handler.enforce_csrf_checks = True
    browser.client.force_login(user)
    from_elsewhere = {"HTTP_ORIGIN": "https://evil.example", "HTTP_SEC_FETCH_SITE": "cross-site"}
    for headers in ({}, from_elsewhere):
        assert browser.client.post("/api/auth/acme/login", **headers).status_code == 403
    # What it can make a browser send, a GET, logs in, and adds nothing.
    answer = browser.log_in("acme", "ada")
    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        "No account has this login yet. Add it to yours by a POST, or log out first."
    )
    assert not Identity.objects.exists()
    assert browser.user_id == user.pk


def test_a_login_is_added_only_to_the_account_that_began_it(browser: Browser, user: User) -> None:
    browser.client.force_login(user)
    target = provider_process.log_in(browser.start_to_add("acme"), "ada")
    other = User.objects.create_user("other@example.com", "a long sentence")
    session = browser.client.session
    session["_auth_user_id"] = str(other.pk)
    session["_auth_user_hash"] = other.get_session_auth_hash()
    session.save()
    status, detail = browser.refused(target)
    assert (status, detail) == (400, "You are logged in as somebody else by now.")
    assert not Identity.objects.exists()


def test_a_login_of_somebody_else_replaces_the_session(
    browser: Browser, user: User, new_browser: type[Browser]
) -> None:
    new_browser().log_in("acme", "ada")
    browser.client.force_login(user)
    assert browser.log_in("acme", "ada").status_code == 303
    assert browser.user_id == User.objects.get(email="ada@example.com").pk
