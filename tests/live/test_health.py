"""health/live and health/ready of a real server: while it stops, and while its stores are down."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from . import postgres, redis_server
from .servers import PRODUCTION, REPOSITORY, Server, manage
from .sites import write_site

LIVE, READY = "/api/health/live", "/api/health/ready"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a server for this test alone; it has no open connection when it is returned."""
    running: list[Server] = []

    def start(folder: Path = REPOSITORY, package: str = "project", **env: str) -> Server:
        output = tmp_path / f"server-{len(running)}.txt"
        server = Server("gunicorn", package, folder, {**PRODUCTION, **env}, output)
        running.append(server)
        server.wait_until_ready()
        return server

    yield start
    for server in running:
        server.stop()


def migrated(folder: Path) -> str:
    url = f"sqlite:///{folder / 'db.sqlite3'}"
    done = manage("migrate", "--verbosity=0", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    return url


def status(server: Server, path: str = READY) -> int:
    """Return the status of an answer, 0 where nobody listens."""
    with suppress(ConnectionError):
        return server.ask("GET", path, timeout=10).status
    return 0


def wait_for(server: Server, wanted: int, seconds: float) -> float:
    """Return how long it took until ready answered so. Fails after that time."""
    start = time.monotonic()
    while status(server) != wanted:
        assert time.monotonic() - start < seconds, server.printed()
        time.sleep(0.05)
    return time.monotonic() - start


def test_ready_is_503_in_every_worker_first_and_then_the_listener_closes(
    started: Any, tmp_path: Path
) -> None:
    url = migrated(tmp_path)
    server = started(DATABASE_URL=url, DRAIN_SECONDS="2", WEB_CONCURRENCY="3")
    assert {status(server) for _ in range(10)} == {200}
    server.process.send_signal(signal.SIGTERM)
    seen = []
    while (answer := (status(server), status(server, "/api/hello"))) != (0, 0):
        seen.append(answer)
        time.sleep(0.02)
    assert server.process.wait(10) == 0
    readiness = [ready for ready, _ in seen if ready]
    # At most one answer before the signal had arrived; after the first 503 nothing else.
    assert set(readiness[1:]) == {503}
    assert len(readiness) > 20  # by three workers
    assert {hello for _, hello in seen} <= {200, 0}
    assert seen[-2][1] == 200  # others were served up to the end
    assert server.printed().count("the server is stopping") <= 3  # once a worker


def test_a_second_sigterm_stops_at_once(started: Any, tmp_path: Path) -> None:
    server = started(DATABASE_URL=migrated(tmp_path), DRAIN_SECONDS="60")
    server.process.send_signal(signal.SIGTERM)
    wait_for(server, 503, 5)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0


def test_without_time_to_drain_sigterm_stops_at_once(started: Any, tmp_path: Path) -> None:
    server = started(DATABASE_URL=migrated(tmp_path))
    assert status(server) == 200
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0


def family(process: int) -> list[int]:
    """Return the ids of a process and its children."""
    found = [process]
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(entry.read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(entry.parent.name))
    return found


def postmaster(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        stat = Path(f"/proc/{row[0]}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


def test_i12_a_paused_database_makes_it_unready_in_time_and_back_by_itself(
    started: Any, need: Any
) -> None:
    programs = postgres.programs()
    need(programs is not None, postgres.HOW_TO_GET_IT)
    assert programs is not None
    with postgres.started(programs) as url:
        done = manage("migrate", "--verbosity=0", DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        server = started(DATABASE_URL=url, WEB_CONCURRENCY="1", THREADS="4")
        assert status(server) == 200
        stopped = family(postmaster(url))
        try:
            for process in stopped:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGSTOP)
            wait_for(server, 503, 4)
            start = time.monotonic()
            assert status(server) == 503
            assert time.monotonic() - start < 2
            assert status(server, LIVE) == 200
        finally:
            for process in stopped:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)
        assert wait_for(server, 200, 5) < 5
    # And now it is gone.
    start = time.monotonic()
    wait_for(server, 503, 4)
    assert status(server, LIVE) == 200
    assert "Not ready: database 'default'" in server.printed()


def test_a_cache_that_hangs_or_has_gone_makes_it_unready_in_time(
    started: Any, need: Any, tmp_path: Path
) -> None:
    need(redis_server.PROGRAM is not None, redis_server.HOW_TO_GET_IT)
    write_site(tmp_path, {"hello.py": "def GET(): return 1"})
    with redis_server.started() as redis:
        settings = tmp_path / "shop" / "settings.py"
        settings.write_text(
            f"{settings.read_text()}\n"
            "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache', "
            f"'LOCATION': {redis.url!r}}}}}\n"
        )
        url = migrated(tmp_path)
        server = started(tmp_path, "shop", DATABASE_URL=url, WEB_CONCURRENCY="1")
        assert status(server) == 200
        redis.pause()
        wait_for(server, 503, 4)
        assert status(server, LIVE) == 200
        redis.resume()
        wait_for(server, 200, 5)
        redis.stop()
        wait_for(server, 503, 4)
        redis.start()
        wait_for(server, 200, 5)
        connections = redis.client.info("clients")["connected_clients"]
        assert connections <= 3, "probes leave connections behind"
