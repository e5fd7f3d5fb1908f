"""Of many registrations of one address at once, the database lets exactly one through."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Any

import psycopg
import pytest

from .client import JSON, at_once
from .servers import PRODUCTION, Server, manage

KINDS = {"gunicorn": {"WEB_CONCURRENCY": "2", "THREADS": "8"}, "uvicorn": {}}


@pytest.fixture(scope="module")
def migrated_url(postgres_url: str) -> str:
    migrated = manage("migrate", "--verbosity=0", DATABASE_URL=postgres_url)
    assert migrated.returncode == 0, migrated.stderr
    return postgres_url


@pytest.fixture(params=KINDS, scope="module")
def site(request: pytest.FixtureRequest, server: Any, migrated_url: str) -> Server:
    own = KINDS[request.param]
    # With the real hash most of the time goes by before the race.
    quick = {"DJANGO_SETTINGS_MODULE": "tests.live.quick_settings"}
    # The test is a proxy too: one address alone may not register so often.
    quick["FILEAPI_TRUSTED_PROXIES"] = "127.0.0.1"
    return server(request.param, {"DATABASE_URL": migrated_url, **PRODUCTION, **own, **quick})


def register_at_once(site: Server, emails: list[str]) -> Counter[tuple[int, str | None, str]]:
    """Return how often each answer came, as status, content type and what it says."""

    def register(numbered: tuple[int, str]) -> tuple[int, str | None, str]:
        number, email = numbered
        body = json.dumps({"email": email, "password": "a long sentence"})
        headers = {**JSON, "X-Forwarded-For": f"198.51.100.{number}"}
        answer = site.ask("POST", "/api/register", body, headers, timeout=60)
        # Half of the threads may hash; who is told to come again does.
        for _ in range(100):
            if answer.status != 503:
                break
            time.sleep(0.05)
            answer = site.ask("POST", "/api/register", body, headers, timeout=60)
        said = answer.json()
        return answer.status, answer.content_type, said.get("detail") or said["status"]

    return Counter(at_once(register, enumerate(emails)))


def expected(refused: int) -> Counter[tuple[int, str | None, str]]:
    return Counter(
        {
            (201, "application/json", "registered"): 1,
            (409, "application/problem+json", "Email already registered"): refused,
        }
    )


def rows(url: str, email: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM accounts_user WHERE lower(email) = lower(%s)", [email]
        ).fetchone()
    assert found is not None
    return int(found[0])


def test_g08_one_of_50_registrations_of_one_address_wins(site: Server, migrated_url: str) -> None:
    email = f"one-{site.kind}@example.com"
    assert register_at_once(site, 50 * [email]) == expected(refused=49)
    assert rows(migrated_url, email) == 1


def test_addresses_that_differ_only_in_case_are_one(site: Server, migrated_url: str) -> None:
    email = f"many-{site.kind}@example.com"
    upper_at = range(len("many"))
    variants = [email[:n] + email[n].upper() + email[n + 1 :] for n in upper_at]
    spellings = [email, email.upper(), email.title(), *variants]
    assert register_at_once(site, spellings) == expected(refused=len(spellings) - 1)
    assert rows(migrated_url, email) == 1
