"""Two processes of gunicorn on one database: many at once, and workers that die."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from tests.live import postgres
from tests.live.client import at_once
from tests.live.servers import PRODUCTION, Server, manage
from tests.live.sites import PACKAGE, write_site

from .site import PATIENCE, ROUTES, dies_for, send, send_until_answered

AT_ONCE = 20
COUNT = "SELECT count(*) FROM orders_order WHERE item = '{}'"


class Site(NamedTuple):
    server: Server
    folder: Path  # of the orders to die
    query: Callable[[str], int]
    url: str

    def effects(self, item: str) -> int:
        return self.query(COUNT.format(item))


ON_POSTGRES = ["postgres", "ATOMIC_REQUESTS on postgres"]


@pytest.fixture(scope="module", params=[*ON_POSTGRES, "sqlite"])
def site(request: Any, need: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    if request.param == "sqlite":
        path = folder / "db.sqlite3"
        yield from _serving(folder, f"sqlite:///{path}", lambda sql: _of_sqlite(path, sql))
        return
    server = postgres.found()
    need(server is not None, postgres.HOW_TO_GET_IT)
    assert server is not None
    with postgres.fresh_database(server) as url:
        options = "?ATOMIC_REQUESTS=True" if "ATOMIC" in request.param else ""
        yield from _serving(folder, url + options, lambda sql: _of_postgres(url, sql))


def _serving(folder: Path, url: str, query: Callable[[str], int]) -> Iterator[Site]:
    migrated = manage("migrate", "--verbosity=0", DATABASE_URL=url)
    assert migrated.returncode == 0, migrated.stderr
    write_site(folder, ROUTES)
    env = {
        **PRODUCTION,
        "DATABASE_URL": url,
        "ORDERS_TO_DIE": str(folder),
        "WEB_CONCURRENCY": "2",
        "THREADS": "12",
        "DB_POOL_MAX": "12",
    }
    server = Server("gunicorn", PACKAGE, folder, env, folder / "output.txt")
    try:
        server.wait_until_ready()
        yield Site(server, folder, query, url.partition("?")[0])
    finally:
        server.stop()


def _of_postgres(url: str, sql: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def _of_sqlite(path: Path, sql: str) -> int:
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        return int(connection.execute(sql).fetchone()[0])


def test_h22_of_20_at_once_one_has_an_effect_and_all_get_its_answer(site: Site) -> None:
    answers = at_once(lambda _: send(site.server, "at-once", item="many"), range(AT_ONCE))
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) <= {201, 409}, site.server.printed()
    assert all(answer.headers["retry-after"] == "1" for answer in answers if answer.status == 409)
    told = {answer.body for answer in answers if answer.status == 201}
    assert (len(told), site.effects("many")) == (1, 1)
    first = [each for each in answers if each.status == 201 and not _is_replay(each)]
    assert len(first) == 1
    again = send(site.server, "at-once", item="many")
    assert (again.status, again.body, _is_replay(again)) == (201, told.pop(), True)


def _is_replay(answer: Any) -> bool:
    return answer.headers.get("idempotency-replayed") == "true"


def test_h22_20_keys_at_once_are_20_effects(site: Site) -> None:
    answers = at_once(lambda n: send(site.server, f"own-{n}", item="own"), range(AT_ONCE))
    assert {answer.status for answer in answers} == {201}, site.server.printed()
    assert len({answer.body for answer in answers}) == site.effects("own") == AT_ONCE


def test_h22_a_worker_killed_before_the_commit_leaves_nothing_and_a_retry_runs_anew(
    site: Site,
) -> None:
    assert dies_for(site.server, site.folder, "before the commit", "killed", item="before")
    assert site.effects("before") == 0
    answer = send_until_answered(site.server, "killed", item="before")
    assert (answer.status, _is_replay(answer), site.effects("before")) == (201, False, 1)


def test_h22_a_worker_killed_after_the_commit_loses_the_answer_and_a_retry_gets_it(
    site: Site,
) -> None:
    assert dies_for(site.server, site.folder, "after the commit", "lost", item="after")
    assert site.effects("after") == 1
    answer = send_until_answered(site.server, "lost", item="after")
    assert (answer.status, _is_replay(answer), site.effects("after")) == (201, True, 1)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_h22_on_sqlite_others_wait_for_the_first(site: Site) -> None:
    answers = at_once(lambda _: send(site.server, "wait", item="wait"), range(AT_ONCE))
    assert {answer.status for answer in answers} == {201}, site.server.printed()
    assert (len({answer.body for answer in answers}), site.effects("wait")) == (1, 1)


@pytest.mark.parametrize("site", ON_POSTGRES, indirect=True)
def test_h22_while_the_first_runs_others_are_409_at_once(site: Site) -> None:
    with psycopg.connect(site.url) as gate, ThreadPoolExecutor(AT_ONCE) as threads:
        gate.execute("SELECT pg_advisory_lock(42)")
        sent = [
            threads.submit(send, site.server, "slow", item="slow", wait=True)
            for _ in range(AT_ONCE)
        ]
        refused = [
            done.result()
            for _, done in zip(range(AT_ONCE - 1), as_completed(sent, PATIENCE), strict=False)
        ]
        assert {answer.status for answer in refused} == {409}
        assert {answer.headers["retry-after"] for answer in refused} == {"1"}
        assert site.effects("slow") == 0
        gate.execute("SELECT pg_advisory_unlock(42)")
        answers = [each.result() for each in sent]
    assert Counter(answer.status for answer in answers) == {201: 1, 409: AT_ONCE - 1}
    assert site.effects("slow") == 1
