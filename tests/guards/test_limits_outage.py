"""What holds while the store is down, how soon that is known, and when it is over."""

from __future__ import annotations

import itertools
import logging
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from fileapi import Rate
from fileapi.config import DEFAULTS
from fileapi.guards import patience
from fileapi.guards.breaker import PAUSE
from fileapi.guards.limits import spend
from fileapi.guards.patience import CONNECT_TIMEOUT
from fileapi.guards.redis_windows import DECISION
from fileapi.guards.store import store as current_store
from fileapi.http.errors import HttpError
from fileapi.http.request import Request
from tests.live.redis_server import HOW_TO_GET_IT, PROGRAM, RedisServer, started
from tests.live.servers import free_port

from .bad_servers import full, hung, late, saying
from .limited import Route

BOUND = 0.25  # seconds that a decision may take

pytestmark = pytest.mark.usefixtures("logged")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "fileapi.limits")
    return caplog


@pytest.fixture(scope="module")
def running(need: Any) -> Iterator[RedisServer]:
    need(PROGRAM is not None, HOW_TO_GET_IT)
    with started() as server:
        yield server


@pytest.fixture
def server(running: RedisServer, settings: Any) -> Iterator[RedisServer]:
    """A Redis that a test may pause and stop; it runs again after it."""
    settings.FILEAPI_RATE_STORE = running.url
    yield running
    if running.process is None:
        running.start()
    running.resume()
    running.client.flushdb()


