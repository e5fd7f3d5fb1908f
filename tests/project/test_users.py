"""users, users/[id] and admin/stats."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from project.accounts.models import User
from project.feedback.models import Feedback

pytestmark = pytest.mark.django_db


def make(name: str, **fields: Any) -> User:
    return User.objects.create_user(name=name, **fields)


def test_a_created_user_is_listed_and_shown(call: Any) -> None:
    created = call("POST", "/api/users", {"name": "Andrea"})
    id = User.objects.get().pk
    andrea = {"id": id, "name": "Andrea"}
    assert (created.status_code, created.json()) == (201, andrea)
    assert call("GET", "/api/users").json() == [andrea]
    assert call("GET", f"/api/users/{id}").json() == andrea


def test_a_user_may_come_as_a_form_with_an_email(call: Any) -> None:
    response = call(
        "POST",
        "/api/users/",
        data="name=Andrea&email=andrea%40EXAMPLE.com",
        content_type="application/x-www-form-urlencoded",
    )
    user = User.objects.get()
    assert (response.status_code, response.json()) == (201, {"id": user.pk, "name": "Andrea"})
    assert (user.email, user.has_usable_password()) == ("andrea@example.com", False)


@pytest.mark.parametrize(
    ("value", "status", "pointers"),
    [
        ({}, 400, []),
        ({"name": ""}, 400, []),
        ({"name": "A", "email": ""}, 400, []),
        ([], 400, []),
        ({"name": 1}, 422, ["/name"]),
        ({"name": {"first": "A"}}, 422, ["/name"]),
        ({"name": "a\0"}, 422, ["/name"]),
        ({"name": 151 * "a"}, 422, ["/name"]),
        ({"name": "A", "email": "no address"}, 422, ["/email"]),
        ({"name": "A", "email": 1}, 422, ["/email"]),
    ],
)
def test_a_user_who_cannot_be_stored_is_refused(
    refused: Any, value: Any, status: int, pointers: list[str]
) -> None:
    got_status, _, got_pointers = refused("POST", "/api/users", value)
    assert (got_status, got_pointers) == (status, pointers)
    assert not User.objects.exists()


def test_two_users_may_share_a_name_but_no_email(call: Any, refused: Any) -> None:
    for email in ("a@example.com", "b@example.com"):
        assert call("POST", "/api/users", {"name": "Andrea", "email": email}).status_code == 201
    taken = refused("POST", "/api/users", {"name": "Zoë", "email": "A@Example.com"})
    assert taken == (409, "Email already registered", [])
    assert call("POST", "/api/users", {"name": "Andrea"}).status_code == 201
    assert call("POST", "/api/users", {"name": "Andrea"}).status_code == 201
    assert User.objects.count() == 4


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_another_method_is_405_with_allow(call: Any, method: str) -> None:
    several = call(method, "/api/users")
    one = call(method, "/api/users/1")
    assert (several.status_code, several["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert (one.status_code, one["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_the_list_has_id_and_name_and_no_more(call: Any) -> None:
    make("Andrea", email="andrea@example.com", password="a long sentence", is_staff=True)
    (row,) = call("GET", "/api/users").json()
    assert set(row) == {"id", "name"}


def test_the_list_goes_on_behind_an_id(call: Any) -> None:
    users = User.objects.bulk_create([User(name=f"user {number}") for number in range(150)])
    ids = [user.pk for user in users]
    first = [row["id"] for row in call("GET", "/api/users").json()]
    second = [row["id"] for row in call("GET", f"/api/users?after={first[-1]}").json()]
    assert (first, second) == (ids[:100], ids[100:])
    assert call("GET", f"/api/users?after={second[-1]}").json() == []


@pytest.mark.parametrize("after", ["x", "1.5", "", "1%20or%201=1", "%00", "9" * 5000])
def test_an_after_that_is_no_id_is_400(refused: Any, after: str) -> None:
    assert refused("GET", f"/api/users?after={after}")[0] == 400


@pytest.mark.parametrize("after", ["9223372036854775807", "9223372036854775808", "9" * 30])
def test_an_after_beyond_every_id_finds_nobody(call: Any, after: str) -> None:
    make("Andrea")
    assert call("GET", f"/api/users?after={after}").json() == []


@pytest.mark.parametrize("id", ["0", "999999", "9223372036854775808", "9" * 30, "abc", "-1", "1x"])
def test_nobody_is_404(refused: Any, id: str) -> None:
    assert refused("GET", f"/api/users/{id}")[0] == 404


def test_who_is_not_active_is_not_shown(call: Any, refused: Any) -> None:
    gone = make("Gone", is_active=False)
    assert call("GET", "/api/users").json() == []
    assert refused("GET", f"/api/users/{gone.pk}")[0] == 404


def test_the_statistics_ask_who_is_there(refused: Any) -> None:
    said = "Authentication credentials were not provided."
    assert refused("GET", "/api/admin/stats") == (401, said, [])


def test_a_401_says_how_to_authenticate(client: Client) -> None:
    assert client.get("/api/admin/stats")["WWW-Authenticate"] == 'Bearer realm="api"'


def test_the_statistics_are_for_staff_alone(client: Client, refused: Any) -> None:
    client.force_login(make("User", email="user@example.com"))
    said = "You do not have permission to perform this action."
    assert refused("GET", "/api/admin/stats") == (403, said, [])


def test_staff_sees_the_numbers(client: Client, call: Any) -> None:
    make("Gone", is_active=False)
    Feedback.objects.create(text="Great app!")
    client.force_login(make("Staff", email="staff@example.com", is_staff=True))
    response = call("GET", "/api/admin/stats")
    assert (response.status_code, response.json()) == (
        200,
        {"users": 2, "active_users": 1, "feedback": 1},
    )


def test_staff_with_a_wrong_method_gets_405(client: Client, call: Any) -> None:
    client.force_login(make("Staff", email="staff@example.com", is_staff=True))
    assert call("POST", "/api/admin/stats").status_code == 405
