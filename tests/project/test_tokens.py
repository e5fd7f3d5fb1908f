"""auth/refresh: a refresh token is good once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from project.accounts.models import Login

from .conftest import bearer

REFRESH, LOGOUT, ME = "/api/auth/refresh", "/api/auth/logout", "/api/auth/me"


def test_a_refresh_token_buys_the_next_two(pair: Any, renew: Any, call: Any) -> None:
    login = Login.objects.get()
    for _ in range(3):
        response = renew(pair)
        new = response.json()
        assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
        assert set(new) == {"access_token", "token_type", "expires_in", "refresh_token"}
        assert new["refresh_token"] != pair["refresh_token"]
        assert call("GET", ME, **bearer(new)).status_code == 200
        pair = new
    same = Login.objects.get()
    assert (same.pk, same.expires_at) == (login.pk, login.expires_at)
    assert same.used_at > login.used_at


def test_the_database_holds_a_hash_of_the_refresh_token_alone(pair: Any) -> None:
    row = str(Login.objects.values().get())
    assert pair["refresh_token"].partition(".")[2] not in row
    assert pair["access_token"] not in row


def test_f20_a_refresh_token_used_twice_ends_the_login(
    pair: Any, renew: Any, call: Any, is_dead: Any, log_in: Any
) -> None:
    other = log_in().json()
    new = renew(pair).json()
    assert call("GET", ME, **bearer(new)).status_code == 200
    assert renew(pair).status_code == 401
    assert is_dead(new)
    assert is_dead(pair)
    assert Login.objects.exclude(ended_at=None).count() == 1
    assert not is_dead(other)


def test_f20_a_secret_that_was_never_issued_ends_the_login(
    pair: Any, renew: Any, is_dead: Any
) -> None:
    assert renew({"refresh_token": f"{Login.objects.get().pk.hex}.guessed"}).status_code == 401
    assert is_dead(pair)


@pytest.mark.parametrize(
    "token",
    [
        "x",
        ".",
        "..",
        "no-id.secret",
        "00000000000000000000000000000000.secret",
        "00000000-0000-0000-0000-000000000000.secret",
        "{00000000000000000000000000000000}.secret",
        "' OR 1=1 --.secret",
        "\u0660\u0660.secret",
        1024 * ".",
    ],
)
def test_f20_what_is_no_refresh_token_is_401(
    pair: Any, refused: Any, is_dead: Any, token: str
) -> None:
    wrong = (401, "The refresh token is not good any more. Log in.", [])
    assert refused("POST", REFRESH, {"refresh_token": token}) == wrong
    assert not is_dead(pair)


def test_f20_a_login_has_one_spelling(pair: Any, renew: Any, is_dead: Any) -> None:
    id, _, secret = pair["refresh_token"].partition(".")
    for other in (id.upper(), f"urn:uuid:{id}", f"{{{id}}}", str(Login.objects.get().pk), f" {id}"):
        assert renew({"refresh_token": f"{other}.{secret}"}).status_code == 401
    assert not is_dead(pair)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "status", "pointers"),
    [
        ({}, 400, []),
        ({"refresh_token": ""}, 400, []),
        ({"refresh_token": None}, 400, []),
        (["x"], 400, []),
        ("x", 400, []),
        ({"refresh_token": 1}, 422, ["/refresh_token"]),
        ({"refresh_token": ["x"]}, 422, ["/refresh_token"]),
        ({"refresh_token": "x\0"}, 422, ["/refresh_token"]),
        ({"refresh_token": 1025 * "x"}, 422, ["/refresh_token"]),
    ],
)
def test_what_is_no_token_is_refused(
    refused: Any, value: Any, status: int, pointers: list[str]
) -> None:
    assert refused("POST", REFRESH, value)[::2] == (status, pointers)


def test_f13_neither_token_does_the_work_of_the_other(pair: Any, renew: Any, call: Any) -> None:
    swapped = {"access_token": pair["refresh_token"], "refresh_token": pair["access_token"]}
    assert call("GET", ME, **bearer(swapped)).status_code == 401
    assert renew(swapped).status_code == 401


@pytest.mark.parametrize("path", [REFRESH, LOGOUT, "/api/auth/login"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_post_alone_changes_a_login(call: Any, path: str, method: str) -> None:
    response = call(method, path)
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.django_db(transaction=True)
def test_f20_a_transaction_of_the_whole_request_takes_nothing_back(
    pair: Any, renew: Any, is_dead: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    new = renew(pair).json()
    assert renew(pair).status_code == 401
    assert is_dead(new)
