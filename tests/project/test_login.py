"""auth/login: who gets in, by which password, and what is said to who does not."""

from __future__ import annotations

import logging
import re
import sys
import unicodedata
from typing import Any

import pytest
from django.core.signals import got_request_exception
from django.test import Client
from django.views.debug import ExceptionReporter

from project.accounts.models import Login, User

from .conftest import EMAIL, PASSWORD, bearer
from .hashers import COUNTED, QUICK, Counted

WRONG = (401, "The email or the password is wrong.", [])
REGISTER, LOGIN = "/api/register", "/api/auth/login"


def given(password: Any, email: Any = EMAIL) -> dict[str, Any]:
    return {"email": email, "password": password}


@pytest.fixture
def counted(settings: Any) -> None:
    """Count the hashes that are made."""
    settings.PASSWORD_HASHERS = COUNTED
    Counted.made = 0


def test_the_right_password_answers_with_two_tokens(ada: User, log_in: Any, call: Any) -> None:
    response = log_in()
    pair = response.json()
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert set(pair) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 300)
    me = call("GET", "/api/auth/me", **bearer(pair))
    assert (me.status_code, me["Cache-Control"], me.json()) == (
        200,
        "no-store",
        {"id": ada.pk, "email": EMAIL, "name": "Ada"},
    )


def test_a_login_may_come_as_a_form(ada: User, client: Client) -> None:
    form = "application/x-www-form-urlencoded"
    sent = client.post(LOGIN, "email=ada%40example.com&password=a+long+sentence", content_type=form)
    assert sent.status_code == 200


@pytest.mark.parametrize("email", ["ADA@EXAMPLE.COM", "Ada@example.com", f"  {EMAIL}\n"])
def test_g09_an_address_in_another_case_logs_the_same_user_in(
    ada: User, log_in: Any, call: Any, email: str
) -> None:
    pair = log_in(email).json()
    assert call("GET", "/api/auth/me", **bearer(pair)).json()["id"] == ada.pk


def test_a_login_is_noted_and_a_refusal_is_not(ada: User, log_in: Any) -> None:
    log_in(password="another sentence")
    ada.refresh_from_db()
    assert (ada.last_login, Login.objects.count()) == (None, 0)
    log_in()
    ada.refresh_from_db()
    assert ada.last_login is not None
    assert Login.objects.get().user == ada


def test_who_does_not_get_in_cannot_tell_why(ada: User, log_in: Any) -> None:
    User.objects.create_user("off@example.com", PASSWORD, is_active=False)
    User.objects.create_user("oauth@example.com", None)
    refusals = [
        log_in(password="another sentence"),
        log_in("nobody@example.com"),
        log_in("off@example.com"),
        log_in("off@example.com", "another sentence"),
        log_in("oauth@example.com"),
        log_in("oauth@example.com", User.objects.get(email="oauth@example.com").password),
    ]
    own = {"X-Request-ID", "RateLimit"}  # the second tells what is left for the address
    answers = {
        (
            each.status_code,
            each.content,
            tuple((name, value) for name, value in each.items() if name not in own),
        )
        for each in refusals
    }
    assert len(answers) == 1
    assert (refusals[0].status_code, refusals[0]["WWW-Authenticate"]) == (
        401,
        'Bearer realm="api"',
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "status", "pointers"),
    [
        ({}, 400, []),
        ({"email": EMAIL}, 400, []),
        ({"password": PASSWORD}, 400, []),
        (given(""), 400, []),
        (given(None), 400, []),
        ([EMAIL, PASSWORD], 400, []),
        (given(1), 422, ["/password"]),
        (given([PASSWORD]), 422, ["/password"]),
        (given(PASSWORD, {"contains": "a"}), 422, ["/email"]),
        (given(PASSWORD, 255 * "a"), 422, ["/email"]),
        (given(PASSWORD, "ada@example.com\0"), 422, ["/email"]),
    ],
)
def test_what_is_no_login_is_refused(
    refused: Any, counted: None, value: Any, status: int, pointers: list[str]
) -> None:
    got_status, _, got_pointers = refused("POST", LOGIN, value)
    assert (got_status, got_pointers, Counted.made) == (status, pointers, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("password", [73 * "x", 37 * "é", 512 * "é", 1024 * "x"])
def test_g01_a_password_over_72_bytes_logs_in(
    call: Any, log_in: Any, refused: Any, settings: Any, password: str
) -> None:
    settings.PASSWORD_HASHERS = QUICK
    assert call("POST", REGISTER, given(password)).status_code == 201
    assert log_in(password=password).status_code == 200
    # And is no other answer for an address that is known.
    assert refused("POST", LOGIN, given(f"{password[:-1]}y")) == WRONG
    assert refused("POST", LOGIN, given(password, "nobody@example.com")) == WRONG


@pytest.mark.django_db
@pytest.mark.parametrize("same", [72 * "x", 36 * "é"])
def test_g02_passwords_that_share_72_bytes_are_two(
    call: Any, log_in: Any, refused: Any, settings: Any, same: str
) -> None:
    settings.PASSWORD_HASHERS = QUICK
    call("POST", REGISTER, given(f"{same}one"))
    for other in (same, f"{same}two", f"{same}o"):
        assert refused("POST", LOGIN, given(other)) == WRONG
    assert log_in(password=f"{same}one").status_code == 200


def test_g03_a_nul_is_in_no_password(ada: User, refused: Any, counted: None) -> None:
    for password in (f"{PASSWORD}\0", f"{PASSWORD}\0b", f"\0{PASSWORD}"):
        for path in (REGISTER, LOGIN):
            assert refused("POST", path, given(password))[::2] == (422, ["/password"])
    assert Counted.made == 0


def test_g03_what_stands_before_a_stored_nul_is_not_the_password(
    refused: Any, settings: Any, db: None
) -> None:
    """A user made elsewhere may have one."""
    settings.PASSWORD_HASHERS = QUICK
    User.objects.create_user(EMAIL, f"{PASSWORD}\0b")
    assert refused("POST", LOGIN, given(PASSWORD)) == WRONG


@pytest.mark.parametrize("path", [REGISTER, LOGIN])
@pytest.mark.parametrize(
    ("password", "status"),
    [(1025 * "x", 422), (513 * "é", 422), (1_000_000 * "x", 422), (1_048_576 * "x", 413)],
)
def test_g04_a_long_password_is_refused_before_it_is_hashed(
    ada: User, call: Any, counted: None, path: str, password: str, status: int
) -> None:
    assert call("POST", path, given(password)).status_code == status
    assert Counted.made == 0


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_g05_a_password_is_the_code_points_that_were_sent(
    call: Any, log_in: Any, refused: Any, form: Any
) -> None:
    password = unicodedata.normalize(form, "sésame ouvre-toi")
    other = unicodedata.normalize({"NFC": "NFD", "NFD": "NFC"}[form], password)
    assert call("POST", REGISTER, given(password)).status_code == 201
    assert log_in(password=password).status_code == 200
    assert refused("POST", LOGIN, given(other)) == WRONG


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", [f" {PASSWORD}", f"{PASSWORD} ", f"{PASSWORD}\n", f"\t{PASSWORD}"]
)
def test_g05_a_password_is_never_trimmed(
    call: Any, log_in: Any, refused: Any, password: str
) -> None:
    assert call("POST", REGISTER, given(password)).status_code == 201
    assert log_in(password=password).status_code == 200
    assert refused("POST", LOGIN, given(PASSWORD)) == WRONG


