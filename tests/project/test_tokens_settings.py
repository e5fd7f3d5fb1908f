"""What the environment makes of the keys of tokens."""

from __future__ import annotations

from typing import Any

import pytest

from .test_settings import PRODUCTION, SECRET_KEY, run, settings

CHECK = """
import django
from django.core.management import call_command
django.setup()
call_command("check")
"""


def secret(**env: str) -> Any:
    (key,) = settings(**env)["FILEAPI_JWT"]["KEYS"]
    assert key["algorithm"] == "HS256"
    return key["secret"]


def test_the_secret_of_tokens_comes_of_the_secret_key_and_is_another() -> None:
    own = secret(**PRODUCTION)
    assert (len(own), own) == (64, secret(**PRODUCTION))
    assert own not in (SECRET_KEY, secret(), secret(**{**PRODUCTION, "SECRET_KEY": "x" * 50}))


def test_the_secret_of_tokens_may_be_changed_alone() -> None:
    given = "$a-secret-that-begins-with-a-dollar-sign"
    assert secret(**PRODUCTION, JWT_SECRET=given) == given
    assert secret(**PRODUCTION, JWT_SECRET="") == secret(**PRODUCTION)


def test_a_token_lives_five_minutes_and_names_the_site() -> None:
    usual = settings(**PRODUCTION)["FILEAPI_JWT"]
    assert (usual["LIFETIME"], usual["ISSUER"], usual["AUDIENCE"]) == (300, "project", "project")
    named = settings(**PRODUCTION, JWT_ISSUER="https://example.com", JWT_AUDIENCE="api")
    assert named["FILEAPI_JWT"]["ISSUER"] == "https://example.com"
    assert named["FILEAPI_JWT"]["AUDIENCE"] == "api"


@pytest.mark.parametrize("weak", ["short", 31 * "x"])
def test_f10_a_weak_secret_is_refused_at_start(weak: str) -> None:
    env = {**PRODUCTION, "DJANGO_SETTINGS_MODULE": "project.settings", "JWT_SECRET": weak}
    done = run(CHECK, **env)
    assert done.returncode != 0
    assert "FILEAPI_JWT" in done.stderr
    assert weak not in done.stderr
    assert run(CHECK, **{**env, "JWT_SECRET": "fUp3KzVq8Zt2Lw9XcR5nYb7GdM4sHj6A"}).returncode == 0
