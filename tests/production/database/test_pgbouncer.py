"""A pgbouncer in transaction mode between the site and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live.client import at_once

from .conftest import Site
from .pgbouncer import HOW_TO_GET_IT, PROGRAM, PgBouncer, pgbouncer
from .postgres_server import PostgresServer


@pytest.fixture(scope="module")
def bouncer(database: PostgresServer, need: Any) -> Iterator[PgBouncer]:
    """A pgbouncer in front of a server whose time zone is not the site's."""
    need(PROGRAM is not None, HOW_TO_GET_IT)
    database.stop()
    database.start("timezone=Europe/Berlin")
    with pgbouncer(database.port) as bouncer:
        yield bouncer


@pytest.fixture(params=["on", "off"], ids=["pool", "no-pool"])
def site(request: pytest.FixtureRequest, bouncer: PgBouncer, start: Callable[..., Site]) -> Site:
    site = start(bouncer.url, DB_PGBOUNCER="on", DB_POOL=request.param, THREADS="16")
    assert site.is_fine()
    return site


def test_i14_each_request_has_its_own_settings_on_connections_that_all_share(
    site: Site, database: PostgresServer
) -> None:
    answers = [one for one, _ in at_once(lambda _: site.get("/api/backend"), range(16)) * 3]
    assert [answer.status for answer in answers] == 48 * [200]
    assert {answer.json()["zone"] for answer in answers} == {"UTC"}
    # pgbouncer has two connections to the server, and the site more to pgbouncer.
    assert len({answer.json()["backend"] for answer in answers}) <= 2


@pytest.fixture
def rows(database: PostgresServer) -> Iterator[None]:
    columns = "session_key varchar(40) PRIMARY KEY, session_data text, expire_date timestamptz"
    database.execute(f"CREATE TABLE django_session ({columns})")
    database.execute(
        "INSERT INTO django_session SELECT n, '', now() FROM generate_series(1, 5000) n"
    )
    yield
    database.execute("DROP TABLE django_session")


@pytest.mark.usefixtures("rows")
def test_i14_rows_read_in_parts_need_no_cursor_that_outlives_a_transaction(site: Site) -> None:
    answers = at_once(lambda _: site.get("/api/rows"), range(8))
    assert [(one.status, one.json()) for one, _ in answers] == 8 * [(200, {"rows": 5000})]


def test_i14_a_restarted_pgbouncer_costs_no_request(site: Site, bouncer: PgBouncer) -> None:
    bouncer.stop()
    site.assert_unavailable()
    site.assert_others_go_on()
    bouncer.start()
    site.assert_back()
    answers = [site.get("/api/backend")[0].status for _ in range(10)]
    assert answers == 10 * [200]


def test_i14_backends_that_end_behind_pgbouncer_cost_one_request_each_at_most(
    site: Site, database: PostgresServer
) -> None:
    ended = database.end_backends(site.name)
    assert ended
    statuses = [site.get("/api/backend")[0].status for _ in range(10)]
    assert set(statuses) <= {200, 503}
    assert statuses.count(503) <= ended
    assert statuses[-1] == 200


def test_i12_a_server_down_behind_pgbouncer_is_503_and_back_by_itself(
    start: Callable[..., Site], bouncer: PgBouncer, database: PostgresServer
) -> None:
    site = start(bouncer.url, DB_PGBOUNCER="on")
    assert site.is_fine()
    database.stop()
    for _ in range(3):
        site.assert_unavailable()
        site.assert_others_go_on()
    database.start("timezone=Europe/Berlin")
    site.assert_back()


def test_i12_a_server_paused_behind_pgbouncer_is_503_and_back_by_itself(
    start: Callable[..., Site], bouncer: PgBouncer, database: PostgresServer
) -> None:
    site = start(bouncer.url, DB_PGBOUNCER="on")
    assert site.is_fine()
    database.pause()
    for _ in range(3):
        site.assert_unavailable()
        site.assert_others_go_on()
    database.resume()
    site.assert_back()
