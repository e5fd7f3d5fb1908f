"""Real servers and a real PostgreSQL, each started when the first test asks for it."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from . import postgres
from .servers import PRODUCTION, REPOSITORY, Server, manage

_running: list[Server] = []


@pytest.fixture(scope="session")
def postgres_server(need: Any) -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    url = postgres.found()
    if url:
        yield url
        return
    programs = postgres.programs()
    need(programs is not None, postgres.HOW_TO_GET_IT)
    assert programs is not None
    with postgres.started(programs) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with postgres.fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start a server: ``server("gunicorn", {"DATABASE_URL": ...})``.

    Kinds: runserver, reloading runserver, gunicorn, uvicorn. The site is the project's, or the
    ``package`` in ``folder``. The same call again returns the server that runs already.
    """
    started: dict[Any, Server] = {}
    outputs = tmp_path_factory.mktemp("servers")
    numbers = itertools.count()

    def start(
        kind: str, env: dict[str, str], package: str = "project", folder: Path = REPOSITORY
    ) -> Server:
        key = (kind, frozenset(env.items()), package, folder)
        if key not in started:
            output = outputs / f"{next(numbers)}-{kind.replace(' ', '-')}.txt"
            started[key] = Server(kind, package, folder, env, output)
            _running.append(started[key])
        started[key].wait_until_ready()
        return started[key]

    yield start
    for one in started.values():
        one.process.terminate()  # all first, for each takes its time
    for one in started.values():
        one.stop()
    _running.clear()


@pytest.fixture(scope="session")
def trio(server: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Server]:
    """The project's site on three servers, each with an SQLite database of its own."""
    folder = tmp_path_factory.mktemp("sqlite")
    template = folder / "template.sqlite3"
    migrated = manage("migrate", "--verbosity=0", DATABASE_URL=f"sqlite:///{template}")
    assert migrated.returncode == 0, migrated.stderr
    servers = {}
    for kind in ("runserver", "gunicorn", "uvicorn"):
        database = folder / f"{kind}.sqlite3"
        shutil.copy(template, database)
        production = {} if kind == "runserver" else PRODUCTION
        servers[kind] = server(kind, {"DATABASE_URL": f"sqlite:///{database}", **production})
    return servers


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    before = {one: one.output.stat().st_size for one in _running}
    try:
        return (yield)
    except BaseException:
        # Beside what pytest has captured, in the report of the failed test.
        for one in _running:
            if text := one.printed(since=before.get(one, 0)):
                item.add_report_section("call", f"output of {one.kind}", text)
        raise