def test_g10_an_address_in_look_alike_letters_logs_nobody_in(
    db: None, refused: Any, counted: None
) -> None:
    """PostgreSQL's UPPER makes an I of a dotless i."""
    User.objects.create_user("mike@example.org", PASSWORD)
    Counted.made = 0
    for email in ("m\u0131ke@example.org", "mi\u212ae@example.org", "\uff4dike@example.org"):
        assert refused("POST", LOGIN, given(PASSWORD, email))[::2] == (422, ["/email"])
    assert Counted.made == 0


@pytest.mark.django_db
def test_g13_no_password_hash_or_token_is_in_a_log_or_in_an_answer_that_is_not_its_own(
    client: Client, call: Any, log_in: Any, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG, logger="")
    canary = "CANARY of a password"
    registered = call("POST", REGISTER, given(canary))
    pair = log_in(password=canary).json()
    hash = User.objects.get().password
    answers = [
        registered,
        log_in(password=f"{canary}!"),
        call("POST", LOGIN, given(f"{canary}\0")),
        call("POST", REGISTER, given(canary)),
        call("GET", "/api/auth/me", **bearer(pair)),
        call("GET", "/api/auth/me", HTTP_AUTHORIZATION=f"Bearer {pair['access_token']}x"),
        call("POST", "/api/auth/refresh", {"refresh_token": f"{pair['refresh_token']}x"}),
        call("POST", "/api/auth/refresh", {"refresh_token": pair["refresh_token"]}),
        call("POST", "/api/auth/logout", {"refresh_token": pair["refresh_token"]}),
    ]
    shown = "".join(each.content.decode() + str(each.headers) for each in answers)
    shown += "".join(str(vars(record)) for record in caplog.records) + caplog.text
    assert len(caplog.records) >= len(answers)
    secret = pair["refresh_token"].partition(".")[2]
    for one in ("CANARY", hash, pair["access_token"], pair["refresh_token"], secret):
        assert one not in shown


def test_g13_an_error_report_of_a_login_has_no_password_in_it(
    ada: User, client: Client, settings: Any, log_in: Any, caplog: Any
) -> None:
    reports = []

    def report(request: Any, **_: Any) -> None:
        reporter = ExceptionReporter(request, *sys.exc_info())
        reports.append(reporter.get_traceback_text() + reporter.get_traceback_html())

    got_request_exception.connect(report)
    client.raise_request_exception = False
    settings.FILEAPI_JWT = {**settings.FILEAPI_JWT, "ISSUER": ""}  # a fault of the site's own
    response = log_in()
    got_request_exception.disconnect(report)
    assert response.status_code == 500
    (shown,) = reports
    assert "ISSUER" in shown
    for one in (PASSWORD, ada.password, settings.FILEAPI_JWT["KEYS"][0]["secret"]):
        assert one not in shown + response.content.decode() + caplog.text


def test_the_admin_logs_in_by_the_same_password_rules(ada: User, client: Client) -> None:
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    page = {"username": "ADA@example.com", "password": PASSWORD}
    assert client.post("/admin/login/", page).status_code == 302
    assert re.search(r"\w", client.cookies["sessionid"].value)
