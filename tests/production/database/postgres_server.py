"""A PostgreSQL server of a test's own, to stop, pause and restart."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.live.servers import free_port

QUICK = ["fsync=off", "shared_buffers=16MB", "max_wal_size=64MB", "autovacuum=off"]


class PostgresServer:
    """A server on a port of its own. As root, all of it belongs to the user postgres."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        text = ["--no-locale", "--encoding=UTF8"]
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", *text)

    def _run(self, program: str, *arguments: str) -> None:
        account: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            account = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(self.folder, **{key: account[key] for key in ("user", "group")})
        with (self.folder / "output").open("ab") as output:
            done = subprocess.run(
                [self.programs / program, f"--pgdata={self.folder / 'data'}", *arguments],
                cwd=self.folder,
                env={"PATH": os.defpath, "HOME": str(self.folder), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=60,
                **account,
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{(self.folder / 'output').read_text()}")

    def start(self, *settings: str) -> None:
        """Start, and return when it answers. Settings are such as ``max_connections=10``."""
        where = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            f"unix_socket_directories={self.folder}",
        ]
        options = " ".join(f"-c {each}" for each in (*where, *QUICK, *settings))
        self._run("pg_ctl", "--wait", "--silent", f"--options={options}", "start")

    def stop(self, mode: str = "fast") -> None:
        """End it, paused or not, and every connection with it."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.resume()
            self._run("pg_ctl", "--wait", "--silent", f"--mode={mode}", "stop")

    def pause(self) -> None:
        """Stop all its processes: it takes connections, and says nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        postmaster = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        # First, so that it starts no others meanwhile.
        os.kill(postmaster, number)
        for pid in children(postmaster):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def execute(self, sql: str, *values: object) -> list[Any]:
        """Return the rows of a statement, by a connection that is closed again."""
        with psycopg.connect(self.url, autocommit=True, application_name="test") as connection:
            cursor = connection.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def backends(self, name: str) -> list[int]:
        """Return the ids of the backends whose client has a name."""
        sql = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
        return [pid for (pid,) in self.execute(sql, name)]

    def end_backends(self, name: str) -> int:
        """End every backend whose client has a name; return how many there were."""
        sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
        return len(self.execute(sql, name))


def children(parent: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if int(fields[1]) == parent:
            found.append(int(status.parent.name))
    return found


@contextmanager
def postgres_server(programs: Path) -> Iterator[PostgresServer]:
    """Yield a server that is not started yet; it is stopped and removed at the end."""
    # Not below pytest's folder: that one is closed to the user whom root has to become.
    folder = Path(tempfile.mkdtemp(prefix="fileapi-postgres-"))
    server = None
    try:
        server = PostgresServer(programs, folder)
        yield server
    finally:
        if server is not None:
            server.stop("immediate")
        shutil.rmtree(folder)


def soon(true: Any, seconds: float = 5.0) -> bool:
    """Tell whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
