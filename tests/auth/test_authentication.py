"""JWTAuthentication, before a file's handler and before a plain view of DRF."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import OperationalError
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.exceptions import PermissionDenied as DrfDenied

from fileapi.auth import InvalidToken, JWTAuthentication, KeysUnavailable, issue, signature
from fileapi.auth import jwt as authentication
from project.accounts.models import Login

from .asking import GONE, INVALID, ask_view, status_of
from .crafted import SECRET, claims, signed

pytestmark = pytest.mark.django_db


def test_a_token_says_who_asks(ask: Any, user: Any) -> None:
    response = ask(f"Bearer {issue(user, login='x')}")
    assert response.status_code == 200
    assert response.json()["user"] == user.pk
    assert response.json()["claims"]["login"] == "x"


def test_f15_a_deleted_user_is_refused_at_once(ask: Any, user: Any) -> None:
    header = f"Bearer {issue(user)}"
    assert ask(header).status_code == 200
    user.delete()
    assert status_of(ask(header)) == (401, INVALID, GONE)


def test_f15_a_disabled_user_is_refused_at_once(ask: Any, user: Any) -> None:
    header = f"Bearer {issue(user)}"
    user.is_active = False
    user.save()
    assert status_of(ask(header)) == (401, INVALID, GONE)


def test_f15_a_new_password_ends_the_old_tokens(ask: Any, user: Any) -> None:
    header = f"Bearer {issue(user)}"
    user.set_password("another password")
    user.save()
    assert status_of(ask(header)) == (401, INVALID, GONE)
    assert ask(f"Bearer {issue(user)}").status_code == 200


@pytest.mark.parametrize("mark", [None, "", "x", 1, ["x"]], ids=repr)
def test_f15_a_token_without_the_users_mark_is_refused(user: Any, mark: Any) -> None:
    token = signed(claims(sub=str(user.pk), auth_hash=mark))
    assert status_of(ask_view([JWTAuthentication], f"Bearer {token}")) == (401, INVALID, GONE)


def test_f15_another_users_mark_is_no_ones_own(user: Any) -> None:
    other = get_user_model().objects.create_user(email="bob@example.com", password="a password")
    theirs = issue(other)
    mark = authentication.verify(theirs)["auth_hash"]
    token = signed(claims(sub=str(user.pk), auth_hash=mark))
    assert ask_view([JWTAuthentication], f"Bearer {token}").status_code == 401


def test_f16_tokens_outlive_a_new_secret_key_by_its_fallbacks(settings: Any, user: Any) -> None:
    header = f"Bearer {issue(user)}"
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-one-that-is-long-enough-for-every-check-of-it"
    assert ask_view([JWTAuthentication], header).status_code == 401
    settings.SECRET_KEY_FALLBACKS = [old]
    assert ask_view([JWTAuthentication], header).status_code == 200


SUBJECTS = ["", " 1", "1 ", "01", "1.0", "+1", "\u0661", "-1", "9" * 40, "x", "\0", "1\0", "None"]


@pytest.mark.parametrize("form", [*SUBJECTS, "{} ", " {}", "0{}", "{}.0", "+{}", "{}\n", "{}_0"])
def test_f07_a_subject_is_spelled_as_it_was_issued(user: Any, form: str) -> None:
    mark = authentication.verify(issue(user))["auth_hash"]
    token = signed(claims(sub=form.format(user.pk), auth_hash=mark))
    assert ask_view([JWTAuthentication], f"Bearer {token}").status_code == 401
    good = signed(claims(sub=str(user.pk), auth_hash=mark))
    assert ask_view([JWTAuthentication], f"Bearer {good}").status_code == 200


FAULTS = [RuntimeError("x"), OperationalError("x"), KeyError("x"), AttributeError("x"), OSError()]


@pytest.mark.parametrize("where", ["verify", "get_user"])
@pytest.mark.parametrize("fault", FAULTS, ids=repr)
def test_f21_an_unexpected_fault_lets_nobody_in(
    ask: Any, user: Any, monkeypatch: Any, caplog: Any, where: str, fault: Exception
) -> None:
    def fails(*args: Any) -> Any:
        raise fault

    owner = authentication if where == "verify" else JWTAuthentication
    token = issue(user)
    monkeypatch.setattr(owner, where, fails)
    response = ask(f"Bearer {token}")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert token not in caplog.text
    assert "Traceback" in caplog.text


def test_f21_keys_that_cannot_be_had_are_503(ask: Any, user: Any, monkeypatch: Any) -> None:
    def fails(token: str) -> Any:
        raise KeysUnavailable(7)

    monkeypatch.setattr(authentication, "verify", fails)
    response = ask("Bearer x")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "7"
    assert "WWW-Authenticate" not in response.headers


ANSWERS = {
    401: [InvalidToken("No."), AuthenticationFailed("No."), None],
    403: [PermissionDenied("No."), DrfDenied("No.")],
}


@pytest.mark.parametrize(
    ("status", "answer"), [(status, each) for status, all in ANSWERS.items() for each in all]
)
def test_a_project_may_ask_for_more(user: Any, status: int, answer: Any) -> None:
    class Own(JWTAuthentication):
        def get_user(self, claims: dict[str, Any]) -> Any:
            assert super().get_user(claims) == user
            if answer is None:
                return None
            raise answer

    response = ask_view([Own], f"Bearer {issue(user)}")
    assert response.status_code == status
    assert (response.headers.get("WWW-Authenticate") == INVALID) == (status == 401)


def test_f07_a_token_that_has_expired_says_so(ask: Any) -> None:
    token = signed(claims(exp=int(time.time()) - 60))
    assert status_of(ask(f"Bearer {token}")) == (401, INVALID, "The token has expired.")


def test_f15_a_disabled_user_is_refused_whoever_looked_it_up(user: Any) -> None:
    class Own(JWTAuthentication):
        def get_user(self, claims: dict[str, Any]) -> Any:
            return get_user_model().objects.get(pk=claims["sub"])

    header = f"Bearer {issue(user)}"
    assert ask_view([Own], header).status_code == 200
    get_user_model().objects.update(is_active=False)
    assert status_of(ask_view([Own], header)) == (401, INVALID, GONE)


def test_f07_a_subject_may_be_no_key_of_the_model_at_all(user: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(authentication, "get_user_model", lambda: Login)  # its key is a UUID
    for subject in ("x", "1", "\0", ""):
        token = signed(claims(sub=subject or "-"))
        assert ask_view([JWTAuthentication], f"Bearer {token}").status_code == 401


def test_without_the_setting_a_token_is_a_bug_and_nobody_is_let_in(settings: Any) -> None:
    del settings.FILEAPI_JWT
    with pytest.raises(ImproperlyConfigured):
        ask_view([JWTAuthentication], "Bearer x")


@pytest.mark.parametrize("where", ["issue", "verify", "authenticate"])
def test_g13_neither_token_nor_secret_is_in_an_error_report(
    user: Any, monkeypatch: Any, caplog: Any, where: str
) -> None:
    token = issue(user)

    def fails(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("out of order")

    monkeypatch.setattr(signature.JWS, "encode", fails)
    monkeypatch.setattr(signature.JWS, "get_algorithm_by_name", fails)
    monkeypatch.setattr(JWTAuthentication, "get_user", fails)
    if where == "issue":
        with pytest.raises(RuntimeError) as caught:
            issue(user)
        fault: Any = caught._excinfo
    else:
        if where == "verify":
            with pytest.raises(InvalidToken):
                authentication.verify(token)
        else:
            monkeypatch.setattr(authentication, "verify", lambda token: {})
            ask_view([JWTAuthentication], f"Bearer {token}")
        (record,) = [each for each in caplog.records if each.name == "fileapi.auth"]
        fault = record.exc_info
    reporter = ExceptionReporter(None, *fault)
    reporter.filter = SafeExceptionReporterFilter()  # Django's, which hides what was marked
    page = reporter.get_traceback_html()
    assert "out of order" in page
    assert SECRET not in page
    if where != "issue":  # there the page shows the variables of this test, too
        assert token not in page
