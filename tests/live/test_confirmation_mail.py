"""A task outlives the process that asked for it: real servers, workers and PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from .client import JSON, at_once
from .postgres import fresh_database
from .servers import PRODUCTION, REPOSITORY, Server, environment, manage

PASSWORD = "a long sentence"
DEADLINE = 30.0  # seconds


@pytest.fixture(scope="module")
def database(postgres_server: str) -> Iterator[str]:
    """The URL of a migrated database of this module's own."""
    with fresh_database(postgres_server) as url:
        done = manage("migrate", "--verbosity=0", DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        yield url


@pytest.fixture
def env(database: str, tmp_path: Path) -> dict[str, str]:
    return {
        **PRODUCTION,
        "DATABASE_URL": database,
        "EMAIL_URL": f"filemail:///{tmp_path / 'mails'}",
        "SITE_URL": "https://example.com",
        "WEB_CONCURRENCY": "1",
        "THREADS": "16",
    }


@pytest.fixture
def web(env: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Start a server for this test alone."""
    running: list[Server] = []

    def start() -> Server:
        output = tmp_path / f"web-{len(running)}.txt"
        server = Server("gunicorn", "project", REPOSITORY, env, output)
        running.append(server)
        server.wait_until_ready()
        return server

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def worker(env: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Start `manage.py db_worker`."""
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / "worker.txt").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "django", "db_worker", "--interval", "0.1"],
                cwd=REPOSITORY,
                env=environment("project", REPOSITORY, env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def register(server: Server, email: str) -> int:
    body = json.dumps({"email": email, "password": PASSWORD})
    return server.ask("POST", "/api/register", body, JSON).status


def wait_for(count: Callable[[], int], wanted: int) -> None:
    deadline = time.monotonic() + DEADLINE
    while count() < wanted:
        assert time.monotonic() < deadline, f"{count()} of {wanted}"
        time.sleep(0.05)


def mails(folder: Path) -> dict[str, list[str]]:
    """Return the links in the mails to each address."""
    found: dict[str, list[str]] = {}
    for path in (folder / "mails").glob("*"):
        for text in path.read_bytes().split(b"-" * 79):
            message = message_from_bytes(text.strip())
            if message["To"]:
                body: Any = message.get_payload(decode=True)
                links = re.findall(r"https://\S+", body.decode())
                found.setdefault(message["To"], []).extend(links)
    return found


def rows(database: str, status: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = %s", [status]
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_the_mail_goes_out_though_the_server_that_promised_it_was_killed(
    web: Any, worker: Any, database: str, tmp_path: Path
) -> None:
    server = web()
    assert register(server, "ada@example.com") == 201
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    assert mails(tmp_path) == {}

    process = worker()
    wait_for(lambda: len(mails(tmp_path)), 1)
    [link] = mails(tmp_path)["ada@example.com"]
    token = parse_qs(urlsplit(link).query)["token"][0]

    server = web()
    answers = at_once(
        lambda _: (
            server.ask("POST", "/api/register/confirm", json.dumps({"token": token}), JSON).status
        ),
        range(6),
    )
    assert sorted(answers) == [200, 400, 400, 400, 400, 400]  # good once, of all at once
    process.send_signal(signal.SIGTERM)
    assert process.wait(DEADLINE) == 0
    output = server.printed() + (tmp_path / "worker.txt").read_text()
    assert token not in output


def test_of_two_workers_one_sends_each_mail(
    web: Any, worker: Any, database: str, tmp_path: Path
) -> None:
    server = web()
    before = rows(database, "SUCCESSFUL")
    addresses = [f"user{number}@example.com" for number in range(12)]
    for _ in range(2):
        worker()
    for address in addresses:
        assert register(server, address) == 201
    wait_for(lambda: rows(database, "SUCCESSFUL") - before, len(addresses))
    sent = mails(tmp_path)
    assert {address: len(links) for address, links in sent.items()} == dict.fromkeys(addresses, 1)
    assert rows(database, "READY") == rows(database, "RUNNING") == 0
