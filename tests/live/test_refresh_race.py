"""Of many uses of one refresh token at once, the database lets exactly one through."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import Any

import psycopg
import pytest

from .client import JSON, Answer, at_once
from .servers import PRODUCTION, Server, manage

KINDS = {"gunicorn": {"WEB_CONCURRENCY": "2", "THREADS": "10"}, "uvicorn": {}}
AT_ONCE = 20
ROUNDS = 10

_addresses = itertools.count(1)


@pytest.fixture(scope="module")
def migrated_url(postgres_url: str) -> str:
    migrated = manage("migrate", "--verbosity=0", DATABASE_URL=postgres_url)
    assert migrated.returncode == 0, migrated.stderr
    return postgres_url


@pytest.fixture(params=KINDS, scope="module")
def site(request: pytest.FixtureRequest, server: Any, migrated_url: str) -> Server:
    env = {
        "DATABASE_URL": migrated_url,
        "DJANGO_SETTINGS_MODULE": "tests.live.quick_settings",
        "FILEAPI_TRUSTED_PROXIES": "127.0.0.1",  # each client comes from an address of its own
    }
    return server(request.param, {**PRODUCTION, **KINDS[request.param], **env})


def post(site: Server, path: str, value: dict[str, str]) -> Answer:
    headers = {**JSON, "X-Forwarded-For": f"192.0.2.{next(_addresses) % 250}"}
    return site.ask("POST", path, json.dumps(value), headers, timeout=60)


def log_in(site: Server, email: str) -> dict[str, str]:
    """Register somebody; return the tokens of a login."""
    sent = {"email": email, "password": "a long sentence"}
    assert post(site, "/api/register", sent).status == 201
    return dict(post(site, "/api/auth/login", sent).json())


def ends(url: str, email: str) -> list[bool]:
    """Return for each login of a user whether it has ended."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT ended_at IS NOT NULL FROM accounts_login JOIN accounts_user ON "
            "accounts_user.id = user_id WHERE email = %s",
            [email],
        ).fetchall()
    return [ended for (ended,) in rows]


@pytest.mark.parametrize("number", range(ROUNDS))
def test_f20_of_20_uses_at_once_one_wins_and_the_login_ends(
    site: Server, migrated_url: str, number: int
) -> None:
    email = f"{number}-{site.kind}@example.com"
    pair = log_in(site, email)
    old = {"refresh_token": pair["refresh_token"]}

    answers = at_once(lambda _: post(site, "/api/auth/refresh", old), range(AT_ONCE))

    assert Counter(answer.status for answer in answers) == {200: 1, 401: AT_ONCE - 1}
    assert ends(migrated_url, email) == [True]
    (won,) = [answer.json() for answer in answers if answer.status == 200]
    new = {"refresh_token": won["refresh_token"]}
    assert post(site, "/api/auth/refresh", new).status == 401
    for access in (pair["access_token"], won["access_token"]):
        bearer = {"Authorization": f"Bearer {access}"}
        assert site.ask("GET", "/api/auth/me", headers=bearer).status == 401


def test_f20_uses_of_20_logins_at_once_all_win(site: Server) -> None:
    """None waits for another, and none ends another."""
    pairs = [log_in(site, f"own-{n}-{site.kind}@example.com") for n in range(AT_ONCE)]

    def renew(pair: dict[str, str]) -> int:
        return post(site, "/api/auth/refresh", {"refresh_token": pair["refresh_token"]}).status

    assert at_once(renew, pairs) == AT_ONCE * [200]
