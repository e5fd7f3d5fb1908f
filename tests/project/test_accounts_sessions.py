"""Logging in to a session: Django's admin does it. What another site may make a browser do."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client

from project.accounts.models import User

from .conftest import EMAIL, PASSWORD

LOGIN = "/admin/login/"
EVIL = {"origin": "https://evil.example", "referer": "https://evil.example/"}


@pytest.fixture
def staff(ada: User) -> User:
    ada.is_staff = ada.is_superuser = True
    ada.save()
    return ada


@pytest.fixture
def browser() -> Client:
    """A client that Django asks for its CSRF token, as it asks browsers."""
    return Client(enforce_csrf_checks=True)


def submit(browser: Client, path: str, **fields: str) -> Any:
    """Send a form with the token of the cookie."""
    token = browser.cookies["csrftoken"].value
    return browser.post(path, {**fields, "csrfmiddlewaretoken": token})


def log_in(browser: Client) -> Any:
    browser.get(LOGIN)  # sets the cookie
    return submit(browser, LOGIN, username=EMAIL, password=PASSWORD)


@pytest.mark.parametrize("kind", ["invented", "an attacker's own"])
def test_e09_a_login_has_a_session_id_and_a_csrf_token_of_its_own(
    staff: User, browser: Client, kind: str
) -> None:
    fixed = "a" * 32
    if kind != "invented":
        session = SessionStore()
        session["planted"] = True
        session.create()
        fixed = str(session.session_key)
    browser.cookies["sessionid"] = fixed
    browser.get(LOGIN)
    token = browser.cookies["csrftoken"].value
    assert log_in(browser).status_code == 302
    assert browser.cookies["sessionid"].value != fixed
    assert not Session.objects.filter(pk=fixed).exists()
    assert browser.cookies["csrftoken"].value != token
    thief = Client()
    thief.cookies["sessionid"] = fixed
    assert thief.get("/api/auth/me").status_code == 401
    assert browser.get("/api/auth/me").status_code == 200


def test_e09_another_user_gets_another_session(staff: User, browser: Client) -> None:
    """A login over one that is there takes nothing of it along."""
    other = User.objects.create_user("bob@example.com", PASSWORD)
    browser.force_login(other)
    session = browser.session
    session["of bob"] = True
    session.save()
    log_in(browser)
    assert (browser.session.get("_auth_user_id"), "of bob" in browser.session) == (
        str(staff.pk),
        False,
    )
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_e09_a_new_password_brings_a_new_session_id_and_ends_the_others(
    staff: User, browser: Client
) -> None:
    elsewhere = Client()
    elsewhere.force_login(staff)
    log_in(browser)
    before = browser.cookies["sessionid"].value
    new = "another long sentence"
    done = submit(
        browser,
        "/admin/password_change/",
        old_password=PASSWORD,
        new_password1=new,
        new_password2=new,
    )
    assert done.status_code == 302
    assert browser.cookies["sessionid"].value != before
    assert browser.get("/api/auth/me").status_code == 200
    assert elsewhere.get("/api/auth/me").status_code == 401


def test_e08_another_site_cannot_log_a_browser_in_to_a_session(
    staff: User, browser: Client
) -> None:
    fields = {"username": EMAIL, "password": PASSWORD}
    assert browser.post(LOGIN, fields, headers=EVIL).status_code == 403
    browser.get(LOGIN)
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    # Without the token, and with it from another site: over TLS the Referer counts too.
    assert browser.post(LOGIN, fields).status_code == 403
    assert browser.post(LOGIN, fields | token, headers=EVIL).status_code == 403
    assert browser.post(LOGIN, fields | token, secure=True).status_code == 403
    assert "sessionid" not in browser.cookies


def test_e08_a_login_with_a_cookie_from_another_site_is_403(ada: User, browser: Client) -> None:
    browser.cookies["any"] = "x"
    for headers in (EVIL, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        sent = browser.post(
            "/api/auth/login", {"email": EMAIL, "password": PASSWORD}, headers=headers
        )
        assert sent.status_code == 403
    assert not ada.logins.exists()


def test_e08_a_login_for_tokens_leaves_no_cookie_for_a_browser(ada: User, browser: Client) -> None:
    """So that another site, which cannot read the answer, gains nothing by sending one."""
    sent = browser.post("/api/auth/login", {"email": EMAIL, "password": PASSWORD}, headers=EVIL)
    assert (sent.status_code, len(sent.cookies)) == (200, 0)
    assert "Access-Control-Allow-Origin" not in sent
    assert browser.get("/api/auth/me").status_code == 401
