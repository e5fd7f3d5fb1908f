"""What the database holds when something fails, and what the admin may do with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from project.accounts.models import User
from project.oauth.models import Identity

from .conftest import Browser, parameters
from .faulty import Faulty, sign

pytestmark = pytest.mark.django_db


def test_g26_a_database_that_fails_half_way_leaves_no_account(faulty: Faulty) -> None:
    browser = Browser()
    sent = parameters(browser.start("faulty"))
    faulty.id_token = sign(faulty.claims(nonce=sent["nonce"]))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER fails BEFORE INSERT ON oauth_identity "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    answer = browser.back(f"/api/auth/faulty/callback?state={sent['state']}&code=a")
    assert answer.status_code == 500
    assert not User.objects.exists()
    assert browser.user_id is None


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.com", "a long sentence"))
    return client


@pytest.fixture
def identity() -> Identity:
    user = User.objects.create_user("ada@example.com")
    return Identity.objects.create(user=user, issuer="https://acme.example", subject="ada")


def test_the_admin_shows_identities_and_changes_none(admin: Client, identity: Identity) -> None:
    page = f"/admin/oauth/identity/{identity.pk}/change/"
    assert b"https://acme.example" in admin.get("/admin/oauth/identity/").content
    assert admin.get(page).status_code == 200
    changed: dict[str, Any] = {"user": 1, "issuer": "https://evil.example", "subject": "eve"}
    assert admin.post(page, changed).status_code == 403
    assert admin.post("/admin/oauth/identity/add/", changed).status_code == 403
    identity.refresh_from_db()
    assert identity.subject == "ada"


def test_the_admin_takes_a_login_away(admin: Client, identity: Identity) -> None:
    page = f"/admin/oauth/identity/{identity.pk}/delete/"
    assert admin.post(page, {"post": "yes"}).status_code == 302
    assert not Identity.objects.exists()
    assert User.objects.filter(email="ada@example.com").exists()


def test_the_admin_deletes_a_user_with_identities(admin: Client, identity: Identity) -> None:
    page = f"/admin/accounts/user/{identity.user_id}/delete/"
    assert admin.post(page, {"post": "yes"}).status_code == 302
    assert not Identity.objects.exists()
