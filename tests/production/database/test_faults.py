"""PostgreSQL away, silent, or full: 503 in time, and back without a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.live.client import at_once

from .conftest import WITHIN, Site
from .postgres_server import PostgresServer, soon

POOLS = {"pool": {"DB_POOL": "on"}, "no-pool": {"DB_POOL": "off"}}


@pytest.fixture(params=POOLS)
def site(
    request: pytest.FixtureRequest, database: PostgresServer, start: Callable[..., Site]
) -> Site:
    """A site that has answered from the database, so that its pool is full of connections."""
    site = start(database.url, **POOLS[request.param])
    at_once(lambda _: site.get("/api/slow?seconds=0.1"), range(4))
    assert site.is_fine()
    return site


@pytest.fixture(autouse=True)
def _running(database: PostgresServer) -> Iterator[None]:
    yield
    database.stop("immediate")
    database.start()


def test_i12_a_stopped_server_is_503_and_back_by_itself(
    site: Site, database: PostgresServer
) -> None:
    database.stop()
    for _ in range(3):
        site.assert_unavailable()
        site.assert_others_go_on()
    site.assert_unavailable("/api/later")
    database.start()
    site.assert_back()


def test_i12_a_server_that_is_down_at_the_start_is_503_and_there_when_it_comes(
    start: Callable[..., Site], database: PostgresServer
) -> None:
    database.stop()
    site = start(database.url)
    site.assert_unavailable()
    site.assert_others_go_on()
    database.start()
    site.assert_back()


def test_i12_after_a_long_outage_it_is_back_as_soon(
    start: Callable[..., Site], database: PostgresServer
) -> None:
    # The pool's own five minutes of trying leave ever longer waits between two attempts.
    site = start(database.url)
    assert site.is_fine()
    database.stop()
    for _ in range(7):
        site.assert_unavailable()
    database.start()
    site.assert_back()


def test_i12_a_paused_server_is_503_and_back_by_itself(
    start: Callable[..., Site], database: PostgresServer
) -> None:
    site = start(database.url)
    at_once(lambda _: site.get("/api/slow?seconds=0.1"), range(4))
    with ThreadPoolExecutor() as threads:
        in_flight = threads.submit(site.get, "/api/slow?seconds=1")
        assert soon(lambda: "pg_sleep" in running_statements(database, site))
        database.pause()
        answer, seconds = in_flight.result()
        assert answer.status == 503
        assert seconds < WITHIN
    for _ in range(3):
        site.assert_unavailable()
        site.assert_others_go_on()
    database.resume()
    site.assert_back()


def running_statements(database: PostgresServer, site: Site) -> str:
    sql = "SELECT query FROM pg_stat_activity WHERE application_name = %s AND state = 'active'"
    return " ".join(query for (query,) in database.execute(sql, site.name))


def test_i12_a_crowd_of_requests_is_refused_in_time_and_the_rest_is_served(
    site: Site, database: PostgresServer
) -> None:
    database.stop()
    paths = 6 * ["/api/backend"] + 6 * ["/api/plain"]
    answers = at_once(site.get, paths)
    for path, (answer, seconds) in zip(paths, answers, strict=True):
        assert answer.status == (200 if path == "/api/plain" else 503)
        assert seconds < WITHIN


def test_i14_ended_backends_cost_no_request(site: Site, database: PostgresServer) -> None:
    for _ in range(3):
        database.end_backends(site.name)
        answers = at_once(lambda _: site.get("/api/backend"), range(8))
        assert [answer.status for answer, _ in answers] == 8 * [200]


def test_i14_a_backend_that_ends_in_a_statement_costs_that_request(
    site: Site, database: PostgresServer
) -> None:
    with ThreadPoolExecutor() as threads:
        in_flight = threads.submit(site.get, "/api/slow?seconds=1")
        assert soon(lambda: "pg_sleep" in running_statements(database, site))
        database.end_backends(site.name)
        assert in_flight.result()[0].status == 503
    assert site.is_fine()


def test_i14_a_restarted_server_costs_no_later_request(
    site: Site, database: PostgresServer
) -> None:
    database.stop()
    database.start()
    answers = [site.get("/api/backend")[0].status for _ in range(10)]
    assert answers == 10 * [200]


def test_i13_no_more_connections_are_503_until_some_are_free(
    start: Callable[..., Site], database: PostgresServer
) -> None:
    database.stop()
    database.start("max_connections=8", "superuser_reserved_connections=0")
    site = start(database.url)
    hogs = [psycopg.connect(database.url) for _ in range(8)]
    try:
        for _ in range(3):
            site.assert_unavailable()
            site.assert_others_go_on()
    finally:
        for hog in hogs:
            hog.close()
    site.assert_back()


def test_i12_a_page_that_is_no_route_file_is_503_too(
    start: Callable[..., Site], database: PostgresServer
) -> None:
    site = start(database.url, "project")
    database.stop()
    cookie = {"Cookie": "sessionid=0123456789abcdef0123456789abcdef"}
    answer = site.server.ask("GET", "/admin/", headers=cookie)
    assert (answer.status, answer.content_type) == (503, "application/problem+json")
    assert answer.headers["retry-after"] == "1"
    assert site.server.ask("GET", "/api/hello", headers=cookie).status == 200


def test_a_fault_is_logged_once_and_tells_the_client_nothing(
    start: Callable[..., Site], database: PostgresServer
) -> None:
    site = start(database.url)
    database.stop()
    site.assert_unavailable()
    said = site.server.printed()
    assert said.count("Service Unavailable: /api/backend: in backend.py") == 1
    assert "OperationalError" in said


def test_a_bug_in_sql_stays_a_500_without_the_sql(
    start: Callable[..., Site], database: PostgresServer
) -> None:
    answer, _ = start(database.url).get("/api/bug")
    assert answer.status == 500
    assert b"no_such_table" not in answer.body
    assert b"secret" not in answer.body
