"""The servers of tests/live, with the site beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.live.conftest import (  # noqa: F401 - fixtures and a hook
    postgres_server,
    postgres_url,
    pytest_runtest_call,
    server,
)
from tests.live.servers import PRODUCTION, REPOSITORY

from .records import Journal
from .running import Running

SITE = "tests.endurance.site"
THREADS = 8

# One worker, so that what is counted is all there is, and never a new one in its place.
KINDS = {
    "gunicorn": {"WEB_CONCURRENCY": "1", "THREADS": str(THREADS), "MAX_REQUESTS": "0"},
    "uvicorn": {},
}


@pytest.fixture(scope="session")
def run_site(server: Any, need: Any, tmp_path_factory: Any) -> Any:  # noqa: F811
    """Start the site: ``run_site("gunicorn")``; with other options it is another process."""
    need(Path("/proc/self/clear_refs").exists(), "This test reads /proc as Linux has it.")
    folder = tmp_path_factory.mktemp("journals")

    def run(kind: str, **options: str) -> Running:
        journal = folder / "-".join([kind, *map(str, map(hash, options.items()))])
        env = {
            **PRODUCTION,
            **KINDS[kind],
            "DATABASE_URL": "sqlite://:memory:",
            "JOURNAL": str(journal),
            **options,
        }
        return Running(server(kind, env, SITE, REPOSITORY), Journal(journal))

    return run


@pytest.fixture(params=KINDS, scope="session")
def site(request: pytest.FixtureRequest, run_site: Any) -> Running:
    """The site on each kind of server."""
    return run_site(request.param)


@pytest.fixture(params=["sync", "async"])
def source(request: pytest.FixtureRequest) -> str:
    """Which kind of generator a stream is made of."""
    return str(request.param)
