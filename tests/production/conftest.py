"""The site as it is deployed: nginx, three gunicorns, PostgreSQL and Redis, all real."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.live import redis_server
from tests.live.conftest import (  # noqa: F401 - fixtures
    postgres_server,
    postgres_url,
)
from tests.live.servers import PRODUCTION, manage

from . import cluster, nginx
from .cluster import Member
from .names import Names
from .nginx import Nginx

# A few seconds with the other tests; `make faults` sets what the issue asks for.
FAULT_SECONDS = float(os.environ.get("FAULT_SECONDS") or 8)
FAULT_RESTARTS = int(os.environ.get("FAULT_RESTARTS") or 3)


class Site(NamedTuple):
    nginx: Nginx
    members: list[Member]
    database: str  # its URL


@pytest.fixture(scope="session")
def site_env(postgres_url: str, need: Any) -> Iterator[dict[str, str]]:  # noqa: F811
    """What gunicorn reads from the environment, with a database and a Redis of its own."""
    need(redis_server.PROGRAM is not None, redis_server.HOW_TO_GET_IT)
    migrated = manage("migrate", "--verbosity=0", DATABASE_URL=postgres_url)
    assert migrated.returncode == 0, migrated.stderr
    with redis_server.started() as redis:
        yield {
            **PRODUCTION,
            "DATABASE_URL": postgres_url,
            # A connection for each thread, and time to open it while the machine is full of
            # clients, servers and one that starts.
            "THREADS": "4",
            "DB_POOL_MAX": "4",
            "DB_POOL_TIMEOUT": "10",
            "REDIS_URL": redis.url,
            "FILEAPI_TRUSTED_PROXIES": "127.0.0.1",
            "LOG_LEVEL": "warning",
        }


@pytest.fixture(scope="module")
def site(
    site_env: dict[str, str], need: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Three gunicorns with two workers each, behind one nginx."""
    need(nginx.PROGRAM is not None, nginx.HOW_TO_GET_IT)
    folder: Path = tmp_path_factory.mktemp("cluster")
    with cluster.started(3, folder, site_env) as members:
        names = Names([one.address for one in members])
        with nginx.started(names.port, members[0].port) as proxy:
            proxy.wait_until_ready()
            yield Site(proxy, members, site_env["DATABASE_URL"])
        names.stop()
