"""200 clients of gunicorn, at the moment when an answer runs out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from .client import Answer, at_once
from .redis_server import HOW_TO_GET_IT, PROGRAM, RedisServer, started
from .servers import PRODUCTION
from .sites import PACKAGE, write_site

CLIENTS = 200

SLOW = """
    import time
    from uuid import uuid4
    from fileapi import Cache, Config
    config = Config(auth=None, cache=Cache(2))
    def GET():
        time.sleep(0.2)
        return str(uuid4())
    """


@pytest.fixture(scope="module")
def redis(need: Any) -> Iterator[RedisServer]:
    need(PROGRAM is not None, HOW_TO_GET_IT)
    with started() as server:
        yield server


@pytest.mark.parametrize("cache", ["redis", "memory"])
def test_h19_the_handler_runs_once_for_all_processes_or_once_in_each(
    server: Any, redis: RedisServer, tmp_path: Any, cache: str
) -> None:
    write_site(tmp_path, {"slow.py": SLOW})
    workers = 2
    env = {
        **PRODUCTION,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'unused.sqlite3'}",
        "LOG_LEVEL": "warning",
        "WEB_CONCURRENCY": str(workers),
        **({"CACHE_URL": redis.url} if cache == "redis" else {}),
    }
    site = server("gunicorn", env, PACKAGE, tmp_path)

    def ask(_: int) -> Answer:
        answer: Answer = site.ask("GET", "/api/slow")
        return answer

    ask(0)
    deadline = time.monotonic() + 10
    # Until it runs out; HEAD leaves no new one. In memory each process has its own.
    while any("age" in site.ask("HEAD", "/api/slow").headers for _ in range(4)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    begin = time.monotonic()
    answers = at_once(ask, range(CLIENTS))
    took = time.monotonic() - begin
    assert Counter(answer.status for answer in answers) == {200: CLIENTS}
    generations = 1 + int(took / 2)  # on a busy machine one may run out meanwhile
    most = (1 if cache == "redis" else workers) * generations
    assert len({answer.body for answer in answers}) <= most
