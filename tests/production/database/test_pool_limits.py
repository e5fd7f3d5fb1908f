"""A pool that is exhausted, leaks, or is forked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.client import at_once
from tests.live.sites import write_files

from .conftest import WITHIN, Site
from .postgres_server import PostgresServer, children, soon

POOL_MAX = 4


def test_i13_an_exhausted_pool_is_503_within_its_time_and_leaks_nothing(
    start: Callable[..., Site], database: PostgresServer
) -> None:
    site = start(database.url, THREADS="32", DB_POOL_MAX=str(POOL_MAX), DB_STATEMENT_TIMEOUT="5")
    at_once(lambda _: site.get("/api/slow?seconds=0.2"), range(POOL_MAX))
    answers = at_once(lambda _: site.get("/api/slow?seconds=1.6"), range(32))
    statuses = Counter(answer.status for answer, _ in answers)
    assert statuses == Counter({200: POOL_MAX, 503: 32 - POOL_MAX})
    for answer, seconds in answers:
        if answer.status == 503:
            assert answer.headers["retry-after"] == "1"
            assert seconds < WITHIN
    site.assert_back()
    assert len(database.backends(site.name)) <= POOL_MAX


@pytest.mark.parametrize("pool", ["on", "off"])
def test_i13_a_thousand_errors_of_handlers_leave_no_connection_open(
    start: Callable[..., Site], database: PostgresServer, pool: str
) -> None:
    env = {"DB_POOL": pool, "DB_POOL_MAX": str(POOL_MAX), "LOG_LEVEL": "critical"}
    site = start(database.url, **env)

    def fail(_: int) -> list[int]:
        paths = 63 * ["/api/fails", "/api/fails?open"]
        return [site.get(path)[0].status for path in paths[:125]]

    statuses = [status for found in at_once(fail, range(8)) for status in found]
    assert statuses == 1000 * [500]
    most = POOL_MAX if pool == "on" else 0
    assert soon(lambda: len(database.backends(site.name)) <= most)
    sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND state <> 'idle'"
    assert soon(lambda: database.execute(sql, site.name) == [(0,)])
    # A connection that had not come back would keep these waiting until the pool's time is up.
    answers = at_once(lambda _: site.get("/api/backend"), range(8))
    assert [answer.status for answer, _ in answers] == 8 * [200]


AT_IMPORT = {
    "api/early.py": """\
        import os
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            AT_IMPORT = cursor.fetchone()[0]

        def GET():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.05)")
                now = cursor.fetchone()[0]
            return {"process": os.getpid(), "at_import": AT_IMPORT, "now": now}
        """,
}


@pytest.mark.parametrize("pool", ["on", "off"])
def test_i15_a_pool_that_was_opened_before_the_fork_is_opened_anew_in_each_process(
    start: Callable[..., Site], database: PostgresServer, folder: Path, pool: str
) -> None:
    write_files(folder / "shop", AT_IMPORT)
    try:
        site = start(database.url, WEB_CONCURRENCY="2", DB_POOL=pool)
        assert soon(lambda: len(children(site.server.process.pid)) == 2)
        workers = children(site.server.process.pid)
        # Nobody holds what the import has opened, the master included.
        assert soon(lambda: database.backends(site.name) == [])
        answers = [one.json() for one, _ in at_once(lambda _: site.get("/api/early"), range(24))]
    finally:
        (folder / "shop" / "api" / "early.py").unlink()
    assert len({answer["at_import"] for answer in answers}) == 1
    owners: dict[int, set[int]] = {}
    for answer in answers:
        assert answer["now"] != answer["at_import"]
        owners.setdefault(answer["now"], set()).add(answer["process"])
    assert all(len(processes) == 1 for processes in owners.values())
    assert {answer["process"] for answer in answers} <= set(workers)
