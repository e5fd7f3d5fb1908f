"""A site on gunicorn, beside a PostgreSQL that can be broken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.client import Answer
from tests.live.postgres import HOW_TO_GET_IT, programs
from tests.live.servers import PRODUCTION, REPOSITORY, Server
from tests.live.sites import PACKAGE, write_site

from .postgres_server import PostgresServer, postgres_server
from .routes import ROUTES

WITHIN = 2.0  # seconds for a 503
BACK_WITHIN = 5.0  # seconds from the end of a fault to the first answer


class Site:
    """A running site, and the name by which PostgreSQL knows its connections."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name

    def get(self, path: str) -> tuple[Answer, float]:
        """Return an answer, and how many seconds it took."""
        start = time.monotonic()
        answer = self.server.ask("GET", path, timeout=20)
        return answer, time.monotonic() - start

    def is_fine(self) -> bool:
        return self.get("/api/backend")[0].status == 200

    def assert_unavailable(self, path: str = "/api/backend") -> None:
        """Check that a request is 503 in time, and says nothing of why."""
        answer, seconds = self.get(path)
        assert (answer.status, answer.content_type) == (503, "application/problem+json")
        assert answer.headers["retry-after"] == "1"
        assert answer.json() == {
            "type": "about:blank",
            "title": "Service Unavailable",
            "status": 503,
            "detail": "The database is not available now. Try again.",
        }
        assert seconds < WITHIN

    def assert_others_go_on(self) -> None:
        answer, seconds = self.get("/api/plain")
        assert (answer.status, answer.json()) == (200, {"plain": True})
        assert seconds < 0.5

    def assert_back(self) -> None:
        """Check that it serves again, in time and without a restart."""
        pid = self.server.process.pid
        start = time.monotonic()
        while not self.is_fine():
            assert time.monotonic() - start < BACK_WITHIN
        assert time.monotonic() - start < BACK_WITHIN
        assert self.server.process.pid == pid
        assert self.server.process.poll() is None


@pytest.fixture(scope="module")
def database(need: Any) -> Iterator[PostgresServer]:
    """A PostgreSQL server of this module's own, running."""
    found = programs()
    need(found is not None, HOW_TO_GET_IT)
    assert found is not None
    with postgres_server(found) as server:
        server.start()
        yield server


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults")
    write_site(folder, ROUTES)
    return folder


@pytest.fixture
def start(folder: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Start a site: ``start(url, DB_POOL_MAX="4")``; that of the routes, or the project's."""
    running: list[Server] = []

    def start(url: str, package: str = PACKAGE, **env: str) -> Site:
        name = f"site-{len(running)}"
        env = {
            **PRODUCTION,
            "DATABASE_URL": f"{url}?application_name={name}",
            "DB_STATEMENT_TIMEOUT": "1.5",  # as project.wsgi does
            "WEB_CONCURRENCY": "1",
            "GRACEFUL_TIMEOUT": "1",
            **env,
        }
        place = folder if package == PACKAGE else REPOSITORY
        server = Server("gunicorn", package, place, env, tmp_path / f"{name}.txt")
        running.append(server)
        server.wait_until_ready()
        return Site(server, name)

    yield start
    for server in running:
        server.stop()
