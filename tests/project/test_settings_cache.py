"""CACHE_URL: where the site keeps answers."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.live.servers import REPOSITORY

SHOW = """
from project.settings import CACHES
print(CACHES["default"]["BACKEND"], CACHES["default"].get("LOCATION"))
"""


def settings(**env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=REPOSITORY,
        env={"PATH": "", **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("", "django.core.cache.backends.locmem.LocMemCache None"),
        ("redis://h:6379/1", "fileapi.caches.RedisCache redis://h:6379/1"),
        ("rediss://:pw@h:6379/1", "fileapi.caches.RedisCache rediss://:pw@h:6379/1"),
        ("pymemcache://h:11211", "fileapi.caches.MemcachedCache h:11211"),
        ("locmemcache://", "django.core.cache.backends.locmem.LocMemCache "),
    ],
    ids=["none", "redis", "rediss", "memcached", "memory"],
)
def test_the_environment_says_where_answers_are_kept(url: str, shown: str) -> None:
    assert settings(CACHE_URL=url).stdout == f"{shown}\n"


def test_a_wrong_url_is_refused_without_its_password() -> None:
    done = settings(CACHE_URL="canary-of-a-password@host")
    assert "CACHE_URL is no URL of a cache" in done.stderr
    assert "canary" not in done.stderr
