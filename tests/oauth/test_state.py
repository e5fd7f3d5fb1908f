"""Answers that are not of this login: another state, session, provider, or the same one again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from project.accounts.models import User
from project.oauth.models import PendingLogin

from . import provider_process
from .conftest import Browser, parameters

UNKNOWN = (400, "This login is not known, is over, or was of another browser.")


def with_parameters(target: str, **changed: str | None) -> str:
    """Return a target with parameters changed, or left out where they are None."""
    path, _, _ = target.partition("?")
    sent: dict[str, Any] = {**parameters(target), **changed}
    return path + "?" + "&".join(f"{name}={value}" for name, value in sent.items() if value)


def test_g21_without_a_state_or_with_another_one_it_is_400(browser: Browser) -> None:
    target = provider_process.log_in(browser.start("acme"), "ada")
    for state in (None, "x", "x" * 5000, "%00", parameters(target)["state"][:-1]):
        assert browser.refused(with_parameters(target, state=state)) == UNKNOWN
    assert browser.user_id is None
    assert browser.back(target).status_code == 303  # the right one is still good


def test_g21_a_state_is_of_one_use(browser: Browser) -> None:
    target = provider_process.log_in(browser.start("acme"), "ada")
    assert browser.back(target).status_code == 303
    assert browser.refused(target) == UNKNOWN
    assert browser.user_id is not None


def test_g21_a_state_is_used_up_by_a_login_that_fails(browser: Browser) -> None:
    target = provider_process.log_in(browser.start("acme"), "ada")
    assert browser.refused(with_parameters(target, code="wrong"))[0] == 400
    assert browser.refused(target) == UNKNOWN


def test_g21_the_state_of_another_session_is_400(new_browser: type[Browser]) -> None:
    attacker, victim = new_browser(), new_browser()
    target = provider_process.log_in(attacker.start("acme"), "ada")
    assert victim.refused(target) == UNKNOWN
    victim.start("acme")
    assert victim.refused(target) == UNKNOWN
    assert victim.user_id is None
    assert attacker.back(target).status_code == 303  # nobody else used it up


def test_g21_after_a_logout_a_login_that_was_started_before_is_400(browser: Browser) -> None:
    target = provider_process.log_in(browser.start("acme"), "ada")
    browser.client.logout()
    assert browser.refused(target) == UNKNOWN


def test_g21_a_state_lives_ten_minutes(browser: Browser) -> None:
    target = provider_process.log_in(browser.start("acme"), "ada")
    left = PendingLogin.objects.get().expires - timezone.now()
    assert timedelta(minutes=9) < left < timedelta(minutes=10)
    PendingLogin.objects.update(expires=timezone.now())
    assert browser.refused(target) == UNKNOWN
    browser.start("acme")
    assert PendingLogin.objects.count() == 1  # what is over is removed


def test_g21_two_logins_of_one_browser_do_not_disturb_each_other(browser: Browser) -> None:
    first, second = browser.start("acme"), browser.start("bolt")
    assert browser.back(provider_process.log_in(second, "ada")).status_code == 303
    assert browser.refused(provider_process.log_in(first, "bob"))[0] == 409  # ada is logged in


def test_g21_nothing_that_is_stored_is_the_state(browser: Browser) -> None:
    state = parameters(browser.start("acme"))["state"]
    row = PendingLogin.objects.values().get()
    assert state not in str(row)
    assert state not in str(dict(browser.client.session))


@pytest.mark.parametrize("name", ["state", "code", "iss", "error"])
def test_g21_a_parameter_sent_twice_is_400(browser: Browser, name: str) -> None:
    target = provider_process.log_in(browser.start("acme"), "ada")
    sent = parameters(target).get(name, "x")
    status, detail = browser.refused(f"{with_parameters(target, **{name: sent})}&{name}={sent}")
    assert (status, detail) == (400, f"The query has {name!r} more than once.")


@pytest.mark.parametrize(
    "code", [None, "wrong", "%00", "%F0%9F%98%80", "a%26client_id%3Db", "%zz", "x" * 2000, "%20"]
)
def test_g22_a_code_that_the_provider_has_not_made_is_400(browser: Browser, code: str) -> None:
    target = provider_process.log_in(browser.start("acme"), "ada")
    assert browser.refused(with_parameters(target, code=code))[0] == 400
    assert not User.objects.exists()


@pytest.mark.parametrize("code", [None, "", "%00", "%F0%9F%98%80", "a%0Ab", "x" * 2001])
def test_g22_the_provider_is_not_asked_about_what_is_no_code(
    browser: Browser, code: str | None
) -> None:
    target = provider_process.log_in(browser.start("acme"), "ada")
    assert browser.refused(with_parameters(target, code=code)) == (
        400,
        "The provider has sent no code.",
    )


def test_g22_a_code_of_another_login_lacks_its_verifier(browser: Browser) -> None:
    first = parameters(provider_process.log_in(browser.start("acme"), "ada"))
    second = provider_process.log_in(browser.start("acme"), "bob")
    status, detail = browser.refused(with_parameters(second, code=first["code"]))
    assert (status, detail) == (400, "The provider does not take the code. Log in again.")
    assert not User.objects.exists()


def test_g22_a_code_cannot_be_injected_from_another_browser(new_browser: type[Browser]) -> None:
    victim, attacker = new_browser(), new_browser()
    stolen = parameters(provider_process.log_in(victim.start("acme"), "victim"))["code"]
    own = provider_process.log_in(attacker.start("acme"), "ada")
    assert attacker.refused(with_parameters(own, code=stolen))[0] == 400
    assert attacker.user_id is None


def test_g23_the_answer_of_another_provider_is_400(browser: Browser) -> None:
    target = provider_process.log_in(browser.start("bolt"), "ada")
    assert browser.refused(target.replace("/bolt/", "/acme/")) == UNKNOWN
    assert browser.back(target).status_code == 303


def test_g23_a_code_of_another_provider_with_the_right_state_is_400_by_its_issuer(
    browser: Browser, issuers: dict[str, str]
) -> None:
    at_bolt = parameters(provider_process.log_in(browser.start("bolt"), "ada"))
    assert at_bolt["iss"] == issuers["bolt"]
    state = parameters(browser.start("acme"))["state"]
    mixed = f"/api/auth/acme/callback?state={state}&code={at_bolt['code']}&iss={at_bolt['iss']}"
    refusal = (400, "Another provider has answered. Start the login again.")
    assert browser.refused(mixed) == refusal


@pytest.mark.parametrize("issuer", [None, "", "x", "http://127.0.0.1:1"])
def test_g23_an_issuer_that_is_promised_has_to_be_there(
    browser: Browser, issuer: str | None
) -> None:
    target = with_parameters(provider_process.log_in(browser.start("acme"), "ada"), iss=None)
    target += "" if issuer is None else f"&iss={issuer}"
    assert browser.refused(target) == (400, "Another provider has answered. Start the login again.")
