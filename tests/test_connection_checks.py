"""``manage.py check --deploy``: connections that are kept under ASGI, and how many there can be."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage, Error, Info
from django.db import connections

from fileapi.apps import check_deployment

SYNC = "def GET(): return 1\n"
ASYNC = "async def GET(): return 1\n"


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Say what the settings of a database are: no connection is made."""

    def use(**given: Any) -> None:
        whole = {**connections.settings["default"], "OPTIONS": {}, **given}
        monkeypatch.setitem(connections.settings, "default", whole)

    settings.ASGI_APPLICATION = None
    for name in ("THREADS", "WEB_CONCURRENCY"):
        monkeypatch.delenv(name, raising=False)
    return use


@pytest.fixture
def found(write_tree: Any, mount_tree: Any) -> Any:
    def found(text: str = SYNC) -> list[CheckMessage]:
        mount_tree(write_tree({"a.py": text}))
        return check_deployment()

    return found


@pytest.mark.parametrize("age", [None, 60])
def test_kept_connections_are_an_error_where_a_route_is_async(
    database: Any, found: Any, age: int | None
) -> None:
    database(CONN_MAX_AGE=age)
    assert found(SYNC) == []
    (message,) = found(ASYNC)
    assert (type(message), message.id) == (Error, "fileapi.E035")
    assert message.msg == (
        f"Database 'default' keeps connections, CONN_MAX_AGE is {age!r}, and 'a.py' is async."
    )
    assert message.hint


def test_kept_connections_are_an_error_where_asgi_is_meant(
    database: Any, found: Any, settings: Any
) -> None:
    settings.ASGI_APPLICATION = "project.asgi.application"
    database(CONN_MAX_AGE=60)
    (message,) = found(SYNC)
    assert message.msg.endswith("CONN_MAX_AGE is 60, and ASGI_APPLICATION is set.")


def test_connections_that_are_closed_are_sound_under_asgi(database: Any, found: Any) -> None:
    database(CONN_MAX_AGE=0)
    assert found(ASYNC) == []


POSTGRESQL = {"ENGINE": "django.db.backends.postgresql"}
FOR_EACH = "one connection for each request that is answered at once, in each process"


@pytest.mark.parametrize(
    ("options", "env", "said"),
    [
        ({"pool": {"max_size": 10}}, {"WEB_CONCURRENCY": "3"}, "at most 30 connections, 10 for"),
        ({"pool": {"max_size": 10}}, {}, "at most 10 connections for each process, in the pool."),
        ({"pool": {"min_size": 2}}, {}, "at most 2 connections for each process, in the pool."),
        ({"pool": True}, {}, "at most 4 connections for each process, in the pool."),
        ({}, {"WEB_CONCURRENCY": "2", "THREADS": "8"}, "at most 16 connections, 8 for each of 2"),
        ({}, {"THREADS": "8"}, "at most 8 connections for each process, one for each thread."),
        ({}, {"WEB_CONCURRENCY": "2"}, FOR_EACH),
        ({"pool": False}, {"THREADS": "many"}, FOR_EACH),
    ],
    ids=["pool", "unknown-processes", "least", "default", "threads", "process", "none", "off"],
)
def test_the_largest_number_of_connections_is_told(
    database: Any, found: Any, monkeypatch: Any, options: Any, env: dict[str, str], said: str
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    database(**POSTGRESQL, OPTIONS=options)
    (message,) = found()
    assert (type(message), message.id) == (Info, "fileapi.I001")
    assert message.msg.startswith(f"Database 'default': {said}")
    assert "max_connections" in str(message.hint)


def test_the_setting_of_threads_counts_before_the_environment(
    database: Any, found: Any, monkeypatch: Any, settings: Any
) -> None:
    monkeypatch.setenv("THREADS", "8")
    settings.FILEAPI_THREADS = 5
    database(**POSTGRESQL)
    (message,) = found()
    assert "at most 5 connections for each process" in message.msg


def test_a_database_without_a_server_has_nothing_to_count(database: Any, found: Any) -> None:
    for engine in ("sqlite3", "dummy"):
        database(ENGINE=f"django.db.backends.{engine}")
        assert found() == []
