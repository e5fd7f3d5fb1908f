"""register, and the rule of one email per user behind it."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

import project.settings
from project.accounts.models import User

from .conftest import EMAIL, PASSWORD
from .hashers import COUNTED, Counted

pytestmark = pytest.mark.django_db


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
def test_g09_an_address_in_another_case_is_the_same_one(refused: Any, email: str) -> None:
    User.objects.create_user(email, PASSWORD)
    assert refused("POST", "/api/register", given()) == (409, "Email already registered", [])
    assert User.objects.count() == 1


def test_g01_the_password_is_stored_as_a_bcrypt_hash_and_never_shown(
    call: Any, settings: Any
) -> None:
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


def test_g11_blanks_around_an_address_are_none_of_it(call: Any, refused: Any) -> None:
    response = call("POST", "/api/register", given(email=f"  {EMAIL}\n"))
    assert (response.status_code, User.objects.get().email) == (201, EMAIL)
    assert refused("POST", "/api/register", given())[0] == 409


@pytest.mark.parametrize(
    "email",
    [
        "m\u0131ke@example.org",  # dotless i, an I in capitals
        "mi\u212ae@example.org",  # Kelvin sign, a k in small letters
        "mike\u017f@example.org",  # long s, an S in capitals
        "stra\u00dfe@example.org",
        "\uff4dike@example.org",  # full width
        "mike@ex\u00e4mple.org",
        "mike@\uff45xample.org",
        "mike@stra\u00dfe.example",  # another domain in IDNA 2003 than in 2008
    ],
)
def test_g10_an_address_in_other_letters_than_ascii_is_refused(refused: Any, email: str) -> None:
    User.objects.create_user("mike@example.org", PASSWORD)
    assert refused("POST", "/api/register", given(email=email))[2][:1] == ["/email"]
    assert refused("POST", "/api/users", {"name": "Mike", "email": email})[2][:1] == ["/email"]
    assert list(User.objects.values_list("email", flat=True)) == ["mike@example.org"]


def test_g10_the_admin_refuses_such_an_address_too(client: Client) -> None:
    client.force_login(User.objects.create_superuser(EMAIL, PASSWORD))
    form = {"email": "m\u0131ke@example.org", "usable_password": "false"}
    page = client.post("/admin/accounts/user/add/", form)
    assert (page.status_code, User.objects.count()) == (200, 1)
    assert "in ASCII" in page.content.decode()


@pytest.mark.parametrize(
    "email",
    [
        "a@b.com\r\nBcc:victim@example.com",
        "a@b.com\nBcc: victim@example.com",
        "a\r@b.com",
        "a@b.com,victim@example.com",
        "a@b.com;victim@example.com",
        "Ada <ada@example.com>",
        "<ada@example.com>",
        "a@b@c.com",
        "a@[127.0.0.1]",
        "a@[IPv6:::1]",
        "a@127.0.0.1",
        "a@b",
        "a@-b.com",
        "a@b..com",
        "a b@c.com",
        '"a b"@c.com',
        '"\x01"@c.com',
        "a@b.com\0",
        "\0a@b.com",
        "a%00@b\0.com",
        "@b.com",
        f"{308 * 'a'}@example.com",
        f"{245 * 'a'}@example.com",  # 257 characters
        f"a@{63 * 'b'}.{63 * 'b'}.{63 * 'b'}.{63 * 'b'}.com",
    ],
)
def test_g11_what_is_no_address_of_a_mailbox_is_refused(refused: Any, email: str) -> None:
    assert refused("POST", "/api/register", given(email=email))[2][:1] == ["/email"]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("email", "stored"),
    [
        ("a@b.com\n", "a@b.com"),
        ("Ada.Lovelace+tag@EXAMPLE.com", "Ada.Lovelace+tag@example.com"),
        ("o'hara@example.com", "o'hara@example.com"),
        ("ada@xn--exmple-cua.org", "ada@xn--exmple-cua.org"),
        (f"{64 * 'a'}@{63 * 'b'}.{63 * 'b'}.{57 * 'b'}.com", None),  # 254 characters
    ],
)
def test_g11_an_address_is_stored_in_one_way(call: Any, email: str, stored: str | None) -> None:
    assert call("POST", "/api/register", given(email=email)).status_code == 201
    assert User.objects.get().email == (stored or email)


@pytest.mark.parametrize("form", [False, True])
def test_g12_a_body_sets_no_field_but_its_own(call: Any, client: Client, form: bool) -> None:
    more = {
        "id": 4711,
        "pk": 4711,
        "is_staff": True,
        "is_superuser": True,
        "is_active": False,
        "name": "Root",
        "password_hash": "x",
        "email_verified": True,
        "date_joined": "2001-01-01",
        "last_login": "2001-01-01",
        "groups": [1],
    }
    if form:
        response = client.post("/api/register", given(**more))
    else:
        response = call("POST", "/api/register", given(**more))
    assert (response.status_code, response.json()) == (201, {"status": "registered"})
    user = User.objects.get()
    assert user.pk != 4711
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, False, False)
    assert (user.name, user.last_login, user.date_joined.year > 2001) == ("", None, True)
    assert (user.check_password(PASSWORD), user.groups.exists()) == (True, False)


def test_g12_a_user_who_is_made_without_a_password_sets_none_either(call: Any) -> None:
    sent = {"name": "Ada", "password": PASSWORD, "is_staff": True, "is_superuser": True, "id": 4711}
    assert call("POST", "/api/users", sent).status_code == 201
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.pk != 4711) == (False, False, True)
    assert not user.has_usable_password()


def test_g14_the_3000_commonest_passwords_of_eight_characters_are_refused(
    call: Any, settings: Any, forget_counts: Any
) -> None:
    settings.PASSWORD_HASHERS = COUNTED
    Counted.made = 0
    with gzip.open(CommonPasswordValidator().DEFAULT_PASSWORD_LIST_PATH, "rt") as file:
        common = [line.strip() for line in file if len(line.strip()) >= 8][:3000]
    assert {"password1", "12345678", "qwertyuiop", "iloveyou", "1q2w3e4r5t"} <= set(common[:100])
    assert len(common) == 3000
    for number, password in enumerate(common):
        forget_counts()
        sent = given(password=password.upper() if number % 2 else password)
        answer = call("POST", "/api/register", sent)
        assert (answer.status_code, "common" in answer.content.decode()) == (422, True), password
    assert (Counted.made, User.objects.exists()) == (0, False)


@pytest.mark.parametrize("password", ["a", "1234567", "\u00e9\u00e9\u00e9\u00e9", "x1!Yz7#"])
def test_g14_seven_characters_are_too_few(refused: Any, password: str) -> None:
    assert refused("POST", "/api/register", given(password=password))[2][:1] == ["/password"]


@pytest.mark.parametrize(
    "password",
    [
        "correcthorsebatterystaple",
        "CORRECTHORSEBATTERYSTAPLE",
        "bbbbbbbbbbbbbbbbbbbbbbb",
        "!!!???!!!???",
        "\u00a1 \u00bf \u00a1 \u00bf \u00a1",
        "\u6b63\u78ba\u306a\u99ac\u306e\u96fb\u6c60\u91dd",
        "\U0001f40e\U0001f50b\U0001f4ce\U0001f40e\U0001f50b\U0001f4ce\U0001f40e\U0001f50b",
    ],
)
def test_g14_no_kinds_of_characters_are_asked_for(call: Any, password: str) -> None:
    assert call("POST", "/api/register", given(password=password)).status_code == 201


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


def test_g09_the_database_itself_refuses_a_second_spelling() -> None:
    User.objects.create_user(EMAIL)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="ADA@example.com")])


def test_users_without_an_email_are_as_many_as_you_like() -> None:
    User.objects.create_user(name="one")
    User.objects.create_user(email="", name="two")
    assert list(User.objects.values_list("email", flat=True)) == [None, None]


def test_g09_a_registered_user_logs_in_by_the_address_in_any_case(
    call: Any, client: Client
) -> None:
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
