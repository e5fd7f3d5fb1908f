"""One count for all threads and processes, in a real Redis."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from fileapi import Rate
from fileapi.guards.store import Store
from tests.live.redis_server import HOW_TO_GET_IT, PROGRAM, RedisServer, started
from tests.live.servers import REPOSITORY

from .limited import Route
from .test_limits import ODD


@pytest.fixture(scope="module")
def server(need: Any) -> Iterator[RedisServer]:
    need(PROGRAM is not None, HOW_TO_GET_IT)
    with started() as server:
        yield server


@pytest.fixture(autouse=True)
def store(server: RedisServer, settings: Any) -> None:
    """Count in an empty database of the test's own server."""
    server.client.flushdb()
    settings.FILEAPI_RATE_STORE = server.url


def at_once(threads: int, call: Any) -> list[Any]:
    barrier = Barrier(threads)

    def wait_and_call(number: int) -> Any:
        barrier.wait(timeout=30)
        return call(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(wait_and_call, range(threads)))


def seconds_left(server: RedisServer) -> list[int]:
    """Return when each key expires; -1 is never."""
    return [server.client.ttl(key) for key in server.client.scan_iter()]


def test_h01_of_a_thousand_requests_at_once_exactly_as_many_pass_as_may() -> None:
    route = Route("50/min")
    answers = at_once(50, lambda _: route.statuses(20))
    statuses = [status for answer in answers for status in answer]
    assert (statuses.count(200), statuses.count(429)) == (50, 950)


def test_h03_two_stores_count_together(server: RedisServer) -> None:
    stores = [Store(server.url), Store(server.url)]
    rate = Rate("5/min")
    remaining = []
    for number in range(7):
        this, other = stores[number % 2], stores[1 - number % 2]
        this.begin()
        assert this.take(rate, "k") == (number < 5)
        count = other.look(rate, "k")
        remaining.append(count and count.remaining)
    assert remaining == [4, 3, 2, 1, 0, 0, 0]


def test_h02_no_window_anywhere_holds_more_than_the_limit() -> None:
    route = Route("20/s")
    accepted: list[tuple[float, float]] = []  # each counted some time between the two
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        before = time.time()
        if route.call().status_code == 200:
            accepted.append((before, time.time()))
    assert len(accepted) >= 40
    for first, beyond in zip(accepted, accepted[20:], strict=False):
        assert beyond[1] - first[0] > 1


def test_h04_no_key_is_without_an_end_even_if_its_process_is_killed(server: RedisServer) -> None:
    program = """
import os, django
django.setup()
from tests.guards.limited import Route
route = Route("1000000/min", "1000000/hour")
number = 0
while True:
    route.call(ip=f"192.0.2.{number % 16}")
    number += 1
    if number == 16:
        print("counting", flush=True)
"""
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, **child(server)
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"counting\n"
            for _ in range(10):
                assert -1 not in seconds_left(server)
        finally:
            process.kill()
            process.communicate()
        left = seconds_left(server)
        assert len(left) == 2 * 16
        assert -1 not in left
    assert max(left) <= 3600


def child(server: RedisServer) -> dict[str, Any]:
    """Return how a process is started that counts where the test does."""
    return {
        "cwd": REPOSITORY,
        "env": {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(REPOSITORY),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "REDIS_URL": server.url,
        },
    }


def test_a_forked_process_has_connections_of_its_own(server: RedisServer) -> None:
    program = """
import os, sys, django
django.setup()
from tests.guards.limited import Route
route = Route("100/min")
route.call()
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        passed = [route.call().get_header("RateLimit") for _ in range(30)]
        os._exit(0 if len(set(passed)) == 30 else 1)
    children.append(child)
for _ in range(30):
    route.call()
assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
print(route.call().get_header("RateLimit"))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        **child(server),
    )
    assert done.stdout.startswith('"address";r=8;t='), done.stderr  # 1 + 3 * 30 + 1 of 100


def test_h05_a_key_in_redis_is_a_digest_and_the_limit(server: RedisServer) -> None:
    said: list[str] = []
    route = Route(Rate("1/min", per=lambda req: said[-1]))
    for who in ODD:
        said.append(who)
        assert route.statuses(2) == [200, 429]
    keys = server.client.keys()
    assert len(keys) == len(ODD)
    for key in keys:
        assert re.fullmatch("fileapi:rate/[0-9a-f]{32}/1/60/second", key)


def test_a_refused_request_leaves_nothing_behind(server: RedisServer) -> None:
    route = Route("3/min")
    route.statuses(20)
    assert [server.client.llen(key) for key in server.client.scan_iter()] == [3]


def test_h07_the_answer_tells_where_the_client_stands() -> None:
    route = Route("2/min", "5/hour")
    told = [route.call().get_header("RateLimit") for _ in range(3)]
    assert told[0] == '"address";r=1;t=60, "address-2";r=4;t=3600'
    for state, (minute, hour) in zip(told[1:], [(0, 3), (0, 3)], strict=True):
        assert re.fullmatch(rf'"address";r={minute};t=\d+, "address-2";r={hour};t=\d+', state or "")
    wait = int(route.call().get_header("Retry-After") or "")
    assert 50 <= wait <= 61


def test_h07_who_waits_as_told_gets_in() -> None:
    route = Route("1/s")
    assert route.statuses(1) == [200]
    wait = int(route.call().get_header("Retry-After") or "")
    assert wait in (1, 2)
    time.sleep(wait)
    assert route.statuses(1) == [200]


def test_a_limit_costs_two_round_trips(server: RedisServer) -> None:
    route = Route("1000/min")
    route.call()  # connects, and loads the scripts
    before = server.client.info("commandstats")
    route.statuses(50)
    after = server.client.info("commandstats")
    sent = {
        name: stats["calls"] - before.get(name, {"calls": 0})["calls"]
        for name, stats in after.items()
    }
    # What the scripts call is counted too.
    within = ("cmdstat_lindex", "cmdstat_lpush", "cmdstat_ltrim", "cmdstat_expire")
    del sent["cmdstat_info"]
    assert {name: calls for name, calls in sent.items() if calls and name not in within} == {
        "cmdstat_evalsha": 100
    }


def test_many_threads_are_no_outage(caplog: pytest.LogCaptureFixture) -> None:
    route = Route(Rate("100/min", when_down="closed"))
    answers = at_once(200, lambda _: route.statuses(2))
    statuses = [status for answer in answers for status in answer]
    assert (statuses.count(200), statuses.count(429)) == (100, 300)
    assert caplog.records == []


def test_redis_may_forget_the_scripts(server: RedisServer) -> None:
    route = Route("3/min", Rate("3/hour", when_down="closed"))
    assert route.statuses(2) == [200, 200]
    server.client.script_flush()
    assert route.statuses(2) == [200, 429]


def test_a_unix_socket_will_do(server: RedisServer, settings: Any) -> None:
    settings.FILEAPI_RATE_STORE = f"redis+unix://{server.socket}?db=0"
    assert Route("1/min").statuses(2) == [200, 429]
    settings.FILEAPI_RATE_STORE = server.url
    assert Route("1/min").statuses(1) == [429]
