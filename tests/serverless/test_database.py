"""Database connections of a process that is frozen between two events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from .events import Call, answer_of, http_api, json_of
from .runtime import Function

Admin = psycopg.Connection[tuple[int]]

BACKEND = http_api(Call("GET", "/api/lone/database"))


@pytest.fixture
def admin(postgres_url: str) -> Iterator[Admin]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def backends(admin: Admin) -> set[int]:
    """Return the connections of the function."""
    rows = admin.execute(
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return {pid for (pid,) in rows}


def test_i24_no_connection_is_open_while_the_process_is_frozen(
    start_function: Callable[..., Function],
    postgres_url: str,
    admin: Admin,
) -> None:
    function = start_function(DATABASE_URL=postgres_url)
    pids = [json_of(function.invoke(BACKEND)) for _ in range(3)]
    assert len(set(pids)) == 3
    assert wait_until_gone(admin, set(pids))


def test_i24_a_connection_that_died_in_the_freeze_costs_one_reconnect(
    start_function: Callable[..., Function],
    postgres_url: str,
    admin: Admin,
) -> None:
    function = start_function(DATABASE_URL=postgres_url, KEEP_CONNECTIONS="3600")
    first = json_of(function.invoke(BACKEND))
    assert json_of(function.invoke(BACKEND)) == first
    for _ in range(3):
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        assert wait_until_gone(admin, {first})
        answer = function.invoke(BACKEND)
        assert answer_of(answer).status == 200
        second = json_of(answer)
        assert second != first
        assert json_of(function.invoke(BACKEND)) == second
        assert backends(admin) == {second}
        first = second


def wait_until_gone(admin: Admin, pids: set[int]) -> bool:
    """Wait for PostgreSQL to see that connections are closed."""
    deadline = time.monotonic() + 5
    while backends(admin) & pids and time.monotonic() < deadline:
        time.sleep(0.01)
    return not backends(admin) & pids
