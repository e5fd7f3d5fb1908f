"""auth/logout, auth/me: what was sent is dead on the server afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from project.accounts.models import Login, User

from .conftest import EMAIL, bearer

LOGOUT, ME = "/api/auth/logout", "/api/auth/me"


def test_g28_a_logout_by_the_refresh_token_ends_both(pair: Any, call: Any, is_dead: Any) -> None:
    answer = call("POST", LOGOUT, {"refresh_token": pair["refresh_token"]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert is_dead(pair)


def test_g28_a_logout_by_the_access_token_ends_both(pair: Any, call: Any, is_dead: Any) -> None:
    assert call("POST", LOGOUT, **bearer(pair)).status_code == 204
    assert is_dead(pair)


def test_g28_a_logout_ends_every_token_of_the_login_and_no_other_login(
    pair: Any, call: Any, renew: Any, is_dead: Any, log_in: Any
) -> None:
    other = log_in().json()
    new = renew(pair).json()
    assert call("POST", LOGOUT, **bearer(pair)).status_code == 204
    assert is_dead(new)
    assert not is_dead(other)


def test_g28_a_logout_may_end_two_logins(pair: Any, call: Any, log_in: Any, is_dead: Any) -> None:
    other = log_in().json()
    sent = {"refresh_token": other["refresh_token"]}
    assert call("POST", LOGOUT, sent, **bearer(pair)).status_code == 204
    assert is_dead(pair)
    assert is_dead(other)


def test_g28_a_logout_ends_the_session_on_the_server(ada: User, client: Client) -> None:
    client.force_login(ada)
    key = client.cookies["sessionid"].value
    assert client.post(LOGOUT).status_code == 204
    assert not Session.objects.exists()
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get(ME).status_code == 401


def test_g28_cookie_and_both_tokens_are_dead_after_one_logout(
    ada: User, pair: Any, client: Client, call: Any, is_dead: Any
) -> None:
    client.force_login(ada)
    key = client.cookies["sessionid"].value
    sent = {"refresh_token": pair["refresh_token"]}
    assert call("POST", LOGOUT, sent).status_code == 204
    client.cookies.clear()
    assert is_dead(pair)
    client.cookies["sessionid"] = key
    assert client.get(ME).status_code == 401


def test_g28_another_site_cannot_log_anybody_out(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert client.post(LOGOUT, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post(LOGOUT).status_code == 403
    assert client.get(ME).status_code == 200
    token = "a" * 32
    client.cookies["csrftoken"] = token
    own = {"origin": "http://testserver", "x-csrftoken": token}
    assert client.post(LOGOUT, headers=own).status_code == 204


def test_g28_a_logout_that_names_nothing_is_400(refused: Any, db: None) -> None:
    said = "Send the refresh token, the access token, or the session's cookie."
    assert refused("POST", LOGOUT) == (400, said, [])
    assert refused("POST", LOGOUT, {}) == (400, said, [])
    assert refused("POST", LOGOUT, {"token": "x"})[0] == 400


@pytest.mark.parametrize("token", ["x", f"{32 * '0'}.x"])
def test_g28_a_logout_by_a_token_that_is_not_good_says_nothing(
    pair: Any, call: Any, is_dead: Any, token: str
) -> None:
    """As RFC 7009, 2.2 has it: what the client wanted is so."""
    assert call("POST", LOGOUT, {"refresh_token": token}).status_code == 204
    assert not is_dead(pair)


def test_g28_a_logout_twice_is_204_or_401(pair: Any, call: Any) -> None:
    sent = {"refresh_token": pair["refresh_token"]}
    ended_at = None
    for _ in range(2):
        assert call("POST", LOGOUT, sent).status_code == 204
        ended_at = ended_at or Login.objects.get().ended_at
        assert Login.objects.get().ended_at == ended_at
    assert call("POST", LOGOUT, **bearer(pair)).status_code == 401


def test_me_is_for_who_is_known(client: Client, ada: User, refused: Any) -> None:
    assert refused("GET", ME)[0] == 401
    client.force_login(ada)
    answer = client.get(ME)
    assert (answer.status_code, answer.json()) == (
        200,
        {"id": ada.pk, "email": EMAIL, "name": "Ada"},
    )


def test_the_admin_routes_take_a_token_of_staff(ada: User, pair: Any, call: Any) -> None:
    assert call("GET", "/api/admin/stats", **bearer(pair)).status_code == 403
    User.objects.update(is_staff=True)
    assert call("GET", "/api/admin/stats", **bearer(pair)).status_code == 200


def test_the_admin_shows_logins_and_none_of_their_hashes(ada: User, pair: Any) -> None:
    User.objects.update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(ada)
    login = Login.objects.get()
    for page in ("", f"{login.pk}/change/"):
        shown = client.get(f"/admin/accounts/login/{page}")
        assert shown.status_code == 200
        text = shown.content.decode()
        assert not any(hash in text for hash in (login.refresh_hash, login.session_auth_hash))
    assert client.get("/admin/accounts/login/add/").status_code == 403
