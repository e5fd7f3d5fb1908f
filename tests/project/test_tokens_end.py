"""Tokens end with their log-in, and a log-in with what it was for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fileapi.auth import issue
from project.accounts import tokens
from project.accounts.models import Login, User

from .conftest import PASSWORD, bearer

ME = "/api/auth/me"


ENDS: dict[str, Callable[[User], Any]] = {
    "disabled": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "deleted": lambda user: user.delete(),
    "another password": lambda user: [user.set_password("another sentence"), user.save()],
    "no password": lambda user: [user.set_unusable_password(), user.save()],
    "ended": lambda user: user.logins.update(ended_at=timezone.now()),
    "expired": lambda user: user.logins.update(expires_at=timezone.now()),
    "login deleted": lambda user: user.logins.all().delete(),
}


@pytest.mark.parametrize("what", ENDS)
def test_f15_tokens_of_a_user_who_is_gone_or_changed_are_refused_at_once(
    ada: User, pair: Any, is_dead: Any, call: Any, what: str
) -> None:
    assert call("GET", ME, **bearer(pair)).status_code == 200
    ENDS[what](ada)
    assert is_dead(pair)


@pytest.mark.parametrize("what", ["disabled", "deleted", "another password"])
def test_f15_a_refresh_token_is_refused_on_its_own(
    ada: User, pair: Any, renew: Any, what: str
) -> None:
    ENDS[what](ada)
    assert renew(pair).status_code == 401
    assert not Login.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("what", ["disabled", "deleted", "another password"])
def test_f15_a_session_of_a_user_who_is_gone_or_changed_is_refused_at_once(
    ada: User, client: Client, what: str
) -> None:
    client.force_login(ada)
    assert client.get(ME).status_code == 200
    ENDS[what](ada)
    assert client.get(ME).status_code == 401


def test_f15_a_disabled_user_who_is_let_in_again_logs_in_anew(
    ada: User, pair: Any, renew: Any, log_in: Any, is_dead: Any
) -> None:
    ENDS["disabled"](ada)
    assert renew(pair).status_code == 401
    User.objects.update(is_active=True)
    assert is_dead(pair)
    assert not is_dead(log_in().json())


@pytest.mark.parametrize("sid", [None, "", "x", 1, ["x"], {"a": 1}, 32 * "0", True])
def test_an_access_token_without_a_login_is_401(ada: User, call: Any, sid: Any) -> None:
    token = issue(ada, sid=sid) if sid is not None else issue(ada)
    assert call("GET", ME, **bearer({"access_token": token})).status_code == 401


def test_an_access_token_with_the_login_of_somebody_else_is_401(
    ada: User, pair: Any, call: Any
) -> None:
    bob = User.objects.create_user("bob@example.com", PASSWORD)
    token = issue(bob, sid=Login.objects.get().pk.hex)
    assert call("GET", ME, **bearer({"access_token": token})).status_code == 401


def test_a_login_is_looked_up_with_its_user_in_one_query(
    pair: Any, call: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert call("GET", ME, **bearer(pair)).status_code == 200


def test_a_login_ends_after_thirty_days_however_often_it_is_refreshed(
    pair: Any, renew: Any
) -> None:
    login = Login.objects.get()
    assert login.expires_at - login.created_at == pytest.approx(
        tokens.LIFETIME, abs=timedelta(seconds=5)
    )
    renew(pair)
    assert Login.objects.get().expires_at == login.expires_at


def test_logins_that_have_expired_go_at_the_next_one(ada: User, pair: Any, log_in: Any) -> None:
    bob = User.objects.create_user("bob@example.com", PASSWORD)
    log_in(bob.email)
    Login.objects.update(expires_at=timezone.now())
    log_in()
    assert ada.logins.count() == bob.logins.count() == 1


def test_a_new_secret_key_keeps_logins_while_the_old_one_is_a_fallback(
    pair: Any, renew: Any, settings: Any
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-NOT-A-SECRET-but-long-enough-for-every-check"
    new = renew(pair)
    assert new.status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert renew(new.json()).status_code == 401
