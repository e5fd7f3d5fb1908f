"""A mistake in the URL of a store ends the start, or a request, and shows no password."""

from __future__ import annotations

import pytest

from .servers import PRODUCTION, manage

PASSWORD = "canary-4717"

MISTAKES = {
    "a slash": "://ada:{}/x@127.0.0.1/0",
    "a question mark": "://ada:{}?x@127.0.0.1/0",
    "a number sign": "://ada:{}#x@127.0.0.1/0",
    "a bracket": "://ada:[{}@127.0.0.1/0",
    "no port": "://ada@127.0.0.1:{}/0",
    "a scheme": "s://ada:{}@127.0.0.1/0",
    "no colon": "//ada:{}@127.0.0.1/0",
    "no URL": "{}",
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_g13_a_mistake_in_the_databases_url_tells_no_password(mistake: str) -> None:
    url = f"postgres{MISTAKES[mistake].format(PASSWORD)}"
    env = {**PRODUCTION, "DATABASE_URL": url, "LOG_LEVEL": "DEBUG", "DB_POOL_TIMEOUT": "0.2"}
    done = manage("migrate", "--check", **env)
    assert done.returncode != 0
    assert PASSWORD not in done.stdout + done.stderr


ASK_REDIS = """
import os, traceback
from django.conf import settings
from fileapi.guards.rate import Rate
from fileapi.guards.store import store
for url in os.environ["URLS"].split():
    settings.FILEAPI_RATE_STORE = url
    try:
        store().begin()
        store().take(Rate("1/min", when_down="closed"), "key")
    except Exception:
        traceback.print_exc()
"""


def test_g13_a_mistake_in_the_url_of_redis_tells_no_password() -> None:
    urls = [f"redis{mistake.format(PASSWORD)}" for mistake in MISTAKES.values()]
    done = manage("shell", "-c", ASK_REDIS, URLS=" ".join(urls), LOG_LEVEL="DEBUG")
    assert done.stderr.count("Traceback (most recent call last):") == len(urls), done.stderr
    assert PASSWORD not in done.stdout + done.stderr
