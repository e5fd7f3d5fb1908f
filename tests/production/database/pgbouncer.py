"""pgbouncer in transaction mode, in front of a PostgreSQL of the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.live.servers import free_port

from .postgres_server import soon

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")

HOW_TO_GET_IT = "This test needs pgbouncer; install it, for instance by: apt-get install pgbouncer"


class PgBouncer:
    """A pgbouncer with two connections to the server, for however many clients."""

    def __init__(self, folder: Path, postgres_port: int) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.process: subprocess.Popen[bytes] | None = None
        (folder / "pgbouncer.ini").write_text(
            f"""\
[databases]
postgres = host=127.0.0.1 port={postgres_port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
server_login_retry = 1
"""
        )

    def start(self) -> None:
        """Start, and return when it answers."""
        assert PROGRAM is not None
        # It refuses to run as root.
        account = ["--user=nobody"] if os.geteuid() == 0 else []
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [PROGRAM, *account, self.folder / "pgbouncer.ini"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        if not soon(self._answers, 15):
            self.stop()
            raise RuntimeError(f"It did not start:\n{(self.folder / 'output').read_text()}")

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url, connect_timeout=2).close()
            return True
        return False

    def stop(self) -> None:
        """End it at once, and every connection with it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def pgbouncer(postgres_port: int) -> Iterator[PgBouncer]:
    """Yield a pgbouncer that runs; it is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="fileapi-pgbouncer-"))
    folder.chmod(0o755)  # for the user that it becomes
    server = PgBouncer(folder, postgres_port)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
