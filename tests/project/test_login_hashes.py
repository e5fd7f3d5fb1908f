"""Hashes that are older, come from elsewhere, or are broken."""

from __future__ import annotations

import logging
from typing import Any

import bcrypt
import pytest
from django.contrib.auth.hashers import BCryptSHA256PasswordHasher, make_password
from django.test import Client

import project.settings
from project.accounts.models import User

from .conftest import EMAIL, PASSWORD
from .hashers import QUICK

WRONG = (401, "The email or the password is wrong.", [])

# Of "abc", by jBCrypt's own test vectors.
ABC = "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"
SHA256 = "bcrypt_sha256$$2b$04$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"

MALFORMED = [
    "",
    "x",
    "bcrypt_sha256",
    "bcrypt_sha256$",
    "bcrypt_sha256$$2b$04$",
    "bcrypt_sha256$$2b$04$tooshort",
    "bcrypt_sha256$$2b$99$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i",
    "bcrypt_sha256$$2b$xx$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i",
    "bcrypt_sha256$$9z$04$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i",
    "bcrypt_sha256$$2b$04$If6bvum7DFjUnE9p2uDeDu\u00e9YHzrHM6tf.iqN8.yx.jNN1ILEf7h0",
    "bcrypt$$2b$04$",
    "bcrypt$2b",
    "pbkdf2_sha256$many$salt$hash",
    "pbkdf2_sha256$99999999999999999999$salt$hash",
    "scrypt$3$salt$8$1$hash",
    "unknown$$hash",
    ABC,  # not told to be bcrypt's
]


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user(EMAIL, None)


def store(user: User, hash: str) -> None:
    user.password = hash
    user.save(update_fields=["password"])


def stored(user: User) -> str:
    user.refresh_from_db()
    return str(user.password)


def test_g17_a_hash_of_less_work_is_made_anew_at_login(
    ada: User, log_in: Any, refused: Any, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = project.settings.PASSWORD_HASHERS
    old = BCryptSHA256PasswordHasher().encode(PASSWORD, bcrypt.gensalt(10))
    store(ada, old)
    assert log_in(password="another sentence").status_code == 401
    assert stored(ada) == old
    assert log_in().status_code == 200
    new = stored(ada)
    assert (old[:21], new[:21]) == ("bcrypt_sha256$$2b$10$", "bcrypt_sha256$$2b$12$")
    assert log_in().status_code == 200
    assert stored(ada) == new


@pytest.mark.parametrize("algorithm", ["pbkdf2_sha256", "scrypt"])
def test_g17_a_hash_of_another_kind_is_made_anew_at_login(
    ada: User, log_in: Any, settings: Any, algorithm: str
) -> None:
    settings.PASSWORD_HASHERS = [*QUICK, *project.settings.PASSWORD_HASHERS[1:3]]
    store(ada, make_password(PASSWORD, hasher=algorithm))
    assert log_in(password="another sentence").status_code == 401
    assert log_in().status_code == 200
    assert stored(ada).startswith("bcrypt_sha256$$2b$06$")


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
def test_g17_a_hash_from_elsewhere_lets_in_and_is_made_anew(
    ada: User, log_in: Any, settings: Any, prefix: str
) -> None:
    settings.PASSWORD_HASHERS = QUICK
    store(ada, f"bcrypt{prefix.join(['$', ABC[4:]])}")
    assert log_in(password="abcd").status_code == 401
    assert log_in(password="abc").status_code == 200
    assert stored(ada).startswith("bcrypt_sha256$$2b$")
    assert log_in(password="abc").status_code == 200


def test_g17_the_sites_own_settings_read_hashes_from_elsewhere(ada: User, settings: Any) -> None:
    settings.PASSWORD_HASHERS = project.settings.PASSWORD_HASHERS
    store(ada, f"bcrypt${ABC}")
    assert ada.check_password("abc")


@pytest.mark.parametrize("hash", MALFORMED)
def test_g17_a_malformed_hash_lets_nobody_in_and_is_logged(
    ada: User, client: Client, refused: Any, settings: Any, caplog: Any, hash: str
) -> None:
    settings.PASSWORD_HASHERS = [*QUICK, *project.settings.PASSWORD_HASHERS[1:3]]
    store(ada, hash)
    sent = {"email": EMAIL, "password": PASSWORD}
    assert refused("POST", "/api/auth/login", sent) == WRONG
    (record,) = [each for each in caplog.records if each.name == "project.accounts.models"]
    assert (record.levelno, record.args[0]) == (logging.ERROR, ada.pk)  # type: ignore[index]
    # No part of a hash, and no password.
    assert not any(part in record.getMessage() for part in (PASSWORD, "If6bvum", "many", "9z"))
    assert stored(ada) == hash


def test_g17_a_malformed_hash_is_no_error_of_the_admin(ada: User, client: Client) -> None:
    store(ada, MALFORMED[3])
    page = client.post("/admin/login/", {"username": EMAIL, "password": PASSWORD})
    assert (page.status_code, "sessionid" in page.cookies) == (200, False)


def test_g17_no_damage_to_a_hash_raises(ada: User, settings: Any) -> None:
    """Cut short anywhere, or with another character anywhere but in its cost."""
    settings.PASSWORD_HASHERS = QUICK
    for good in (SHA256, f"bcrypt${ABC.replace('06', '04')}"):
        cost = good.index("04")
        ada.password = good
        damaged = [good[:end] for end in range(0, len(good), 4)]
        damaged += [
            good[:at] + other + good[at + 1 :]
            for at in range(0, len(good), 5)
            for other in "$\0\u00e9"
            if at not in (cost, cost + 1)
        ]
        for hash in damaged:
            ada.password = hash
            assert ada.check_password(PASSWORD) is False, hash


def test_g01_a_password_over_72_bytes_is_wrong_for_a_hash_from_elsewhere(
    ada: User, refused: Any, settings: Any
) -> None:
    """Plain bcrypt takes no more; whoever stored the hash has cut it off, or refused it."""
    settings.PASSWORD_HASHERS = QUICK
    long = 72 * "x"
    store(ada, "bcrypt$" + bcrypt.hashpw(long.encode(), bcrypt.gensalt(4)).decode())
    for password in (f"{long}y", f"{long}é", 1024 * "x"):
        sent = {"email": EMAIL, "password": password}
        assert refused("POST", "/api/auth/login", sent) == WRONG


async def check_in_a_loop(user: User, password: str) -> bool:
    return await user.acheck_password(password)


@pytest.mark.django_db(transaction=True)
def test_g17_an_async_check_knows_the_same(settings: Any) -> None:
    from asgiref.sync import async_to_sync

    settings.PASSWORD_HASHERS = QUICK
    user = User(email=EMAIL, password=MALFORMED[3])
    assert async_to_sync(check_in_a_loop)(user, PASSWORD) is False
    user.set_password(PASSWORD)
    assert async_to_sync(check_in_a_loop)(user, PASSWORD) is True
