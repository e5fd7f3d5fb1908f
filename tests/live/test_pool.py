"""A pool of connections serves more requests than it has, and gets each connection back."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from .client import at_once
from .servers import PRODUCTION, Server
from .sites import PACKAGE, write_site

ROUTES = {
    "backend.py": """\
        from django.db import connection

        def GET():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.05)")
                return {"backend": cursor.fetchone()[0]}
        """,
    "fails.py": """\
        from django.db import connection, transaction

        def GET(query):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if "open" in query:  # a transaction that nobody closes
                transaction.set_autocommit(False)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
            raise RuntimeError("after a query")
        """,
}

POOL_MAX = 2
POOLED = {"DB_POOL_MIN": "1", "DB_POOL_MAX": str(POOL_MAX), "DB_POOL_TIMEOUT": "10"}
CLOSED = {"DB_POOL": "off"}
KINDS = {"gunicorn": {"WEB_CONCURRENCY": "1", "THREADS": "10"}, "uvicorn": {}}


class Site:
    """A server, and what PostgreSQL says about its connections."""

    def __init__(self, server: Server, url: str, name: str) -> None:
        self.server = server
        self.url = url
        self.name = name

    def backend(self, _: object = None) -> tuple[int, int | None]:
        answer = self.server.ask("GET", "/api/backend")
        return answer.status, answer.json().get("backend")

    def states(self) -> Counter[str]:
        """Return how many connections the server holds, by state."""
        with psycopg.connect(self.url) as connection:
            return Counter(
                state
                for (state,) in connection.execute(
                    "SELECT state FROM pg_stat_activity "
                    "WHERE datname = current_database() AND application_name = %s",
                    [self.name],
                )
            )

    def states_soon(self, wanted: Counter[str]) -> Counter[str]:
        """Return the states, waiting a little for the wanted ones: a backend ends by itself."""
        deadline = time.monotonic() + 5
        while (states := self.states()) != wanted and time.monotonic() < deadline:
            time.sleep(0.02)
        return states


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pool")
    write_site(folder, ROUTES)
    return folder


@pytest.fixture(params=KINDS, scope="module")
def start(request: pytest.FixtureRequest, server: Any, postgres_url: str, folder: Path) -> Any:
    def start(pool: dict[str, str]) -> Site:
        name = f"{request.param}-{'-'.join(pool.values())}"
        env = {
            "DATABASE_URL": f"{postgres_url}?application_name={name}",
            **PRODUCTION,
            **KINDS[request.param],
            **pool,
        }
        return Site(server(request.param, env, PACKAGE, folder), postgres_url, name)

    return start


def test_more_requests_than_connections_wait_for_their_turn(start: Any) -> None:
    site = start(POOLED)
    answers = at_once(site.backend, range(10))
    assert [status for status, _ in answers] == 10 * [200]
    assert len({backend for _, backend in answers}) <= POOL_MAX
    assert site.states().total() <= POOL_MAX


@pytest.mark.parametrize("query", ["", "?open"])
def test_no_exception_of_a_handler_keeps_a_connection(start: Any, query: str) -> None:
    site = start(POOLED)
    answers = [site.server.ask("GET", f"/api/fails{query}").status for _ in range(100)]
    assert answers == 100 * [500]
    states = site.states_soon(Counter(idle=site.states().total()))
    assert set(states) == {"idle"}
    assert states.total() <= POOL_MAX
    # A connection that had not come back would let these wait until DB_POOL_TIMEOUT.
    assert [status for status, _ in at_once(site.backend, range(10))] == 10 * [200]


def test_without_a_pool_each_request_opens_and_closes_a_connection(start: Any) -> None:
    site = start(CLOSED)
    answers = [site.backend() for _ in range(5)]
    assert [status for status, _ in answers] == 5 * [200]
    assert len({backend for _, backend in answers}) == 5
    assert [site.server.ask("GET", "/api/fails").status for _ in range(5)] == 5 * [500]
    assert site.states_soon(Counter()) == Counter()