@pytest.fixture(params=["refused", "full", "hung", "closed", "garbage", "late"])
def down(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    """A store that is down, in one way after the other."""

    def use(port: int) -> None:
        settings.FILEAPI_RATE_STORE = f"redis://127.0.0.1:{port}/0"

    if request.param == "refused":
        use(free_port())
        yield
    elif request.param in ("full", "hung"):
        with (full if request.param == "full" else hung)() as port:
            use(port)
            yield
    elif request.param == "late":
        running = request.getfixturevalue("running")
        with late(running.port, 2) as port:
            use(port)
            yield
    else:
        answer = b"HTTP/1.1 400 Bad Request\r\n\r\n" if request.param == "garbage" else b""
        with saying(answer) as port:
            use(port)
            yield


def timed(call: Callable[[], Any], times: int) -> tuple[list[Any], list[float]]:
    """Return what each call returned, and the seconds that it took."""
    returned, took = [], []
    for _ in range(times):
        begin = time.perf_counter()
        returned.append(call())
        took.append(time.perf_counter() - begin)
    return returned, took


def messages(logged: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [
        (record.levelname, record.getMessage().partition(".")[0].partition(":")[0])
        for record in logged.records
    ]


@pytest.mark.usefixtures("down")
def test_h09_an_open_route_counts_by_itself(logged: pytest.LogCaptureFixture) -> None:
    route = Route("5/min")
    answers, took = timed(lambda: route.statuses(1), 20)
    assert answers == [[200]] * 5 + [[429]] * 15
    assert max(took) < BOUND
    assert sorted(took)[-2] < BOUND / 5  # the store is not asked again for a while
    assert messages(logged) == [("WARNING", "The rate store is down")]


@pytest.mark.usefixtures("down")
def test_h09_a_closed_route_refuses(logged: pytest.LogCaptureFixture) -> None:
    route = Route(Rate("5/min", when_down="closed"))
    answers, took = timed(route.call, 20)
    for res in answers:
        assert res.status_code == 503
        assert res.get_header("Content-Type") == "application/problem+json"
        assert res.get_header("Retry-After") == "1"
        assert res.get_header("Cache-Control") == "no-store"
        assert res.get_header("RateLimit-Policy") == '"address";q=5;w=60'
        assert res.get_header("RateLimit") is None
    assert max(took) < BOUND
    assert sorted(took)[-2] < BOUND / 5
    assert messages(logged) == [("WARNING", "The rate store is down")]


@pytest.mark.usefixtures("down")
def test_h09_each_rate_of_a_route_follows_its_own_policy() -> None:
    route = Route("1/s", Rate("5/min", when_down="closed"))
    assert route.call().status_code == 503
    res = route.call()
    assert res.status_code == 429
    assert res.get_header("RateLimit") == '"address";r=0;t=1'  # of the other nothing is known


@pytest.mark.parametrize("seconds", [0.01, 0.03, 0.045, 0.1, 0.17, 0.3])
def test_h10_slow_answers_one_after_the_other_are_within_the_bound(
    server: RedisServer, settings: Any, seconds: float
) -> None:
    route = Route(*[Rate(f"{1000 + number}/min", when_down="closed") for number in range(3)])
    slowest = []
    with late(server.port, seconds) as port:
        for database in (1, 2, 3):  # new connections, and SELECT is one answer more
            settings.FILEAPI_RATE_STORE = f"redis://127.0.0.1:{port}/{database}"
            _, took = timed(route.call, 3)
            slowest.append(max(took))
    assert min(slowest) < BOUND  # a busy machine may add to one of them


def test_h10_a_slow_answer_to_a_count_stands(server: RedisServer, settings: Any) -> None:
    with late(server.port, 0.1) as port:
        settings.FILEAPI_RATE_STORE = f"redis://127.0.0.1:{port}/0"
        route = Route(Rate("2/min", when_down="closed"))
        answers = [route.call() for _ in range(3)]
    assert [res.status_code for res in answers] == [200, 200, 429]
    # There was no time left to ask when there is room again: the whole window is enough.
    assert answers[-1].get_header("RateLimit") is None
    assert answers[-1].get_header("Retry-After") == "61"


def test_h10_a_slow_answer_to_a_count_of_a_handler_stands(
    server: RedisServer, settings: Any
) -> None:
    django = RequestFactory().get("/")
    django.resolver_match = SimpleNamespace(route="api/reset")  # type: ignore[assignment]
    req = Request(django, {}, DEFAULTS)
    rate = Rate("2/min", when_down="closed")
    with late(server.port, 0.06) as port:
        settings.FILEAPI_RATE_STORE = f"redis://127.0.0.1:{port}/0"
        for _ in range(2):
            spend(req, rate, "k")
        with pytest.raises(HttpError) as caught:
            spend(req, rate, "k")
    assert caught.value.status == 429


def test_h10_who_is_late_by_the_clock_alone_still_gets_the_answer(
    server: RedisServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a process short of processor time, seconds may go by between two lines."""
    clock = itertools.count(step=10)
    monkeypatch.setattr(patience, "monotonic", lambda: float(next(clock)))
    with late(server.port, 0.005) as port:
        settings.FILEAPI_RATE_STORE = f"redis://127.0.0.1:{port}/0"
        route = Route(*[Rate(f"2/{unit}", when_down="closed") for unit in ("min", "hour", "day")])
        assert route.statuses(3) == [200, 200, 429]


def test_h10_a_host_that_takes_no_connection_is_left_soon(settings: Any) -> None:
    with full() as port:
        settings.FILEAPI_RATE_STORE = f"redis://127.0.0.1:{port}/0"
        _, [took] = timed(Route("5/min").call, 1)
        assert CONNECT_TIMEOUT <= took < DECISION


def test_h10_while_it_hangs_one_thread_asks_and_the_others_go_on(settings: Any) -> None:
    with hung() as port:
        settings.FILEAPI_RATE_STORE = f"redis://127.0.0.1:{port}/0"
        route = Route("100000/min")
        route.call()
        time.sleep(PAUSE)
        barrier = Barrier(20)

        def call(_: int) -> float:
            barrier.wait(timeout=30)
            [res], [took] = timed(route.call, 1)
            assert res.status_code == 200
            return took

        with ThreadPoolExecutor(20) as threads:
            took = list(threads.map(call, range(20)))
        assert [each >= DECISION for each in took].count(True) == 1
        assert max(took) < BOUND


def test_h11_a_paused_store_is_used_again_soon_after(
    server: RedisServer, logged: pytest.LogCaptureFixture
) -> None:
    check_recovery(server.pause, server.resume, logged, outages=1)


def test_h11_a_restarted_store_is_used_again_soon_after(
    server: RedisServer, logged: pytest.LogCaptureFixture
) -> None:
    check_recovery(server.stop, server.start, logged, outages=2)


def check_recovery(
    end: Callable[[], None],
    begin: Callable[[], None],
    logged: pytest.LogCaptureFixture,
    outages: int,
) -> None:
    route = Route(Rate("100000/min", when_down="closed"))
    assert route.statuses(2) == [200, 200]
    for _ in range(outages):
        logged.clear()
        end()
        assert route.statuses(10) == [503] * 10
        time.sleep(PAUSE)
        assert route.statuses(10) == [503] * 10
        begin()
        there = time.monotonic()
        while route.statuses(1) == [503]:
            assert time.monotonic() - there < 5
            time.sleep(0.01)
        assert route.statuses(10) == [200] * 10
        assert messages(logged) == [
            ("WARNING", "The rate store is down"),
            ("INFO", "The rate store answers again"),
        ]


def test_connections_that_died_unseen_are_no_outage_when_it_is_back(server: RedisServer) -> None:
    route = Route(Rate("100000/min", when_down="closed"))
    with ThreadPoolExecutor(8) as threads:  # leaves several connections in the pool
        list(threads.map(lambda _: route.statuses(5), range(8)))
    server.stop()
    server.start()
    assert route.statuses(20) == [200] * 20


def test_what_redis_refuses_to_write_is_an_outage(
    server: RedisServer, logged: pytest.LogCaptureFixture
) -> None:
    server.client.config_set("maxmemory", "1")
    try:
        assert Route(Rate("5/min", when_down="closed")).statuses(2) == [503, 503]
        assert Route("1/min").statuses(2) == [200, 429]
    finally:
        server.client.config_set("maxmemory", "0")
    assert messages(logged) == [("WARNING", "The rate store is down")]


def test_a_wrong_password_is_an_outage_and_is_not_logged(
    server: RedisServer, settings: Any, logged: pytest.LogCaptureFixture
) -> None:
    server.client.config_set("requirepass", "the right one")
    try:
        for wrong in ("canary", ""):
            settings.FILEAPI_RATE_STORE = f"redis://:{wrong}@127.0.0.1:{server.port}/0"
            assert Route(Rate("5/min", when_down="closed")).statuses(2) == [503, 503]
        settings.FILEAPI_RATE_STORE = f"redis://:the%20right%20one@127.0.0.1:{server.port}/0"
        assert Route(Rate("1/min", when_down="closed")).statuses(2) == [200, 429]
    finally:
        server.client.config_set("requirepass", "")
    assert len(logged.records) == 2
    assert "canary" not in logged.text


def test_time_outs_in_the_url_change_no_bound(settings: Any) -> None:
    with hung() as port:
        settings.FILEAPI_RATE_STORE = f"redis://127.0.0.1:{port}/0?socket_timeout=30"
        _, [took] = timed(Route("5/min").call, 1)
        assert took < BOUND


def test_without_the_library_it_is_said_what_to_install(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILEAPI_RATE_STORE = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.delitem(sys.modules, "fileapi.guards.redis_windows", raising=False)
    monkeypatch.setitem(sys.modules, "limits", None)
    for use in (current_store, lambda: Route("5/min")):  # before the first request
        with pytest.raises(ImproperlyConfigured, match=r"pip install 'fileapi\[limits\]'"):
            use()
