"""A handler that fails, or whose client leaves, between two writes: neither is kept."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.live.conftest import postgres_server, postgres_url, server  # noqa: F401 - fixtures
from tests.live.servers import PRODUCTION, Server
from tests.live.sites import PACKAGE, write_site

WRITE = 'connection.cursor().execute("INSERT INTO written VALUES (%s)", [query["text"]])'
ROUTES = {
    "raises.py": f"""\
        from django.db import connection, transaction

        from fileapi import Config

        config = Config(auth=None)

        def POST(query):
            with transaction.atomic():
                {WRITE}
                raise RuntimeError("between two writes")
        """,
    "streams.py": f"""\
        import time

        from django.db import connection, transaction

        from fileapi import Config

        config = Config(auth=None)

        def POST(query, res):
            def lines():
                with transaction.atomic():
                    {WRITE}
                    while True:
                        yield "line\\n"
                        time.sleep(0.01)

            res.stream(lines())
        """,
    "writes.py": f"""\
        from django.db import connection

        from fileapi import Config

        config = Config(auth=None)

        def POST(query):
            {WRITE}
            return connection.connection.info.transaction_status.name
        """,
}

Rows = Callable[[], list[str]]


@pytest.fixture(scope="module")
def site(
    server: Any,  # noqa: F811
    postgres_url: str,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Server:
    """One thread and one connection, so that the next request has what the last one left."""
    folder: Path = tmp_path_factory.mktemp("transactions")
    write_site(folder, ROUTES)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS written (text text)")
    env = {**PRODUCTION, "DATABASE_URL": postgres_url, "WEB_CONCURRENCY": "1", "THREADS": "1"}
    one = {"DB_POOL_MIN": "1", "DB_POOL_MAX": "1", "FILEAPI_THREADS": "2"}
    return server("gunicorn", {**env, **one}, PACKAGE, folder)  # type: ignore[no-any-return]


@pytest.fixture
def rows(postgres_url: str) -> Rows:  # noqa: F811
    def rows() -> list[str]:
        with psycopg.connect(postgres_url) as connection:
            return [text for (text,) in connection.execute("SELECT text FROM written ORDER BY 1")]

    return rows


def wrote(site: Server, text: str) -> tuple[int, Any]:
    answer = site.ask("POST", f"/api/writes?text={text}")
    return answer.status, answer.json()


def test_i16_what_a_handler_wrote_before_it_raised_is_taken_back(site: Server, rows: Rows) -> None:
    for _ in range(20):
        assert site.ask("POST", "/api/raises?text=raised").status == 500
    assert wrote(site, "after-raising") == (200, "IDLE")
    assert "after-raising" in rows()
    assert "raised" not in rows()


def test_i16_what_a_stream_wrote_before_its_client_left_is_taken_back(
    site: Server, rows: Rows
) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as client:
        client.sendall(
            b"POST /api/streams?text=left HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
        )
        while b"line" not in client.recv(4096):
            pass
    start = time.monotonic()
    assert wrote(site, "after-leaving") == (200, "IDLE")
    assert time.monotonic() - start < 5
    assert "after-leaving" in rows()
    assert "left" not in rows()
