"""Cached routes while the store is down, paused, slow, restarted or read-only."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from fileapi import invalidate
from fileapi.guards.cache import shelf
from tests.guards.bad_servers import full, hung, late, saying
from tests.guards.kept import route

from . import memcached_server, redis_server
from .memcached_server import Memcached
from .redis_server import RedisServer
from .servers import free_port

BOUND = 0.25  # seconds
BACK = 5.0  # seconds until a store that is there again is used again

FILES = {
    "plain.py": route("60", "def GET(): return next(n)"),
    "async.py": route("60", "async def GET(): return next(n)"),
    "tagged.py": route("60, tags=['a', 'b']", "def GET(): return next(n)"),
}
PATHS = [f"/api/{name.removesuffix('.py')}" for name in FILES]


@pytest.fixture(scope="module")
def running_redis(need: Any) -> Iterator[RedisServer]:
    need(redis_server.PROGRAM is not None, redis_server.HOW_TO_GET_IT)
    with redis_server.started() as server:
        yield server


@pytest.fixture(scope="module")
def running_memcached(need: Any) -> Iterator[Memcached]:
    need(memcached_server.PROGRAM is not None, memcached_server.HOW_TO_GET_IT)
    with memcached_server.started() as server:
        yield server


@pytest.fixture(params=["redis", "memcached"])
def server(request: pytest.FixtureRequest, use: Any) -> Iterator[Any]:
    """A store that a test may pause and stop; it runs again after it."""
    running = request.getfixturevalue(f"running_{request.param}")
    use(request.param, running.port)
    yield running
    if running.process is None:
        running.start()
    running.resume()
    caches["default"].clear()


@pytest.fixture
def use(settings: Any, caplog: pytest.LogCaptureFixture) -> Any:
    """Let the store be at a port, with nobody who remembers that it was down."""
    caplog.set_level(logging.INFO, "fileapi.cache")

    def use(kind: str, port: int) -> None:
        shelf._shelves.clear()
        settings.CACHES = {
            "default": {
                "BACKEND": "fileapi.caches.RedisCache",
                "LOCATION": f"redis://127.0.0.1:{port}/0",
            }
            if kind == "redis"
            else {"BACKEND": "fileapi.caches.MemcachedCache", "LOCATION": f"127.0.0.1:{port}"}
        }

    return use


@pytest.fixture(autouse=True)
def mounted(mount_tree: Any, write_tree: Any) -> None:
    mount_tree(write_tree(FILES))


def took(path: str) -> float:
    """Return the seconds until a route has answered, as it has to."""
    begin = time.perf_counter()
    assert Client().get(path).status_code == 200
    return time.perf_counter() - begin


def is_used(path: str) -> bool:
    Client().get(path)
    return "Age" in Client().get(path).headers


def check_bounds() -> None:
    """Check that no answer is late, and, while a store is known to be down, that none waits."""
    for path in PATHS:
        shelf._shelves.clear()
        # A busy machine may add to one of the first ones.
        assert min(took(path), took(path)) < BOUND
    for path in PATHS * 3:
        assert "Age" not in Client().get(path).headers


def messages(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [
        (record.levelname, record.getMessage().partition(":")[0])
        for record in caplog.records
        if record.name == "fileapi.cache"
    ]


@pytest.mark.parametrize("kind", ["redis", "memcached"])
@pytest.mark.parametrize("how", ["refused", "full", "hung", "closed", "garbage"])
def test_while_the_store_is_down_routes_answer_uncached_and_none_hangs(
    use: Any, kind: str, how: str
) -> None:
    bad = {
        "full": full,
        "hung": hung,
        "closed": lambda: saying(b""),
        "garbage": lambda: saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    }
    with ExitStack() as stack:
        use(kind, stack.enter_context(bad[how]()) if how in bad else free_port())
        first = max(took(path) for path in PATHS)
        check_bounds()
        begin = time.perf_counter()
        invalidate("a")
        assert time.perf_counter() - begin < BOUND
    assert first < 2 * BOUND  # of a first request in a busy process


@pytest.mark.parametrize("kind", ["redis", "memcached"])
@pytest.mark.parametrize("seconds", [0.02, 0.045, 0.06, 0.08, 0.11, 0.2, 2.0])
def test_a_slow_store_makes_no_answer_late(
    use: Any, request: pytest.FixtureRequest, kind: str, seconds: float
) -> None:
    with late(request.getfixturevalue(f"running_{kind}").port, seconds) as port:
        use(kind, port)
        slowest = []
        for path in PATHS:
            shelf._shelves.clear()
            slowest += [min(took(path), took(path))]
        assert max(slowest) < BOUND


@pytest.mark.parametrize("outage", ["pause", "stop"])
def test_a_store_that_is_back_is_used_again_soon(
    server: Any, outage: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert all(map(is_used, PATHS))
    server.pause() if outage == "pause" else server.stop()
    for path in PATHS * 3:
        response = Client().get(path)
        assert (response.status_code, "Age" in response.headers) == (200, False)
    server.resume() if outage == "pause" else server.start()
    there = time.monotonic()
    while not all(map(is_used, PATHS)):
        assert time.monotonic() - there < BACK
        time.sleep(0.05)
    assert messages(caplog) == [
        ("WARNING", "The cache is down"),
        ("INFO", "The cache answers again."),
    ]


def test_of_a_read_only_replica_answers_are_read_and_none_is_written(
    running_redis: RedisServer, use: Any, caplog: pytest.LogCaptureFixture
) -> None:
    use("redis", running_redis.port)
    assert is_used("/api/plain")
    running_redis.client.replicaof("127.0.0.1", str(free_port()))
    try:
        running_redis.client.config_set("replica-serve-stale-data", "yes")
        for _ in range(5):
            assert "Age" in Client().get("/api/plain").headers
            assert "Age" not in Client().get("/api/tagged").headers
            assert took("/api/async") < BOUND
    finally:
        running_redis.client.replicaof("NO", "ONE")
    assert messages(caplog) == [("WARNING", "Writing to the cache is down")]
    there = time.monotonic()
    while not is_used("/api/tagged"):
        assert time.monotonic() - there < BACK
        time.sleep(0.05)
    running_redis.client.flushdb()


def test_a_full_store_and_a_wrong_password_are_outages(
    running_redis: RedisServer, use: Any, caplog: pytest.LogCaptureFixture
) -> None:
    use("redis", running_redis.port)
    running_redis.client.config_set("maxmemory", "1")
    try:
        assert not is_used("/api/plain")
    finally:
        running_redis.client.config_set("maxmemory", "0")
    running_redis.client.config_set("requirepass", "the right one")
    try:
        use("redis", running_redis.port)
        assert not is_used("/api/plain")
    finally:
        running_redis.client.config_set("requirepass", "")
    assert all(level == "WARNING" for level, _ in messages(caplog))


def test_h20_nothing_that_is_stored_is_a_pickle(server: Any) -> None:
    assert all(map(is_used, PATHS))
    caches["default"].set("a", {"b": [1]})
    assert caches["default"].get("a") == {"b": [1]}
    if isinstance(server, RedisServer):
        found = [server.client.get(key) for key in server.client.scan_iter()]
        assert found
        assert all(str(each).startswith(("b{", "{", '"')) for each in found)
        server.client.set(":1:a", b"\x80\x05K\x01.")
        assert caches["default"].get("a") is None


def test_tags_reach_every_process_that_shares_the_store(server: Any) -> None:
    assert is_used("/api/tagged")
    invalidate("b")
    assert "Age" not in Client().get("/api/tagged").headers
