"""Limits of real servers that share a Redis, which is stopped, paused and restarted."""

from __future__ import annotations

import http.client
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any, NamedTuple

import pytest

from .client import at_once
from .redis_server import HOW_TO_GET_IT, PROGRAM, RedisServer, started
from .servers import PRODUCTION, Server
from .sites import PACKAGE, write_files, write_site

ROUNDS = int(os.environ.get("LIMIT_ROUNDS", "3"))
LIMIT, REQUESTS, CLIENTS = 50, 1000, 50

BOUND = 0.25  # seconds that a decision may take
BACK = 5.0  # seconds until a store that is there again is used again

ROUTES = {
    "few.py": f"""
        from fileapi import Config, Rate
        config = Config(auth=None, rate=Rate("{LIMIT}/hour", when_down="closed"))
        def GET(): return "in"
        """,
    "free.py": """
        from fileapi import Config
        config = Config(auth=None)
        def GET(): return "in"
        """,
    "open.py": """
        from fileapi import Config, Rate
        config = Config(auth=None, rate=Rate("1000000/hour", when_down="open"))
        def GET(): return "in"
        """,
    "closed.py": """
        from fileapi import Config, Rate
        config = Config(auth=None, rate=Rate("1000000/hour", when_down="closed"))
        def GET(): return "in"
        """,
}

# The whole of a request within Django, with the decision in it: what stands before it in a busy
# server's queue is no part of it.
TIMED = {
    "settings.py": """
        from project.settings import *
        ROOT_URLCONF = "shop.urls"
        MIDDLEWARE = ["shop.timed.timed", *MIDDLEWARE]
        """,
    "timed.py": """
        import os
        from time import perf_counter

        def timed(get_response):
            def middleware(request):
                begin = perf_counter()
                response = get_response(request)
                response["X-Took"] = str(perf_counter() - begin)
                response["X-Process"] = str(os.getpid())
                return response
            return middleware
        """,
}


@pytest.fixture(scope="module")
def redis_server(need: Any) -> Iterator[RedisServer]:
    need(PROGRAM is not None, HOW_TO_GET_IT)
    with started() as server:
        yield server


