"""Thousands of requests, one client in each ten gone early: the server is what it was before."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import Any

import psycopg
import pytest

from .conftest import KINDS, THREADS
from .mixed import REQUESTS, send_mixed
from .records import soon
from .running import Held, Running

COUNT = {"gunicorn": 10_000, "uvicorn": 2_000}
CLIENTS = 4
POOL = 4
NOT_IN_A_LOG = ["Exception ignored", "was never awaited", "was never retrieved", "was destroyed"]


class Database:
    """What PostgreSQL says about the connections of one server."""

    def __init__(self, url: str, name: str) -> None:
        self.url = f"{url}?application_name={name}"
        self._admin = url
        self._name = name

    def connections(self) -> Counter[str]:
        """Return how many there are in which state."""
        with psycopg.connect(self._admin) as connection:
            rows = connection.execute(
                "SELECT state FROM pg_stat_activity WHERE application_name = %s", [self._name]
            ).fetchall()
        return Counter([state for (state,) in rows])


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(kind: str, postgres_url: str) -> Database:
    return Database(postgres_url, f"endurance-{kind}")


@pytest.fixture
def pooled(kind: str, run_site: Any, database: Database) -> Running:
    pool = {"DB_POOL_MIN": str(POOL), "DB_POOL_MAX": str(POOL)}
    return run_site(kind, DATABASE_URL=database.url, **pool)


def test_threads_files_and_connections_are_what_they_were(
    pooled: Running, kind: str, database: Database
) -> None:
    # Every thread and connection that there will be is there.
    send_mixed(pooled, 2 * THREADS * 20, 2 * THREADS)
    connections = Counter(idle=POOL)
    assert soon(database.connections, lambda found: found == connections) == connections
    before = lowest(pooled)

    answers = send_mixed(pooled, COUNT[kind], CLIENTS)

    after = pooled.held_soon(at_most=before)
    assert not after.exceeds(before)
    assert soon(database.connections, lambda found: found == connections) == connections
    assert pooled.ask("GET", "/api/rows").json() == 42
    assert {expected for expected, _ in answers} == {one.status for one in REQUESTS}
    assert [pair for pair in answers if pair[0] != pair[1]] == []
    assert answers.total() == COUNT[kind] * 9 // 10
    printed = pooled.server.printed()
    assert set(re.findall(r"Internal Server Error: (\S+):", printed)) == {"/api/fails"}
    assert [words for words in NOT_IN_A_LOG if words in printed] == []


def lowest(site: Running) -> Held:
    """Return what a server holds when it has come to rest."""
    seen = []
    for _ in range(10):
        seen.append(site.held())
        time.sleep(0.1)
    return min(seen)
