"""A gunicorn and functions of Lambda, each with the same site."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from tests.live.conftest import postgres_server as postgres_server
from tests.live.conftest import postgres_url as postgres_url
from tests.live.servers import PRODUCTION, REPOSITORY, Server

from .runtime import Function

SITE = "tests.serverless.site"


@pytest.fixture(scope="session")
def start_function(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Function]]:
    """Start a function: ``start_function()`` for the site of these tests."""
    started: list[Function] = []
    outputs = tmp_path_factory.mktemp("functions")
    numbers = itertools.count()

    def start(
        handler: str = f"{SITE}.function.handler", settings: str = f"{SITE}.settings", **env: str
    ) -> Function:
        started.append(Function(handler, settings, env, outputs / f"{next(numbers)}.txt"))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="session")
def function(start_function: Callable[..., Function]) -> Function:
    """The site as a function, warm after the first event."""
    return start_function()


@pytest.fixture(scope="session")
def gunicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site on gunicorn, behind a proxy that it trusts."""
    output = tmp_path_factory.mktemp("gunicorn") / "output.txt"
    env = {**PRODUCTION, "SECURE_SSL_REDIRECT": "on", "WEB_CONCURRENCY": "1"}
    server = Server("gunicorn", SITE, REPOSITORY, env, output)
    server.wait_until_ready()
    yield server
    server.stop()