@pytest.fixture(scope="module")
def pair(
    server: Any, redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> list[Server]:
    """Two gunicorns, of two processes with eight threads each, and one Redis."""
    folder: Path = tmp_path_factory.mktemp("limited")
    write_site(folder, ROUTES)
    write_files(folder / PACKAGE, TIMED)
    env = {
        **PRODUCTION,
        "DATABASE_URL": f"sqlite:///{folder / 'unused.sqlite3'}",
        "REDIS_URL": redis_server.url,
        "LOG_LEVEL": "warning",
        "WEB_CONCURRENCY": "2",
        "THREADS": "8",
    }
    return [server("gunicorn", {**env, "NUMBER": number}, PACKAGE, folder) for number in "12"]


class Seen(NamedTuple):
    """One answer: when it was asked for and when it came, by ``time.monotonic()``."""

    path: str
    status: int
    asked: float
    came: float
    took: float  # seconds, within Django
    process: str
    headers: dict[str, str]


def keep_asking(port: int, paths: Iterator[str], headers: Callable[[], dict[str, str]]) -> Any:
    """Yield what is seen, on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        for path in paths:
            asked = time.monotonic()
            connection.request("GET", path, headers=headers())
            response = connection.getresponse()
            response.read()
            told = {name.lower(): value for name, value in response.getheaders()}
            took = float(told.get("x-took", "nan"))
            process = told.get("x-process", "")
            yield Seen(path, response.status, asked, time.monotonic(), took, process, told)
    finally:
        connection.close()


@pytest.mark.parametrize("round", range(ROUNDS))
def test_h01_h03_two_servers_let_exactly_as_many_in_as_may(
    pair: list[Server], redis_server: RedisServer, round: int
) -> None:
    redis_server.client.flushdb()

    def ask(client: int) -> list[Seen]:
        numbers = iter(range(client, REQUESTS, CLIENTS))
        # Another address in each request, as a client may claim.
        forged = ({"X-Forwarded-For": f"198.51.{n // 250}.{n % 250}"} for n in numbers)
        paths = iter(["/api/few"] * (REQUESTS // CLIENTS))
        return list(keep_asking(pair[client % 2].port, paths, lambda: next(forged)))

    seen = [one for answers in at_once(ask, range(CLIENTS)) for one in answers]
    assert Counter(one.status for one in seen) == {200: LIMIT, 429: REQUESTS - LIMIT}
    assert len({one.process for one in seen}) >= 2
    for one in seen:
        assert one.headers["ratelimit-policy"] == f'"address";q={LIMIT};w=3600'
        if one.status == 429:
            assert 3500 < int(one.headers["retry-after"]) <= 3601
            assert one.headers["cache-control"] == "no-store"
    [key] = redis_server.client.keys()
    assert 3500 < redis_server.client.ttl(key) <= 3600


class Load:
    """Eight clients that ask for each of some routes in turn, until they are told to end."""

    def __init__(self, servers: list[Server], paths: list[str]) -> None:
        self.seen: list[Seen] = []
        self._paths = paths
        self._end = Event()
        self._threads = [
            Thread(target=self._ask, args=(servers[number % len(servers)].port,))
            for number in range(8)
        ]

    def _ask(self, port: int) -> None:
        for one in keep_asking(port, self._in_turn(), dict):
            self.seen.append(one)

    def _in_turn(self) -> Iterator[str]:
        while not self._end.wait(0.005):
            yield from self._paths

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def between(self, begin: float, end: float) -> list[Seen]:
        """Return what was asked for and answered between two times."""
        return [one for one in self.seen if begin <= one.asked and one.came <= end]

    def last_refused(self) -> float:
        """Return when the last 503 came."""
        return max(one.came for one in list(self.seen) if one.status == 503)


def statuses(seen: list[Seen], path: str) -> set[int]:
    return {one.status for one in seen if one.path == path}


@pytest.mark.parametrize(("down", "up"), [("pause", "resume"), ("stop", "start")])
def test_h09_h10_h11_each_route_follows_its_policy_while_redis_is_down(
    pair: list[Server], redis_server: RedisServer, down: str, up: str
) -> None:
    printed = [one.output.stat().st_size for one in pair]
    paths = ["/api/free", "/api/open", "/api/closed"]
    with Load(pair, paths) as load:
        began = time.monotonic()
        time.sleep(0.7)
        went = time.monotonic()
        getattr(redis_server, down)()
        time.sleep(3)
        back = time.monotonic()
        getattr(redis_server, up)()
        there = time.monotonic()
        time.sleep(1)
        while time.monotonic() - load.last_refused() < 0.7 and time.monotonic() < there + 2 * BACK:
            time.sleep(0.05)
        ended = time.monotonic()

    used = load.last_refused()
    before, after = load.between(began, went), load.between(used, ended)
    during = load.between(went + 1, back)  # each process has noticed
    for path in paths:
        assert statuses(before, path) == statuses(after, path) == {200}
        assert statuses(during, path) == ({503} if path == "/api/closed" else {200})
    everything = load.between(began, ended)
    assert statuses(everything, "/api/free") == statuses(everything, "/api/open") == {200}
    assert statuses(everything, "/api/closed") == {200, 503}

    assert used - there < BACK
    processes = [{one.process for one in seen} for seen in (before, after)]
    assert processes[0] == processes[1]  # nobody was restarted
    assert len(processes[0]) >= 2

    outage = load.between(went, there)
    took = [one.took for one in outage if one.path != "/api/free"]
    # What this machine makes a request wait that asks no store, at the same time.
    noise = max(one.took for one in outage if one.path == "/api/free")
    print(
        f"{down}: {len(outage)} requests in the outage, median {median(took) * 1000:.1f} ms, "
        f"slowest {max(took) * 1000:.0f} ms, without a limit {noise * 1000:.0f} ms; "
        f"used again after {used - there:.2f} s"
    )
    assert max(took) < BOUND + noise
    # One line of each process when it goes down, and none for each request.
    lines = "".join(one.printed(since) for one, since in zip(pair, printed, strict=True))
    assert lines.count("The rate store is down") == len(processes[0])
