"""What the environment makes of the settings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
POSTGRES = "postgres://ada:p%40ss@db.example:5433/site"
SECRET_KEY = "$a-random-key-that-begins-with-a-dollar-sign-and-is-long-enough"
PRODUCTION = {"SECRET_KEY": SECRET_KEY, "ALLOWED_HOSTS": "example.com, www.example.com"}

SHOW = """
import json
from project import settings
names = [name for name in vars(settings) if name.isupper()]
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


def run(code: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=REPOSITORY,
        env={"PYTHONPATH": str(REPOSITORY), **env},
        capture_output=True,
        text=True,
        timeout=30,
    )


def settings(**env: str) -> dict[str, Any]:
    """Return the settings that a process with this environment alone has."""
    done = run(SHOW, **env)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def refusal(**env: str) -> str:
    """Return why the settings cannot be imported."""
    done = run(SHOW, **env)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    return last.removeprefix("django.core.exceptions.ImproperlyConfigured: ")


def test_with_nothing_set_it_is_a_workbench_on_sqlite() -> None:
    found = settings()
    database = found["DATABASES"]["default"]
    assert (found["DEBUG"], found["FILEAPI_LOAD"]) == (True, "lazy")
    assert found["ALLOWED_HOSTS"] == ["localhost", ".localhost", "127.0.0.1", "[::1]"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(REPOSITORY / "db.sqlite3")
    assert "SECURE_SSL_REDIRECT" not in found


def test_with_a_secret_key_it_is_production() -> None:
    found = settings(**PRODUCTION)
    assert {
        name: found[name] for name in found if name.startswith(("SECURE", "SESSION_C", "CSRF"))
    } == {
        "SECURE_SSL_REDIRECT": True,
        "SECURE_REDIRECT_EXEMPT": [r"^api/health/(live|ready)/?$"],
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
        "SECURE_HSTS_PRELOAD": False,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "CSRF_TRUSTED_ORIGINS": [],
    }
    assert (found["DEBUG"], found["SECRET_KEY"]) == (False, SECRET_KEY)
    assert found["ALLOWED_HOSTS"] == ["example.com", "www.example.com"]


@pytest.mark.parametrize("hosts", [{}, {"ALLOWED_HOSTS": ""}, {"ALLOWED_HOSTS": " , "}])
def test_a_secret_key_without_allowed_hosts_is_refused(hosts: dict[str, str]) -> None:
    assert refusal(SECRET_KEY=SECRET_KEY, **hosts) == (
        "ALLOWED_HOSTS is not set. Name the hosts that this site answers for, separated by "
        "commas: ALLOWED_HOSTS=example.com,www.example.com"
    )


def test_debug_off_without_a_secret_key_is_refused() -> None:
    assert refusal(DEBUG="off").startswith("DEBUG is off and SECRET_KEY is not set. Set it to")


def test_an_empty_secret_key_is_refused() -> None:
    assert refusal(SECRET_KEY="").startswith("SECRET_KEY is empty. Set it to a long random string")


def test_debug_can_be_turned_on_beside_a_secret_key() -> None:
    assert settings(**PRODUCTION, DEBUG="on")["DEBUG"] is True


def test_a_proxy_header_is_trusted_only_where_it_is_named() -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in settings(**PRODUCTION)
    named = settings(**PRODUCTION, SECURE_PROXY_SSL_HEADER="HTTP_X_FORWARDED_PROTO,https")
    assert named["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


ALWAYS = {
    "connection_class": "<class 'project.database.TimedConnection'>",
    "reconnect_timeout": 2.0,
}


def test_a_postgresql_url_brings_a_pool() -> None:
    database = settings(DATABASE_URL=POSTGRES)["DATABASES"]["default"]
    assert {
        name: database[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")
    } == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "site",
        "USER": "ada",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": 5433,
    }
    assert database["OPTIONS"] == {
        "connect_timeout": 2,
        "pool": {**ALWAYS, "min_size": 2, "max_size": 10, "timeout": 1.0},
    }
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (0, True)


@pytest.mark.parametrize(
    ("env", "pool"),
    [
        ({"DB_POOL_MAX": "1"}, {"min_size": 1, "max_size": 1, "timeout": 1.0}),
        ({"DB_POOL_MIN": "0"}, {"min_size": 0, "max_size": 10, "timeout": 1.0}),
        (
            {"DB_POOL_MIN": "4", "DB_POOL_MAX": "20", "DB_POOL_TIMEOUT": "2.5"},
            {"min_size": 4, "max_size": 20, "timeout": 2.5},
        ),
    ],
)
def test_the_pool_has_the_size_that_the_environment_says(
    env: dict[str, str], pool: dict[str, float]
) -> None:
    database = settings(DATABASE_URL=POSTGRES, **env)["DATABASES"]["default"]
    assert database["OPTIONS"]["pool"] == {**ALWAYS, **pool}


@pytest.mark.parametrize(
    "env",
    [
        {"DB_POOL": "off"},
        {"DB_POOL": "0"},
        {"AWS_LAMBDA_FUNCTION_NAME": "site"},
        {"VERCEL": "1"},
        {"VERCEL": "1", "DB_POOL": "on"},
    ],
)
def test_without_a_pool_each_request_has_a_connection_of_its_own(env: dict[str, str]) -> None:
    database = settings(DATABASE_URL=POSTGRES, **env)["DATABASES"]["default"]
    assert "pool" not in database["OPTIONS"]
    assert database["CONN_MAX_AGE"] == 0


def test_a_statement_has_no_time_limit_unless_the_environment_says_so() -> None:
    def options(**env: str) -> Any:
        database = settings(**{"DATABASE_URL": POSTGRES, **env})["DATABASES"]["default"]
        return database["OPTIONS"].get("options")

    assert options() is options(DB_STATEMENT_TIMEOUT="0") is None
    assert options(DB_STATEMENT_TIMEOUT="1.5") == "-c statement_timeout=1500"
    given = f"{POSTGRES}?options=-c%20work_mem=8MB"
    assert options(DB_STATEMENT_TIMEOUT="2", DATABASE_URL=given) == (
        "-c statement_timeout=2000 -c work_mem=8MB"
    )


@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
def test_a_server_sets_a_time_limit_for_statements_and_commands_have_none(kind: str) -> None:
    code = "import sys, importlib; importlib.import_module(sys.argv[1]); "
    code += "from django.conf import settings; print(settings.DB_STATEMENT_TIMEOUT)"
    assert run(code, f"project.{kind}").stdout == "1.5\n"
    assert run(code, f"project.{kind}", DB_STATEMENT_TIMEOUT="0").stdout == "0.0\n"
    assert settings()["DB_STATEMENT_TIMEOUT"] == 0


def test_behind_pgbouncer_nothing_outlives_a_transaction_and_no_option_is_sent() -> None:
    url = f"{POSTGRES}?prepare_threshold=5"
    env = {"DATABASE_URL": url, "DB_PGBOUNCER": "on", "DB_STATEMENT_TIMEOUT": "1.5"}
    for pool in ("on", "off"):
        database = settings(**env, DB_POOL=pool)["DATABASES"]["default"]
        assert database["DISABLE_SERVER_SIDE_CURSORS"] is True
        assert database["OPTIONS"]["prepare_threshold"] is None
        assert "options" not in database["OPTIONS"]
        assert ("pool" in database["OPTIONS"]) is (pool == "on")


def test_options_of_a_database_url_are_kept() -> None:
    url = f"{POSTGRES}?sslmode=require&connect_timeout=7"
    database = settings(DATABASE_URL=url)["DATABASES"]["default"]
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["connect_timeout"] == 7
    assert database["OPTIONS"]["pool"]["max_size"] == 10


def test_sqlite_waits_for_its_lock_wherever_it_is_named() -> None:
    for env in ({}, {"DATABASE_URL": "sqlite:////var/lib/site.sqlite3"}):
        options = settings(**env)["DATABASES"]["default"]["OPTIONS"]
        assert options == {"timeout": 20, "transaction_mode": "IMMEDIATE"}


def test_production_passes_djangos_own_deployment_checks() -> None:
    code = "from django.core.management import call_command as run; import django, sys; "
    code += "django.setup(); run(*sys.argv[1:])"
    arguments = ["check", "--deploy", "--fail-level=WARNING"]
    # What runs on subdomains is not for this site to decide.
    silenced = {"SECURE_HSTS_PRELOAD": "on", "SECURE_HSTS_INCLUDE_SUBDOMAINS": "on"}
    stores = {"REDIS_URL": "redis://localhost/0", "CACHE_URL": "redis://localhost/1"}
    site = {"DJANGO_SETTINGS_MODULE": "project.settings", **stores}
    done = run(code, *arguments, **PRODUCTION, **site, **silenced)
    assert done.returncode == 0, done.stderr
