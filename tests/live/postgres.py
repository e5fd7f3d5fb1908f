"""A PostgreSQL server to test with: one that runs already, or one started for the tests."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from .servers import free_port

RUNNING = "postgres://postgres@127.0.0.1:5432/postgres"

HOW_TO_GET_IT = (
    "This test needs PostgreSQL. Name a server in DATABASE_URL_TEST "
    "(postgres://user:password@host:port/database, with the right to create databases), or "
    "install one, for instance by: apt-get install postgresql"
)


def found() -> str | None:
    """Return the URL of a running server, if there is one.

    Raises psycopg.OperationalError where DATABASE_URL_TEST names one that does not answer.
    """
    named = os.environ.get("DATABASE_URL_TEST")
    try:
        with psycopg.connect(named or RUNNING, connect_timeout=3):
            return named or RUNNING
    except psycopg.OperationalError:
        if named:
            raise
        return None


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl: the one in PATH, or Debian's newest."""
    initdb = shutil.which("initdb")
    if initdb and shutil.which("pg_ctl", path=str(Path(initdb).parent)):
        return Path(initdb).parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest else None


@contextmanager
def started(programs: Path) -> Iterator[str]:
    """Start a server of our own in a temporary folder; yield its URL."""
    # Not below pytest's folder: that one is closed to the user whom root has to become.
    folder = Path(tempfile.mkdtemp(prefix="fileapi-postgres-"))
    account: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = {"user": _unprivileged(), "extra_groups": []}
        shutil.chown(folder, account["user"])
    data, port = folder / "data", free_port()

    def run(program: str, *arguments: str) -> None:
        with (folder / "output").open("ab") as output:
            done = subprocess.run(
                [programs / program, f"--pgdata={data}", *arguments],
                cwd=folder,
                env={"PATH": os.defpath, "HOME": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=60,
                **account,
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{(folder / 'output').read_text()}")

    try:
        run("initdb", "--auth=trust", "--username=postgres", "--no-locale", "--encoding=UTF8")
        where = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
        run("pg_ctl", "--wait", f"--options={where} -c fsync=off", "start")
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _unprivileged() -> str:
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """Create a database; yield its URL, and drop it at the end."""
    name = f"fileapi_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
