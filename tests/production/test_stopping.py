"""What a gunicorn that is told to stop does with the requests it has."""

from __future__ import annotations

import http.client
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.live.servers import PRODUCTION, Server
from tests.live.sites import PACKAGE, write_site

ROUTES = {
    "hello.py": "def GET():\n    return 'hello'\n",
    "slow.py": """\
        import time

        def GET():
            time.sleep(2)
            return "done"
        """,
    "endless.py": """\
        import time

        def GET(res):
            def ticks():
                while True:
                    yield "tick\\n"
                    time.sleep(0.05)

            res.stream(ticks())
        """,
    "loop.py": """\
        def GET():
            while True:
                pass
        """,
    "memory.py": """\
        def GET():
            return len(bytearray(8 * 1024**3))
        """,
}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start the site for this test alone: ``start(THREADS="2")``."""
    write_site(tmp_path, ROUTES)
    running: list[Server] = []

    def start(**env: str) -> Server:
        env = {**PRODUCTION, "DATABASE_URL": "sqlite://:memory:", "WEB_CONCURRENCY": "1", **env}
        server = Server("gunicorn", PACKAGE, tmp_path, env, tmp_path / f"{len(running)}.txt")
        running.append(server)
        server.wait_until_ready()
        return server

    yield start
    for server in running:
        server.process.kill()  # a stuck one does not end politely
        server.stop()


def is_refused(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def soon(what: Callable[[], Any], seconds: float) -> Any:
    """Return what is true, as soon as it is, or what it is after a while."""
    deadline = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def workers(server: Server) -> list[int]:
    pid = server.process.pid
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_i06_open_requests_are_answered_while_nobody_else_gets_in(start: Any) -> None:
    server = start(GRACEFUL_TIMEOUT="10")
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(server.ask, "GET", "/api/slow") for _ in range(4)]
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        assert soon(lambda: is_refused(server.port), 1)
        assert not any(one.done() for one in asked)
        assert [one.result().status for one in asked] == 4 * [200]
    assert server.process.wait(5) == 0


def test_i07_an_endless_stream_breaks_off_at_the_graceful_timeout(start: Any) -> None:
    server = start(GRACEFUL_TIMEOUT="2")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/api/endless")
    response = connection.getresponse()
    assert response.readline() == b"tick\n"
    at = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    # Its last chunk never comes: the client knows that the answer is not whole.
    with response, pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        response.read()
    connection.close()
    assert server.process.wait(5) == 0
    assert 1.5 < time.monotonic() - at < 5


def test_i08_a_handler_that_takes_all_memory_fails_alone(start: Any) -> None:
    import resource

    server = start()
    (worker,) = soon(lambda: workers(server), 5)
    used = int(Path(f"/proc/{worker}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(worker, resource.RLIMIT_AS, (used + 2**30, used + 2**30))
    assert server.ask("GET", "/api/memory").status == 500
    assert server.ask("GET", "/api/hello").status == 200
    assert workers(server) == [worker]


def test_i09_one_handler_that_loops_leaves_the_other_threads_to_the_others(start: Any) -> None:
    server = start(THREADS="2", TIMEOUT="2")
    stuck = leave_asking(server, "/api/loop")
    (worker,) = soon(lambda: workers(server), 5)
    end = time.monotonic() + 5
    while time.monotonic() < end:
        assert server.ask("GET", "/api/hello", timeout=5).status == 200
    assert workers(server) == [worker]
    stuck.close()


def test_i09_a_worker_whose_threads_all_loop_is_killed_and_replaced(start: Any) -> None:
    server = start(THREADS="2", TIMEOUT="2")
    stuck = [leave_asking(server, "/api/loop") for _ in range(2)]
    (worker,) = soon(lambda: workers(server), 5)
    waiting = leave_asking(server, "/api/hello")
    assert soon(lambda: worker not in workers(server), 15)
    assert server.ask("GET", "/api/hello", timeout=5).status == 200
    for one in [*stuck, waiting]:
        one.close()


def leave_asking(server: Server, target: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", target)
    return connection
