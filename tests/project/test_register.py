"""register, and the rule of one email per user behind it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

import project.settings
from project.accounts.models import User

pytestmark = pytest.mark.django_db

EMAIL = "ada@example.com"
PASSWORD = "a long sentence"


def given(**changes: Any) -> dict[str, Any]:
    fields = {"email": EMAIL, "password": PASSWORD, **changes}
    return {name: value for name, value in fields.items() if value is not Ellipsis}


def test_a_new_address_is_registered_once(call: Any, refused: Any) -> None:
    response = call("POST", "/api/register", given())
    assert (response.status_code, response.json()) == (201, {"status": "registered"})
    assert refused("POST", "/api/register", given()) == (409, "Email already registered", [])
    user = User.objects.get()
    assert (user.email, user.check_password(PASSWORD)) == (EMAIL, True)
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, False, False)


@pytest.mark.parametrize("email", ["ADA@EXAMPLE.COM", "Ada@example.com", "ada@Example.com"])
def test_an_address_in_another_case_is_the_same_one(refused: Any, email: str) -> None:
    User.objects.create_user(email, PASSWORD)
    assert refused("POST", "/api/register", given()) == (409, "Email already registered", [])
    assert User.objects.count() == 1


def test_the_password_is_stored_as_a_bcrypt_hash_and_never_shown(call: Any, settings: Any) -> None:
    settings.PASSWORD_HASHERS = project.settings.PASSWORD_HASHERS
    long = "ä" * 60  # beyond the 72 bytes that plain bcrypt takes
    response = call("POST", "/api/register", given(password=long))
    assert response.status_code == 201
    user = User.objects.get()
    assert user.password.startswith("bcrypt_sha256$$2b$12$")
    assert (user.check_password(long), user.check_password(long[:-1])) == (True, False)
    assert long not in response.content.decode() + str(response.headers)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"email": ...}, "The body has no 'email'."),
        ({"password": ...}, "The body has no 'password'."),
        ({"email": ..., "password": ...}, "The body has no 'email'."),
        ({"email": ""}, "'email' is empty."),
        ({"password": ""}, "'password' is empty."),
        ({"password": None}, "'password' is empty."),
    ],
)
def test_a_missing_field_is_400_and_named(
    refused: Any, changes: dict[str, Any], detail: str
) -> None:
    assert refused("POST", "/api/register", given(**changes)) == (400, detail, [])
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"email": 1}, "/email"),
        ({"email": [EMAIL]}, "/email"),
        ({"email": "ada"}, "/email"),
        ({"email": "ada@"}, "/email"),
        ({"email": "a\nda@example.com"}, "/email"),
        ({"email": "ada@exam\nple.com"}, "/email"),
        ({"email": f"{EMAIL}\0"}, "/email"),
        ({"email": f"{250 * 'a'}@example.com"}, "/email"),
        ({"password": 12345678}, "/password"),
        ({"password": True}, "/password"),
        ({"password": "short"}, "/password"),
        ({"password": "password1"}, "/password"),
        ({"password": "1827364550"}, "/password"),
        ({"password": EMAIL}, "/password"),
        ({"password": f"{PASSWORD}\0"}, "/password"),
        ({"password": 1025 * "a"}, "/password"),
        ({"password": 600 * "ä"}, "/password"),
    ],
)
def test_a_bad_field_is_422_and_named(refused: Any, changes: dict[str, Any], pointer: str) -> None:
    status, _, pointers = refused("POST", "/api/register", given(**changes))
    assert (status, set(pointers)) == (422, {pointer})
    assert not User.objects.exists()


def test_blanks_around_an_address_are_none_of_it(call: Any, refused: Any) -> None:
    response = call("POST", "/api/register", given(email=f"  {EMAIL}\n"))
    assert (response.status_code, User.objects.get().email) == (201, EMAIL)
    assert refused("POST", "/api/register", given())[0] == 409


def test_a_lone_surrogate_is_no_text(client: Client) -> None:
    body = r'{"email": "ada@example.com", "password": "a long \ud800 sentence"}'
    response = client.post("/api/register", body, content_type="application/json")
    assert response.status_code == 400
    assert not User.objects.exists()


@pytest.mark.parametrize("value", [[], "x", 1, None])
def test_a_body_that_is_no_object_is_400(client: Client, value: Any) -> None:
    response = client.post("/api/register", value, content_type="application/json")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_post_alone_registers(call: Any, method: str) -> None:
    response = call(method, "/api/register", given())
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")


def test_the_database_itself_refuses_a_second_spelling() -> None:
    User.objects.create_user(EMAIL)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="ADA@example.com")])


def test_users_without_an_email_are_as_many_as_you_like() -> None:
    User.objects.create_user(name="one")
    User.objects.create_user(email="", name="two")
    assert list(User.objects.values_list("email", flat=True)) == [None, None]


def test_a_registered_user_logs_in_by_the_address_in_any_case(call: Any, client: Client) -> None:
    call("POST", "/api/register", given())
    assert client.login(username="ADA@example.com", password=PASSWORD)


def test_a_superuser_needs_an_email() -> None:
    with pytest.raises(ValueError, match="A superuser logs in by email"):
        User.objects.create_superuser("")


def test_the_admin_shows_users_and_feedback_to_a_superuser(client: Client) -> None:
    client.force_login(User.objects.create_superuser(EMAIL, PASSWORD))
    for page in ("", "accounts/user/", "accounts/user/add/", "feedback/feedback/"):
        assert client.get(f"/admin/{page}").status_code == 200


def test_the_migrations_say_all_that_the_models_do() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
