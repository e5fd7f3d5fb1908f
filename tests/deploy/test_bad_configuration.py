"""Settings that no server should start with, and the command that finds the others."""

from __future__ import annotations

import subprocess

import pytest

from tests.live.servers import PRODUCTION, manage

from .manifests import CONTAINERS, REPOSITORY, variables

SECURE: dict[str, str] = {
    **{name: value for name, value in PRODUCTION.items() if name != "SECURE_SSL_REDIRECT"},
    "ALLOWED_HOSTS": "example.com",
    "DATABASE_URL": "postgres://fileapi:secret@db.example/fileapi",
    "REDIS_URL": "redis://:secret@redis.example/0",
    "CACHE_URL": "redis://:secret@redis.example/1",
    # What else runs below the domain is the operator's to say.
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": "on",
    "SECURE_HSTS_PRELOAD": "on",
}


def check(**env: str | None) -> subprocess.CompletedProcess[str]:
    """Run check --deploy with production's variables and these; None takes one away."""
    given = {name: value for name, value in {**SECURE, **env}.items() if value is not None}
    return manage("check", "--deploy", "--fail-level", "WARNING", **given)


def test_i22_production_is_clean() -> None:
    done = check()
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("platform", CONTAINERS)
def test_i22_what_a_platform_is_told_is_clean(platform: str) -> None:
    given = {name: value for name, value in variables(CONTAINERS[platform]).items() if value}
    done = check(**given)
    assert done.returncode == 0, done.stderr


REFUSED = {
    "no SECRET_KEY": ({"SECRET_KEY": None, "DEBUG": "off"}, "SECRET_KEY is not set"),
    "an empty SECRET_KEY": ({"SECRET_KEY": ""}, "SECRET_KEY is empty"),
    "a short SECRET_KEY": ({"SECRET_KEY": "s" * 31}, "SECRET_KEY has 31 characters"),
    "no ALLOWED_HOSTS": ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set"),
    "any host": ({"ALLOWED_HOSTS": "example.com,*"}, "ALLOWED_HOSTS has '*'"),
    "any origin": ({"CORS_ALLOWED_ORIGINS": "*"}, "CORS_ALLOWED_ORIGINS names '*'"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_i22_nothing_starts_with(fault: str) -> None:
    env, message = REFUSED[fault]
    done = check(**env)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert message in last
    secret = env.get("SECRET_KEY")
    assert not secret or secret not in done.stderr


FOUND = {
    "DEBUG": ({"DEBUG": "on"}, "security.W018"),
    "a SECRET_KEY of one letter": ({"SECRET_KEY": "s" * 60}, "security.W009"),
    "a weak JWT_SECRET": ({"JWT_SECRET": "secret"}, "JWT"),
    "no redirect to TLS": ({"SECURE_SSL_REDIRECT": "off"}, "security.W008"),
    "cookies without TLS": ({"SECURE_COOKIES": "off"}, "security.W012"),
    "no HSTS": ({"SECURE_HSTS_SECONDS": "0"}, "security.W004"),
    "each process counting for itself": ({"REDIS_URL": None}, "fileapi.W004"),
}


@pytest.mark.parametrize("fault", FOUND)
def test_i22_the_check_fails_for(fault: str) -> None:
    env, message = FOUND[fault]
    done = check(**env)
    assert done.returncode != 0
    assert message in done.stderr


def test_i22_the_migration_of_every_release_begins_with_the_check() -> None:
    for path in ("docker-compose.yml", "deploy/kubernetes/migrate.yaml"):
        text = (REPOSITORY / path).read_text()
        assert "python manage.py check --deploy && python manage.py migrate" in text
