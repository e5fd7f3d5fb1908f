"""Whose key it is: nobody gets another's answer."""

from __future__ import annotations

from typing import Any

import pytest

from fileapi.idempotency.models import IdempotencyKey
from project.accounts.models import User

from .conftest import ORDER, TEA

KNOWN = """
from rest_framework.authentication import BaseAuthentication
from fileapi import Config
from project.accounts.models import User
from project.orders.models import Order

class ByName(BaseAuthentication):
    def authenticate(self, request):
        name, _, _ = request.headers.get("Authorization", "").partition(" ")
        user = User.objects.filter(name=name).first()
        return (user, None) if user else None

config = Config(auth=[ByName], idempotent=True)

def POST(req, body):
    Order.objects.create(item=body["item"])
    return {"for": req.user.name}
"""


@pytest.fixture
def people(transactional_db: None) -> list[User]:
    names = ("ada", "bob")
    return [User.objects.create_user(f"{name}@example.com", name=name) for name in names]


def by(token: str) -> dict[str, str]:
    return {"Authorization": token}


@pytest.mark.usefixtures("people")
def test_h22_the_same_key_of_two_users_is_two_effects_with_their_own_answers(
    api: Any, send: Any, effects: Any
) -> None:
    site = api({"a.py": KNOWN})
    for _ in range(2):
        assert send(site, headers=by("ada 1")).json() == {"for": "ada"}
        assert send(site, headers=by("bob 1")).json() == {"for": "bob"}
    assert effects() == 2


@pytest.mark.usefixtures("people")
def test_h22_a_user_with_a_new_token_gets_the_stored_answer(
    api: Any, send: Any, effects: Any
) -> None:
    site = api({"a.py": KNOWN})
    assert "Idempotency-Replayed" not in send(site, headers=by("ada 1")).headers
    assert send(site, headers=by("ada 2")).headers["Idempotency-Replayed"] == "true"
    assert effects() == 1


def test_h22_a_key_opens_no_guard(api: Any, send: Any, effects: Any, people: list[User]) -> None:
    site = api({"a.py": KNOWN})
    send(site, headers=by("ada 1"))
    assert send(site).status_code == 401
    people[0].delete()
    assert send(site, headers=by("ada 1")).status_code == 401
    assert effects() == 1


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": "Bearer other"}, {"Cookie": "sessionid=other"}],
    ids=["Authorization", "session"],
)
def test_h22_where_nobody_is_known_other_credentials_are_another_client(
    api: Any, send: Any, effects: Any, headers: dict[str, str]
) -> None:
    site = api({"a.py": ORDER})
    first, other = send(site), send(site, headers=headers)
    site.async_client.cookies.clear()  # Django ends the session that is none
    again = send(site, headers=headers)
    assert first.content != other.content == again.content
    assert effects() == 2


def test_another_cookie_than_the_session_makes_no_other_client(
    api: Any, send: Any, effects: Any
) -> None:
    site = api({"a.py": ORDER})
    first, second = (send(site, headers={"Cookie": f"seen={number}"}) for number in range(2))
    assert first.content == second.content
    assert effects() == 1


def test_h22_strangers_share_their_keys_and_learn_nothing_of_another_request(
    api: Any, send: Any, effects: Any
) -> None:
    site = api({"a.py": ORDER})
    first = send(site, REMOTE_ADDR="192.0.2.1")
    assert send(site, REMOTE_ADDR="192.0.2.2").content == first.content
    refused = send(site, json={"item": "guess"}, REMOTE_ADDR="192.0.2.2")
    assert (refused.status_code, refused.json()["detail"], effects()) == (
        422,
        "This Idempotency-Key has been used for another request.",
        1,
    )


def test_h22_a_session_of_djangos_binds_keys_to_its_user(
    api: Any, send: Any, effects: Any, people: list[User]
) -> None:
    site = api({"a.py": ORDER})
    answers = []
    for user in (people[0], people[1], people[0]):  # each time another session
        for client in (site.client, site.async_client):
            client.force_login(user)
        answers.append(send(site, headers={"Sec-Fetch-Site": "same-origin"}).content)
    assert answers[0] == answers[2] != answers[1]
    assert effects() == 2


def test_h22_neither_key_nor_body_nor_user_is_in_the_row(api: Any, send: Any, effects: Any) -> None:
    send(api({"a.py": ORDER}), "key-in-the-clear", headers=by("Bearer token-in-the-clear"))
    (row,) = IdempotencyKey.objects.values()
    stored = f"{row} {bytes(row['answer'])!r}"
    assert not any(each in stored for each in ("key-in", "token-in", TEA["item"], "Bearer"))
